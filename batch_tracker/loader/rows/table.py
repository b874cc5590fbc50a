"""Which rows belong to the table whose headers were found.

A table ends where it ends: what stands below a title that speaks of voids or backorders, or under
other headers, is not data of the columns above, whatever its cells hold. A title, a footer or a gap
alone ends nothing, but then the next row must show that the table goes on.
"""

import re
from collections.abc import Sequence

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.doubts import numbers_in
from batch_tracker.loader.rows.exclusions import Exclusion, Places, cell_at, invalid, skipped
from batch_tracker.loader.rows.header_rows import HeaderRows
from batch_tracker.loader.rows.report_lines import (
    Line,
    Says,
    are_headers,
    hint_of,
    is_date,
    line_of,
    note_of,
    points_at_rows,
    title_above,
    title_says,
)
from batch_tracker.loader.rows.sections import Sections
from batch_tracker.loader.rows.total_rows import is_total
from batch_tracker.loader.rows.usual_rows import Number, RowOutline, UsualRows
from batch_tracker.loader.sources.source import Source, Tally
from batch_tracker.loader.values.cell_issues import quoted
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.loader.values.tracking import is_recognisable
from batch_tracker.model import Cell, Field, Issue, Kind, SourceRow, TypedCell
from batch_tracker.model.references import row_reference

_BLANK = skipped("blank", "This row is blank.")
_REPEATED = skipped("repeated-header", "This row repeats the headers.")
_TOTAL = skipped("total", "This row is a total, not a shipment.")
_BELOW = skipped("below-table", "This row is below the table and is not a shipment.")
_LINES = {
    Line.RULE: "This row is a ruled line, not a shipment.",
    Line.COMMENT: "This row is a comment, not a shipment.",
    Line.HINT: "This row says how to fill in the columns.",
    Line.FOOTER: "This row is a footer or a sum, not a shipment.",
    Line.PAGE_HEADING: "This row is the heading of a page, not a shipment.",
    Line.TITLE: "This row is a title or a note, not a shipment.",
    Line.OTHER_HEADERS: "This row has other headers. Another table starts here.",
}
_END_NOTHING = {Line.COMMENT, Line.HINT, Line.PAGE_HEADING}
_TITLES = {Line.TITLE, Line.FOOTER, Line.PAGE_HEADING}
_SAY_NOTHING_AGAINST = {Says.NOTHING, Says.SHIPPED}
_FEWEST_DIGITS_OF_A_PO = 3
_IF_SHIPMENT = "If it is a shipment, put it into its own file, with the headers, and run that."


class Table:
    """The rows of one file, in order: which of them are rows of the table, and which are not."""

    def __init__(self, header: Header, source: Source) -> None:
        self._header = header
        self._places = Places(source, header.names)
        self._po = header.fields[Field.PO]
        self._sections = Sections(self._places, self._po)
        self._usual = UsualRows(
            header.profile.carriers.values(),
            only_carriers=header.fields.keys().isdisjoint(
                {Field.TRACKING_NUMBER, Field.SHIPPED_ON}
            ),
        )
        self._headers = HeaderRows(header, source)
        self._lines_above: set[str] = set()
        self._other_headers = 0
        self._is_proved = True
        self._untold_titles: list[str] = []
        self._doubted_since: int | None = None
        """The row of the title that left open whether the table goes on, if one did."""
        self._titles = Tally()
        self.named: dict[str, int] = {}
        """The rows of the lines that speak against sending, by the numbers that they name."""
        if source.sheet and header.profile.sheet is None:
            self._sections.begin_with(source.sheet, 0)

    @property
    def goes_on(self) -> bool:
        """Whether a row that has all that a shipment has is one of the table."""
        return self._is_proved and self._sections.is_open and not self._other_headers

    @property
    def is_learning(self) -> bool:
        """Whether examples of the table's rows are still wanted."""
        return not self._usual.are_known

    @property
    def notes(self) -> list[str]:
        """What a person should know of the titles amid the table."""
        if not self._titles.total:
            return []
        return [f"Rows below titles inside the table are read as its rows: {self._titles}."]

    def add(self, row: RowOutline) -> None:
        """Take a row that is sent for an example of the table's rows."""
        self._usual.add(row)

    def add_plain(self, po: int | None, carrier: str | None, shipped_on: str | None) -> None:
        """Take a row for an example in which nothing is out of the ordinary."""
        self._usual.add(RowOutline(po, Number.FULL, carrier or "", shipped_on is not None))

    def unlike(self, row: SourceRow, outline: RowOutline) -> Exclusion | None:
        """Return why a row is held that could be sent, but does not look like one of the table."""
        if self._is_proved and self._usual.include(outline):
            return None
        issue = Issue(
            code="unlike-the-table",
            message="The row does not look like those above, so it may not be a shipment.",
            hint=_IF_SHIPMENT,
        )
        return invalid(self._places.at(row, self._po, issue))

    def pass_above(self, row: SourceRow) -> None:
        """Take note of a line above the headers; unless a person has said where these are."""
        cells = _filled(row)
        self._lines_above.add(_without_numbers(cells))
        if self._header.profile.header_row is None and (title := title_above(cells)):
            self._sections.begin_with(title, row.number)

    def exclusion(
        self, row: SourceRow, outline: RowOutline, *, after_gap: bool
    ) -> Exclusion | None:
        """Return why a row is not one of the table's; None where it is.

        Raises:
            SourceRefused: it heads a second table, whose rows might be shipments.
        """
        if all(map(is_blank, row.cells)):
            return _BLANK
        if after_gap and not self._usual.are_none:
            self._is_proved = False
        cells = _filled(row)
        has_po = outline.po is not None
        has_headers = not has_po and not outline.is_strong and self._has_headers(row, cells)
        if self._headers.repeat(row):
            self._sections.interrupt()
            self._other_headers, self._is_proved = 0, True
            return _REPEATED
        if is_total(row, self._header, has_po=has_po):
            self._sections.interrupt()
            self._is_proved = False
            return _TOTAL
        line = self._line(row, cells, outline)
        is_title = line is Line.TITLE and title_says(" ".join(cells)) is not Says.NOTHING
        if has_headers and not is_title and line in {None, Line.TITLE}:
            line = Line.HINT if self._usual.are_none else Line.OTHER_HEADERS
        return self._of_line(row, cells, line) if line else self._of_row(row, outline)

    def _has_headers(self, row: SourceRow, cells: Sequence[str]) -> bool:
        """Whether a row heads other columns: by a usual name, or by its words below a title."""
        if len(cells) == 1 or not are_headers(cells):
            return False
        is_known = self._sections.is_open and self._headers.others(row)
        return is_known or not self._is_proved or self._usual.are_none

    def _line(self, row: SourceRow, cells: Sequence[str], outline: RowOutline) -> Line | None:
        """Tell what a row is that can be no shipment, or none whose PO can't be read."""
        if self._usual.are_none and (line := hint_of(cells)):
            return line
        if outline.po is not None or outline.number is Number.FULL:
            return None
        if _without_numbers(cells) in self._lines_above:
            return Line.PAGE_HEADING
        if line := line_of(cells):
            return line
        if outline.is_strong or self._may_be_shipment(row, cells):
            return None
        speaks_against = title_says(cells[0]) not in _SAY_NOTHING_AGAINST
        return note_of(cells) or (Line.TITLE if speaks_against else None)

    def _may_be_shipment(self, row: SourceRow, cells: Sequence[str]) -> bool:
        """Whether a row may be one whose PO can't be read, or whose cells have been shifted."""
        if len(cells) == 1 or not self._is_proved:
            return False
        digits = sum(map(str.isdigit, text_of(cell_at(row, self._po))))
        return digits >= _FEWEST_DIGITS_OF_A_PO or any(map(_is_of_shipment, row.cells))

    def _of_line(self, row: SourceRow, cells: Sequence[str], line: Line) -> Exclusion:
        text = " ".join(cells)
        says = title_says(text)
        if line is Line.TITLE and says is Says.NOTHING:
            says = title_says(cells[0])
        if line is Line.COMMENT and says not in _SAY_NOTHING_AGAINST:
            return self._to_be_read(row, text)
        is_apart = not self._is_proved
        if line not in _END_NOTHING and not (line is Line.RULE and self._usual.are_none):
            self._is_proved = False
        if line is Line.OTHER_HEADERS:
            self._other_headers = row.number
        elif line is Line.PAGE_HEADING and says in _SAY_NOTHING_AGAINST:
            self._sections.interrupt()
            if self._doubted_since == row.number - 1:  # the title is the heading's first line
                self._is_proved = True
                self._untold_titles.pop()
        elif line in _TITLES:
            self._sections.begin(text, row.number, is_apart=is_apart)
            if says is Says.NOTHING and line is Line.TITLE:
                self._untold_titles.append(f"{quoted(text)} (row {row.number})")
                self._doubted_since = None if is_apart else row.number
            elif says not in _SAY_NOTHING_AGAINST and points_at_rows(text):
                return self._to_be_read(row, text)
        return skipped(line.value, _LINES[line])

    def _of_row(self, row: SourceRow, outline: RowOutline) -> Exclusion | None:
        if excluded := self._sections.exclusion(row):
            return excluded
        if self._other_headers:
            may_be_ours = outline.po is not None and self._usual.may_have(outline)
            return self._under_other_headers(row) if may_be_ours else self._of_other_table()
        if self._is_proved:
            return None
        if self._usual.go_on_with(outline):
            self._go_on()
            return None
        return None if self._usual.may_have(outline) else _BELOW

    def _go_on(self) -> None:
        self._is_proved = True
        for title in self._untold_titles:
            self._titles.add(title)
        self._untold_titles.clear()

    def _of_other_table(self) -> Exclusion:
        return skipped(
            "other-table",
            f"This row has other headers above it, those in {row_reference(self._other_headers)}.",
        )

    def _under_other_headers(self, row: SourceRow) -> Exclusion:
        others = row_reference(self._other_headers)
        issue = Issue(
            code="under-other-headers",
            message=f"The row is below {others}, which seems to have other headers than "
            f"{row_reference(self._header.row)}.",
            hint=f"{_IF_SHIPMENT} Or delete {others}, if it holds no headers.",
        )
        return invalid(self._places.at(row, self._po, issue))

    def _to_be_read(self, row: SourceRow, text: str) -> Exclusion:
        self.named |= dict.fromkeys(numbers_in(text), row.number)
        issue = Issue(
            code="note-to-read",
            message=f"This line says {quoted(text)}. That may be about a row of the table.",
            hint="Find out what it means, delete the line, and run the file again.",
        )
        return invalid(self._places.at(row, _first_filled(row), issue))


def _filled(row: SourceRow) -> list[str]:
    """Return the texts of the row's cells that are not blank."""
    return [text_of(cell).strip() for cell in row.cells if not is_blank(cell)]


def _is_of_shipment(cell: Cell) -> bool:
    """Whether a cell is a date, or a number that only carriers have."""
    if isinstance(cell, TypedCell):
        return cell.kind == Kind.DATE
    return is_recognisable(cell.strip()) or is_date(cell)


def _first_filled(row: SourceRow) -> int:
    return next(column for column, cell in enumerate(row.cells) if not is_blank(cell))


def _without_numbers(cells: Sequence[str]) -> str:
    """Return a line's text, the same for each page: `Page 1` and `Page 2` are one."""
    return " ".join(re.sub(r"[0-9]+", "0", " ".join(cells)).casefold().split())
