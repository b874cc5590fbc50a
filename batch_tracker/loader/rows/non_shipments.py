"""Rows that are no shipment to send, whatever their cells say: told from their place and shape."""

import re
import sys
from typing import NamedTuple

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.columns.guess import guess_header
from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.model import Cell, Field, Issue, SourceRow, State

_TOTAL = re.compile(
    r"(?:grand|sub|page|report|batch|daily)?(?:totals?|count|sum)(?:number)?(?:of)?"
    r"(?:packages|shipments|rows|records|pieces|cartons|orders|items|pos)?\d*"
    r"|(?:record|row|package|shipment|piece|order)(?:total|count)\d*"
)
"""A normalised cell that labels a total line. The whole cell: `Total Wine` is a customer."""
_SUBTOTAL = re.compile(r".*\s(?:total|count)", re.IGNORECASE | re.DOTALL)
"""What Excel's Subtotal writes into the column by which it groups: `UPS Total`, `FedEx Count`."""
COUNT = re.compile(r"[0-9]{1,6}")
"""What a total line may have in the column of the tracking numbers."""


class Unsent(NamedTuple):
    """Why a row is not sent. An INVALID one has the issue that says so."""

    state: State
    code: str
    message: str
    issue: Issue | None = None


ABOVE_HEADER = Unsent(State.SKIPPED, "above-header", "This row stands above the header row.")
TOO_MANY, TOO_FEW, MERGED = "too-many-cells", "too-few-cells", "merged-cell"

_BLANK = Unsent(State.SKIPPED, "blank", "This row is blank.")
_REPEATED = Unsent(State.SKIPPED, "repeated-header", "This row repeats the headers.")
_TOTAL_LINE = Unsent(State.SKIPPED, "total", "This row is a total, not a shipment.")
VOID = Unsent(State.SKIPPED, "void", "This shipment is void.")


class Shape:
    """The header's shape, against which each row is held."""

    def __init__(self, header: Header, source: Source) -> None:
        self._header = header
        self._source = source
        self._is_by_position = any(isinstance(c, int) for c in header.profile.columns.values())
        self.width = len(header.names)
        is_text = not source.sheet
        self.narrowest = max(header.least, max(header.fields.values()) + 1) if is_text else 0
        self.widest = header.width if is_text else sys.maxsize
        """In text a cell too few or too many, even a blank one, may have shifted the others; in a
        workbook each cell has its address."""
        mapped = set(header.fields.values())
        self.covered = {row for row, column in source.merged if column in mapped}
        """Rows in which a cell that matters is merged with one above."""

    def find(self, row: SourceRow, *, has_po: bool) -> Unsent | None:
        """Say whether the row is a repeated header, a total, or does not fit the headers.

        Raises:
            SourceRefused: it holds other headers, so what follows it is another table.
        """
        if all(map(is_blank, row.cells)):
            return _BLANK
        if not has_po:
            self._refuse_other_headers(row)
        if self._repeats_header(row):
            return _REPEATED
        if self._is_total(row, has_po=has_po):
            return _TOTAL_LINE
        if row.number in self.covered:
            return self._merged(row)
        extra = range(self.width, len(row.cells))
        filled = [column for column in extra if not is_blank(row.cells[column])]
        if filled or len(row.cells) > self.widest:
            return self._too_many(row, (filled or extra)[0])
        return self._too_few(row) if len(row.cells) < self.narrowest else None

    def still_misshapen(self, row: SourceRow, code: str) -> Unsent:
        """Return what a results workbook says of a row whose shape the workbook has lost."""
        return invalid(
            Issue(
                code=code,
                message="In the original file the row's cells did not fit the headers.",
                hint="Put its cells right, empty its Code cell, and run the file again.",
                column=0,
                address=self._source.address(row.number, 0),
                text=text_of(cell_at(row, 0)),
            )
        )

    def still_merged(self, row: SourceRow) -> Unsent | None:
        """Return what a results workbook says of a row whose merged cells the workbook has lost.

        None where no cell is blank: then the value that was missing has been typed.
        """
        fields = self._header.fields.items()
        blank = next((each for each in fields if is_blank(cell_at(row, each[1]))), None)
        if blank is None:
            return None
        field, column = blank
        return invalid(
            Issue(
                code=MERGED,
                message="In the original file a cell of this row was merged with one above, and "
                f"the {field.label} is blank.",
                hint="Type what is missing; or empty the row's Code cell, if all its blanks are "
                "meant. Then run the file again.",
                column=column,
                address=self._source.address(row.number, column),
                text="",
            )
        )

    def _refuse_other_headers(self, row: SourceRow) -> None:
        """Refuse two exports in one file whose columns differ: the second would be misread."""
        if not self._header.row or self._is_by_position:
            return
        guess = guess_header(row, Candidates(self._header.profile))
        if not guess.is_complete or len(guess.columns) == 1:
            return
        ours = self._header.fields
        fits = all(ours.get(field) in columns for field, columns in guess.columns.items())
        if not fits or len(guess.columns) < len(ours):
            raise SourceRefused(
                f"{self._source.name}: row {row.number} holds other headers than row "
                f"{self._header.row}, so the file is two tables in one.",
                hint="Make a file of each, and run both.",
            )

    def _repeats_header(self, row: SourceRow) -> bool:
        names = self._header.names
        return bool(self._header.row) and all(
            normalise(text_of(cell_at(row, column))) == normalise(names[column])
            for column in self._header.fields.values()
        )

    def _is_total(self, row: SourceRow, *, has_po: bool) -> bool:
        tracking = self._text_at(row, Field.TRACKING_NUMBER)
        if not (is_blank(tracking) or COUNT.fullmatch(tracking)):
            return False
        po = self._header.fields[Field.PO]
        carrier = self._text_at(row, Field.CARRIER)
        cells = [*(row.cells[: po + 1] if has_po else row.cells), carrier]
        labels = (normalise(cell) for cell in cells if isinstance(cell, str))
        return any(map(_TOTAL.fullmatch, labels)) or bool(_SUBTOTAL.fullmatch(carrier.strip()))

    def _text_at(self, row: SourceRow, field: Field) -> str:
        column = self._header.fields.get(field)
        return "" if column is None else text_of(cell_at(row, column))

    def _merged(self, row: SourceRow) -> Unsent:
        field, column = next(
            (field, column)
            for field, column in self._header.fields.items()
            if (row.number, column) in self._source.merged
        )
        above = self._source.merged[row.number, column]
        return invalid(
            Issue(
                code=MERGED,
                message=f"The {field.label} is merged with that of row {above}, so it can't be "
                "told whether it counts here too.",
                hint=f"Unmerge the cells and type the {field.label} in each row.",
                column=column,
                address=self._source.address(row.number, column),
                text=text_of(cell_at(row, column)),
            )
        )

    def _too_many(self, row: SourceRow, column: int) -> Unsent:
        address = self._source.address(row.number, column)
        return invalid(
            Issue(
                code=TOO_MANY,
                message=f"The row has {len(row.cells)} cells under {self.width} headers, so its "
                "values may stand under the wrong ones.",
                hint="Look for a comma inside a value or a stray cell at the end; put it right, "
                "or give the extra column a header.",
                column=column,
                address=address,
                text=text_of(row.cells[column]),
            )
        )

    def _too_few(self, row: SourceRow) -> Unsent:
        have = len(row.cells)
        last = min(max(have - 1, 0), self.width - 1)
        usual = f"under {self.width} headers" if have < self.width else "and the others more"
        return invalid(
            Issue(
                code=TOO_FEW,
                message=f"The row has {have} cells {usual}, so its values may stand under the "
                "wrong ones.",
                hint="Look for a missing comma or a line broken in two, and put it right.",
                column=last,
                address=self._source.address(row.number, last, self._header.names[last]),
                text=text_of(cell_at(row, last)),
            )
        )


def cell_at(row: SourceRow, column: int) -> Cell:
    """Return the row's cell in a column; a blank where the row is shorter."""
    return row.cells[column] if column < len(row.cells) else ""


def invalid(issue: Issue) -> Unsent:
    """Return the issue as the reason why its row is not sent."""
    message = f"{issue.address}: {issue.message} {issue.hint}"
    return Unsent(State.INVALID, issue.code, message, issue)
