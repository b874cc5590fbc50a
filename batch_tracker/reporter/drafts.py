"""A folder for what is being written, beside the place where it belongs, and gone afterwards.

A process that is killed leaves its folder behind; the next one that writes there removes it.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

_NAME = ".batch-tracker-{}.tmp"
_UNLOCKED = ".new"
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
    folder, lock = _locked_folder(parent)
    try:
        yield folder
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _locked_folder(parent: Path) -> tuple[Path, FileLock]:
    """Make a folder and lock it before anybody who sweeps can find it."""
    folder = parent / _NAME.format(secrets.token_hex(4))
    # Windows renames no folder in which a file is open.
    made = folder.with_suffix(_UNLOCKED) if os.name == "posix" else folder
    made.mkdir(mode=0o700)
    lock = FileLock(made / _LOCK)
    with suppress(NotImplementedError):  # a file system without locks: nobody sweeps there
        lock.acquire()
    return (folder if made == folder else made.rename(folder)), lock


def sweep(parent: Path) -> None:
    """Remove the folders that killed processes have left; one that is in use is locked.

    Earlier versions wrote single files, without a lock: one that nobody has written to for an hour
    is abandoned.
    """
    for left in parent.glob(Path(_NAME.format("*")).with_suffix(_UNLOCKED).name):
        with suppress(OSError):  # killed in the moment before it was locked
            if time.time() - left.stat().st_mtime > _HOUR_S:
                shutil.rmtree(left, ignore_errors=True)
    for left in parent.glob(_NAME.format("*")):
        with suppress(OSError, NotImplementedError, Timeout):
            if left.is_dir():
                with FileLock(left / _LOCK, timeout=0):
                    shutil.rmtree(left, ignore_errors=True)
                shutil.rmtree(left, ignore_errors=True)  # Windows removes no file that is open
            elif time.time() - left.stat().st_mtime > _HOUR_S:
                left.unlink()
