"""What a run has changed: what was there, as far as it looked, and what is known by now."""

from collections.abc import Iterator
from typing import NamedTuple

from batch_tracker.ledger.rows import STATE
from batch_tracker.ledger.runs import Run, server_number
from batch_tracker.ledger.values import IMAGE, SHIPPED_ON, UPDATE, image_of, update_of
from batch_tracker.model import Field, PoSnapshot, State, Update
from batch_tracker.sqlite_file import named

_WRITTEN = f"""
    SELECT {UPDATE}, {STATE} AS became,
        a.tracking_number AS known_tracking_number, a.carrier AS known_carrier,
        {SHIPPED_ON.format("a")} AS known_shipped_on,
        (SELECT name FROM runs WHERE id = a.run AND id > r.run) AS later, {IMAGE}
    FROM rows r
    LEFT JOIN before_images b ON b.run = r.run AND b.row = r.row
    LEFT JOIN outcomes o ON o.run = r.run AND o.row = r.row
    LEFT JOIN applied a ON a.server = :server AND a.po = r.po
    WHERE r.run = :run AND became IN ('updated', 'in doubt') ORDER BY r.row
"""  # noqa: S608 - constants of the ledger


_FIELDS = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)


class WrittenRow(NamedTuple):
    """A row that a run has sent, or may have.

    `before` is None where it did not look at the PO first. `known` is what each field is known to
    hold by now, from the last run that wrote it; `later` is the name of that run where it is a
    later one.
    """

    update: Update
    before: PoSnapshot | None
    is_doubtful: bool
    known: dict[Field, str | None]
    later: str | None


def written_rows(run: Run) -> Iterator[WrittenRow]:
    """Stream the rows of a run that changed their POs or may have, in source order."""
    for row in named(run.ledger, _WRITTEN, {"run": run.id, "server": server_number(run)}):
        yield WrittenRow(
            update_of(row),
            None if row["before_found"] is None else image_of(row),
            row["became"] == State.IN_DOUBT,
            {field: row[f"known_{field}"] for field in _FIELDS},
            row["later"],
        )
