"""Tells of a column of dates of which Excel has swapped day and month in some.

Opening a CSV file of the other order, Excel makes dates of what it can read, day and month
swapped, and leaves as text what it can't: every day beyond the 12th.
"""

from collections.abc import Collection
from datetime import datetime

from batch_tracker.errors import ColumnsRefused

_MONTHS = 12


class TurnedDates:
    """What speaks for such a column, and what against."""

    def __init__(self) -> None:
        self._swappable = ""
        self._left_as_text = ""
        self._is_sound = False

    def note_cell(self, moment: datetime) -> None:
        """Take in a date cell."""
        if moment.day > _MONTHS:
            self._is_sound = True
        elif moment.day != moment.month:
            self._swappable = self._swappable or moment.date().isoformat()

    def note_text(self, text: str, meanings: Collection[object]) -> None:
        """Take in a date in text, with the days it can mean."""
        if len(meanings) > 1:
            self._is_sound = True
        else:
            self._left_as_text = self._left_as_text or text

    def refuse(self) -> None:
        """Raise ColumnsRefused where the column has both kinds, and nothing speaks against it."""
        if self._swappable and self._left_as_text and not self._is_sound:
            raise ColumnsRefused(
                "Excel has probably swapped day and month in some ship dates: "
                f"{self._left_as_text!r} is text, and no date cell has a day beyond the 12th "
                f"(one is {self._swappable}).",
                hint="Take the dates from the original export, and import that column as Text.",
            )
