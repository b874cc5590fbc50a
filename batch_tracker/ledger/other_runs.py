"""What other runs, at work at the same moment, mean for a call that is about to be made.

The plan knows what was applied when it was made. Another process may send the same rows since:
what it has applied is not sent again, and what it is just sending is waited for.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from enum import Enum, auto
from pathlib import Path

from batch_tracker.ledger.lock import is_worked_on
from batch_tracker.ledger.runs import Run
from batch_tracker.ledger.values import shipped_ms
from batch_tracker.model import Step

_Values = tuple[str | int | None, ...]

_OF_PO = "FROM applied a WHERE a.server = ?1 AND a.po = ?2"

_SAME = """COALESCE(a.tracking_number = ?3, ?3 IS NULL)
    AND COALESCE(a.carrier = ?4, ?4 IS NULL)
    AND COALESCE(a.shipped_on = ?5, ?5 IS NULL)
"""

_APPLIED = f"SELECT {_SAME}, COALESCE(a.run > ?6, 0) {_OF_PO}"

_SETTLE = f"""
    INSERT INTO outcomes (run, row, state, code, message)
    SELECT ?6, ?7, 'unchanged', 'already-applied', printf(
        'Sent with these values by run %s meanwhile.',
        COALESCE((SELECT name FROM runs WHERE id = a.run), 'of an earlier day'))
    {_OF_PO} AND {_SAME}
        AND NOT EXISTS (SELECT 1 FROM outcomes WHERE run = ?6 AND row = ?7)
"""  # noqa: S608 - constants of this module

_WRITTEN = """
    SELECT po FROM applied WHERE server = ? AND po IN (SELECT value FROM json_each(?))
"""

_AT_WORK = "SELECT id, name FROM runs WHERE stage = 'sending' AND server = ? AND id <> ?"

_IS_UNDER_WAY = """
    SELECT 1 FROM rows r JOIN attempts a ON a.run = r.run AND a.row = r.row
    WHERE r.run = ? AND r.po = ? AND a.answer IS NULL
"""


class Need(Enum):
    """Whether a row still needs its call."""

    NOW = auto()
    LATER = auto()
    """Another run has a call for this PO under way."""
    APPLIED = auto()
    """Another run has applied exactly these values."""
    OVERTAKEN = auto()
    """A later run has written something else to this PO."""


class OtherRuns:
    """Looks from one run at the others; in a transaction, what it sees stays so until its end.

    `server` is the number of the run's server in the ledger.
    """

    def __init__(self, run: Run, server: int | None) -> None:
        self._run = run
        self._ledger = run.ledger
        self._server = server
        self._seen: int | None = None
        self._at_work: list[tuple[int, str]] = []
        self._have_mattered = False

    def may_matter(self) -> bool:
        """Whether another run is at work, or has mattered before; unknown before the first look."""
        return bool(self._at_work) or self._have_mattered or self._seen is None

    def look(self) -> None:
        """See which runs are unfinished; they are looked up where others have written since."""
        version = self._version()
        if version != self._seen:
            self._seen = version
            self._at_work = self._ledger.execute(
                _AT_WORK, (self._run.server, self._run.id)
            ).fetchall()

    def written(self, pos: Collection[int]) -> set[int]:
        """Return those POs of which anything is known that a run has written; mostly none."""
        values = (self._server, json.dumps([*pos]))
        return {po for (po,) in self._ledger.execute(_WRITTEN, values)}

    def need_of(self, step: Step, *, is_written: bool = True) -> Need:
        """Say whether a row still needs its call, by the runs that the last look has seen."""
        need = (self._need_as_written(step) if is_written else None) or self._need_now(step)
        self._have_mattered |= need is not Need.NOW
        return need

    def _need_as_written(self, step: Step) -> Need | None:
        found = self._ledger.execute(_APPLIED, (*self._values(step), self._run.id)).fetchone()
        is_same, is_later = found or (False, False)
        if is_same and not self._run.manifest.force:
            return Need.APPLIED
        return Need.OVERTAKEN if is_later else None

    def _need_now(self, step: Step) -> Need:
        return Need.LATER if any(self._sending(step.update.po)) else Need.NOW

    def settle(self, step: Step) -> bool:
        """Settle a row as unchanged, where its values are applied still; say whether it was."""
        values = (*self._values(step), self._run.id, step.row)
        return bool(self._ledger.execute(_SETTLE, values).rowcount)

    def _values(self, step: Step) -> _Values:
        update = step.update
        values = (update.tracking_number, update.carrier, shipped_ms(update.shipped_on))
        return (self._server, update.po, *values)

    def _sending(self, po: int) -> Iterator[str]:
        """Give the runs that have a call for a PO under way, in a process that lives."""
        for run, name in self._at_work:
            if self._finds(_IS_UNDER_WAY, (run, po)) and is_worked_on(name, self._home()):
                yield name

    def _version(self) -> int:
        """Return a number that changes where another process has written."""
        (version,) = self._ledger.execute("PRAGMA data_version").fetchone()
        return int(version)

    def _home(self) -> Path:
        _, _, path = self._ledger.execute("PRAGMA database_list").fetchone()
        return Path(path).parent

    def _finds(self, sql: str, values: _Values) -> bool:
        found: sqlite3.Cursor = self._ledger.execute(sql, values)
        return found.fetchone() is not None
