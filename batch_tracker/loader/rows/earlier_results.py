"""What the Code column of a results workbook says of rows whose place in the file it has lost.

In a results workbook title lines stand below the headers, every row fits them, and a person may
have deleted lines. So what a row was is known by its Code; a row whose Code a person has emptied is
judged by its cells alone.
"""

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.exclusions import Exclusion, Places, cell_at, invalid, skipped
from batch_tracker.loader.rows.report_lines import Line
from batch_tracker.loader.rows.row_shape import MERGED, TOO_FEW, TOO_MANY
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.plain_text import is_blank
from batch_tracker.model import Field, Issue, SourceRow

_NO_SHIPMENT = {
    *Line,
    "above-header",
    "below-table",
    "other-table",
    "void-section",
    "unsent-section",
}
_HELD = {
    "section-unclear": "was below a title that says it was not shipped",
    "under-other-headers": "was below a row that seems to have other headers",
    "unlike-the-table": "did not look like those above it",
    "po-unlike-others": "had a PO unlike the others",
    "note-to-read": "said something that may be about another row",
}


class EarlierResults:
    """The codes of an earlier run, and what they still say of their rows."""

    def __init__(self, header: Header, source: Source) -> None:
        self._header = header
        self._places = Places(source, header.names)

    def exclusion(self, row: SourceRow, code: str) -> Exclusion | None:
        """Return why a row is still not sent; None where its cells decide."""
        if code in _NO_SHIPMENT:
            return skipped(code, "In the original file, this row was not a shipment.")
        if code in {TOO_MANY, TOO_FEW}:
            return self._misshapen(row, code)
        if code == MERGED:
            return self._merged(row)
        return self._held(row, code) if code in _HELD else None

    def _held(self, row: SourceRow, code: str) -> Exclusion:
        issue = Issue(
            code=code,
            message=f"In the original file, this row {_HELD[code]}.",
            hint="To send it, empty its Code cell and run the file again.",
        )
        return invalid(self._places.at(row, self._header.fields[Field.PO], issue))

    def _misshapen(self, row: SourceRow, code: str) -> Exclusion:
        issue = Issue(
            code=code,
            message="In the original file, the row's cells did not fit the headers.",
            hint="Correct its cells, empty its Code cell, and run the file again.",
        )
        return invalid(self._places.at(row, 0, issue))

    def _merged(self, row: SourceRow) -> Exclusion | None:
        """Hold a row with merged cells, unless the value that was missing has been typed."""
        fields = self._header.fields.items()
        blank = next((each for each in fields if is_blank(cell_at(row, each[1]))), None)
        if blank is None:
            return None
        field, column = blank
        issue = Issue(
            code=MERGED,
            message="In the original file, a cell of this row was merged with one above, and the "
            f"{field.label} is blank.",
            hint="Type what is missing. Or empty the row's Code cell, if all its blanks are "
            "meant. Then run the file again.",
        )
        return invalid(self._places.at(row, column, issue))
