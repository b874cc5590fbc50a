"""The password on the first day: where it is already, and putting it where it is to be."""

from collections.abc import Mapping

from batch_tracker.account.answers import Answers
from batch_tracker.account.settings_file import Value
from batch_tracker.errors import SettingsRefused
from batch_tracker.settings import load_settings, password


def stored_secret(values: Mapping[str, Value]) -> str | None:
    """Return the password from where these settings say it is; None where it is still to go there.

    Raises:
        SettingsRefused: that place can't be used, or must hold a password and does not.
    """
    chosen = load_settings(values, Answers)
    if "password_file" in values and chosen.password_file:
        return password.from_file(chosen.password_file) if chosen.password_file.exists() else None
    if "password_command" in values and chosen.password_command:
        return password.from_command(chosen.password_command)
    if "password_keyring" in values:
        held = password.in_keyring(chosen.url or "", chosen.username or "")
        return chosen.password.get_secret_value() if chosen.password else held
    return chosen.secret()


def keep_secret(values: Mapping[str, Value], secret: str) -> None:
    """Put the password where these settings say it is, unless it is there already.

    Raises:
        SettingsRefused: that can't be done, or another password is there.
    """
    chosen = load_settings(values, Answers)
    if "password_keyring" in values:
        password.keep_in_keyring(chosen.url or "", chosen.username or "", secret)
        return
    file = chosen.password_file if "password_file" in values else None
    if file and not file.exists():
        password.keep_in_file(file, secret)
    elif has_place(values) and stored_secret(values) != secret:
        raise SettingsRefused(
            f"{file or 'The command'} gives another password than the one that was tried.",
            hint="Name another place, or correct it first.",
        )


def has_place(values: Mapping[str, Value]) -> bool:
    """Whether these settings say where the password is kept."""
    return bool({"password_file", "password_command", "password_keyring"} & values.keys())


def is_outranked(values: Mapping[str, Value]) -> bool:
    """Whether SELLERCLOUD_PASSWORD is set here and hides the place that was chosen."""
    chosen = load_settings({"account": values.get("account")}, Answers)
    return has_place(values) and chosen.password is not None
