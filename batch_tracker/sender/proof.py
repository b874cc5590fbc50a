"""What a look at a PO proves about a row that was sent to it. Pure functions.

A server may show a carrier in other letters and a date in its own time zone: neither is
documented. So both may differ from what was sent, but not where the PO still holds what it held
before; and hours count for a zone only where all rows that are read back are as many of them off.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from batch_tracker.model import Field, PoSnapshot, Tolerance, Update, differences

_HOUR = timedelta(hours=1)


def hours_off(
    update: Update, shown: PoSnapshot, look_back: Callable[[], Mapping[Field, str]]
) -> int | None:
    """Return how many hours later than sent a PO's ship date is shown; 0 without a date.

    None means that the PO does not show what was sent. Where it does not to the letter, `look_back`
    is asked for what its fields are known to have held before.
    """
    if any(differences(update, shown, Tolerance.SHOWN)):
        return None
    others = {field for field, *_ in differences(update, shown, Tolerance.EXACT)}
    if others and _is_unchanged(update, shown, look_back(), others):
        return None
    if Field.SHIPPED_ON not in others:
        return 0
    hours = (_moment(shown.shipped_on) - _moment(update.shipped_on or "")) / _HOUR
    return int(hours) if hours.is_integer() else None


def shown_later(update: Update, hours: int) -> PoSnapshot:
    """Return what a PO shows that was sent this and shows its date some hours later."""
    date = update.shipped_on and f"{_moment(update.shipped_on) + hours * _HOUR:%Y-%m-%dT%H:%M:%S}"
    return PoSnapshot(update.tracking_number or "", update.carrier or "", date or "")


def _is_unchanged(
    update: Update, shown: PoSnapshot, before: Mapping[Field, str], others: set[Field]
) -> bool:
    """Whether a PO is shown as it was before, `others` being the fields not shown as sent.

    Those must be known. Any other field that was sent may show that the PO has changed since.
    """
    sent = [field for field in before if getattr(update, field) is not None]
    return before.keys() >= others and all(
        _is_same(getattr(shown, field), before[field]) for field in sent
    )


def _is_same(one: str, other: str) -> bool:
    try:
        return one == other or _moment(one) == _moment(other)
    except ValueError:  # this is no date
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class HourShifts:
    """The rows, in ascending order, whose ship date is shown some hours off."""

    def __init__(self) -> None:
        self._rows = array("q")  # a million of them take 8 MB
        self._hours = array("b")
        self._as_sent = False

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, row: int, hours: int) -> None:
        """Add a row; one that is not off at all speaks against the others."""
        if hours:
            self._rows.append(row)
            self._hours.append(hours)
        else:
            self._as_sent = True

    def of(self, row: int) -> int:
        """Return how many hours a row is off; 0 for one that is not."""
        place = bisect_left(self._rows, row)
        is_there = place < len(self._rows) and self._rows[place] == row
        return self._hours[place] if is_there else 0

    def agree(self, least: int) -> bool:
        """Whether all rows, and at least so many, are the same number of hours off."""
        are_enough = len(self._rows) >= least and not self._as_sent
        return are_enough and len(set(self._hours)) == 1
