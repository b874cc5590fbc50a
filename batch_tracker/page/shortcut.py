"""A shortcut to the page, where this system's people look for programs."""

import os
import sys
from importlib.resources import files
from pathlib import Path

from batch_tracker.errors import Refused
from batch_tracker.model.wording import command_line

_DESKTOP_ENTRY = """[Desktop Entry]
Type=Application
Name=batch-tracker
Comment=Send tracking numbers of a manifest to Sellercloud
Exec={command}
Icon={icon}
Path={home}
Terminal=false
Categories=Office;
"""


def install_shortcut() -> Path:
    """Write the shortcut; return its path. An earlier one is replaced.

    Raises:
        Refused: it can't be written.
    """
    path, text = _shortcut(Path.home())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        if os.name == "posix":
            path.chmod(0o755)
    except OSError as error:
        raise Refused(f"The shortcut {path} can't be written: {error.strerror}.") from error
    return path


def _shortcut(home: Path) -> tuple[Path, str]:
    """Return where the shortcut belongs on this system, and what stands in it."""
    command = command_line(sys.executable, "-m", "batch_tracker", "ui")
    if sys.platform == "win32":
        programs = Path(os.environ.get("APPDATA", home)) / "Microsoft/Windows/Start Menu/Programs"
        return programs / "batch-tracker.cmd", f'@cd /d "{home}"\r\n@{command}\r\n'
    if sys.platform == "darwin":
        return home / "Desktop" / "batch-tracker.command", f"#!/bin/sh\ncd ~ && exec {command}\n"
    share = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    icon = files("batch_tracker.page").joinpath("static", "icon.svg")
    entry = _DESKTOP_ENTRY.format(command=command, icon=icon, home=home)
    return share / "applications" / "batch-tracker.desktop", entry
