"""The settings file: where it is, who may write to it, and what it says.

It lies in the user's own configuration folder and is found from everywhere. Another file is read
only when it is named; whatever lies in the working folder is not. A file that others may write to
is refused, because its `password_command` is run.
"""

import os
import tomllib
from pathlib import Path
from stat import S_ISVTX
from typing import Any

from platformdirs import user_config_path

from batch_tracker.errors import SettingsRefused

SETTINGS_FILE = "batch-tracker.toml"

_OTHERS_WRITE = 0o022
_PASSWORDS = {"password", "sellercloud_password"}
_PATHS = {"home", "output", "password_file", "sellercloud_password_file"}


def settings_file(named: str | Path | None = None) -> Path:
    """Return where the settings are, whether or not they exist.

    That is the file that is named, here or in BATCH_TRACKER_CONFIG, or else the user's own.
    """
    if named := named or os.environ.get("BATCH_TRACKER_CONFIG"):
        return Path(named).expanduser()
    return user_config_path("batch-tracker", appauthor=False) / SETTINGS_FILE


def ignored_file(read: Path) -> Path | None:
    """Return the settings file of the working folder, where there is one that is not read."""
    path = Path(SETTINGS_FILE).absolute()
    return path if path.is_file() and path != read.absolute() else None


def read_file(path: Path, *, is_named: bool) -> dict[str, Any]:
    """Return what the file says; nothing where there is none and none was named.

    A relative path in it counts from the file's own folder.

    Raises:
        SettingsRefused: it is named and not there, others may write to it, it is damaged, or it
            holds a password.
    """
    try:
        with path.open("rb") as file:
            require_private(path, os.fstat(file.fileno()))
            values = tomllib.loads(file.read().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        if is_named:
            raise SettingsRefused(
                f"The settings file {path} does not exist.",
                hint="Correct --config or BATCH_TRACKER_CONFIG, or leave it out.",
            ) from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsRefused(
            f"The settings file {path} can't be read: {error}.",
            hint="Correct it, or move it away.",
        ) from error
    accounts = _tables(values.get("accounts"))
    if any(_PASSWORDS & {key.lower() for key in table} for table in (values, *accounts.values())):
        raise SettingsRefused(
            f"{path} holds a password.",
            hint="Remove it. Set SELLERCLOUD_PASSWORD or SELLERCLOUD_PASSWORD_FILE instead. "
            "batch-tracker init shows further ways.",
        )
    if "config" in values:
        raise SettingsRefused(
            f"{path} names a settings file (config).", hint="Use --config or BATCH_TRACKER_CONFIG."
        )
    if "account" in values:
        raise SettingsRefused(
            f"{path} names an account (account).", hint="Write default_account instead."
        )
    located = _located(values, path.parent)
    for name, table in accounts.items():
        located["accounts"][name] = _located(table, path.parent)
    return located


def account_names(path: Path) -> list[str]:
    """Return the names of the accounts in the file; none where it is not there."""
    return list(_tables(read_file(path, is_named=False).get("accounts")))


def _tables(value: object) -> dict[str, dict[str, Any]]:
    """Return the tables in a table; what else is there is wrong and is told later."""
    found = value if isinstance(value, dict) else {}
    return {name: each for name, each in found.items() if isinstance(each, dict)}


def _located(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a table whose paths count from a folder."""
    return {
        key: str(folder.absolute() / value)
        if key.lower() in _PATHS and isinstance(value, str) and not value.startswith("~")
        else value
        for key, value in table.items()
    }


def require_private(path: Path, file: os.stat_result) -> None:
    """Refuse a file of settings that somebody else could have written, as ssh does.

    Its folder is looked at, too, because who may write there can put another file in its place.
    Where the file is a link, the folders of both count.

    Raises:
        SettingsRefused: another user owns the file or a folder, or may write to it.
    """
    if os.name != "posix":
        return
    _require_own(f"The settings file {path}", path, file)
    for folder in {path.absolute().parent, path.resolve().parent}:
        _require_own(f"{folder}, the settings file's folder,", folder, folder.stat())


def _require_own(what: str, path: Path, status: os.stat_result) -> None:
    if status.st_uid not in {0, os.geteuid()}:
        raise SettingsRefused(
            f"{what} belongs to another user, so the settings are not read.",
            hint="Copy the file to a folder of your own, and name it with --config.",
        )
    # In a sticky folder, such as /tmp, only its owner can replace a file.
    if status.st_mode & _OTHERS_WRITE and not status.st_mode & S_ISVTX:
        raise SettingsRefused(
            f"{what} may be changed by other users, so the settings are not read.",
            hint=f"Check what is in it, then: chmod go-w {path}",
        )
