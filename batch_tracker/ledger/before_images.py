"""What POs held before a run sent anything: kept once for a row, and never read again.

A second look would show what the run itself has written.
"""

from collections.abc import Iterator
from typing import NamedTuple

from batch_tracker.ledger.runs import Run
from batch_tracker.ledger.values import IMAGE, UPDATE, image_of, step_of, update_of
from batch_tracker.model import Field, PoSnapshot, Step, Update
from batch_tracker.sqlite_file import named

_UNREAD = """
    FROM rows r WHERE r.run = ? AND r.row > ?
    AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)
    AND NOT EXISTS (SELECT 1 FROM before_images b WHERE b.run = r.run AND b.row = r.row)
"""

_COMPARED = f"""
    SELECT r.source_row, {UPDATE}, {IMAGE}
    FROM before_images b JOIN rows r ON r.run = b.run AND r.row = b.row
    WHERE b.run = ? ORDER BY b.row
"""  # noqa: S608 - a constant of this module


_LOOKED_AT = f"SELECT {IMAGE} FROM before_images b WHERE b.run = ? AND b.row = ?"  # noqa: S608 - a constant of the ledger

_APPLIED_EARLIER = f"""
    SELECT {UPDATE} FROM runs e JOIN rows r ON r.run = e.id AND r.po = ?
    JOIN outcomes o ON o.run = r.run AND o.row = r.row
    WHERE e.server = ? AND e.id < ? AND o.state = 'updated' ORDER BY e.id
"""  # noqa: S608 - a constant of the ledger


class ComparedRow(NamedTuple):
    """A row that was looked at: its number in the file, what it asks for, what was there."""

    number: int
    update: Update
    before: PoSnapshot


def unread_steps(run: Run, *, after: int, limit: int) -> list[Step]:
    """Return the next open rows whose POs were not looked up yet, in source order."""
    sql = f"SELECT r.row, {UPDATE} {_UNREAD} ORDER BY r.row LIMIT ?"
    return [step_of(row) for row in named(run.ledger, sql, (run.id, after, limit))]


def count_unread(run: Run) -> int:
    """Count the open rows whose POs were not looked up yet."""
    (count,) = run.ledger.execute(f"SELECT COUNT(*) {_UNREAD}", (run.id, 0)).fetchone()
    return int(count)


def compared_rows(run: Run) -> Iterator[ComparedRow]:
    """Stream the rows that were looked at before sending, in source order."""
    for row in named(run.ledger, _COMPARED, (run.id,)):
        yield ComparedRow(row["source_row"], update_of(row), image_of(row))


def held_before(run: Run, step: Step) -> dict[Field, str]:
    """Return what the fields of a PO held before a row of the run was sent, as far as is known.

    That is what the run saw when it looked, "" for nothing; or else what earlier runs have written.
    """
    for row in named(run.ledger, _LOOKED_AT, (run.id, step.row)):
        return _known(image_of(row)) if row["before_found"] else {}
    known: dict[Field, str] = {}
    for row in named(run.ledger, _APPLIED_EARLIER, (step.update.po, run.server, run.id)):
        known |= _known(update_of(row))
    return known


def _known(held: PoSnapshot | Update) -> dict[Field, str]:
    values = {
        Field.TRACKING_NUMBER: held.tracking_number,
        Field.CARRIER: held.carrier,
        Field.SHIPPED_ON: held.shipped_on,
    }
    return {field: value for field, value in values.items() if value is not None}
