"""One process at a time works on a run.

The lock is the operating system's own on a file: it ends with the process that holds it, however
that ends, so a dead process's run can be taken over at once and no heartbeat is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.runs import Run

_FOLDER = "locks"


@contextmanager
def working_on(run: Run, home: Path) -> Iterator[None]:
    """Hold a run for this process.

    Raises:
        LedgerRefused: another process is working on it.
    """
    folder = home / _FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = FileLock(folder / f"{run.name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LedgerRefused(
            f"Run {run.name} is being worked on by another process.",
            hint="Wait until that one has ended; batch-tracker runs tells.",
        ) from None
    try:
        yield
    finally:
        lock.release()
