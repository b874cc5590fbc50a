"""What a later watcher must know of a folder, and that there is only one at a time.

Both are kept in the home, by the folder's path: a lock on a network share can't be relied on, so
one machine has to be the one that watches a folder.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from batch_tracker.errors import Refused, SettingsRefused

_FOLDER = "watch"


class AlreadyWatched(Refused):
    """Another process watches this folder."""


class FolderState:
    """Remembers when a folder last got a manifest, and what was told of it.

    Times are local ones with their offset. A state that can't be read is begun anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Any] = {}
        with suppress(OSError, TypeError, ValueError):
            self._entries = dict(json.loads(path.read_text("utf-8")))

    @property
    def arrived(self) -> datetime | None:
        """When the last manifest was taken up."""
        return self._time("arrived")

    @property
    def told_late(self) -> datetime | None:
        """When it was last told that none had come."""
        return self._time("told_late")

    @property
    def told_ignored(self) -> frozenset[str]:
        """The names of the files that were told not to be taken."""
        names = self._entries.get("ignored")
        return frozenset(map(str, names)) if isinstance(names, list) else frozenset()

    def note_stop(self, sha256: str) -> int:
        """Remember that a file came to a stop once more; return how often it did by now."""
        stops = {**self._stops, sha256: self._stops.get(sha256, 0) + 1}
        self._note("stops", stops)
        return stops[sha256]

    def forget_stops(self, sha256: str) -> None:
        """Forget how often a file came to a stop: it is out of the way."""
        if sha256 in self._stops:
            self._note("stops", {k: n for k, n in self._stops.items() if k != sha256})

    @property
    def _stops(self) -> dict[str, int]:
        stops = self._entries.get("stops")
        return stops if isinstance(stops, dict) else {}

    def note_ignored(self, names: Iterable[str]) -> None:
        """Remember which files were told not to be taken."""
        self._note("ignored", sorted(names))

    def note_arrival(self, now: datetime) -> None:
        """Remember that a manifest was taken up."""
        self._note("arrived", now.isoformat())

    def note_late(self, now: datetime) -> None:
        """Remember that it was told that none came."""
        self._note("told_late", now.isoformat())

    def _time(self, name: str) -> datetime | None:
        try:
            return datetime.fromisoformat(self._entries[name])
        except (KeyError, TypeError, ValueError):
            return None

    def _note(self, name: str, entry: object) -> None:
        self._entries[name] = entry
        with suppress(OSError):  # what can't be kept is known until this watcher ends
            draft = self._path.with_suffix(".new")
            draft.write_text(json.dumps(self._entries), "utf-8")
            draft.replace(self._path)


@contextmanager
def lock_folder(folder: Path, home: Path) -> Iterator[FolderState]:
    """Watch a folder alone, and open its state.

    Raises:
        AlreadyWatched: another process does.
        SettingsRefused: the home can't be written to.
    """
    path = home / _FOLDER / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    lock = FileLock(path.with_suffix(".lock"))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyWatched(
            f"Another watcher is at work on {folder}.",
            hint="Only one watcher may work on a folder.",
        ) from None
    except OSError as error:
        raise SettingsRefused(
            f"The folder {path.parent} can't be written: {error.strerror}.",
            hint="Set BATCH_TRACKER_HOME to a folder of your own on a local disk.",
        ) from error
    try:
        yield FolderState(path.with_suffix(".json"))
    finally:
        lock.release()
