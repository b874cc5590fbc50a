"""What a run has changed, as far as it looked first: what was there, and what is known by now."""

from collections.abc import Iterator
from typing import NamedTuple

from batch_tracker.ledger.rows import STATE
from batch_tracker.ledger.runs import Run
from batch_tracker.ledger.values import IMAGE, UPDATE, image_of, update_of
from batch_tracker.model import Field, PoSnapshot, State, Update
from batch_tracker.sqlite_file import named

_WRITTEN = f"""
    SELECT {UPDATE}, {STATE} AS became,
        a.tracking_number AS known_tracking_number, a.carrier AS known_carrier,
        a.shipped_on AS known_shipped_on,
        (SELECT name FROM runs WHERE id = a.run AND id > b.run) AS later, {IMAGE}
    FROM before_images b JOIN rows r ON r.run = b.run AND r.row = b.row
    LEFT JOIN outcomes o ON o.run = b.run AND o.row = b.row
    LEFT JOIN applied a ON a.server = :server AND a.po = r.po
    WHERE b.run = :run AND became IN ('updated', 'in doubt') ORDER BY b.row
"""  # noqa: S608 - constants of the ledger


_FIELDS = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)


class WrittenRow(NamedTuple):
    """A row that a run has sent, or may have.

    `known` is what each field is known to hold by now, from the last run that wrote it; `later` is
    the name of that run where it is a later one.
    """

    update: Update
    before: PoSnapshot
    is_doubtful: bool
    known: dict[Field, str | None]
    later: str | None


def written_rows(run: Run) -> Iterator[WrittenRow]:
    """Stream the rows of a run that changed their POs or may have, in source order."""
    for row in named(run.ledger, _WRITTEN, {"run": run.id, "server": run.server}):
        yield WrittenRow(
            update_of(row),
            image_of(row),
            row["became"] == State.IN_DOUBT,
            {field: row[f"known_{field}"] for field in _FIELDS},
            row["later"],
        )
