"""What a column's cells show, whatever its header says: evidence of a field, never proof."""

import re
from collections.abc import Callable, Collection

from batch_tracker.loader.values.carrier_names import canonical_carrier
from batch_tracker.loader.values.cells import read_po, read_tracking_number
from batch_tracker.loader.values.dates import Ambiguous, DateColumn
from batch_tracker.loader.values.no_value import is_placeholder
from batch_tracker.loader.values.plain_text import clean, text_of
from batch_tracker.loader.values.status_text import Status, says_not_void, says_yes, status_alone
from batch_tracker.loader.values.tracking import is_recognisable
from batch_tracker.model import Cell, Field, Kind, TypedCell
from batch_tracker.settings.profile import Profile

_HALF = 0.5
_IDENTIFIER = re.compile(r"(?=(?:\D*\d){6})[A-Z0-9]{8,40}")
"""Six digits at least: shorter ones are counts, prices without a point, and words."""
_DATE_LIKE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}(?:\1[0-9]{1,4})?")
"""A day in figures, though it may have no year, or be none that a shipment can have."""
_BETWEEN_GROUPS = re.compile(r"[\s-]+")
_DATE_DIGITS = frozenset({8, 14})
"""The lengths of `20261120` and `20261120153000`; other bare digits are no dates."""
_MOST_FLAG_VALUES = 3
_LONGEST_NAME = 40


class Content:
    """Tells what cells can be and what they show, for the fields of one profile.

    `dates` reads ship dates; it is not that of the file, which gathers what its dates prove.
    """

    def __init__(self, profile: Profile, dates: DateColumn) -> None:
        self._dates = dates
        self._reads: dict[Field, Callable[[Cell], bool]] = {
            Field.PO: lambda cell: read_po(cell, profile.po_pattern).value is not None,
            Field.TRACKING_NUMBER: lambda cell: read_tracking_number(cell).value is not None,
            Field.CARRIER: lambda cell: any(map(str.isalpha, text_of(cell))),
            Field.SHIPPED_ON: self._is_date,
            Field.VOID: lambda _: True,
        }

    def can_be(self, field: Field, cell: Cell) -> bool:
        """Whether a cell that is not blank can be read as the field."""
        return self._reads[field](cell)

    def may_be(self, field: Field, cells: Collection[Cell]) -> bool:
        """Whether half of the cells can be the field, or are dates of whatever kind."""
        if field is Field.SHIPPED_ON and cells:
            dates = sum(_is_like_date(cell) or self._is_date(cell) for cell in cells)
            return dates >= _HALF * len(cells)
        return self.share(field, cells) >= _HALF

    def share(self, field: Field, cells: Collection[Cell]) -> float:
        """Return which share of cells can be the field; 1 where there are none."""
        return sum(self.can_be(field, cell) for cell in cells) / len(cells) if cells else 1.0

    def field_shown(self, cells: Collection[Cell]) -> Field | None:
        """Return the field for which cells, none of them blank, speak by themselves, if any."""
        texts = [clean(text_of(cell))[0] for cell in cells]
        told = [text for text in texts if says_yes(text) or not is_placeholder(text)]
        if _are_flags(told):
            return Field.VOID
        shown = ((field, sum(map(test, cells))) for field, test in self._shows)
        return next(
            (field for field, count in shown if cells and count >= _HALF * len(cells)), None
        )

    @property
    def _shows(self) -> tuple[tuple[Field, Callable[[Cell], bool]], ...]:
        return (
            (Field.SHIPPED_ON, self._is_plain_date),
            (Field.CARRIER, shows_carrier),
            (Field.TRACKING_NUMBER, _shows_number),
        )

    def _is_plain_date(self, cell: Cell) -> bool:
        """Whether the cell is a date as no count or number is one."""
        text = text_of(cell).strip()
        is_bare = text.isdigit() and len(text) not in _DATE_DIGITS
        is_number = isinstance(cell, TypedCell) and cell.kind == Kind.NUMBER
        return not is_bare and not (is_number and "." in text) and self._is_date(cell)

    def _is_date(self, cell: Cell) -> bool:
        reading = self._dates.read(cell)
        return isinstance(reading, Ambiguous) or reading.value is not None


def shows_carrier(cell: Cell) -> bool:
    """Whether a cell names a carrier that is known."""
    text = text_of(cell)
    return len(text) <= _LONGEST_NAME and canonical_carrier(text) is not None


def are_bare_flags(cells: Collection[Cell]) -> bool:
    """Whether cells, none of them blank, are a bare yes or no, or one of two letters."""
    texts = [clean(text_of(cell))[0] for cell in cells]
    told = [text for text in texts if says_yes(text) or not is_placeholder(text)]
    is_bare = any(says_yes(text) or len(text) == 1 for text in told)
    return is_bare and _are_flags(told)


def _is_like_date(cell: Cell) -> bool:
    return _DATE_LIKE.fullmatch(text_of(cell).strip()) is not None


def _shows_number(cell: Cell) -> bool:
    """Whether a cell holds what looks like an identifier, as tracking numbers do."""
    if _is_like_date(cell):
        return False
    groups = _BETWEEN_GROUPS.split(clean(text_of(cell))[0].upper())
    number = "".join(groups)
    if not _IDENTIFIER.fullmatch(number):
        return False
    return all(any(map(str.isdigit, group)) for group in groups) or is_recognisable(number)


def _are_flags(texts: Collection[str]) -> bool:
    """Whether different texts are the values of a flag, or one says that a shipment is void.

    A flag may be the same in all rows; zeros alone are a count.
    """
    if any(status_alone(text) in {Status.VOID, Status.NOT_SHIPPED} for text in texts):
        return True
    if not 0 < len(texts) <= _MOST_FLAG_VALUES:
        return False
    if all(len(text) == 1 and text.isalpha() for text in texts):
        return True
    is_count = all(text.isdigit() for text in texts) and not any(map(says_yes, texts))
    return not is_count and all(says_yes(text) or says_not_void(text) for text in texts)
