"""A folder for what is being written, beside the place where it belongs, and gone afterwards.

A process that is killed leaves its folder behind; the next one that writes there removes it.
"""

import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_NAME = ".batch-tracker-{}.tmp"
_LOCK = "lock"
_HOUR_S = 3600


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """Make a new folder in `parent`, which is made too, and remove it at the end.

    Raises:
        OSError: it can't be made.
    """
    parent.mkdir(parents=True, exist_ok=True)
    sweep(parent)
    folder = parent / _NAME.format(secrets.token_hex(4))
    folder.mkdir(mode=0o700)
    lock = FileLock(folder / _LOCK)
    with suppress(NotImplementedError):  # a file system without locks: nobody sweeps there
        lock.acquire()
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the folders that killed processes have left; one that is in use is locked.

    Earlier versions wrote single files, without a lock: one that nobody has written to for an hour
    is abandoned.
    """
    for left in parent.glob(_NAME.format("*")):
        with suppress(OSError, NotImplementedError, Timeout):
            if left.is_dir():
                with FileLock(left / _LOCK, timeout=0):
                    shutil.rmtree(left, ignore_errors=True)
                shutil.rmtree(left, ignore_errors=True)  # Windows removes no file that is open
            elif time.time() - left.stat().st_mtime > _HOUR_S:
                left.unlink()
