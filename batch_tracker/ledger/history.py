"""Looking back over all runs, and letting go of what is long past."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from batch_tracker.ledger.rows import counts, result_at
from batch_tracker.ledger.runs import Run, runs_by_id
from batch_tracker.ledger.warnings import warning_counts
from batch_tracker.model import Cell, ResultRow
from batch_tracker.sqlite_file import named, transaction

# Whoever needs the file all the while is a run at work: the space is given back another time.
_SHRINKING_WAIT_MS = 2000

_READ_ROWS = """
    SELECT r.run, r.row, r.tracking_number, r.carrier, r.shipped_on
    FROM runs CROSS JOIN rows r ON r.run = runs.id AND r.po = ?
"""

# A row that could not be read as an update may name the PO all the same.
_UNREAD_ROWS = """
    SELECT r.run, r.row FROM rows r JOIN runs ON runs.id = r.run
    WHERE r.po IS NULL AND instr(json_extract(
        r.cells_json, '$[' || json_extract(manifest_json, '$.text_columns[0]') || ']'), ?)
"""

_ATTEMPTS = """
    SELECT number, started_at, finished_at, answer, status, message FROM attempts
    WHERE run = ? AND row = ? ORDER BY number
"""

_APPLIED = """
    SELECT a.server, a.tracking_number, a.carrier, a.shipped_on, a.applied_at,
        runs.name AS run_name
    FROM applied a LEFT JOIN runs ON runs.id = a.run WHERE a.po = ? ORDER BY a.applied_at
"""

_LONG_PAST = "stage <> 'sending' AND pruned_at IS NULL AND COALESCE(finished_at, started_at) < ?"


class Attempt(NamedTuple):
    """One call for a row. `answer` and `finished_at` are None where no answer was noted."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    answer: str | None
    status: int | None
    message: str | None


class Values(NamedTuple):
    """What a PO was, or was to be, given; None where that field was left alone."""

    tracking_number: str | None
    carrier: str | None
    shipped_on: str | None


class Mention(NamedTuple):
    """A row that names a PO. `values` is None where the row could not be read safely."""

    run: Run
    result: ResultRow
    values: Values | None
    attempts: tuple[Attempt, ...]


class Applied(NamedTuple):
    """What a server is known to have taken; `run` is the name of the run that sent it last."""

    server: str
    values: Values
    applied_at: datetime
    run: str | None


class PoHistory(NamedTuple):
    """Everything the ledger knows of a PO, oldest first."""

    po: int
    mentions: tuple[Mention, ...]
    applied: tuple[Applied, ...]


class Pruned(NamedTuple):
    """What was let go of, or would be.

    `freed_bytes` is None where another run is at work, so that the file keeps its size for now.
    """

    runs: int
    rows: int
    freed_bytes: int | None = None


def history_of(ledger: sqlite3.Connection, po: int) -> PoHistory:
    """Return every row of every run that names this PO, and what was applied to it."""
    found: dict[tuple[int, int], Values | None] = {
        (row["run"], row["row"]): _values(row) for row in named(ledger, _READ_ROWS, (po,))
    }
    found |= dict.fromkeys(_unread(ledger, po))
    runs = runs_by_id(ledger, (run for run, _ in found))
    mentions = (
        Mention(
            runs[run],
            result_at(runs[run], row),
            values,
            tuple(map(_attempt, named(ledger, _ATTEMPTS, (run, row)))),
        )
        for (run, row), values in sorted(found.items(), key=lambda each: each[0])
    )
    applied = (
        Applied(
            row["server"], _values(row), datetime.fromisoformat(row["applied_at"]), row["run_name"]
        )
        for row in named(ledger, _APPLIED, (po,))
    )
    return PoHistory(po, tuple(mentions), tuple(applied))


def _unread(ledger: sqlite3.Connection, po: int) -> Iterator[tuple[int, int]]:
    rows = ledger.execute(_UNREAD_ROWS, (str(po),)).fetchall()
    runs = runs_by_id(ledger, (run for run, _ in rows))
    for run, row in rows:
        column = runs[run].manifest.text_columns[0]
        if _names(result_at(runs[run], row).cells[column], po):
            yield run, row


def _names(cell: Cell, po: int) -> bool:
    """Whether one of the numbers in a cell is this PO's."""
    text = (cell if isinstance(cell, str) else cell.raw).removesuffix(".0")
    return str(po) in {number.lstrip("0") for number in re.findall(r"[0-9]+", text)}


def _values(row: sqlite3.Row) -> Values:
    return Values(row["tracking_number"], row["carrier"], row["shipped_on"])


def _attempt(row: sqlite3.Row) -> Attempt:
    finished_at = row["finished_at"]
    return Attempt(
        row["number"],
        datetime.fromisoformat(row["started_at"]),
        datetime.fromisoformat(finished_at) if finished_at else None,
        row["answer"],
        row["status"],
        row["message"],
    )


def prunable(ledger: sqlite3.Connection, *, before: datetime) -> Pruned:
    """Count the runs that ended before a moment and can't be resumed, and their rows."""
    runs, rows = ledger.execute(
        "SELECT COUNT(*), TOTAL((SELECT COUNT(*) FROM rows WHERE run = runs.id))"  # noqa: S608 - a constant of this module
        f" FROM runs WHERE {_LONG_PAST}",
        (before.astimezone(UTC).isoformat(),),
    ).fetchone()
    return Pruned(runs, int(rows))


def prune(ledger: sqlite3.Connection, *, before: datetime, now: datetime) -> Pruned:
    """Delete the rows, attempts, outcomes and before-images of the runs that `prunable` counts.

    What was applied stays, so nothing is sent again; so does each run's line with its counts. A
    run that can still be resumed keeps everything.
    """
    moment = before.astimezone(UTC).isoformat()
    past = {
        run
        for (run,) in ledger.execute(f"SELECT id FROM runs WHERE {_LONG_PAST}", (moment,))  # noqa: S608 - a constant of this module
    }
    rows = [_prune_run(run, now) for run in runs_by_id(ledger, past).values()]
    gone = [each for each in rows if each is not None]
    return Pruned(len(gone), sum(gone), _shrink(ledger))


def _prune_run(run: Run, now: datetime) -> int | None:
    """Delete a run's rows and return how many they were; None where it was just taken up again."""
    with transaction(run.ledger):
        kept = counts(run)
        pruned = run.ledger.execute(
            "UPDATE runs SET pruned_at = :now, counts_json = :counts,"
            " other_calls = other_calls + (SELECT COUNT(*) FROM attempts WHERE run = :run),"
            " notes_json = json_insert(notes_json, '$[#]', :note)"
            " WHERE id = :run AND stage <> 'sending'",
            {
                "run": run.id,
                "now": now.isoformat(),
                "counts": json.dumps({**kept, **warning_counts(run)}),
                "note": f"Its rows were deleted on {now:%Y-%m-%d} by prune.",
            },
        )
        if not pruned.rowcount:
            return None
        for table in ("attempts", "outcomes", "before_images", "rows"):
            run.ledger.execute(f"DELETE FROM {table} WHERE run = ?", (run.id,))  # noqa: S608 - our own names
    return sum(kept.values())


def _shrink(ledger: sqlite3.Connection) -> int | None:
    """Give the space back to the disk; return how many bytes, or None where that must wait.

    It writes the file anew, so nothing of the deleted rows is left in it.
    """
    before = _size(ledger)
    (patience,) = ledger.execute("PRAGMA busy_timeout").fetchone()
    ledger.execute(f"PRAGMA busy_timeout = {_SHRINKING_WAIT_MS}")
    try:
        ledger.execute("VACUUM")
        busy, *_ = ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:  # another process is at work, or the disk is too full
        return None
    finally:
        ledger.execute(f"PRAGMA busy_timeout = {patience}")
    return None if busy else before - _size(ledger)


def _size(ledger: sqlite3.Connection) -> int:
    (pages,) = ledger.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = ledger.execute("PRAGMA page_size").fetchone()
    return int(pages * page_bytes)
