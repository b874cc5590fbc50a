"""The rows of a run page by page: filtered, searched and counted in SQL, however many there are."""

from enum import StrEnum
from typing import NamedTuple

from batch_tracker.ledger.cells import StoredCells, rows_holding
from batch_tracker.ledger.rows import RESULTS, result_of
from batch_tracker.ledger.runs import Run
from batch_tracker.ledger.warnings import WARNED
from batch_tracker.model import ResultRow, State
from batch_tracker.model.references import plain
from batch_tracker.sqlite_file import named

_ALIKE_LIMIT = 1000
_ATTENTION = ", ".join(
    f"'{state}'" for state in State if state.needs_attention and state is not State.NOT_SENT
)
_OPEN = "NOT EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row)"
_SETTLED = "EXISTS (SELECT 1 FROM outcomes x WHERE x.run = r.run AND x.row = r.row AND x.state {})"


class Shown(StrEnum):
    """Which rows are shown."""

    ALL = "all"
    ATTENTION = "attention"
    WARNINGS = "warnings"
    OPEN = "open"
    SKIPPED = "skipped"
    DUPLICATE = "duplicate"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"


_CONDITIONS = {
    Shown.ALL: "TRUE",
    Shown.ATTENTION: _SETTLED.format(f"IN ({_ATTENTION})"),
    Shown.WARNINGS: WARNED,
    Shown.OPEN: _OPEN,
    Shown.SKIPPED: _SETTLED.format("= 'skipped'"),
    Shown.DUPLICATE: _SETTLED.format("= 'duplicate'"),
    Shown.UNCHANGED: _SETTLED.format("= 'unchanged'"),
    Shown.CORRECTED: """instr(r.issues_json, '"code":"corrected"') > 0""",
}
_FOUND = " AND r.row IN (SELECT value FROM json_each(:found))"


class BrowsedRow(NamedTuple):
    """A row with what became of it, and what it would send: None where that is nothing."""

    result: ResultRow
    po: int | None
    tracking_number: str | None
    carrier: str | None
    shipped_on: str | None


class RowsPage(NamedTuple):
    """Some rows: how many there are in all, where these begin, and these."""

    total: int
    offset: int
    rows: tuple[BrowsedRow, ...]


def tally(run: Run) -> dict[Shown, int]:
    """Count the rows of each kind."""
    columns = ", ".join(f"TOTAL({condition})" for condition in _CONDITIONS.values())
    found = run.ledger.execute(f"SELECT {columns} FROM rows r WHERE r.run = ?", (run.id,))  # noqa: S608 - constants of this module
    return dict(zip(_CONDITIONS, map(int, found.fetchone()), strict=True))


def browse(
    run: Run, shown: Shown, *, search: str = "", offset: int = 0, limit: int = 50, begin: int = 0
) -> RowsPage:
    """Return rows in source order: `limit` of them from `offset`, or from the row numbered `begin`.

    `search` is looked for in the cells, whatever the case of its letters.
    """
    condition = _CONDITIONS[shown] + (_FOUND if search else "")
    values = {"run": run.id, "found": _found(run, search), "begin": begin}
    counted = f"SELECT COUNT(*), TOTAL(r.source_row < :begin) FROM rows r WHERE r.run = :run AND {condition}"  # noqa: S608, E501 - constants of this module
    total, before = run.ledger.execute(counted, values).fetchone()
    if begin:
        offset = max(0, min(int(before), total - 1))
    # Only the rows that are shown are read; the others are passed over by their keys.
    keys = f"SELECT r.row FROM rows r WHERE r.run = :run AND {condition} ORDER BY r.row LIMIT :limit OFFSET :offset"  # noqa: S608, E501 - the same
    picked = [
        row for (row,) in run.ledger.execute(keys, {**values, "limit": limit, "offset": offset})
    ]
    return RowsPage(total, offset, tuple(_read(run, picked)))


def _read(run: Run, picked: list[int]) -> list[BrowsedRow]:
    marks = ",".join("?" * len(picked))
    sql = f"{RESULTS} AND r.row IN ({marks}) ORDER BY r.row"
    cells = StoredCells(run)
    return [
        BrowsedRow(
            result_of(run, row, cells),
            row["po"],
            row["tracking_number"],
            row["carrier"],
            row["shipped_on"],
        )
        for row in named(run.ledger, sql, (run.id, *picked))
    ]


def _found(run: Run, search: str) -> str:
    """Return the positions of the rows with a text in their cells, as JSON."""
    return f"[{','.join(map(str, rows_holding(run, search)))}]" if search else "[]"


# The text as a blob, because half of a surrogate pair in it is no text that Python would take.
_ALIKE = """
    SELECT json_extract(i.value, '$.column') AS place, json_extract(i.value, '$.code') AS code,
        CAST(json_extract(i.value, '$.text') AS BLOB) AS text, COUNT(*) AS rows
    FROM rows r, json_each(r.issues_json) i
    WHERE r.run = :run AND instr(r.issues_json, '"level":"error"') > 0
        AND json_extract(i.value, '$.level') = 'error' AND place IS NOT NULL
    GROUP BY place, code, text HAVING COUNT(*) > 1 ORDER BY rows DESC LIMIT :limit"""


class Fault(NamedTuple):
    """What is wrong with a cell: its column, the code of the issue, the cell's text."""

    column: int
    code: str
    text: str


def alike(run: Run) -> dict[Fault, int]:
    """Count the rows that have the same fault, for the faults that more than one row has."""
    found = run.ledger.execute(_ALIKE, {"run": run.id, "limit": _ALIKE_LIMIT})
    return {
        Fault(column, code, text.decode("utf-8", "replace")): rows
        for column, code, text, rows in found
    }


def rows_with(run: Run, fault: Fault) -> list[int]:
    """Return the numbers of the rows that have a fault."""
    found = run.ledger.execute(
        "SELECT DISTINCT r.source_row FROM rows r, json_each(r.issues_json) i WHERE r.run = ?"
        " AND json_extract(i.value, '$.column') = ? AND json_extract(i.value, '$.code') = ?"
        " AND json_extract(i.value, '$.text') = ? AND json_extract(i.value, '$.level') = 'error'",
        (run.id, *fault),
    )
    return [number for (number,) in found]


class Refusal(NamedTuple):
    """A row that could not be sent, and when that was known (`at`, a cursor for the next look)."""

    number: int
    po: int
    tracking_number: str
    state: State
    message: str
    at: str


def lately_refused(run: Run, *, after: str = "", limit: int) -> list[Refusal]:
    """Return the last rows that the server did not take, those after a cursor, the newest first."""
    found = run.ledger.execute(
        "SELECT r.source_row, r.po, COALESCE(r.tracking_number, ''), o.state, o.message,"  # noqa: S608 - constants of this module
        " o.completed_at FROM outcomes o JOIN rows r ON r.run = o.run AND r.row = o.row"
        f" WHERE o.run = ? AND o.state IN ({_ATTENTION}) AND o.completed_at > ?"
        " ORDER BY o.completed_at DESC LIMIT ?",
        (run.id, int(after or 0), limit),
    )
    return [
        Refusal(number, po, tracking, State(state), plain(message), str(at))
        for number, po, tracking, state, message, at in found
    ]
