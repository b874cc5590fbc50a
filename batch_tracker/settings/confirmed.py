"""The servers that a person has confirmed in `init`.

A settings file may have come from somebody else, and may name any server. A password that comes
from elsewhere goes to a server of the file only once the person has agreed to it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_config_path

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings.address import api_url, is_loopback
from batch_tracker.settings.file import require_private
from batch_tracker.settings.problems import variables_set

CONFIRMED_FILE = "confirmed-servers.txt"


def names(file: Mapping[str, object], name: str, value: str | None = None) -> bool:
    """Whether a part of the login is the file's: it stands there, and no variable outranks it."""
    variable = f"SELLERCLOUD_{name.upper()}"
    said = file.get(name) or file.get(variable)
    if not said or variable in variables_set():
        return False
    return value is None or api_url(str(said)) == value


def require_confirmed(server: str, *, named_in: Path) -> None:
    """Refuse a server that nobody has agreed to. This machine itself needs no consent.

    Raises:
        SettingsRefused: it is not confirmed, or the list can't be read.
    """
    if is_loopback(urlsplit(server).hostname or "") or is_confirmed(server):
        return
    raise SettingsRefused(
        f"{named_in} names the server {server}, but the password comes from elsewhere. "
        "So far nobody has agreed to send it there.",
        hint="Check the address. If it is right, run batch-tracker init once. Or set "
        "SELLERCLOUD_URL to it.",
    )


def confirm(server: str) -> None:
    """Note that the password may go to a server, given as the address of its API.

    Raises:
        SettingsRefused: the list can't be read or written.
    """
    path = _path()
    if is_confirmed(server):
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
            file.write(f"{server}\n")
    except OSError as error:
        raise SettingsRefused(
            f"The list of confirmed servers {path} can't be written: {error.strerror}.",
            hint="Let your user write there.",
        ) from error


def is_confirmed(server: str) -> bool:
    """Whether a server is in the list.

    Raises:
        SettingsRefused: the list can't be read, or others may write to it.
    """
    path = _path()
    try:
        with path.open(encoding="utf-8") as file:
            require_private(path, os.fstat(file.fileno()))
            return server in file.read().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(
            f"The list of confirmed servers {path} can't be read: {error}.",
            hint="Move it away. Then batch-tracker init makes a new one.",
        ) from error


def _path() -> Path:
    return user_config_path("batch-tracker", appauthor=False) / CONFIRMED_FILE
