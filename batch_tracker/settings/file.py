"""The settings file: where it is, and what it says."""

import os
import tomllib
from pathlib import Path
from typing import Any

from batch_tracker.errors import SettingsRefused

SETTINGS_FILE = "batch-tracker.toml"


def settings_file() -> Path:
    """Return where settings are looked for: `BATCH_TRACKER_CONFIG`, or the working folder."""
    return Path(os.environ.get("BATCH_TRACKER_CONFIG") or SETTINGS_FILE)


def read_file(path: Path) -> dict[str, Any]:
    """Return what the file says; nothing where there is none and none was named.

    Raises:
        SettingsRefused: it is named and not there, damaged, or holds a password.
    """
    if not path.exists():
        if os.environ.get("BATCH_TRACKER_CONFIG"):
            raise SettingsRefused(
                f"The settings file {path} does not exist.",
                hint="Set BATCH_TRACKER_CONFIG to one that does, or unset it.",
            )
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsRefused(
            f"The settings file {path} can't be read: {error}.",
            hint="Mend it, or move it away to go without.",
        ) from error
    if {"password", "sellercloud_password"} & {key.lower() for key in values}:
        raise SettingsRefused(
            f"{path} holds a password.",
            hint="Take it out and set SELLERCLOUD_PASSWORD or SELLERCLOUD_PASSWORD_FILE instead; "
            "batch-tracker init shows further ways.",
        )
    return values
