"""Which delimiter a text table uses: the one under which its column headers are recognised."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import NamedTuple, cast

from batch_tracker.loader.sources.source import MAX_COLUMNS
from batch_tracker.model import Cell

DELIMITERS = ",;\t|^~"
_SAMPLE_ROWS = 30


class Layout(NamedTuple):
    """The delimiter, and how many fields a row has: as the header, or as most rows.

    `blanks_before_quotes` says that a blank follows each delimiter, before the quote of a cell.
    """

    delimiter: str
    width: int
    blanks_before_quotes: bool = False


def find_layout(
    lines: Sequence[str], wanted: str | None, recognised: Callable[[Sequence[Cell]], int]
) -> Layout:
    """Judge by the first lines of the file.

    Most recognised headers in one row win; among equals the delimiter that cuts the rows most
    evenly, then the one first in `DELIMITERS`.
    """
    ranked = []
    for delimiter in wanted or DELIMITERS:
        rows = _rows(lines, delimiter)
        blanks = any(map(_begins_with_blank_and_quote, chain.from_iterable(rows)))
        if blanks:
            rows = _rows(lines, delimiter, blanks_before_quotes=True)
        headers, header_width = max(
            ((recognised(row), len(row)) for row in rows),
            key=lambda found: found[0],
            default=(0, 1),
        )
        evenness, usual_width = _evenness(rows)
        width = header_width if headers else usual_width
        ranked.append(((headers, evenness, usual_width), Layout(delimiter, width, blanks)))
    return max(ranked, key=lambda entry: entry[0])[1]


def _begins_with_blank_and_quote(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.startswith(" ") and cell.lstrip(" ").startswith('"')


def _rows(
    lines: Sequence[str], delimiter: str, *, blanks_before_quotes: bool = False
) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = []
    try:
        for row in csv.reader(
            lines, delimiter=delimiter, strict=True, skipinitialspace=blanks_before_quotes
        ):
            if any(row):
                rows.append(cast("Sequence[Cell]", row[:MAX_COLUMNS]))
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # a wrong delimiter, or a row cut off by the end of the sample
    return rows


def _evenness(rows: Sequence[Sequence[Cell]]) -> tuple[float, int]:
    """Share of the rows that have the commonest number of fields, and that number."""
    if not rows:
        return 0, 1
    [(width, times)] = Counter(map(len, rows)).most_common(1)
    return (times / len(rows), width) if width > 1 else (0, 1)
