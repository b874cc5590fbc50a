"""An account: one user of one server, as `[accounts.NAME]` of the settings file has it.

An account's login is used as a whole. No part of it is mixed with `SELLERCLOUD_*` variables or with
the file's own login, so no password reaches the server of another account.
"""

import os
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict

from batch_tracker.errors import SettingsRefused
from batch_tracker.settings.channel import Channel
from batch_tracker.settings.values import (
    Addresses,
    ApiUrl,
    CallQuota,
    LocalPath,
    PasswordCommand,
    Username,
    Workers,
)

_LOGIN = ("url", "username", "password", "password_file", "password_command", "password_keyring")
LOGIN_KEYS = frozenset(_LOGIN) | {f"SELLERCLOUD_{name.upper()}" for name in _LOGIN}
"""Every spelling of a setting that says where to log in, as whom, and with what."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_WATCH_FOLDERS = {"done", "attention"}


class Account(BaseModel):
    """What an account has of its own; anything else is as for all accounts."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: ApiUrl | None = None
    username: Username | None = None
    password_file: LocalPath | None = None
    password_command: PasswordCommand = None
    password_keyring: bool = False
    quota: CallQuota | None = None
    addresses: Addresses = ()
    output: LocalPath | None = None
    workers: Workers | None = None
    compare: bool | None = None
    notify: tuple[Channel, ...] | None = None


def require_account_name(name: str) -> None:
    """Refuse a name that can't be a folder's in an inbox.

    Raises:
        SettingsRefused: it holds other characters, or is a folder of `watch`.
    """
    if _NAME.fullmatch(name) and name.lower() not in _WATCH_FOLDERS:
        return
    raise SettingsRefused(
        f"{name!r} can't be the name of an account.",
        hint="Use letters, digits, dots, hyphens and underscores; not done or attention.",
    )


def named_account(flags: Mapping[str, Any]) -> str | None:
    """Return the account that a flag or the environment names; None where the file decides."""
    return flags.get("account") or os.environ.get("BATCH_TRACKER_ACCOUNT") or None


def with_account(file: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return the file's settings with those of the account in force over them.

    `above` is what outranks the file. It names the account. Where it says nothing of any login,
    `default_account` of the file does, too. A login in `above` replaces the account's own.

    Raises:
        SettingsRefused: the file has no such account.
    """
    has_login = bool(LOGIN_KEYS & above.keys())
    name = above.get("account") or ("" if has_login else file.get("default_account"))
    if not name:
        return dict(file)
    own = _table(file.get("accounts"), name)
    unwanted = LOGIN_KEYS if has_login else frozenset[str]()
    given = {key: own[key] for key in Account.model_fields if key in own.keys() - unwanted}
    shared = {key: value for key, value in file.items() if key not in LOGIN_KEYS}
    return {**shared, **given, "account": name}


def _table(accounts: object, name: str) -> Mapping[str, Any]:
    names = list(accounts) if isinstance(accounts, Mapping) else []
    if not isinstance(accounts, Mapping) or name not in names:
        near = get_close_matches(name, names, n=1)
        raise SettingsRefused(
            f"There is no account {name}." + (f" Did you mean {near[0]}?" if near else ""),
            hint="batch-tracker account list shows them all.",
        )
    table = accounts[name]
    return table if isinstance(table, Mapping) else {}
