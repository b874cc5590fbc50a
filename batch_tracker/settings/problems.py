"""What is wrong with a setting, in words: its name, where it stands, and the nearest right name."""

import os
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings.account import Account
from batch_tracker.settings.channel import Hook, Mailbox
from batch_tracker.settings.profile import Profile

PREFIX = "BATCH_TRACKER_"


def variables(settings: type[BaseModel]) -> dict[str, str]:
    """Return the environment variable of each setting, by the setting's name."""
    return {
        name: str(field.validation_alias or f"{PREFIX}{name.upper()}")
        for name, field in settings.model_fields.items()
    }


def variables_set() -> set[str]:
    """Return the names of the environment variables that are set and not empty, in capitals."""
    return {name.upper() for name, value in os.environ.items() if value}


def require_known_variables(settings: type[BaseModel]) -> None:
    """Refuse a variable that looks like one of ours and is none: a typo would go unnoticed.

    Raises:
        SettingsRefused: there is such a variable.
    """
    known = set(variables(settings).values())
    ours = {name for name in variables_set() if name.startswith(PREFIX)}
    if unknown := sorted(ours - known):
        raise SettingsRefused(
            " ".join(f"There is no variable {name}.{_nearest(name, known)}" for name in unknown),
            hint="Correct its name, or unset it.",
        )


def in_words(
    error: ValidationError, settings: type[BaseModel], *, flags: Mapping[str, object], file: Path
) -> str:
    """Say of each wrong value which setting it is, and where it comes from."""
    return " ".join(_problem(each, settings, flags, file) for each in _distinct(error.errors()))


def _distinct(errors: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Leave out what is wrong only because it is taken from an account's table."""
    in_accounts = {each["loc"][2:] for each in errors if each["loc"][0] == "accounts"}
    return (each for each in errors if each["loc"] not in in_accounts)


def _problem(
    each: ErrorDetails, settings: type[BaseModel], flags: Mapping[str, object], file: Path
) -> str:
    *parents, last = map(str, each["loc"])
    name = ".".join([*parents, last])
    origin = _origin(str(each["loc"][0]), settings, flags, file)
    if each["type"] == "extra_forbidden":
        near = _nearest(last, _names_beside(parents, settings))
        return f"There is no setting {name}.{near}{origin}"
    if each["type"] == "missing":
        return f"Setting {name} is missing. It belongs in {file}."
    return f"Setting {name}: {each['msg'].removeprefix('Value error, ')}.{origin}"


def _origin(key: str, settings: type[BaseModel], flags: Mapping[str, object], file: Path) -> str:
    """Say where a setting stands; of a flag that needs no saying."""
    names = variables(settings)
    name = next((name for name, variable in names.items() if variable == key), key)
    if name in flags:
        return ""
    variable = names.get(name, "")
    return f" It is set by {variable}." if variable in variables_set() else f" It is in {file}."


def _names_beside(parents: list[str], settings: type[BaseModel]) -> Iterable[str]:
    """Return the names that are right where an unknown one stands."""
    match parents:
        case []:
            return settings.model_fields
        case ["profiles", _]:
            return Profile.model_fields
        case ["accounts", _]:
            return Account.model_fields
        case ["notify", _, kind] | ["accounts", _, "notify", _, kind]:
            return (Mailbox if kind == "smtp" else Hook).model_fields
    return ()


def _nearest(name: str, known: Iterable[str]) -> str:
    found = get_close_matches(name, known, n=1)
    return f" Did you mean {found[0]}?" if found else ""
