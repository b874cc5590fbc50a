"""Looking back over all runs, and letting go of what is long past."""

import json
import sqlite3
import time
from datetime import UTC, datetime
from typing import NamedTuple

from batch_tracker.ledger.migration import rewrite
from batch_tracker.ledger.rows import counts, counts_to_keep, result_at
from batch_tracker.ledger.runs import Run, runs_by_id
from batch_tracker.ledger.values import SHIPPED_ON, UPDATE, moment_of
from batch_tracker.model import ResultRow
from batch_tracker.sqlite_file import named, transaction

# Whoever needs the file all the while is a run at work: the space is given back another time.
_SHRINKING_WAIT_MS = 2000

# So much is deleted, and given back, in one transaction: a run beside it waits some milliseconds
# for its end, and finds the ledger free during the rest.
_PIECE = 2000
_PAGES = 500
_REST_S = 0.004

# A table and its column that tells the row. The rows come last: what they are left of is gone on
# with.
_OF_A_ROW = {
    "attempts": "row",
    "outcomes": "row",
    "before_images": "row",
    "cell_blocks": "first",
    "unread_pos": "row",
    "rows": "row",
}
_STILL_THERE = """
    SELECT id FROM runs WHERE pruned_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM rows WHERE run = runs.id) ORDER BY id
"""

_READ_ROWS = f"""
    SELECT r.run, r.row, {UPDATE} FROM runs CROSS JOIN rows r ON r.run = runs.id AND r.po = ?
"""  # noqa: S608 - a constant of the ledger

# A row that could not be read as an update may name the PO all the same.
_UNREAD_ROWS = """
    SELECT r.run, r.row FROM runs
    CROSS JOIN unread_pos u ON u.run = runs.id AND u.po = ?
    CROSS JOIN rows r ON r.run = u.run AND r.row = u.row AND r.po IS NULL
"""

_ATTEMPTS = """
    SELECT number, started_at, finished_at, answer, status, message FROM attempts
    WHERE run = ? AND row = ? ORDER BY number
"""

_APPLIED = f"""
    SELECT s.name AS server, a.tracking_number, a.carrier, {SHIPPED_ON.format("a")} AS shipped_on,
        a.applied_at, runs.name AS run_name
    FROM servers s CROSS JOIN applied a ON a.server = s.id AND a.po = ?
    LEFT JOIN runs ON runs.id = a.run ORDER BY a.applied_at
"""  # noqa: S608 - a constant of the ledger

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
    found |= dict.fromkeys(ledger.execute(_UNREAD_ROWS, (po,)))
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
        Applied(row["server"], _values(row), moment_of(row["applied_at"]), row["run_name"])
        for row in named(ledger, _APPLIED, (po,))
    )
    return PoHistory(po, tuple(mentions), tuple(applied))


def _values(row: sqlite3.Row) -> Values:
    return Values(row["tracking_number"], row["carrier"], row["shipped_on"])


def _attempt(row: sqlite3.Row) -> Attempt:
    finished_at = row["finished_at"]
    return Attempt(
        row["number"],
        moment_of(row["started_at"]),
        None if finished_at is None else moment_of(finished_at),
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
    run that can still be resumed keeps everything. It is done piece by piece, so that a run at
    work need not wait; where it was killed, the next one goes on with it.
    """
    ledger.execute("PRAGMA secure_delete = ON")  # nothing of a deleted row is left in the file
    moment = before.astimezone(UTC).isoformat()
    past = ledger.execute(f"SELECT id FROM runs WHERE {_LONG_PAST}", (moment,)).fetchall()  # noqa: S608 - a constant of this module
    rows = [_note_pruned(ledger, run, now) for (run,) in past]
    for (run,) in ledger.execute(_STILL_THERE).fetchall():
        _delete_rows(ledger, run)
    gone = [each for each in rows if each is not None]
    return Pruned(len(gone), sum(gone), _shrink(ledger))


def _note_pruned(ledger: sqlite3.Connection, number: int, now: datetime) -> int | None:
    """Let go of a run's rows and return how many they are; None where it was just taken up."""
    with transaction(ledger):
        run = runs_by_id(ledger, [number])[number]
        if run.stage == "sending":
            return None
        ledger.execute(
            "UPDATE runs SET pruned_at = ?, counts_json = ?,"
            " notes_json = json_insert(notes_json, '$[#]', ?) WHERE id = ?",
            (
                now.isoformat(),
                json.dumps(counts_to_keep(run)),
                f"Its rows were deleted on {now:%Y-%m-%d} by prune.",
                number,
            ),
        )
        return sum(counts(run).values())


def _delete_rows(ledger: sqlite3.Connection, run: int) -> None:
    (last,) = ledger.execute("SELECT MAX(row) FROM rows WHERE run = ?", (run,)).fetchone()
    for first in range(1, last + 1, _PIECE):
        with transaction(ledger):
            for table, column in _OF_A_ROW.items():
                ledger.execute(
                    f"DELETE FROM {table} WHERE run = ? AND {column} BETWEEN ? AND ?",  # noqa: S608 - our own names
                    (run, first, first + _PIECE - 1),
                )
        time.sleep(_REST_S)


def _shrink(ledger: sqlite3.Connection) -> int | None:
    """Give the space back to the disk; return how many bytes, or None where that must wait."""
    before = _size(ledger)
    (patience,) = ledger.execute("PRAGMA busy_timeout").fetchone()
    try:
        if _is_freed_in_pieces(ledger):
            while _free_pages(ledger):
                # `execute` ends it after its first page: to Python it has no rows to fetch.
                ledger.executescript(f"PRAGMA incremental_vacuum({_PAGES})")
                time.sleep(_REST_S)
        ledger.execute(f"PRAGMA busy_timeout = {_SHRINKING_WAIT_MS}")
        if not _is_freed_in_pieces(ledger):
            rewrite(ledger)
        busy, *_ = ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:  # another process is at work, or the disk is too full
        return None
    finally:
        ledger.execute(f"PRAGMA busy_timeout = {patience}")
    return None if busy else before - _size(ledger)


def _is_freed_in_pieces(ledger: sqlite3.Connection) -> bool:
    (mode,) = ledger.execute("PRAGMA auto_vacuum").fetchone()
    return bool(mode)


def _free_pages(ledger: sqlite3.Connection) -> int:
    (pages,) = ledger.execute("PRAGMA freelist_count").fetchone()
    return int(pages)


def _size(ledger: sqlite3.Connection) -> int:
    (pages,) = ledger.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = ledger.execute("PRAGMA page_size").fetchone()
    return int(pages * page_bytes)
