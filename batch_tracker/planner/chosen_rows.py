"""Sending only some rows of a file: the others are left out before the plan is made.

So a conflict between a row that was chosen and one that was not is settled by the choice.
"""

import json
from collections.abc import Sequence

from batch_tracker.ledger import Run, transaction

Ranges = Sequence[tuple[int, int]]
"""The first and the last row of each part, by their numbers in the file."""

_CHOSEN = """EXISTS (
    SELECT 1 FROM json_each(:ranges) AS part
    WHERE r.source_row
        BETWEEN json_extract(part.value, '$[0]') AND json_extract(part.value, '$[1]'))"""

_LEAVE_OUT = f"""
    INSERT OR REPLACE INTO outcomes (run, row, state, code, message)
    SELECT r.run, r.row, 'skipped', 'not-chosen', 'Not among the rows that were chosen.'
    FROM rows r
    WHERE r.run = :run AND NOT {_CHOSEN} AND NOT EXISTS (
        SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row AND o.state = 'skipped')"""  # noqa: S608 - constants of this module


def leave_out_others(run: Run, chosen: Ranges) -> int:
    """Skip all rows but these, and return how many of these there are."""
    values = {"run": run.id, "ranges": json.dumps(chosen)}
    with transaction(run.ledger):
        run.ledger.execute(_LEAVE_OUT, values)
    (count,) = run.ledger.execute(
        f"SELECT COUNT(*) FROM rows r WHERE r.run = :run AND {_CHOSEN}",  # noqa: S608 - the same
        values,
    ).fetchone()
    return int(count)


def in_words(chosen: Ranges) -> str:
    """Return rows as people write them: `12, 40-60`."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in chosen)
