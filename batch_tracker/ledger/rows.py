"""The rows of a run: the steps to send, the counts, and what became of each row."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from batch_tracker.ledger.cells import StoredCells
from batch_tracker.ledger.database import storable
from batch_tracker.ledger.runs import Run, find_run
from batch_tracker.ledger.values import (
    IMAGE,
    UPDATE,
    image_of,
    moment_of,
    step_of,
    update_of,
)
from batch_tracker.ledger.warnings import warning_counts
from batch_tracker.model import (
    Issue,
    Level,
    ResultRow,
    State,
    Step,
)
from batch_tracker.model.references import row_reference
from batch_tracker.model.updates import sent_words
from batch_tracker.sqlite_file import named, transaction

# What a row without a settled outcome is, seen from outside the run.
_IS_DOUBTFUL = """EXISTS (
    SELECT 1 FROM attempts a WHERE a.run = r.run AND a.row = r.row
    AND COALESCE(a.answer, 'lost') = 'lost')"""
STATE = f"COALESCE(o.state, iif({_IS_DOUBTFUL}, 'in doubt', 'not sent'))"
"""The state of a row, for a query that calls the rows `r` and their outcomes `o`."""

RESULTS = f"""
    SELECT r.row, r.source_row, {UPDATE}, {STATE} AS state, o.message, o.code, o.status,
        (SELECT COUNT(*) FROM attempts a WHERE a.run = r.run AND a.row = r.row) AS attempts,
        o.completed_at, r.issues_json, o.same_as, {IMAGE}
    FROM rows r LEFT JOIN outcomes o ON o.run = r.run AND o.row = r.row
    LEFT JOIN before_images b ON b.run = r.run AND b.row = r.row
    WHERE r.run = ?"""  # noqa: S608 - a constant of this module
"""Every row of a run with what became of it, for a query that goes on with AND or ORDER BY."""

_STEPS = f"""
    SELECT r.row, {UPDATE}, COUNT(a.number) AS attempts,
        COALESCE(MAX(a.number IS NOT NULL AND COALESCE(a.answer, 'lost') = 'lost'), 0) AS doubtful
    FROM rows r LEFT JOIN attempts a ON a.run = r.run AND a.row = r.row
    WHERE r.run = ? AND r.row > ? AND NOT EXISTS (
        SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)
    GROUP BY r.row ORDER BY r.row LIMIT ?"""  # noqa: S608 - a constant of this module


def steps(run: Run, *, after: int, limit: int) -> list[Step]:
    """Return the next rows to send, in source order, with the calls already made for each."""
    return [
        Step(row["row"], update_of(row), row["attempts"], bool(row["doubtful"]))
        for row in named(run.ledger, _STEPS, (run.id, after, limit))
    ]


def doubtful_steps(run: Run, *, after: int, limit: int) -> list[Step]:
    """Return the next rows that ended in doubt, in source order."""
    return _settled_steps(run, "o.state = 'in doubt'", after, limit)


def refused_doubts(run: Run, *, after: int, limit: int) -> list[Step]:
    """Return the next rows that were refused after an answer was lost, in source order."""
    condition = f"o.state = 'rejected' AND {_IS_DOUBTFUL}"
    return _settled_steps(run, condition, after, limit)


def unverified_steps(run: Run, *, after: int, limit: int) -> list[Step]:
    """Return the next rows that were updated and not looked up since, in source order."""
    return _settled_steps(run, "o.state = 'updated' AND o.code = ''", after, limit)


def _settled_steps(run: Run, condition: str, after: int, limit: int) -> list[Step]:
    sql = (
        f"SELECT r.row, {UPDATE} FROM outcomes o JOIN rows r ON r.run = o.run AND r.row = o.row"  # noqa: S608 - conditions of this module
        f" WHERE o.run = ? AND o.row > ? AND {condition} ORDER BY o.row LIMIT ?"
    )
    return [step_of(row) for row in named(run.ledger, sql, (run.id, after, limit))]


def counts(run: Run) -> dict[State, int]:
    """Count the rows in each state, zeros included; of a pruned run, those it had."""
    if run.counts is None:
        return _count(run)
    return {state: run.counts.get(state, 0) for state in State}


def counts_to_keep(run: Run) -> dict[str, int]:
    """Return all that is counted of a run, as it is kept with a finished one."""
    states = {str(state): rows for state, rows in counts(run).items()}
    return {**states, **warning_counts(run), "attempts": _attempts(run)}


def _count(run: Run) -> dict[State, int]:
    found = Counter(
        dict(
            run.ledger.execute(
                "SELECT o.state, COUNT(*) FROM outcomes o JOIN rows r USING (run, row)"
                " WHERE o.run = ? GROUP BY o.state",
                (run.id,),
            )
        )
    )
    # Counted apart: to group a million open rows takes longer than to count them.
    still_open, doubtful = run.ledger.execute(
        f"SELECT COUNT(*), TOTAL({_IS_DOUBTFUL}) FROM rows r WHERE r.run = ? AND NOT EXISTS ("  # noqa: S608 - a constant of this module
        " SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)",
        (run.id,),
    ).fetchone()
    found.update({State.IN_DOUBT: int(doubtful), State.NOT_SENT: still_open - int(doubtful)})
    return {state: found[state] for state in State}


def open_steps(run: Run) -> int:
    """Count the rows that are still to be sent, or to be sent again."""
    (count,) = run.ledger.execute(
        "SELECT (SELECT COUNT(*) FROM rows WHERE run = :run)"
        " - (SELECT COUNT(*) FROM outcomes WHERE run = :run)",
        {"run": run.id},
    ).fetchone()
    return int(count)


SAME_REFUSAL = "same-refusal"


def mark_same_refusal(run: Run, rows: Iterable[int]) -> None:
    """Mark rows as refused for no reason of their own."""
    with transaction(run.ledger):
        run.ledger.executemany(
            "UPDATE outcomes SET code = ? WHERE run = ? AND row = ? AND state = 'rejected'",
            [(SAME_REFUSAL, run.id, row) for row in rows],
        )


def note_report(run: Run, report: str, *, ends: bool) -> None:
    """Note where a run's workbook is; with `ends`, the run is finished by it if no row is open.

    Only who holds the run's lock may end it.
    """
    with transaction(run.ledger):
        run.ledger.execute("UPDATE runs SET report = ? WHERE id = ?", (storable(report), run.id))
        if ends and not open_steps(run):
            run.ledger.execute(
                "UPDATE runs SET stage = 'finished', counts_json = ?"
                " WHERE id = ? AND stage = 'sending'",
                (json.dumps(counts_to_keep(replace(run, counts=None))), run.id),
            )


def reopen(run: Run, *, failed: bool) -> Run:
    """Make rows of a run open steps again, and the run unfinished; return it as it is then.

    Those are the rows refused for no reason of their own and, with `failed`, those that failed or
    are in doubt. Calls that an earlier process has left without an answer are under way no more.
    """
    with transaction(run.ledger):
        run.ledger.execute(
            "UPDATE attempts SET answer = 'lost' WHERE run = ? AND answer IS NULL", (run.id,)
        )
        run.ledger.execute(
            "UPDATE runs SET stage = 'sending', status = NULL, counts_json = NULL"
            " WHERE id = ? AND stage = 'finished'",
            (run.id,),
        )
        run.ledger.execute(
            "DELETE FROM outcomes WHERE run = ?"
            " AND (code = ? OR ? AND state IN ('failed', 'in doubt'))",
            (run.id, SAME_REFUSAL, failed),
        )
    return find_run(run.ledger, run.name)


def calls_made(run: Run) -> int:
    """Count every call of the run: attempts at rows, logins and look-ups."""
    query = "SELECT other_calls FROM runs WHERE id = ?"
    (other_calls,) = run.ledger.execute(query, (run.id,)).fetchone()
    return int(other_calls) + _attempts(run)


def _attempts(run: Run) -> int:
    if run.counts is not None and "attempts" in run.counts:
        return run.counts["attempts"]
    query = "SELECT COUNT(*) FROM attempts WHERE run = ?"
    return int(run.ledger.execute(query, (run.id,)).fetchone()[0])


def results(run: Run) -> Iterator[ResultRow]:
    """Stream every row with what became of it, in source order."""
    cells = StoredCells(run)
    for row in named(run.ledger, f"{RESULTS} ORDER BY r.row", (run.id,)):
        yield result_of(run, row, cells)


def result_at(run: Run, row: int) -> ResultRow:
    """Return one row with what became of it; `row` is its position in the run, from 1."""
    found = named(run.ledger, f"{RESULTS} AND r.row = ?", (run.id, row))
    return result_of(run, found.fetchone(), StoredCells(run))


def problems(run: Run, limit: int) -> list[ResultRow]:
    """Return the first settled rows that need a person, in source order, `limit` at the most."""
    states = [state for state in State if state.needs_attention]
    marks = ",".join("?" * len(states))
    sql = f"{RESULTS} AND o.state IN ({marks}) ORDER BY r.row LIMIT ?"
    found, cells = named(run.ledger, sql, (run.id, *states, limit)), StoredCells(run)
    return [result_of(run, row, cells) for row in found]


def result_of(run: Run, row: sqlite3.Row, cells: StoredCells) -> ResultRow:
    """Return a row with what became of it; the query begins with RESULTS."""
    state, same_as, completed_at = State(row["state"]), row["same_as"], row["completed_at"]
    message = row["message"] or _OPEN.get(state, "")
    if state is State.UPDATED and not message:
        message = sent_words(update_of(row))
    return ResultRow(
        number=row["source_row"],
        cells=cells[row["row"]],
        state=state,
        wording=_shared_fate(run, same_as) if same_as else message,
        code=row["code"] or "",
        status=row["status"],
        attempts=row["attempts"],
        completed_at=None if completed_at is None else moment_of(completed_at),
        issues=_issues(row["issues_json"]),
        before=None if row["before_found"] is None else image_of(row),
    )


_OPEN = {
    State.NOT_SENT: "The run stopped before this row was sent. batch-tracker resume sends it.",
    State.IN_DOUBT: (
        "Sent, but the answer was lost. Sellercloud may have taken it or not. "
        "batch-tracker resume sends it again."
    ),
}


def _shared_fate(run: Run, row: int) -> str:
    number, state = run.ledger.execute(
        f"SELECT r.source_row, {STATE} FROM rows r"  # noqa: S608 - a constant of this module
        " LEFT JOIN outcomes o ON o.run = r.run AND o.row = r.row WHERE r.run = ? AND r.row = ?",
        (run.id, row),
    ).fetchone()
    return f"Same as {row_reference(number)}, which is {state}."


def position_of(run: Run, number: int) -> int | None:
    """Return the position (from 1) of the row with this number in the source, or None.

    Rows stand in the order of their numbers, so halving finds one where no index does.
    """
    query = "SELECT source_row FROM rows WHERE run = ? AND row = ?"
    # No row stands further down than its number says.
    low, high = 1, number
    while low < high:
        middle = (low + high) // 2
        found = run.ledger.execute(query, (run.id, middle)).fetchone()
        low, high = (middle + 1, high) if found and found[0] < number else (low, middle)
    found = run.ledger.execute(query, (run.id, low)).fetchone()
    return low if found and found[0] == number else None


def _issues(text: str | None) -> tuple[Issue, ...]:
    return tuple(_issue(fields) for fields in json.loads(text)) if text else ()


def _issue(fields: Mapping[str, object]) -> Issue:
    return Issue(**{**fields, "level": Level(fields["level"])})  # type: ignore[arg-type]
