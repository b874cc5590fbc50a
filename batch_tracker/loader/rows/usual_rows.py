"""What the rows of a table look like: what a row is held against that may not be one of them."""

from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

from batch_tracker.loader.values.carrier_names import canonical_carrier

_ENOUGH = 1000
"""Rows after which a table is known."""
_SMALLER, _SMALLER_WITHOUT_BOTH = 10, 2
"""How many times smaller than all before a PO may be: counts, zones and lines are small numbers.
The second is for rows without a full tracking number and without a date."""
_FEWEST_CHARACTERS, _FEWEST_DIGITS = 7, 4


class Number(Enum):
    """What stands where a row has its tracking number."""

    NONE = auto()
    SHORT = auto()
    """It may as well be a count or a zone: it has fewer than 7 characters, or than 4 digits."""
    FULL = auto()


def is_full_number(text: str) -> bool:
    """Whether a text is a tracking number rather than a count, a zone or a word."""
    return len(text) >= _FEWEST_CHARACTERS and (
        text[-_FEWEST_DIGITS:].isdigit() or sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
    )


def number_in(text: str) -> Number:
    """Tell a tracking number from a text that may be something else."""
    if is_full_number(text):
        return Number.FULL
    return Number.SHORT if any(map(str.isdigit, text)) else Number.NONE


class RowOutline(NamedTuple):
    """What of a row speaks for a shipment: its PO, and what stands in the columns that are sent."""

    po: int | None
    number: Number
    carrier: str
    has_date: bool
    is_recognised: bool = False
    """Whether the number is one that only carriers have."""
    is_code: bool = False
    """Whether the number is made of letters and digits, as no count is."""

    @property
    def filled(self) -> tuple[Number, bool, bool]:
        """Which of the columns that are sent have a value."""
        return self.number, bool(self.carrier), self.has_date

    @property
    def names_carrier(self) -> bool:
        """Whether the carrier is one that is known anywhere."""
        return bool(self.carrier) and canonical_carrier(self.carrier) is not None

    @property
    def is_strong(self) -> bool:
        """Whether the row, even where it can't be read, is likely to be a shipment."""
        return self.number is Number.FULL or self.has_date or self.names_carrier


class UsualRows:
    """The rows of a table that were taken for shipments so far.

    `carriers` are known names. `only_carriers` says that rows have nothing else to send.
    """

    def __init__(self, carriers: Iterable[str], *, only_carriers: bool) -> None:
        self._carriers = {name.casefold() for name in carriers}
        self._only_carriers = only_carriers
        self._filled: set[tuple[Number, bool, bool]] = set()
        self._least_po = 0
        self._seen = 0

    @property
    def are_none(self) -> bool:
        """Whether no row was seen yet."""
        return not self._seen

    @property
    def are_known(self) -> bool:
        """Whether so many rows were seen that none need be added."""
        return self._seen >= _ENOUGH

    def add(self, row: RowOutline) -> None:
        """Take a row for one of the table."""
        if row.po is None or self.are_known:
            return
        self._least_po = min(self._least_po, row.po) if self._seen else row.po
        self._filled.add(row.filled)
        if row.carrier:
            self._carriers.add(row.carrier.casefold())
        self._seen += 1

    def include(self, row: RowOutline) -> bool:
        """Whether a row amid the table is one of it, though it has no full tracking number."""
        if self.are_none or row.number is Number.FULL:
            return True
        if row.filled == (Number.NONE, False, False) or self._has_all_but_number(row):
            return True
        if self._has_as_many_digits(row) and (row.is_code or row.number is Number.NONE):
            return True
        is_usual = row.number is Number.SHORT and row.filled in self._filled
        return self._is_near(row) and (is_usual or self._is_known(row))

    def go_on_with(self, row: RowOutline) -> bool:
        """Whether a row below a title, a footer or a gap shows that the table goes on."""
        if row.po is None:
            return False
        if self.are_none:
            return row.is_strong or self._only_carriers
        if row.number is Number.FULL:
            is_sure = row.is_recognised or self._names_known_carrier(row)
            return self._is_near(row) or (is_sure and row.has_date)
        is_usual = row.filled in self._filled and self._is_known(row)
        return self._is_near(row) and (is_usual or self._has_all_but_number(row))

    def may_have(self, row: RowOutline) -> bool:
        """Whether a row that proves nothing may still be one of the table, so that it is held."""
        if row.po is None:
            has_either = row.number is Number.FULL or row.has_date
            return has_either or (self._only_carriers and row.names_carrier)
        return row.number is Number.FULL or self._is_near(row)

    def _is_known(self, row: RowOutline) -> bool:
        """Whether a row's values are a date, or a carrier where that is all there is."""
        if row.has_date or self._only_carriers:
            return True
        return self._names_known_carrier(row) and row.number is Number.NONE

    def _names_known_carrier(self, row: RowOutline) -> bool:
        return row.names_carrier or row.carrier.casefold() in self._carriers

    def _has_all_but_number(self, row: RowOutline) -> bool:
        return row.number is Number.NONE and row.has_date and self._names_known_carrier(row)

    def _has_as_many_digits(self, row: RowOutline) -> bool:
        """Whether a row's PO is as long as the others: counts and zones are shorter."""
        return len(str(row.po or 0)) >= len(str(self._least_po))

    def _is_near(self, row: RowOutline) -> bool:
        has_either = row.number is Number.FULL or row.has_date
        smaller = _SMALLER if has_either else _SMALLER_WITHOUT_BOTH
        return (row.po or 0) * smaller >= self._least_po
