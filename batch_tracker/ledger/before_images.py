"""What POs held before a run sent anything: kept once for a row, and never read again.

A second look would show what the run itself has written.
"""

from collections.abc import Iterator
from typing import NamedTuple

from batch_tracker.ledger.runs import Run
from batch_tracker.model import BeforeImage, Step, Update

_UNREAD = """
    FROM rows r WHERE r.run = ? AND r.row > ?
    AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)
    AND NOT EXISTS (SELECT 1 FROM before_images b WHERE b.run = r.run AND b.row = r.row)
"""

IMAGE = ", ".join(f"b.{column}" for column in BeforeImage._fields)
"""The columns of a before-image, in its order, for a query that calls the table `b`."""

_COMPARED = f"""
    SELECT r.source_row, r.po, r.tracking_number, r.carrier, r.shipped_on, {IMAGE}
    FROM before_images b JOIN rows r ON r.run = b.run AND r.row = b.row
    WHERE b.run = ? ORDER BY b.row
"""  # noqa: S608 - a constant of this module


class ComparedRow(NamedTuple):
    """A row that was looked at: its number in the file, what it asks for, what was there."""

    number: int
    update: Update
    before: BeforeImage


def unread_steps(run: Run, *, after: int, limit: int) -> list[Step]:
    """Return the next open rows whose POs were not looked up yet, in source order."""
    return [
        Step(row, Update(po=po, tracking_number=number, carrier=carrier, shipped_on=shipped_on))
        for row, po, number, carrier, shipped_on in run.ledger.execute(
            f"SELECT r.row, po, tracking_number, carrier, shipped_on {_UNREAD}"
            " ORDER BY r.row LIMIT ?",
            (run.id, after, limit),
        )
    ]


def count_unread(run: Run) -> int:
    """Count the open rows whose POs were not looked up yet."""
    (count,) = run.ledger.execute(f"SELECT COUNT(*) {_UNREAD}", (run.id, 0)).fetchone()
    return int(count)


def compared_rows(run: Run) -> Iterator[ComparedRow]:
    """Stream the rows that were looked at before sending, in source order."""
    for number, po, tracking, carrier, shipped_on, found, *image in run.ledger.execute(
        _COMPARED, (run.id,)
    ):
        update = Update(po=po, tracking_number=tracking, carrier=carrier, shipped_on=shipped_on)
        yield ComparedRow(number, update, BeforeImage(bool(found), *image))
