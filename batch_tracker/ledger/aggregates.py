"""A run seen from afar: a few hundred numbers and lines, however many rows it has.

Everything is gathered by SQLite, which spills to disk what does not fit, so a million rows cost
no memory. Rows without an outcome (still to be sent) are neither grouped nor listed.
"""

import re
from typing import NamedTuple

from batch_tracker.ledger.cell_blocks import text_of
from batch_tracker.ledger.cells import StoredCells
from batch_tracker.ledger.database import storable
from batch_tracker.ledger.runs import Run
from batch_tracker.ledger.warnings import WarningGroup, warning_groups
from batch_tracker.model import Cell, State
from batch_tracker.model.references import plain

MOST_BUCKETS = 120
_WIDTHS_S = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(3600 * hours for hours in (1, 2, 4, 6, 12, 24, 48, 168, 720)),
)
_RESOLUTION_S = 0.001
_CELL_LIMIT, _MESSAGE_LIMIT = 200, 1000
_CUT = " […cut]"
_EXAMPLES = 5

_ATTENTION = ", ".join(
    f"'{state}'" for state in State if state.needs_attention and state is not State.NOT_SENT
)


class Bucket(NamedTuple):
    """A stretch of time. `start` is in Unix seconds; the timeline's `width_s` is its length.

    `calls` were begun in it. `recent` is the most that any window ending in it holds: what the
    quota limits.
    """

    start: float
    calls: int
    recent: int


class Timeline(NamedTuple):
    """The attempts at rows over time: every bucket from the first call to the last."""

    width_s: float
    buckets: tuple[Bucket, ...]


class Latency(NamedTuple):
    """How many calls took how long to be answered, to the millisecond."""

    ms: int
    calls: int


class Reason(NamedTuple):
    """Rows that need a person for the same reason, told by the first of them.

    `examples` are the numbers of the first of them in the file.
    """

    state: State
    code: str
    message: str
    rows: int
    examples: tuple[int, ...]


class AttentionRow(NamedTuple):
    """A row that needs a person; long texts are cut, and say so."""

    number: int
    po: str
    tracking_number: str
    state: State
    message: str
    code: str


class Overview(NamedTuple):
    """A run seen from afar. `kinds` counts all reasons and `settled` all rows that have one."""

    timeline: Timeline
    latencies: tuple[Latency, ...]
    reasons: tuple[Reason, ...]
    kinds: int
    rows: tuple[AttentionRow, ...]
    settled: int
    warnings: tuple[WarningGroup, ...] = ()


def overview(run: Run, *, window_s: float, reasons: int, rows: int) -> Overview:
    """Gather what the page shows: at most so many reasons, the commonest first, and rows."""
    kinds, found = reasons_of(run, reasons)
    return Overview(
        timeline=_timeline(run, window_s),
        latencies=_latencies(run),
        reasons=found,
        kinds=kinds,
        rows=_rows(run, rows),
        settled=_settled(run),
        warnings=warning_groups(run),
    )


_CALLS = "SELECT round(started_at / 1e6, 3) AS at FROM attempts WHERE run = :run"

_BUCKETS = f"""
    SELECT CAST((at - :first) / :width AS INTEGER) AS bucket, COUNT(*), MAX(recent)
    FROM (
        SELECT at, COUNT(*) OVER (
            ORDER BY at RANGE BETWEEN :window PRECEDING AND CURRENT ROW) AS recent
        FROM ({_CALLS}))
    GROUP BY bucket"""  # noqa: S608 - a constant of this module


def _timeline(run: Run, window_s: float) -> Timeline:
    """Count the calls in each bucket, and in the window before each call."""
    first, last = run.ledger.execute(
        f"SELECT MIN(at), MAX(at) FROM ({_CALLS})",  # noqa: S608 - a constant of this module
        {"run": run.id},
    ).fetchone()
    if first is None:
        return Timeline(_WIDTHS_S[0], ())
    width = _width(last - first)
    start = first // width * width
    # Two calls a whole window apart are not in the same one.
    window = max(window_s - _RESOLUTION_S / 2, 0)
    values = {"run": run.id, "first": start, "width": width, "window": window}
    found = {
        bucket: (calls, recent) for bucket, calls, recent in run.ledger.execute(_BUCKETS, values)
    }
    buckets: list[Bucket] = []
    for position in range(max(found) + 1):
        calls, recent = found.get(position, (0, 0))
        # The window right before a bucket may hold more than any that ends at one of its calls.
        earlier = buckets[max(0, position - int(window_s / width)) :]
        before = sum(each.calls for each in earlier)
        buckets.append(Bucket(start + position * width, calls, max(recent, before)))
    return Timeline(width, tuple(buckets))


def _width(span_s: float) -> float:
    return next((w for w in _WIDTHS_S if span_s / w < MOST_BUCKETS), span_s / MOST_BUCKETS)


def _latencies(run: Run) -> tuple[Latency, ...]:
    return tuple(
        Latency(ms, calls)
        for ms, calls in run.ledger.execute(
            "SELECT MAX(0, CAST(round((finished_at - started_at) / 1e3) AS INTEGER)) AS ms,"
            " COUNT(*) FROM attempts WHERE run = ? AND answer <> 'lost' GROUP BY ms ORDER BY ms",
            (run.id,),
        )
    )


# A code says why we did not send a row; what a server said only its words tell.
_REASONS = f"""
    SELECT state, code, MAX(CASE WHEN place = 1 THEN message END), COUNT(*) AS found,
        group_concat(CASE WHEN place <= {_EXAMPLES} THEN source_row END), COUNT(*) OVER ()
    FROM (
        SELECT o.state, o.code, o.message, r.source_row, o.words,
            ROW_NUMBER() OVER (PARTITION BY o.state, o.code, o.words ORDER BY o.row) AS place
        FROM (
            SELECT run, row, state, code, message,
                iif(state IN ('invalid', 'conflict'), '', fold(message)) AS words
            FROM outcomes WHERE run = :run AND state IN ({_ATTENTION})) o
        JOIN rows r ON r.run = o.run AND r.row = o.row)
    GROUP BY state, code, words
    ORDER BY found DESC, MIN(source_row) LIMIT :limit"""  # noqa: S608 - a constant of this module

_WORD_WITH_DIGIT = re.compile(r"\b\w*?\d\w*")


def _fold(words: str) -> str:
    """Make alike what differs only in a PO, a tracking number or another word with digits."""
    return _WORD_WITH_DIGIT.sub("#", words)


def reasons_of(run: Run, limit: int) -> tuple[int, tuple[Reason, ...]]:
    """Return how many reasons there are for which rows need a person, and the commonest of them."""
    run.ledger.create_function("fold", 1, _fold, deterministic=True)
    found = run.ledger.execute(_REASONS, {"run": run.id, "limit": limit}).fetchall()
    reasons = tuple(
        Reason(
            State(state),
            code,
            _cut(plain(message), _MESSAGE_LIMIT),
            rows,
            tuple(_numbers(examples)),
        )
        for state, code, message, rows, examples, _ in found
    )
    return (found[0][-1] if found else 0), reasons


# Mostly there are none: EXISTS is asked first, and once, and ends it before any PO is looked at.
_REPEATED = """
    WITH often AS MATERIALIZED (
        SELECT tracking_number FROM rows WHERE run = :run AND tracking_number IS NOT NULL
        GROUP BY tracking_number HAVING COUNT(*) >= :least)
    SELECT r.tracking_number, COUNT(DISTINCT r.po) AS pos
    FROM rows r
    WHERE EXISTS (SELECT 1 FROM often) AND r.run = :run AND r.tracking_number IN often
        AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)
    GROUP BY r.tracking_number HAVING pos >= :least
    ORDER BY pos DESC, r.tracking_number LIMIT :limit"""


def repeated_numbers(run: Run, *, least: int, limit: int) -> list[tuple[str, int]]:
    """Return tracking numbers that open rows give to so many POs or more, the commonest first."""
    values = {"run": run.id, "least": least, "limit": limit}
    return [(str(number), pos) for number, pos in run.ledger.execute(_REPEATED, values)]


def _numbers(listed: str) -> list[int]:
    return sorted(map(int, listed.split(",")))


_ROWS = f"""
    SELECT r.row, r.source_row, o.state, o.message, o.code
    FROM outcomes o JOIN rows r ON r.run = o.run AND r.row = o.row
    WHERE o.run = :run AND o.state IN ({_ATTENTION}) ORDER BY o.row LIMIT :limit"""  # noqa: S608 - a constant of this module


def _rows(run: Run, limit: int) -> tuple[AttentionRow, ...]:
    stored = StoredCells(run)
    po, number = [*run.manifest.text_columns, None, None][:2]
    found = run.ledger.execute(_ROWS, {"run": run.id, "limit": limit})
    return tuple(
        AttentionRow(
            source_row,
            _text_at(stored[row], po),
            _text_at(stored[row], number),
            State(state),
            _cut(plain(message), _MESSAGE_LIMIT),
            code,
        )
        for row, source_row, state, message, code in found
    )


def _text_at(cells: list[Cell], column: int | None) -> str:
    """Return what a cell says, cut; "" where the row has none."""
    if column is None or column >= len(cells):
        return ""
    return _cut(storable(text_of(cells[column])), _CELL_LIMIT)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + _CUT


def _settled(run: Run) -> int:
    (count,) = run.ledger.execute(
        f"SELECT COUNT(*) FROM outcomes WHERE run = ? AND state IN ({_ATTENTION})",  # noqa: S608 - a constant of this module
        (run.id,),
    ).fetchone()
    return int(count)
