"""What every kind of manifest looks like to the rest of the loader: named rows, and notes."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from batch_tracker.errors import BatchTrackerError, ColumnsRefused, SourceRefused
from batch_tracker.loader.sources.encoding_guess import EncodingGuess
from batch_tracker.model import Cell, SourceRow
from batch_tracker.model.wording import plural

MAX_COLUMNS = 1_000
"""Columns a row may reach: the widest export known has 150, and every gap becomes a blank cell."""
EXCEL_COLUMNS = 16_384
MAX_NAMED = 5
"""How many rows, sheets or ranges a note names before it stops at an ellipsis."""
_LONGEST_REASON = 100


class Source(ABC):
    """An open manifest. Use it in a `with` block, or call `close()`.

    `kind` is for messages ("CSV file"); `sheet` is "" for text; `epoch_1904` says that the
    workbook counts its days from 1904. `merged` maps a cell (row number, column from 0) that is
    blank because it is merged with one above to the number of the row that holds the value; it
    is complete before rows() yields its first row, and empty where the form of file does not tell.
    `encoding_guess` is set where the text's encoding is a guess: it wants to see what is sent.
    `cut_row` is the number of the last row where a text file ends in the middle of a line; it is
    known once rows() has yielded that row.
    `first_column` is the column (from 0) in which the manifest itself begins: a results workbook
    has columns of its own before it.
    """

    kind: str = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.sheet = ""
        self.epoch_1904 = False
        self.merged: Mapping[tuple[int, int], int] = {}
        self.encoding_guess: EncodingGuess | None = None
        self.cut_row: int | None = None
        self.first_column = 0
        self._opening_notes: list[str] = []
        self._reading_notes: list[str] = []
        self._blank_rows = 0
        self._stamp = _stamp(path)

    @property
    def notes(self) -> list[str]:
        """What a person must know about how the file was read; complete once rows() has ended."""
        return [*self._opening_notes, *self._reading_notes]

    def rows(self) -> Iterator[SourceRow]:
        """Every row that is not blank, title and header rows too, in file order.

        A row is blank if all its cells are empty or white space. A second call reads again from
        the start. Raises SourceRefused where the file is damaged or changes meanwhile.
        """
        self._reading_notes.clear()
        self._blank_rows = 0
        hidden = Tally()
        with refusals_name(self.path):
            for row in self._read():
                if row.hidden:
                    hidden.add(row.number)
                yield row
            self.refuse_if_changed()
        self._note_passed_over(hidden)

    def refuse_if_changed(self) -> None:
        """Raise SourceRefused where the file is no longer the one that was opened."""
        if _stamp(self.path) != self._stamp:
            raise SourceRefused(
                "the file was changed while it was read.",
                hint="Start again when nothing writes to it any more.",
            )

    def _note_passed_over(self, hidden: "Tally") -> None:
        if self._blank_rows:
            self._reading_notes.append(f"{plural(self._blank_rows, 'blank row')} left out.")
        if hidden.total:
            are = "is" if hidden.total == 1 else "are"
            self._reading_notes.append(
                f"{plural(hidden.total, 'row')} {are} hidden{self._why_hidden()} in the sheet "
                f"({hidden}) and {are} included."
            )

    def _why_hidden(self) -> str:
        return ""

    @abstractmethod
    def _read(self) -> Iterator[SourceRow]:
        """The rows, with `_blank_rows` and `_reading_notes` kept up to date."""

    def address(self, row: int, column: int, header: str = "") -> str:
        """How a person finds a cell: `row` as in SourceRow, `column` of the manifest from 0."""
        return self._address(row, self.first_column + column, header)

    @abstractmethod
    def _address(self, row: int, column: int, header: str) -> str:
        """The address of a cell of the file."""

    @abstractmethod
    def progress(self) -> float:
        """Share of the file that has been read, 0 to 1."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Tally:
    """A count that remembers the first few of what it counted."""

    def __init__(self) -> None:
        self.total = 0
        self._first: list[str] = []

    def add(self, item: object) -> None:
        """Count one more."""
        self.total += 1
        if self.total <= MAX_NAMED:
            self._first.append(str(item))

    def __str__(self) -> str:
        return ", ".join(self._first) + (", …" if self.total > MAX_NAMED else "")


@contextmanager
def refusals_name(path: Path) -> Iterator[None]:
    """Put the file's name before every refusal, and make a refusal of any other failure.

    A file made by chance or to do harm can raise anything in the libraries that read it.
    """
    try:
        yield
    except (SourceRefused, ColumnsRefused) as refusal:
        raise type(refusal)(f"{path.name}: {refusal.message}", hint=refusal.hint) from refusal
    except OSError as error:
        raise SourceRefused(
            f"{path.name}: the file can't be read ({error.strerror or error})."
        ) from error
    except BatchTrackerError:
        raise
    except Exception as error:
        raise SourceRefused(
            f"{path.name}: the file is damaged, or is not what it seems "
            f"({type(error).__name__}: {str(error)[:_LONGEST_REASON]}).",
            hint="Open it in Excel and save it again, or export it again.",
        ) from error


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What changes when a file is written or replaced, even by one of the same size and time."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def is_blank_row(cells: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but empty text and white space."""
    return not any(cell.strip() if type(cell) is str else cell for cell in cells)


def listed(names: Sequence[str]) -> str:
    """Names in quotes, the first few of them."""
    tally = Tally()
    for name in names:
        tally.add(f'"{name}"')
    return str(tally)


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """`C17`; the row counts from 1, the column from 0."""
    return f"{column_letters(column)}{row}"


def cell_address(sheet: str, row: int, column: int) -> str:
    """A cell as Excel writes it: `Sheet1!C17`, `'May 4'!C17`."""
    quoted = sheet if sheet.isidentifier() else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{cell_name(row, column)}"
