"""A row as it stands in the file, and what is said of its cells."""

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


class TypedCell(NamedTuple):
    """A cell that is not text, as it stands in the workbook.

    `raw` is, by kind: NUMBER the decimal text of the file, untouched; DATE the ISO 8601 date and
    time without zone; BOOLEAN `TRUE` or `FALSE`; ERROR the error's name (`#N/A`);
    UNCALCULATED the formula. `format` is the cell's number format.
    """

    kind: str
    raw: str
    format: str = "General"


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
