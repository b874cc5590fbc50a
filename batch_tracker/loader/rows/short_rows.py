"""Rows of a text file that have fewer cells than others: blanks left out, or a cell lost?

Excel leaves blank cells at the end out of a CSV file, in blocks of 16 rows. A row that is short
alone has more likely lost a cell in its middle. So the whole file decides.
"""

from bisect import bisect_right
from collections import Counter

from batch_tracker.model import SourceRow

_LEAST_SHARE = 10
"""One row in so many makes a width usual."""
_SOON = 100
"""Short rows of one width after which they need not wait for the end of the file."""
_RUN = 3
"""Short rows of one width, one after the other, that did not each lose a cell by chance."""


class ShortRows:
    """Gathers the short rows of a file, and tells which of them fit its headers."""

    def __init__(self) -> None:
        self._rows = 0
        self._times: Counter[int] = Counter()
        self._runs: list[tuple[int, int]] = []
        self._width = self._position = self._length = self._first = 0

    def count(self, rows: int) -> None:
        """Count rows of the file, of whatever width."""
        self._rows += rows

    def add(self, row: SourceRow, position: int) -> bool:
        """Take note of a short row, at its position in the file; whether it is known to fit."""
        width = len(row.cells)
        self._times[width] += 1
        goes_on = width == self._width and position == self._position + 1
        self._length, self._first = (self._length + 1, self._first) if goes_on else (1, row.number)
        self._width, self._position = width, position
        if self._length == _RUN:
            self._runs.append((self._first, row.number))
        elif self._length > _RUN:
            self._runs[-1] = (self._first, row.number)
        return self._times[width] >= _SOON and self._is_usual(width)

    def fit(self, row: SourceRow) -> bool:
        """Whether a short row fits, now that all were seen."""
        if self._times[len(row.cells)] > 1 and self._is_usual(len(row.cells)):
            return True
        place = bisect_right(self._runs, (row.number, row.number)) - 1
        candidates = self._runs[max(place, 0) : place + 2]
        return any(first <= row.number <= last for first, last in candidates)

    def _is_usual(self, width: int) -> bool:
        return self._times[width] * _LEAST_SHARE >= self._rows
