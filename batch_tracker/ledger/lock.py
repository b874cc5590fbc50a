"""One process at a time works on a run, and one at a time sends a file to a server.

The lock is the operating system's own on a file: it ends with the process that holds it, however
that ends, so a dead process's run can be taken over at once and no heartbeat is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from batch_tracker.errors import BeingWorkedOn, LedgerRefused
from batch_tracker.ledger.runs import Run

_FOLDER = "locks"

# Who only asks whether a lock is held, holds it for a moment.
_ASKED_S = 0.5


@contextmanager
def working_on(run: Run, home: Path) -> Iterator[None]:
    """Hold a run, and the file it sends, for this process.

    Raises:
        BeingWorkedOn: another process is working on it, or on another run of that file.
    """
    with (
        _held(run.name, home, f"Run {run.name}"),
        sending(run.manifest.sha256, server=run.server, home=home),
    ):
        yield


@contextmanager
def sending(file: str, *, server: str, home: Path) -> Iterator[None]:
    """Hold a file (its SHA-256) for this process: a second run would send every row once more.

    Raises:
        BeingWorkedOn: another process is working on a run of it.
    """
    with _held(sha256(f"{server} {file}".encode()).hexdigest(), home, "This very file"):
        yield


def is_worked_on(name: str, home: Path) -> bool:
    """Whether a process is working on the run of this name.

    Raises:
        LedgerRefused: no lock can be made.
    """
    with _lock(name, home) as lock:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        return False


@contextmanager
def _lock(name: str, home: Path) -> Iterator[FileLock]:
    """Give a lock, and say in words what is wrong with its folder."""
    folder = home / _FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        yield FileLock(folder / f"{name}.lock", mode=0o600)
    except Timeout:
        raise
    except (OSError, NotImplementedError) as error:
        raise LedgerRefused(
            f"No lock can be made in {folder}: {getattr(error, 'strerror', None) or error}.",
            hint="Set BATCH_TRACKER_HOME to a folder of your own on a local disk.",
        ) from error


@contextmanager
def _held(name: str, home: Path, what: str) -> Iterator[None]:
    try:
        with _lock(name, home) as lock:
            lock.acquire(timeout=_ASKED_S)
    except Timeout:
        raise BeingWorkedOn(
            f"{what} is in use by another process.",
            hint="Wait until it has ended. batch-tracker runs shows that.",
        ) from None
    try:
        yield
    finally:
        lock.release()
