"""Says what is wrong with a table whose lines each stand in one cell."""

import csv
import re
from collections.abc import Callable, Sequence

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.model import Cell, SourceRow

_LOOKED_AT = 30
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars ( | )"}
_DELIMITERS = ",;\t|^~:*"
_GAP = re.compile(r" {2,}")


def one_column_fault(
    rows: Sequence[SourceRow], recognised: Callable[[Sequence[Cell]], int], *, is_text: bool
) -> SourceRefused | None:
    """What to tell the person where most rows have one cell, and it holds the whole line.

    `recognised` says how many cells are known column headers; `is_text` tells a text file from a
    workbook.
    """
    filled = [[cell for cell in row.cells if not is_blank(cell)] for row in rows[:_LOOKED_AT]]
    lines = [text_of(cells[0]) for cells in filled if len(cells) == 1]
    if len(lines) * 2 <= len(filled):
        return None
    for delimiter in _DELIMITERS:
        if any(recognised(_split(line, delimiter)) for line in lines):
            divided = f"divided by {_NAMES.get(delimiter, delimiter)}"
            return _in_quotes_or_undivided(delimiter, divided, is_text=is_text)
    if any(recognised(_GAP.split(line)) for line in lines):
        return SourceRefused(
            "every line is one cell: its columns are separated only by blanks (fixed width).",
            hint="Export it as CSV or as an Excel workbook.",
        )
    return None


def _split(line: str, delimiter: str) -> Sequence[Cell]:
    return next(csv.reader([line.replace("\n", " ")], delimiter=delimiter), [])


def _in_quotes_or_undivided(delimiter: str, divided: str, *, is_text: bool) -> SourceRefused:
    if not is_text:
        return SourceRefused(
            f"every line is in one cell of one column, with its values {divided}.",
            hint="Split the column in Excel with Data > Text to Columns, or run the CSV file.",
        )
    if delimiter in _NAMES:
        return SourceRefused(
            f"every line is one cell in quotes, with its values {divided}.",
            hint="Remove the quotes around the lines, or export the file again.",
        )
    return SourceRefused(
        f"every line is one cell: its values are {divided}.",
        hint=f"Set delimiter = {delimiter!r} in a profile, or export it with commas.",
    )
