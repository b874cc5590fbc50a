"""Every setting, its value as people may see it, and where it comes from."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from batch_tracker.settings.account import LOGIN_KEYS
from batch_tracker.settings.file import read_file
from batch_tracker.settings.problems import variables, variables_set
from batch_tracker.settings.settings import Settings

_SECRETS = {"password", "password_command"}
DEFAULT = "default"


class Origin(NamedTuple):
    """A setting: its name, its value without secrets, and where it comes from.

    `source` is the name of a flag or a variable, the path of the settings file (with the account's
    table, where it stands there), or `default`.
    """

    name: str
    value: str
    source: str


def origins(settings: Settings, flags: Mapping[str, object]) -> Iterator[Origin]:
    """Return every setting; `flags` are those that the command line gave (None: not given)."""
    path = settings.settings_file
    file = read_file(path, is_named=settings.config is not None)
    table = file.get("accounts", {}).get(settings.account, {})
    environment = variables_set()
    for name, variable in variables(Settings).items():
        is_login = name in LOGIN_KEYS and settings.account is not None
        if flags.get(name) is not None:
            source = f"--{name}"
        elif variable in environment and not is_login:
            source = variable
        elif name in table:
            source = f"{path} [accounts.{settings.account}]"
        elif {name, variable} & file.keys() and not is_login:
            source = str(path)
        elif name == "account" and settings.account:
            source = f"{path} (default_account)"
        else:
            source = DEFAULT
        yield Origin(name, _shown(settings, name), source)


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if value is None:
        return ""
    if name in _SECRETS:
        return "***"
    if name == "notify":
        return ", ".join(channel.kind for channel in settings.notify)
    if name == "addresses":
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, dict) else str(value)
