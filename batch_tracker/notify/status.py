"""How the runs of a folder went last time: only a change of that is news."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from batch_tracker.model import State
from batch_tracker.settings.channel import Occasion
from batch_tracker.stories.outcome import Ended

_FILE = "notified.json"
_LOCK_TIMEOUT_S = 10


def reason_of(endings: Sequence[Ended]) -> str:
    """Return why runs need a person, "" where they do not.

    The same trouble gives the same words the next night: file names and numbers are left out.
    """
    return "; ".join(sorted({_reason(each) for each in endings if each.exit_code}))


def _reason(ended: Ended) -> str:
    summary = ended.summary
    if summary.status == "partial":
        waiting = (state for state in State if state.needs_attention and summary.counts[state])
        return "partial: " + ", ".join(waiting)
    message = summary.message.replace(Path(summary.source or " ").name, "")
    return f"{summary.status}: " + re.sub(r"\d+", "#", message)


def news(reason: str, last: str) -> Occasion | None:
    """Return what a reason is news of, given the last one; "" stands for: all is well."""
    if reason == last:
        return None
    return "failure" if reason else "recovery"


class Statuses:
    """The last reason of each source, in the home. A file that can't be read is begun anew."""

    def __init__(self, home: Path) -> None:
        self._path = home / _FILE

    def last(self, source: str) -> str:
        """Return the last reason that was told of a source, "" where there was none."""
        return self._read().get(source, "")

    def keep(self, source: str, reason: str) -> None:
        """Remember what was told last. Raises OSError where that can't be written."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_TIMEOUT_S):
            draft = self._path.with_suffix(".new")
            draft.write_text(json.dumps(self._read() | {source: reason}), "utf-8")
            draft.replace(self._path)

    def _read(self) -> dict[str, str]:
        with suppress(OSError, TypeError, ValueError):
            return dict(json.loads(self._path.read_text("utf-8")))
        return {}
