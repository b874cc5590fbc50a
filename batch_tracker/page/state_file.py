"""How a second start finds the page that is running: a file that names its port and its secret.

The running server holds a lock of the operating system on a file beside it, which ends with the
process however that ends. So after a kill the state is known to be stale, and nothing has to be
guessed from a process number.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

_LOCK, _STATE = "page.lock", "page.json"


class Running(NamedTuple):
    """A page that runs: its port, and the secret that makes it hand out a fresh link."""

    port: int
    secret: str


class AlreadyRunning(Exception):
    """Another process serves the page of this home folder."""


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Be the only page of a home folder meanwhile.

    Raises:
        AlreadyRunning: another process is.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(home / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning from None
    try:
        yield
    finally:
        (home / _STATE).unlink(missing_ok=True)
        lock.release()


def write_state(home: Path, running: Running) -> None:
    """Say where the page is; only the owner may read it."""
    part = home / f"{_STATE}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(running._asdict(), file)
    part.replace(home / _STATE)


def read_state(home: Path) -> Running | None:
    """Return the page that runs; None where there is none, or one that was killed."""
    try:
        with only_one(home):
            return None
    except AlreadyRunning:
        pass
    try:
        told = json.loads((home / _STATE).read_text("utf-8"))
        return Running(int(told["port"]), str(told["secret"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it has just started, or is about to end
