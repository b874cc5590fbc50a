"""A text table: CSV with any of the usual delimiters, every field as the text it is."""

import csv
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.files import ends_in_mid_line
from batch_tracker.loader.sources.delimiter import find_layout
from batch_tracker.loader.sources.encoding_guess import EncodingGuess
from batch_tracker.loader.sources.source import EXCEL_COLUMNS, MAX_COLUMNS, Source
from batch_tracker.loader.sources.text_encoding import find_encoding
from batch_tracker.model import Cell, SourceRow

MAX_FIELD = 1_000_000
"""Characters of one field. Excel's cells end at 32,767; a quote never closed runs on to here."""
_MOST_LINES = 20
"""Lines of one quoted field where the delimiters can't tell whether it has swallowed rows."""
_SAMPLE_LINES, _SAMPLE_SIZE = 200, 4 << 20
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_TO_CLOSING_QUOTE = re.compile(r'(?:[^"]|"")*+"')
_QUOTE_HINT = 'Add the missing quote, or double a quote that belongs to the text ("").'


class CsvSource(Source):
    """Text with one record a row. `SourceRow.number` is the line on which the record starts."""

    kind = "CSV file"

    def __init__(
        self,
        path: Path,
        encoding: str | None,
        delimiter: str | None,
        recognised: Callable[[Sequence[Cell]], int],
    ) -> None:
        super().__init__(path)
        _refuse_delimiter(delimiter)
        self._encoding = find_encoding(path, encoding)
        if self._encoding.is_guess:
            self.encoding_guess = EncodingGuess(self._encoding.codec)
        note = self._encoding.note
        self._opening_notes += [*_name_note(path), *([note] if note else [])]
        self._size = path.stat().st_size
        self._file: BinaryIO | None = None
        self._read_bytes = 0
        self._first_line = 1
        with closing(self._lines()) as lines:
            sample = list(_first(lines))
        named = _SEPARATOR_LINE.fullmatch(sample[0]) if sample else None
        if named:
            self._first_line = 2
            delimiter = delimiter or named[1]
        self._layout = find_layout(sample[self._first_line - 1 :], delimiter, recognised)

    def _lines(self) -> Generator[str, None, None]:
        """The physical lines of the table, with their ends, without a byte order mark."""
        csv.field_size_limit(MAX_FIELD)  # it is the whole process's: pandas has its own reader
        codec, _, errors, _ = self._encoding
        with (
            self.path.open("rb") as file,
            TextIOWrapper(file, codec, errors=errors, newline="") as text,
        ):
            self._file = file
            first = text.readline().removeprefix("\ufeff")
            yield from islice(chain([first], text), self._first_line - 1, None)
            self._read_bytes = file.tell()

    def _read(self) -> Iterator[SourceRow]:
        if not ends_in_mid_line(self.path):
            yield from self._records()
            return
        last: SourceRow | None = None
        for row in self._records():
            if last is not None:
                yield last
            last = row
        if last is not None:
            self.cut_row = last.number
            yield last

    def _records(self) -> Iterator[SourceRow]:
        with closing(self._lines()) as lines:
            reader = csv.reader(
                lines,
                delimiter=self._layout.delimiter,
                skipinitialspace=self._layout.blanks_before_quotes,
                strict=True,
            )
            before = line = self._first_line - 1
            try:
                for cells in cast("Iterator[list[Any]]", reader):
                    start, line = line + 1, reader.line_num + before
                    if line != start:
                        self._refuse_swallowed(cells, start, line)
                    if any(map(str.strip, cells)):
                        fits = len(cells) <= MAX_COLUMNS
                        yield SourceRow(start, cells if fits else _within_reach(cells, start))
                    else:
                        self._blank_rows += 1
            except csv.Error as error:
                raise self._unreadable(error, line + 1, reader.line_num + before) from error
            except UnicodeDecodeError as error:
                raise SourceRefused("the file was changed while it was read.") from error

    def _refuse_swallowed(self, cells: Sequence[Cell], start: int, end: int) -> None:
        """Refuse a record over several lines if a stray quote has glued other records into it."""
        for column, cell in enumerate(cells):
            pieces = _LINE_END.split(str(cell))
            if len(pieces) > 1 and self._are_records(pieces, column):
                raise SourceRefused(
                    f"a quoted cell that starts in line {self._opening(start, end)} goes on for "
                    f"{len(pieces)} lines and seems to have swallowed rows.",
                    hint=_QUOTE_HINT,
                )

    def _are_records(self, pieces: Sequence[str], column: int) -> bool:
        """Whether lines between quotes have the delimiters that whole rows would have.

        The first and the last line are pieces of rows; of those between, one may hold a delimiter
        too many.
        """
        width = self._layout.width
        if width == 1:
            return len(pieces) > _MOST_LINES
        found = list(map(self._delimiters, pieces))
        between = found[1:-1]
        if not between:
            return found == [width - 1 - column, column]
        return between.count(width - 1) * 2 > len(between)

    def _delimiters(self, text: str) -> int:
        """Count the delimiters in a text, without the commas of prose: a blank and a word follow.

        Where a blank follows the delimiters of the table too, each counts.
        """
        delimiter, _, blanks_before_quotes = self._layout
        if blanks_before_quotes:
            return text.count(delimiter)
        sign = re.escape(delimiter)
        return len(re.findall(rf"{sign}(?! +[^\s{sign}])", text))

    def _unreadable(self, error: csv.Error, start: int, end: int) -> SourceRefused:
        opened = self._opening(start, end)
        if self._escapes_quotes(start, end):
            return SourceRefused(
                f'in line {opened}, a backslash stands before quotes inside a cell (\\").',
                hint='Double each such quote instead (""), or export it with quotes doubled.',
            )
        if "field larger than" in str(error):
            what = f"a cell in line {opened} is longer than {MAX_FIELD:,} characters."
        elif "unexpected end of data" in str(error):
            what = f"the quote that opens in line {opened} is never closed."
        elif opened == end:
            what = f"in line {opened}, text follows the closing quote of a cell."
        else:
            what = f"the quote that opens in line {opened} closes in line {end}, inside a cell."
        return SourceRefused(what, hint=_QUOTE_HINT)

    def _escapes_quotes(self, start: int, end: int) -> bool:
        with closing(self._lines()) as lines:
            record = islice(lines, start - self._first_line, end - self._first_line + 1)
            return any('\\"' in line for line in record)

    def _opening(self, start: int, end: int) -> int:
        """The line on which the last quoted cell opens that runs over a line end."""
        with closing(self._lines()) as lines:
            record = islice(lines, start - self._first_line, end - self._first_line + 1)
            return start + _last_open_quote(record, self._layout.delimiter)

    def _address(self, row: int, column: int, header: str) -> str:
        """`line 17, column 3 (Tracking Number)`."""
        return f"line {row}, column {column + 1}" + (f" ({header})" if header else "")

    def progress(self) -> float:
        """By the bytes of the file."""
        if self._file is not None and not self._file.closed:
            self._read_bytes = self._file.tell()
        return min(1.0, self._read_bytes / max(1, self._size))

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()


def _first(lines: Iterable[str]) -> Iterator[str]:
    """The first lines, as many as tell the delimiter and do not fill the memory."""
    size = 0
    for line in islice(lines, _SAMPLE_LINES):
        yield line
        size += len(line)
        if size > _SAMPLE_SIZE:
            return


def _within_reach(cells: list[Any], line: int) -> list[Any]:
    """The cells, without the blank ones right of all columns that are read."""
    if len(cells) > EXCEL_COLUMNS or any(map(str.strip, cells[MAX_COLUMNS:])):
        raise SourceRefused(
            f"line {line} has {len(cells):,} cells: at most {MAX_COLUMNS:,} columns are read.",
            hint="Delete the columns right of the table, or export it again.",
        )
    return cells[:MAX_COLUMNS]


def _name_note(path: Path) -> list[str]:
    if not path.suffix.lower().startswith((".xl", ".od")):
        return []
    return [f"Read as text, because it is text, although its name ends in {path.suffix}."]


def _refuse_delimiter(delimiter: str | None) -> None:
    if delimiter is not None and delimiter in '"\r\n':
        raise SourceRefused(
            f"the profile's delimiter {delimiter!r} can't separate cells.",
            hint="Use a comma, a semicolon, a tab or |.",
        )


def _last_open_quote(lines: Iterable[str], delimiter: str) -> int:
    """Which line, from 0, has the opening quote of the last cell that runs over a line end."""
    opened, inside = 0, False
    for offset, line in enumerate(lines):
        place = 0
        while place >= 0:
            if inside or line.startswith('"', place):
                closed = _TO_CLOSING_QUOTE.match(line, place if inside else place + 1)
                if closed is None:
                    opened, inside = (opened if inside else offset), True
                    break
                place, inside = closed.end(), False
            place = line.find(delimiter, place) + 1 or -1
    return opened
