"""The warnings of a run: rows that are sent, or were, although something about them is odd.

A warning is an issue of a row. As JSON, its level is spelled in one way only, and never stands in
a text: there, each quote has a backslash before it.
"""

from typing import NamedTuple

from batch_tracker.ledger.runs import Run
from batch_tracker.model.references import plain

WARNED = """instr(issues_json, '"level":"warning"') > 0"""
"""Whether a row has a warning, in SQL."""

_EXAMPLES = 5
_HELD = "held-warning"
"""The code of a row that is held back because of its warnings."""


class WarningGroup(NamedTuple):
    """Rows with a warning of the same code, told by the first of them.

    `examples` are the numbers of the first of them in the file.
    """

    code: str
    message: str
    rows: int
    examples: tuple[int, ...]


def count_warned(run: Run) -> int:
    """Count the rows with at least one warning, whatever became of them."""
    return _kept_or(run, "warnings", f"SELECT COUNT(*) FROM rows WHERE run = ? AND {WARNED}")  # noqa: S608 - a constant of this module


def count_held(run: Run) -> int:
    """Count the rows that are held back because of their warnings."""
    query = f"SELECT COUNT(*) FROM outcomes WHERE run = ? AND code = '{_HELD}'"  # noqa: S608 - the same
    return _kept_or(run, "held", query)


def warning_counts(run: Run) -> dict[str, int]:
    """Return what is kept of the warnings with the counts of a run."""
    return {"warnings": count_warned(run), "held": count_held(run)}


def _kept_or(run: Run, name: str, query: str) -> int:
    """Return a number that is kept with the counts of a finished run, or else count."""
    kept = (run.counts or {}).get(name)
    return int(run.ledger.execute(query, (run.id,)).fetchone()[0]) if kept is None else kept


# The text as a blob, because half of a surrogate pair in it is no text that Python would take.
_GROUPS = f"""
    SELECT code, CAST(MAX(iif(place = 1, message, NULL)) AS BLOB), COUNT(*) AS found,
        group_concat(iif(place <= {_EXAMPLES}, source_row, NULL))
    FROM (
        SELECT code, message, source_row,
            ROW_NUMBER() OVER (PARTITION BY code ORDER BY row) AS place
        FROM (
            SELECT r.row, r.source_row, json_extract(i.value, '$.code') AS code,
                MIN(trim(json_extract(i.value, '$.message') || ' '
                    || json_extract(i.value, '$.hint'))) AS message
            FROM rows r, json_each(r.issues_json) i
            WHERE r.run = :run AND {WARNED} AND json_extract(i.value, '$.level') = 'warning'
            GROUP BY r.row, code))
    GROUP BY code ORDER BY found DESC, MIN(source_row)"""  # noqa: S608 - constants of this module


def warning_groups(run: Run) -> tuple[WarningGroup, ...]:
    """Return the warnings of a run by their code, the commonest first."""
    return tuple(
        WarningGroup(
            code,
            plain(message.decode("utf-8", "replace")),
            rows,
            tuple(sorted(map(int, examples.split(",")))),
        )
        for code, message, rows, examples in run.ledger.execute(_GROUPS, {"run": run.id})
    )
