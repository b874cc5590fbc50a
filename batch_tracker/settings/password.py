"""Where the password comes from, and where it may be kept: never in the settings file."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from batch_tracker.errors import SettingsRefused

# Long enough to unlock a password manager by hand.
_COMMAND_TIMEOUT_S = 60.0

_INSTALL_KEYRING = (
    "Install it with: pip install 'batch-tracker[keyring]'. Or set SELLERCLOUD_PASSWORD_FILE."
)
_OTHER_WAYS = (
    "On a machine where nobody is logged in, set SELLERCLOUD_PASSWORD_FILE or "
    "SELLERCLOUD_PASSWORD_COMMAND instead."
)


def from_file(path: Path) -> str:
    """Return what a text file holds, without the end of its line.

    Raises:
        SettingsRefused: it can't be read, or is empty.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused(
            f"The password file {path} can't be read: {error}.",
            hint="Set SELLERCLOUD_PASSWORD_FILE to a text file with the password in it.",
        ) from error
    if not (password := text.strip("\r\n")):
        raise SettingsRefused(
            f"The password file {path} is empty.", hint="Write the password into it."
        )
    return password


def keep_in_file(path: Path, password: str) -> None:
    """Write the password into a new file, for its owner alone.

    Raises:
        SettingsRefused: it can't be written, or is there already.
    """
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as secret:
            secret.write(password + "\n")
    except OSError as error:
        raise SettingsRefused(
            f"The password file {path} can't be written: {error.strerror}.",
            hint="Name another file.",
        ) from error


def split_command(value: object) -> object:
    """Return a command as its words; a list is taken as it stands."""
    words = shlex.split(value) if isinstance(value, str) else value
    if words is not None and not words:
        msg = "the command is empty"
        raise ValueError(msg)
    return words


def from_command(words: tuple[str, ...]) -> str:
    """Return what a command prints, without the end of its line. No shell is between.

    The command may ask at the terminal: only what it prints is taken.

    Raises:
        SettingsRefused: it can't be started, fails, takes too long, or prints no single line.
    """
    name = words[0]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own words, and no shell
            words, stdout=subprocess.PIPE, timeout=_COMMAND_TIMEOUT_S, check=False
        )
        password = done.stdout.decode("utf-8-sig").strip("\r\n")
    except subprocess.TimeoutExpired:
        raise _command_refused(name, f"took longer than {_COMMAND_TIMEOUT_S:g} s") from None
    except UnicodeDecodeError:  # not chained: its traceback would hold what was printed
        raise _command_refused(name, "printed something that is not UTF-8 text") from None
    except (OSError, ValueError) as error:
        raise _command_refused(name, f"can't be started ({error})") from error
    if done.returncode:
        raise _command_refused(name, f"failed with exit code {done.returncode}")
    if not password or len(password.splitlines()) > 1:
        amount = "several lines" if password else "nothing"
        raise _command_refused(name, f"printed {amount}")
    return password


def _command_refused(name: str, reason: str) -> SettingsRefused:
    return SettingsRefused(
        f"The password command {name} {reason}.",
        hint="Set SELLERCLOUD_PASSWORD_COMMAND to a command that prints the password and "
        "nothing else.",
    )


def from_keyring(server: str, username: str) -> str:
    """Return what the system's keyring holds for this user of this server.

    Raises:
        SettingsRefused: there is no keyring on this machine, or nothing in it.
    """
    if not (password := in_keyring(server, username)):
        raise SettingsRefused(
            f"The keyring holds no password of {username} for {server}.",
            hint="Put it there with: batch-tracker init.",
        )
    return password


def in_keyring(server: str, username: str) -> str | None:
    """Return what the keyring holds, if anything. Raises SettingsRefused where there is none."""
    with _keyring() as keyring:
        password: str | None = keyring.get_password(_service(server), username)
    return password


def keep_in_keyring(server: str, username: str, password: str) -> None:
    """Put the password into the system's keyring. Raises SettingsRefused as `from_keyring`."""
    with _keyring() as keyring:
        keyring.set_password(_service(server), username, password)


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    """Give the keyring package, and put into words what goes wrong with it."""
    try:
        import keyring  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SettingsRefused(
            "The keyring package is not installed.", hint=_INSTALL_KEYRING
        ) from error
    try:
        yield keyring
    except Exception as error:  # each system's keyring has errors of its own
        words = next(iter(str(error).splitlines()), type(error).__name__)
        raise SettingsRefused(f"The keyring can't be used: {words}", hint=_OTHER_WAYS) from error


def _service(server: str) -> str:
    """Return what the entry is called in the keyring, where people may see it."""
    return f"batch-tracker {server}"
