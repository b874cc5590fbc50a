"""Reads the tracking numbers of one file, and gathers what they say about each other."""

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.values import cell_issues
from batch_tracker.loader.values.cells import read_tracking_number
from batch_tracker.loader.values.plain_text import Reading, text_of
from batch_tracker.loader.values.rounding import LONG, LongNumbers
from batch_tracker.model import Cell, Field


class TrackingColumn:
    """The tracking numbers of one file. Read every cell, then call `confirm`."""

    def __init__(self) -> None:
        self._long_numbers = LongNumbers()

    def read(self, cell: Cell) -> Reading[str]:
        """The tracking number, with a warning where it looks rounded and others do not."""
        reading = read_tracking_number(cell)
        number = reading.value or ""
        if len(number) < LONG or not self._long_numbers.looks_rounded(number):
            return reading
        warning = cell_issues.TRACKING_LIKE_DOUBLE.issue(text_of(cell), Field.TRACKING_NUMBER.label)
        return Reading(number, (*reading.issues, warning))

    def confirm(self) -> None:
        """Say, when every cell has been read, that the long numbers have kept their digits.

        Raises:
            ColumnsRefused: all of them look rounded, which is no accident.
        """
        rounded = self._long_numbers.all_rounded()
        if rounded:
            raise ColumnsRefused(
                "A program has rounded the long tracking numbers, such as "
                f"{' and '.join(rounded[:2])}. They would not all end like this by "
                "accident.",
                hint="Take the numbers from the original export. Import that column as Text.",
            )
