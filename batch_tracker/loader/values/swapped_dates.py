"""Tells of a column of dates of which Excel has swapped day and month in some.

Opening a CSV file of the other order, Excel makes dates of what it can read, day and month
swapped, and leaves as text what it can't: every day beyond the 12th.
"""

from collections.abc import Collection
from datetime import date, datetime

from batch_tracker.errors import ColumnsRefused

_MONTHS = 12
_FEWEST_SOUND = 3
"""Date cells beyond the 12th that speak for the others: one or two may have been typed again."""
_NEAR_DAYS = 31
"""How far a manifest's dates lie apart; those that are swapped lie months away."""
_MOST_REMEMBERED = 5_000


class SwappedDates:
    """What speaks for such a column, and what against."""

    def __init__(self) -> None:
        self._swappable: dict[date, None] = {}
        self._sound = self._suspects = 0
        self._left_as_text = ""
        self._text_excel_reads = False
        self._first, self._last = date.max, date.min

    def note_cell(self, moment: datetime) -> None:
        """Take in a date cell."""
        if moment.day > _MONTHS:
            self._sound += 1
            self._note_sure(moment.date())
        elif moment.day != moment.month:
            self._suspects += 1
            if len(self._swappable) < _MOST_REMEMBERED:
                self._swappable[moment.date()] = None

    def note_text(self, text: str, meanings: Collection[datetime]) -> None:
        """Take in a date in numbers in a text cell, with the days it can mean."""
        if len(meanings) > 1:
            self._text_excel_reads = True
        else:
            self._left_as_text = self._left_as_text or text
            self._note_sure(next(iter(meanings)).date())

    def _note_sure(self, day: date) -> None:
        self._first, self._last = min(self._first, day), max(self._last, day)

    def refuse(self) -> None:
        """Raise ColumnsRefused where the column has both kinds, and too little speaks against it.

        Against it speak date cells beyond the 12th, and dates in text that Excel would have made
        date cells of. For it speaks a date that is far from the sure ones, and near when swapped.
        """
        if not (self._suspects and self._left_as_text):
            return
        strays = [day for day in self._swappable if self._is_stray(day)]
        is_sound = self._sound >= max(_FEWEST_SOUND, self._suspects) or self._text_excel_reads
        if is_sound and not strays:
            return
        if strays or not self._are_at_home():
            example = strays[0] if strays else next(iter(self._swappable))
            raise ColumnsRefused(
                "Excel has probably swapped day and month in some ship dates: "
                f"{self._left_as_text!r} is text, and the date cell {example} may stand for "
                f"{_swapped(example)}.",
                hint="Take the dates from the original export. Import that column as Text.",
            )

    def _is_stray(self, day: date) -> bool:
        return not self._is_near(day) and self._is_near(_swapped(day))

    def _are_at_home(self) -> bool:
        """Whether every date is near the sure ones as it stands, and would be far if swapped."""
        return all(
            self._is_near(day) and not self._is_near(_swapped(day)) for day in self._swappable
        )

    def _is_near(self, day: date) -> bool:
        days = (self._first - day).days, (day - self._last).days
        return max(days) <= _NEAR_DAYS


def _swapped(day: date) -> date:
    return day.replace(month=day.day, day=day.month)
