"""What a row asks the server to change: read, then planned."""

from collections.abc import Iterable
from itertools import compress
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic import Field as Constrained

from batch_tracker.model.cells import Cell, Issue
from batch_tracker.model.states import State

_NAMES = ("tracking number", "carrier", "ship date")


class Update(BaseModel):
    """What one row asks the server to change; a field that is None is left as it is.

    A PO id is an int32 in Sellercloud's Swagger. `shipped_on` has the shape of the documented
    request example (`2024-04-09T12:26:18.210Z`), in UTC.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    po: int = Constrained(ge=1, le=2_147_483_647)
    tracking_number: str | None = Constrained(default=None, min_length=1)
    carrier: str | None = Constrained(default=None, min_length=1)
    shipped_on: str | None = Constrained(
        default=None, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
    )

    def body(self) -> dict[str, str]:
        """The PUT's JSON body: only the fields this row has."""
        fields = {
            "ShippedOn": self.shipped_on,
            "ShippedViaCarrier": self.carrier,
            "TrackingNumber": self.tracking_number,
        }
        return {name: value for name, value in fields.items() if value is not None}


_UPDATES = TypeAdapter(list[Update])


def updates_of(values: Iterable[tuple[object, object, object, object]]) -> list[Update]:
    """Return updates, given the values of each in the order of its fields.

    They are checked as one by one, which takes half again as long.
    """
    return _UPDATES.validate_python(
        [
            {"po": po, "tracking_number": number, "carrier": carrier, "shipped_on": shipped_on}
            for po, number, carrier, shipped_on in values
        ]
    )


def sent_words(update: Update) -> str:
    """Say which fields were sent, such as tracking number and ship date."""
    values = (update.tracking_number, update.carrier, update.shipped_on)
    return f"Sent {', '.join(compress(_NAMES, values))}."


class PoRange(NamedTuple):
    """How many POs there are of some kind, the least and the largest."""

    size: int
    least: int
    most: int


class Record(NamedTuple):
    """A row as the loader hands it to the ledger.

    Either `update` is what to send (`state` is None), or `state` is INVALID or SKIPPED and
    `code` and `message` say why. A SKIPPED void row keeps its `update`: the number it voids.
    `pending` rows wait for the whole date column to be seen, and are judged again after it.
    """

    number: int
    cells: list[Cell]
    update: Update | None = None
    state: State | None = None
    code: str = ""
    message: str = ""
    issues: tuple[Issue, ...] = ()
    pending: bool = False


class Step(NamedTuple):
    """One PUT to make. `row` is the row's position among the rows of its run, from 1.

    `attempts` counts the calls already made for it; `doubtful` says that one of them was never
    answered.
    """

    row: int
    update: Update
    attempts: int = 0
    doubtful: bool = False
