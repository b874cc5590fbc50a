"""How a second start finds the page that is running: a file that names its port and its secret.

The running server holds a lock of the operating system on a file beside it, which ends with the
process however that ends. So after a kill the state is known to be stale, and nothing has to be
guessed from a process number.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from batch_tracker.errors import Refused

_LOCK, _STATE = "page.lock", "page.json"
_TRIES, _PAUSE_S = 50, 0.1
"""A page needs a moment between its lock and its state."""


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
        (home / _STATE).unlink(missing_ok=True)  # of a page that was killed
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


def running(home: Path) -> Running:
    """Return the page that runs, in a home folder whose lock is taken.

    Raises:
        Refused: it has just begun, or is about to end.
    """
    for _ in range(_TRIES):
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((home / _STATE).read_text("utf-8"))
            return Running(int(told["port"]), str(told["secret"]))
        time.sleep(_PAUSE_S)
    raise Refused("The page is just starting or ending.", hint="Try again in a moment.")
