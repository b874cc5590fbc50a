"""Reads the rows of one worksheet part.

This is the hot path: ten million cells are forty million calls of `_start` and `_end`, so the
common tags come first, a text cell makes no object but its text, and state is plain attributes.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time
from functools import partial

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.rich_text import TAGS, mark_of, rich_cell, struck
from batch_tracker.loader.sources.shared_strings import SharedStrings, unescaped
from batch_tracker.loader.sources.source import (
    EXCEL_COLUMNS,
    MAX_COLUMNS,
    Tally,
    cell_name,
    column_letters,
    is_blank_row,
)
from batch_tracker.loader.sources.workbook import GENERAL_FORMAT, CellFormat, Styles
from batch_tracker.loader.sources.xml_part import MAX_TEXT, PartReader
from batch_tracker.loader.values.date_format import iso_of_serial
from batch_tracker.loader.values.number_format import embellishes
from batch_tracker.model import Cell, Kind, Run, SourceRow, TypedCell

MAX_GAPS, WIDEST_GAP = 1_000_000, 300
"""Blanks put in for cells that are not there, and how many a row may need beyond those."""
MAX_ROW = 1_048_576
_LONGEST_LETTERS = 3
_QUOTED = 20
"""Characters of a place or number that a message quotes: it can be of any length."""
_BLANK_ROW = rb'<row r="[0-9]++"[^<>]*+>(?:<c [^<>]*/>)++</row>'
# It begins with a plain text, for which a search skips whatever else a row holds.
_BLANK_ROWS = re.compile(_BLANK_ROW + rb"(?:" + _BLANK_ROW + rb')*(?=<row r="|</sheetData>)')
"""Rows without a value: only formatted, down to the sheet's last row at worst.

A row that does not say its number takes the next one, so what stands before such a row is kept.
"""
_TRUE, _FALSE = {"1", "true"}, {"0", "false"}


class Columns(dict[str, int]):
    """Column numbers, from 0, by their letters; filled as they are met."""

    def __missing__(self, letters: str) -> int:
        if not (letters.isascii() and letters.isalpha() and len(letters) <= _LONGEST_LETTERS):
            raise KeyError(letters)
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        if column > EXCEL_COLUMNS:
            raise KeyError(letters)
        self[letters] = column - 1
        return column - 1


def _tells(format_: CellFormat) -> bool:
    """Whether cells of this style show more than what they hold."""
    return format_.struck or embellishes(format_.code)


class SheetReader(PartReader):
    """Yields the rows that are not blank: that hold more than empty text and white space.

    `formulas` counts formula cells with a stored result; `filtered` says that a filter is on;
    `hidden_columns` are counted from 0; `embellished` tells of text cells that show other text;
    `strikes_by_rule` says that a rule of the sheet may strike cells through.
    """

    def __init__(
        self,
        part: str,
        *,
        strings: SharedStrings,
        styles: Styles,
        epoch_1904: bool,
    ) -> None:
        super().__init__(part)
        self.formulas = 0
        self.filtered = self.strikes_by_rule = False
        self.hidden_columns: set[int] = set()
        self.embellished = Tally()
        self._strings = strings
        self._formats = styles.formats
        self._striking = styles.striking
        self._telling = {s for s, each in self._formats.items() if _tells(each)}
        self._epoch_1904 = epoch_1904
        self._columns = Columns()
        self._rows: list[SourceRow] = []
        self._row, self._digits, self._hidden = 0, "0", False
        self._cells: list[Cell] = []
        self._next_column = self._gaps = 0
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula: str | None = None
        self._phonetic = False
        self._texts: list[str] = []
        self._marked: dict[int, str] = {}
        self._marks = ""
        self._rich: Cell | None = None
        self._pieces: list[str] = []
        self._parser.CharacterDataHandler = self._pieces.append

    def read(self, chunks: Iterable[bytes]) -> Iterator[SourceRow]:
        """The rows. Raises SourceRefused where the part is damaged or past a limit."""
        # Most rows of a sheet may be blank but for their format: expat is three times as slow.
        for _ in self.feed(_BLANK_ROWS.sub(b"", chunk) for chunk in chunks):
            yield from self._rows
            self._rows.clear()
            if sum(map(len, self._pieces)) + sum(map(len, self._texts)) > MAX_TEXT:
                raise self._damaged(f"row {self._row} holds over {MAX_TEXT:,} characters in a cell")

    def _begin(self, prefix: str) -> None:
        self._c, self._v, self._r = prefix + "c", prefix + "v", prefix + "row"
        self._t, self._f, self._rph = prefix + "t", prefix + "f", prefix + "rPh"
        self._is, self._run = prefix + "is", prefix + "r"
        self._filled = frozenset({self._v, self._t, self._f})
        self._rare: dict[str, Callable[[dict[str, str]], None]] = {
            prefix + "sheetPr": self._start_properties,
            prefix + "col": self._start_columns,
            prefix + "cfRule": self._start_rule,
            **{prefix + tag: partial(self._mark, tag) for tag in TAGS},
        }

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name == self._c:
            self._cell = attributes
        elif name in self._filled:
            self._pieces.clear()
        elif name == self._is:
            pass  # nothing to do: it is here as many sheets have one in every cell
        elif name == self._r:
            self._start_row(attributes)
        elif name == self._rph:
            self._phonetic = True
        elif name in self._rare:
            self._rare[name](attributes)

    def _start_properties(self, attributes: dict[str, str]) -> None:
        self.filtered = attributes.get("filterMode") in _TRUE

    def _start_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") not in _TRUE:
            return
        try:
            first, last = int(attributes["min"]), int(attributes["max"])
        except (KeyError, ValueError):
            return
        self.hidden_columns.update(range(max(first - 1, 0), min(last, MAX_COLUMNS)))

    def _start_rule(self, attributes: dict[str, str]) -> None:
        if attributes.get("dxfId") in self._striking:
            self.strikes_by_rule = True

    def _mark(self, tag: str, attributes: dict[str, str]) -> None:
        self._marks += mark_of(tag, attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == self._c:
            self._end_cell()
        elif name == self._v:
            self._value = "".join(self._pieces)
        elif name == self._t:
            if not self._phonetic:
                self._texts.append("".join(self._pieces))
                if self._marks:
                    self._marked[len(self._texts) - 1] = self._marks
        elif name == self._is:
            self._value = "".join(self._texts)
            self._rich = self._rich_text() if self._marked else None
            self._texts.clear()
        elif name == self._r:
            self._end_row()
        elif name == self._f:
            self._formula = "".join(self._pieces)
        else:
            self._end_rare(name)

    def _end_rare(self, name: str) -> None:
        if name == self._run:
            self._marks = ""
        elif name == self._rph:
            self._phonetic = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        try:
            row = self._row + 1 if place is None else int(place)
        except ValueError:
            row = 0
        if not self._row < row <= MAX_ROW:
            raise self._damaged(f"row {str(place)[:_QUOTED]} follows row {self._row}")
        self._row, self._digits = row, str(row)
        self._hidden = attributes.get("hidden") in _TRUE
        self._cells = []
        self._next_column = 0
        self._pieces.clear()

    def _end_row(self) -> None:
        if not is_blank_row(self._cells):
            self._rows.append(SourceRow(self._row, self._cells, self._hidden))

    def _end_cell(self) -> None:
        """Put the cell that ends into its row; where the next one stands if it does not say.

        All in one piece, and texts and numbers first: this runs for every cell, and each further
        call would make the whole file take a twentieth longer.
        """
        attributes = self._cell
        place = attributes.get("r")
        try:
            column = (
                self._next_column
                if place is None
                else self._columns[place.removesuffix(self._digits)]
            )
        except KeyError:
            raise self._misplaced(place) from None
        self._next_column = column + 1
        value = self._value
        if value is None and self._formula is None:
            return
        kind = attributes.get("t")
        if kind == "s" and value:
            cell = self._shared(value)
        elif not value or self._formula is not None:
            cell = self._content(kind, value)
        elif kind == "inlineStr":
            cell = unescaped(value) if self._rich is None else self._rich
        elif kind is None or kind == "n":
            cell = self._number(value)
        else:
            cell = self._content(kind, value)
        self._value = self._formula = None
        if self._telling and attributes.get("s") in self._telling:
            cell = self._as_it_looks(cell, column)
        if column == len(self._cells) < MAX_COLUMNS:
            self._cells.append(cell)
        elif cell != "":
            self._put(column, cell)

    def _misplaced(self, place: str | None) -> SourceRefused:
        return self._damaged(f"a cell {str(place)[:_QUOTED]} stands in row {self._row}")

    def _rich_text(self) -> Cell:
        """The text that stands in the cell itself, in several fonts."""
        marks, self._marked = self._marked, {}
        texts = enumerate(self._texts)
        return rich_cell(Run(unescaped(text), marks.get(n, "")) for n, text in texts)

    def _as_it_looks(self, cell: Cell, column: int) -> Cell:
        """The cell of a style that strikes it through, or shows more or less than its text."""
        format_ = self._format()
        if format_.struck:
            return struck(cell)
        if cell and type(cell) is str:
            self.embellished.add(cell_name(self._row, column))
        return cell

    def _put(self, column: int, cell: Cell) -> None:
        cells = self._cells
        where = cell_name(self._row, column)
        if column >= MAX_COLUMNS:
            raise SourceRefused(
                f"cell {where} is too far to the right: at most {MAX_COLUMNS:,} columns are read.",
                hint=f"Delete what is right of column {column_letters(MAX_COLUMNS - 1)}.",
            )
        self._fill_up_to(column)
        if cells[column] != "":
            raise self._damaged(f"cell {where} stands there twice")
        cells[column] = cell

    def _fill_up_to(self, column: int) -> None:
        missing = column - len(self._cells) + 1
        self._cells.extend([""] * missing)
        self._gaps += max(0, missing)
        if self._gaps > MAX_GAPS + WIDEST_GAP * self._row:
            raise SourceRefused(
                f"its cells are scattered over too many columns, as in row {self._row}.",
                hint=f"Delete what is right of the table, such as column {column_letters(column)}.",
            )

    def _shared(self, value: str) -> Cell:
        try:
            return self._strings[int(value)]
        except (ValueError, IndexError):
            text = value[:_QUOTED]
            raise self._damaged(f"row {self._row} refers to a text {text} there is not") from None

    def _content(self, kind: str | None, value: str | None) -> Cell:
        if self._formula is not None:
            if value is None or (value == "" and kind != "str"):
                return TypedCell(Kind.UNCALCULATED, f"={self._formula}", self._format().code)
            self.formulas += 1
        if not value:
            return ""
        if kind is None or kind == "n":
            return self._number(value)
        return self._unusual(kind, value)

    def _unusual(self, kind: str, value: str) -> Cell:
        if kind == "b":
            return self._boolean(value.strip())
        if kind == "e":
            return TypedCell(Kind.ERROR, value, self._format().code)
        if kind == "d":
            return self._date(value.strip())
        if kind == "inlineStr" and self._rich is not None:
            return self._rich
        return unescaped(value)

    def _format(self) -> CellFormat:
        return self._formats.get(self._cell.get("s", "0"), GENERAL_FORMAT)

    def _number(self, raw: str) -> Cell:
        is_date, code, _ = self._formats.get(self._cell.get("s", "0"), GENERAL_FORMAT)
        if is_date:
            date = iso_of_serial(raw, epoch_1904=self._epoch_1904)
            if date is not None:
                return TypedCell(Kind.DATE, date, code)
        return TypedCell(Kind.NUMBER, raw.strip(), code)

    def _boolean(self, raw: str) -> Cell:
        if raw in _TRUE or raw in _FALSE:
            return TypedCell(Kind.BOOLEAN, "TRUE" if raw in _TRUE else "FALSE", self._format().code)
        return raw

    def _date(self, raw: str) -> Cell:
        try:
            date = datetime.fromisoformat(raw)
        except ValueError:
            return raw
        if date.tzinfo is not None and date.time() != time():
            return raw  # as text: a TypedCell has no place for the zone
        # Midnight is how programs write a day: the one that the sheet shows, in any zone.
        return TypedCell(Kind.DATE, date.replace(tzinfo=None).isoformat(), self._format().code)
