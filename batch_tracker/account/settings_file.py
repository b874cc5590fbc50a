"""The settings file, where the program writes it: what is set is set, and all else in it stays."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings.profile import Profile

_TEMPLATE = "template.toml"
_ACCOUNT = ("url", "username", "password_file", "password_command", "password_keyring", "password")
Value = str | bool | list[str]


def settings_text(values: Mapping[str, Value]) -> str:
    """Return the text of a new file: the template, with these keys set.

    A key's own line in the template is set; it must be there.
    """
    lines = files("batch_tracker.account").joinpath(_TEMPLATE).read_text("utf-8").splitlines()
    for key, value in values.items():
        (at,) = (n for n, line in enumerate(lines) if line.startswith(f"# {key} ="))
        lines[at] = f"{key} = {_toml(value)}"
    return "\n".join(lines) + "\n"


def changed_text(text: str, values: Mapping[str, Value]) -> str:
    """Return the text of a file with another account; tables, comments and other keys stay.

    Raises:
        ValueError: the text is not TOML.
    """
    import tomlkit  # noqa: PLC0415 - only where a file is there already

    document = tomlkit.parse(text)
    for key in _ACCOUNT:
        document.pop(f"SELLERCLOUD_{key.upper()}", None)
        if key not in values:
            document.pop(key, None)
    document.update(values)
    return tomlkit.dumps(document)


def write_settings(path: Path, values: Mapping[str, Value]) -> Path | None:
    """Set the account in the file; return where the old file is kept, if there was one.

    Where `values` name an account, its table is set and nothing else is touched.

    Raises:
        SettingsRefused: it can't be written, or the old one can't be read.
    """
    if "account" in values:
        return _rewrite(
            path, _with_table(settings_text({}), values), lambda text: _with_table(text, values)
        )
    return _rewrite(path, settings_text(values), lambda text: changed_text(text, values))


def _with_table(text: str, values: Mapping[str, Value]) -> str:
    """Return the text of a file with an account's table set; the first one is the default."""
    import tomlkit  # noqa: PLC0415 - only where an account is named

    document = tomlkit.parse(text)
    name = str(values["account"])
    if not {"accounts", "default_account", "url", "SELLERCLOUD_URL"} & document.keys():
        document["default_account"] = name
    accounts = document.setdefault("accounts", tomlkit.table(is_super_table=True))
    table = accounts.setdefault(name, tomlkit.table())
    for key in _ACCOUNT:
        table.pop(key, None)
    table.update({key: value for key, value in values.items() if key != "account"})
    return tomlkit.dumps(document)


def remove_account(path: Path, name: str) -> Path | None:
    """Take `[accounts.NAME]` out of the file; return and raise as `write_settings` does."""
    import tomlkit  # noqa: PLC0415 - only where there are accounts

    def without(text: str) -> str:
        document = tomlkit.parse(text)
        document["accounts"].pop(name)
        if not document["accounts"]:
            document.pop("accounts")
        if document.get("default_account") == name:
            document.pop("default_account")
        return tomlkit.dumps(document)

    return _rewrite(path, "", without)


def write_profile(path: Path, name: str, profile: Profile) -> Path | None:
    """Set `[profiles.NAME]` in the file; return and raise as `write_settings` does."""
    import tomlkit  # noqa: PLC0415 - only where a profile is kept

    def with_profile(text: str) -> str:
        document = tomlkit.parse(text)
        kept = document.setdefault("profiles", tomlkit.table(is_super_table=True))
        kept[name] = profile.model_dump(mode="json", exclude_unset=True, exclude={"name"})
        return tomlkit.dumps(document)

    return _rewrite(path, with_profile(""), with_profile)


def _rewrite(path: Path, new: str, change: Callable[[str], str]) -> Path | None:
    """Write a new file, or change the old one and keep a copy of it, whose path is returned.

    The file is for its owner alone, and so is a folder that is made for it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _replace(path, new)
            return None
        backup = path.with_name(path.name + ".old")
        text = change(path.read_text("utf-8-sig"))
        shutil.copyfile(path, backup)
        backup.chmod(0o600)
        _replace(path.resolve(), text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsRefused(
            f"The settings file {path} can't be written: {reason}.",
            hint="Correct it, move it away, or name another one with --config.",
        ) from error
    return backup


def _replace(path: Path, text: str) -> None:
    """Put a file in place whole, or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _toml(value: Value) -> str:
    """Return a value as TOML writes it; a JSON string is a TOML string but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
