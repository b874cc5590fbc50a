"""`batch-tracker.toml` as `init` writes it: what is set, and what could be, explained."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from batch_tracker.errors import SettingsRefused

_TEMPLATE = "template.toml"
Value = str | bool | list[str]


def settings_text(values: Mapping[str, Value]) -> str:
    """Return the file's text: the template, with these keys set.

    A key's own line in the template is set; it must be there.
    """
    lines = files("batch_tracker.account").joinpath(_TEMPLATE).read_text("utf-8").splitlines()
    for key, value in values.items():
        (at,) = (n for n, line in enumerate(lines) if line.startswith(f"# {key} ="))
        lines[at] = f"{key} = {_toml(value)}"
    return "\n".join(lines) + "\n"


def write_settings(path: Path, text: str, *, replace: bool) -> Path | None:
    """Write the file; return where the one it replaces is kept, if any.

    Raises:
        SettingsRefused: it can't be written, or is there and not to be replaced.
    """
    before = path.with_name(path.name + ".old")
    kept = replace and path.exists()
    try:
        if kept:
            path.replace(before)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise SettingsRefused(
            f"The settings file {path} can't be written: {error.strerror}.",
            hint="Let BATCH_TRACKER_CONFIG name another place, or replace the file with --force.",
        ) from error
    return before if kept else None


def _toml(value: Value) -> str:
    """Return a value as TOML writes it; a JSON string is a TOML string but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
