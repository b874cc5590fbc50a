"""What a PO holds, and when two values of one of its fields are the same."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from typing import NamedTuple

from batch_tracker.model.states import Field
from batch_tracker.model.updates import Update

POS_A_CALL = 50
"""So many POs the server shows in one call (its documented list)."""

# In what zone a ship date comes back is not documented: with Z, without, or in the server's own
# time. The zones of the world are at most this far from UTC.
_ZONE_SLACK = timedelta(hours=14)

# What people group the characters of a number with.
_SEPARATORS = re.compile(r"[\s.\u2010-\u2015-]+")


class PoSnapshot(NamedTuple):
    """The shipping fields of a PO as the server shows them; "" where it shows none.

    `shipped_on` is the server's own text; statuses are names, in whatever shape they came.
    """

    tracking_number: str = ""
    carrier: str = ""
    shipped_on: str = ""
    status: str = ""
    shipping_status: str = ""
    drop_ship: str = ""
    """The drop-ship order that the PO belongs to."""
    found: bool = True
    """False where the server did not show the PO at all."""


def look_ups(pos: int) -> int:
    """Return how many calls it takes to look up so many POs."""
    return -(-pos // POS_A_CALL)


class Tolerance(Enum):
    """How far a PO's value may be from the value that is asked for and still be the same.

    A ship date without a zone is taken for UTC.
    """

    EXACT = "exact"
    """To the letter; ship dates by their moment. Another value is worth a call."""
    SHOWN = "shown"
    """As a server may show what it has taken: the carrier in any case, the ship date in any zone.
    Another value was not taken."""


def differences(
    update: Update, held: PoSnapshot, tolerance: Tolerance
) -> Iterator[tuple[Field, str, str]]:
    """Give the fields that an update asks to be otherwise than a PO holds them: field, old, new."""
    values = (
        (Field.TRACKING_NUMBER, held.tracking_number, update.tracking_number),
        (Field.CARRIER, held.carrier, update.carrier),
        (Field.SHIPPED_ON, held.shipped_on, update.shipped_on),
    )
    for field, old, new in values:
        if new is not None and not _is_same(field, old, new, tolerance):
            yield field, old, new


def _is_same(field: Field, old: str, new: str, tolerance: Tolerance) -> bool:
    if old == new:
        return True
    if field is Field.SHIPPED_ON:
        slack = _ZONE_SLACK if tolerance is Tolerance.SHOWN else timedelta(0)
        moment = _moment(old)
        return moment is not None and abs(moment - datetime.fromisoformat(new)) <= slack
    is_any_case = field is Field.CARRIER and tolerance is Tolerance.SHOWN
    return is_any_case and old.casefold() == new.casefold()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def substance(field: Field, value: str, zone: tzinfo) -> str:
    """Return what two rows about one shipment have in common, in however many ways it is written.

    Of a tracking number and a carrier neither letter case nor separators count (blanks, dashes,
    dots), of a ship date not the time of its day in `zone`. Rows that agree in substance do not
    contradict each other.
    """
    if field is Field.SHIPPED_ON:
        moment = _moment(value)
        return moment.astimezone(zone).date().isoformat() if moment else value
    return _SEPARATORS.sub("", value).casefold() or value
