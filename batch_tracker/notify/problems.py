"""The open problems of each folder, kept in the home: the next process knows what was told."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from batch_tracker.notify.news import Problem, Problems

_FILE = "notified.json"
_LOCK_TIMEOUT_S = 10


class ProblemStore:
    """Keeps the open problems by source. A file that can't be read is begun anew."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE

    def of(self, source: str) -> Problems:
        """Return the problems that are known of a source."""
        known = self._read().get(source, {})
        with suppress(AttributeError, TypeError):
            return {place: Problem(*fields) for place, fields in known.items()}
        # Version 0.1.0 kept the reason alone.
        return {"": Problem(str(known))} if known else {}

    def keep(self, source: str, problems: Problems) -> None:
        """Remember the problems of a source. Raises OSError where that can't be written."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_TIMEOUT_S):
            draft = self._path.with_suffix(".new")
            draft.write_text(json.dumps(self._read() | {source: problems}), "utf-8")
            draft.replace(self._path)

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, TypeError, ValueError):
            return dict(json.loads(self._path.read_text("utf-8")))
        return {}
