"""A row as it stands in the file, and what is said of its cells."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Kind(StrEnum):
    """What a workbook says a cell is, where it is not text."""

    NUMBER = "n"
    DATE = "d"
    BOOLEAN = "b"
    ERROR = "e"
    UNCALCULATED = "f"
    """A formula whose result was never stored in the file."""
    STRUCK = "s"
    """A text or value struck through as a whole."""
    RICH = "r"
    """A text of which a part is struck through, raised or lowered."""


class TypedCell(NamedTuple):
    """A cell that is not text, as it stands in the workbook.

    `raw` is, by kind: NUMBER the decimal text of the file, untouched; DATE the ISO 8601 date and
    time without zone; BOOLEAN `TRUE` or `FALSE`; ERROR the error's name (`#N/A`);
    UNCALCULATED the formula; STRUCK and RICH the whole text. `format` is the cell's number format;
    of RICH it is what `rich_format` makes of its runs.
    """

    kind: str
    raw: str
    format: str = "General"


_RUN = re.compile(r"([0-9]{1,7})([s^_]*)")


class Run(NamedTuple):
    """A part of a text in one font: `s` struck through, `^` raised, `_` lowered, or none."""

    text: str
    marks: str = ""


def rich_format(runs: Iterable[Run]) -> str:
    """The lengths and marks of a text's runs, such as `18s 18`."""
    return " ".join(f"{len(run.text)}{run.marks}" for run in runs)


def runs_of(cell: TypedCell) -> list[Run]:
    """The runs of a RICH cell."""
    runs, start = [], 0
    for length, marks in _RUN.findall(cell.format):
        end = start + int(length)
        runs.append(Run(cell.raw[start:end], marks))
        start = end
    return runs


Cell: TypeAlias = str | TypedCell
"""Text as it stands (a blank is `""`), or what the workbook says it is."""


class SourceRow(NamedTuple):
    """One row of the file. `number` is its line (CSV) or row number (Excel), counted from 1."""

    number: int
    cells: list[Cell]
    hidden: bool = False


class Level(StrEnum):
    """How much an issue matters: an error keeps the row from being sent, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What is wrong with, or was done to, one cell (or, with `column` None, one row).

    `column` is the cell's position in the row, counted from 0; `address` is how a person finds it
    (`Sheet1!C17`, `line 17, Tracking Number`); `text` is the cell as it stands in the file.
    """

    code: str
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    column: int | None = None
    address: str = ""
    text: str = ""
