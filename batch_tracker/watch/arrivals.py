"""Which manifests of a folder are complete: nobody writes to them any more, or has them open."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from batch_tracker.loader import ends_in_mid_line, is_manifest

_LOCK_FILES = ("~${}", ".~lock.{}#")
"""What Excel and LibreOffice put beside a file that somebody has open."""

_UNFINISHED = {".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download"}
"""How the names of files end that are still being copied."""

_TEXT = {".csv", ".tsv", ".txt"}

_PATIENCE = 12
"""So many times longer is waited where a text file ends in the middle of a line."""

_HELD = (32, 33)
"""What Windows says of a file that another program has open, or is still copying."""


class _Seen(NamedTuple):
    size: int
    changed_ns: int
    since: float


class Arrivals:
    """Looks at a folder again and again, and remembers how its files were.

    A file's own time of change says nothing about how long it has been still: the clock of a
    server may be wrong, and a copy keeps the time of what it was copied from. So a file has to be
    seen twice, unchanged, `settle_s` seconds apart. A text file that ends in the middle of a line
    has to stay so for `patience_s`: its writer may only pause. The system is never asked to tell
    of changes: it does not do so for network shares.
    """

    def __init__(
        self, folder: Path, *, settle_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._settle_s = settle_s
        self._clock = clock
        self._seen: dict[Path, _Seen] = {}
        self.unsettled = False
        """Whether the last look found a file that may still be written to."""
        self.opened: set[Path] = set()
        """The files of the last look that somebody has open."""
        self.unended: set[Path] = set()
        """The files of the last look whose last line may not be written whole."""
        self.unreadable: dict[Path, str] = {}
        """The files of the last look that may not be read, and why."""
        self.ignored: set[Path] = set()
        """The files of the last look that are no manifests by their names."""

    def look(self) -> list[Path]:
        """Return the files that are complete, the oldest first.

        Raises:
            OSError: the folder is not there, or can't be read.
        """
        now = self._clock()
        names = {entry.name for entry in os.scandir(self._folder)}
        found = dict(self._stamped(names, now))
        self._seen = {
            path: earlier if (earlier := self._seen.get(path)) and earlier[:2] == seen[:2] else seen
            for path, seen in found.items()
        }
        still = {p for p, seen in self._seen.items() if now - seen.since >= self._settle_s}
        manifests = {path for path in found if is_manifest(path)}
        self.ignored = {path for path in still - manifests if not _is_temporary(path)}
        self.opened = {path for path in still & manifests if _is_locked(path, names)}
        self.unreadable, self.unended = {}, set()
        closed = (still & manifests) - self.opened
        ready = [path for path in closed if self._can_be_read(path) and self._is_whole(path, now)]
        self.unsettled = len(ready) + len(self.unreadable) < len(manifests)
        return sorted(ready, key=lambda path: (self._seen[path].changed_ns, path.name))

    def _can_be_read(self, path: Path) -> bool:
        try:
            path.open("rb").close()
        except FileNotFoundError:  # taken away since
            return False
        except OSError as error:
            if getattr(error, "winerror", None) in _HELD:
                self.opened.add(path)
            else:
                self.unreadable[path] = error.strerror or str(error)
            return False
        return True

    def _is_whole(self, path: Path, now: float) -> bool:
        """Whether the last line has its end, or nothing has come for long."""
        if path.suffix.lower() not in _TEXT or now - self._seen[path].since >= self.patience_s:
            return True
        with suppress(OSError):
            if not ends_in_mid_line(path):
                return True
            self.unended.add(path)
        return False

    @property
    def patience_s(self) -> float:
        """How long a text file must stay as it is whose last line has no line end."""
        return self._settle_s * _PATIENCE

    def _stamped(self, names: set[str], now: float) -> Iterator[tuple[Path, _Seen]]:
        for path in (self._folder / name for name in names):
            with suppress(FileNotFoundError):  # taken away since
                status = path.stat()
                if S_ISREG(status.st_mode):
                    yield path, _Seen(status.st_size, status.st_mtime_ns, now)


def _is_temporary(path: Path) -> bool:
    """Whether a program has put a file there for a while."""
    return path.name.startswith((".", "~")) or path.suffix.lower() in _UNFINISHED


def _is_locked(path: Path, names: set[str]) -> bool:
    return any(lock.format(path.name) in names for lock in _LOCK_FILES)
