"""What a run has changed, as far as it looked first: what was there, and what is known by now."""

from collections.abc import Iterator
from typing import NamedTuple

from batch_tracker.ledger.before_images import IMAGE
from batch_tracker.ledger.rows import STATE
from batch_tracker.ledger.runs import Run
from batch_tracker.model import BeforeImage, Field, State, Update

_WRITTEN = f"""
    SELECT r.po, r.tracking_number, r.carrier, r.shipped_on, {STATE} AS became,
        a.tracking_number, a.carrier, a.shipped_on,
        (SELECT name FROM runs WHERE id = a.run AND id > b.run), {IMAGE}
    FROM before_images b JOIN rows r ON r.run = b.run AND r.row = b.row
    LEFT JOIN outcomes o ON o.run = b.run AND o.row = b.row
    LEFT JOIN applied a ON a.server = :server AND a.po = r.po
    WHERE b.run = :run AND became IN ('updated', 'in doubt') ORDER BY b.row
"""  # noqa: S608 - constants of the ledger


class WrittenRow(NamedTuple):
    """A row that a run has sent, or may have.

    `known` is what each field is known to hold by now, from the last run that wrote it; `later` is
    the name of that run where it is a later one.
    """

    update: Update
    before: BeforeImage
    is_doubtful: bool
    known: dict[Field, str | None]
    later: str | None


def written_rows(run: Run) -> Iterator[WrittenRow]:
    """Stream the rows of a run that changed their POs or may have, in source order."""
    for po, tracking, carrier, shipped_on, state, *rest in run.ledger.execute(
        _WRITTEN, {"run": run.id, "server": run.server}
    ):
        *known, later, found = rest[:5]
        yield WrittenRow(
            Update(po=po, tracking_number=tracking, carrier=carrier, shipped_on=shipped_on),
            BeforeImage(bool(found), *rest[5:]),
            state == State.IN_DOUBT,
            dict(zip((Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON), known, strict=True)),
            later,
        )
