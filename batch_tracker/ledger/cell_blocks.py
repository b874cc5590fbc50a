"""Cells as they stood in the file, as the ledger keeps them: blocks of rows, compressed.

They are most of what a manifest is, much alike from row to row, and seldom asked for again.
"""

import json
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from pydantic_core import PydanticSerializationError, to_json

from batch_tracker.model import Cell, TypedCell

_ROWS = 500
"""The most rows in a block: few enough to read one of them within a millisecond."""

# The lowest level: rows are so alike that a higher one gains a tenth, in three times the time.
_LEVEL = 1
_PO_DIGITS = 10


class Block(NamedTuple):
    """Rows that follow each other: the position of the first, the most cells, all their cells."""

    first: int
    width: int
    lines: bytes


def blocks(first: int, lines: Sequence[bytes], widths: Sequence[int]) -> Iterator[Block]:
    """Pack rows that follow each other.

    Args:
        first: The position of the first row.
        lines: The cells of each row, as a line of JSON.
        widths: How many cells each row has.
    """
    for start in range(0, len(lines), _ROWS):
        part = slice(start, start + _ROWS)
        packed = zlib.compress(b"\n".join(lines[part]), _LEVEL)
        yield Block(first + start, max(widths[part]), packed)


def lines_of(block: bytes) -> list[bytes]:
    """Unpack a block: a line of JSON for each row."""
    return zlib.decompress(block).split(b"\n")


def to_lines(rows: Sequence[Sequence[Cell]]) -> list[bytes]:
    """Return the cells of each row as a line; `cells_of` reads it."""
    are_texts = TypedCell not in set(map(type, chain.from_iterable(rows)))
    return list(map(to_line, rows if are_texts else map(_plain, rows)))


def _plain(row: Sequence[Cell]) -> list[str | tuple[str, ...]]:
    """Return the cells of a row as texts and plain tuples, of which JSON is made faster."""
    return [each if isinstance(each, str) else (str(each[0]), *each[1:]) for each in row]


def cells_of(line: str | bytes) -> list[Cell]:
    """Return the cells of a row."""
    return [cell if isinstance(cell, str) else TypedCell(*cell) for cell in json.loads(line)]


def to_line(value: object) -> bytes:
    """Return a value as JSON without line breaks."""
    try:
        return to_json(value)
    except PydanticSerializationError:  # half of a surrogate pair, which only an escape can hold
        return json.dumps(value, separators=(",", ":")).encode()


def text_of(cell: Cell) -> str:
    """Return what a cell says, whatever it is in its workbook."""
    return cell if isinstance(cell, str) else cell.raw


def pos_in(cells: Sequence[Cell], text_columns: Sequence[int]) -> set[int]:
    """Return the numbers in the PO cell of a row, which comes first of the text columns."""
    column = next(iter(text_columns), len(cells))
    found = (re.findall(r"[0-9]+", _integer(cell)) for cell in cells[column : column + 1])
    numbers = (each.lstrip("0") for texts in found for each in texts)
    return {int(each) for each in numbers if each and len(each) <= _PO_DIGITS}


def _integer(cell: Cell) -> str:
    return text_of(cell).removesuffix(".0")
