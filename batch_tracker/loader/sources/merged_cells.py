"""Which cells of a sheet are blank because they are merged with one above.

An xlsx part lists them after all its rows, so it is unpacked once before it is read, and searched
as bytes: a tenth of the time that reading it takes.
"""

import re
from collections.abc import Iterable, Iterator

from batch_tracker.loader.sources.sheet_reader import Columns
from batch_tracker.loader.sources.source import MAX_COLUMNS, Tally, cell_name
from batch_tracker.model.wording import plural

MAX_CELLS = 200_000
"""Cells kept, about 30 MB; of a file that merges more, the first ones are known."""

_MARK = b"mergeCell"
_RANGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"
)
_LONGEST = 200
"""Bytes such a tag takes at most: kept from one chunk to the next, so that none is cut."""


class MergedCells:
    """`above` leads from a covered cell (row from 1, column from 0) to the row of its value.

    `ranges` counts the merged ranges that span rows; those within one row do no harm.
    """

    def __init__(self) -> None:
        self.above: dict[tuple[int, int], int] = {}
        self.ranges = Tally()

    def add(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Take in a range by its first and last cell."""
        if first[0] >= last[0]:
            return
        self.ranges.add(f"{cell_name(*first)}:{cell_name(*last)}")
        for row in range(first[0] + 1, last[0] + 1):
            for column in range(first[1], min(last[1], MAX_COLUMNS - 1) + 1):
                if len(self.above) >= MAX_CELLS:
                    return
                self.above[row, column] = first[0]

    def notes(self) -> list[str]:
        """What a person must know of them."""
        if not self.ranges.total:
            return []
        ranges = plural(self.ranges.total, "merged range")
        note = (
            f"{ranges} of more than one row ({self.ranges}): the value counts only for "
            "the first row."
        )
        return [note]


def find_merged_cells(chunks: Iterable[bytes]) -> MergedCells:
    """Search a sheet's part."""
    merged, columns = MergedCells(), Columns()
    for left, top, right, bottom in _matches(chunks):
        try:
            first, last = (int(top), columns[left]), (int(bottom), columns[right])
        except KeyError:
            continue
        merged.add(first, last)
        if len(merged.above) >= MAX_CELLS:
            break
    return merged


def _matches(chunks: Iterable[bytes]) -> Iterator[tuple[str, ...]]:
    rest = b""
    for chunk in chunks:
        window = rest + chunk
        end = 0
        if _MARK in window:
            for match in _RANGE.finditer(window):
                end = match.end()
                yield tuple(group.decode() for group in match.groups())
        rest = window[max(end, len(window) - _LONGEST) :]
