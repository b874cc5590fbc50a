"""Find the profile for a file: shipped, the user's own, or one that fits its headers."""

import difflib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from batch_tracker.errors import SettingsRefused
from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.settings.profile import Profile

ANSWERS = "column"
"""The setting that says what single columns hold."""


@cache
def shipped_profiles() -> tuple[Profile, ...]:
    """Return the profiles that come with the program, by name."""
    return tuple(Profile.model_validate(tomllib.loads(text)) for text in _shipped_texts().values())


def shipped_profile_text(name: str) -> str:
    """Return a shipped profile as it is written, with its comments.

    Raises:
        SettingsRefused: there is no such profile.
    """
    texts = _shipped_texts()
    if name not in texts:
        raise _unknown(name, texts)
    return texts[name]


def is_shipped(profile: Profile) -> bool:
    """Whether a profile maps its columns as a shipped one of its name, whatever outranks that."""
    return any(
        (each.name, each.columns) == (profile.name, profile.columns) for each in shipped_profiles()
    )


@cache
def _shipped_texts() -> dict[str, str]:
    folder = files("batch_tracker.loader.columns") / "shipped_profiles"
    paths = sorted((file.name, file) for file in folder.iterdir() if file.name.endswith(".toml"))
    return {name.removesuffix(".toml"): file.read_text("utf-8") for name, file in paths}


def find_profile(wanted: str, known: Sequence[Profile]) -> Profile:
    """Return the profile a person named: one of `known`, or else a TOML file.

    Raises:
        SettingsRefused: there is no such profile, or the file is no profile.
    """
    by_name = {profile.name: profile for profile in reversed(known)}
    if wanted in by_name:
        return by_name[wanted]
    if Path(wanted).is_file():
        return _read(Path(wanted))
    raise _unknown(wanted, by_name)


def _unknown(wanted: str, known: Collection[str]) -> SettingsRefused:
    near = difflib.get_close_matches(wanted, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."
    return SettingsRefused(f"There is no profile or file named {wanted}.", hint=hint)


def _read(path: Path) -> Profile:
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
        return Profile.model_validate({"name": path.stem, **table})
    except ValidationError as error:
        raise SettingsRefused(f"The profile {path} is wrong: {_problems(error)}.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsRefused(f"The profile {path} can't be read: {error}.") from error


class Candidates(NamedTuple):
    """The profiles a file may be read by: the one a person named, else one of `known`.

    Of two known profiles with one name the first counts, so that a user's own can replace the
    shipped one. `default` is for a file that fits none.
    """

    named: Profile | None
    known: Sequence[Profile] = ()
    default: Profile = Profile()

    def fitting(self, headers: Sequence[str]) -> list[Profile]:
        """Return the profiles for these headers: the named one, or the most demanding of `known`.

        A known profile fits if all its headers are there. Several are returned only where they
        ask for equally many.
        """
        if self.named:
            return [self.named]
        present = {normalise(header) for header in headers}
        by_name = {profile.name: profile for profile in reversed(self.known)}
        fitting = [profile for profile in by_name.values() if _fits(profile, present)]
        most = max((len(profile.headers) for profile in fitting), default=0)
        return [profile for profile in fitting if len(profile.headers) == most]

    def overridden(self, settings: Mapping[str, Any]) -> "Candidates":
        """Return the candidates with settings that outrank what any profile says.

        Raises:
            SettingsRefused: a setting has no such value.
        """
        return Candidates(
            named=_overridden(self.named, settings) if self.named else None,
            known=tuple(_overridden(profile, settings) for profile in self.known),
            default=_overridden(self.default, settings),
        )


def _fits(profile: Profile, present: set[str]) -> bool:
    return bool(profile.headers) and present.issuperset(map(normalise, profile.headers))


def _overridden(profile: Profile, settings: Mapping[str, Any]) -> Profile:
    if not settings:
        return profile
    told = profile.model_dump(exclude_unset=True)
    given = {name: value for name, value in settings.items() if name != ANSWERS}
    try:
        return Profile.model_validate({**told, **given}).answered(settings.get(ANSWERS, ()))
    except ValidationError as error:
        raise SettingsRefused(
            f"How to read the file is set wrongly: {_problems(error)}."
        ) from error


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, each['loc']))}: {each['msg'].removeprefix('Value error, ')}"
        for each in error.errors()
    )
