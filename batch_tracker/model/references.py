"""Rows of the file that a message names, as references: `{row 23}`, `{Rows 23, 24}`.

Row 23 of the source may be row 18 of the results workbook, so a message does not say where a row
is. Who shows the message says it: the terminal and the page by the source's numbers, the workbook
by its own.
"""

import re
from collections.abc import Callable, Iterator, Sequence

_REFERENCE = re.compile(r"\{(rows?) ([0-9]{1,9}(?:, [0-9]{1,9})*)\}", re.IGNORECASE)


def row_reference(number: int) -> str:
    """Return the reference to a row, by its number in the source, for the middle of a sentence."""
    return f"{{row {number}}}"


def plain(message: str) -> str:
    """Return the message with the rows named by their numbers in the source."""
    return _REFERENCE.sub(r"\1 \2", message)


def resolved(message: str, name: Callable[[str, Sequence[int]], str]) -> str:
    """Return the message with each reference put in words: `name("Rows", [23, 24])`."""
    return _REFERENCE.sub(lambda found: name(found[1], _numbers(found)), message)


def rows_named(message: str) -> Iterator[int]:
    """Yield the numbers of the rows that a message names, in the order of its words."""
    for found in _REFERENCE.finditer(message):
        yield from _numbers(found)


def _numbers(found: re.Match[str]) -> list[int]:
    return [int(number) for number in found[2].split(", ")]
