"""Whether a row's cells stand under the headers they belong to: too many, too few, or merged."""

import sys

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.exclusions import Exclusion, Places, invalid
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.plain_text import is_blank
from batch_tracker.model import Field, Issue, SourceRow
from batch_tracker.model.references import row_reference

TOO_MANY, TOO_FEW, MERGED = "too-many-cells", "too-few-cells", "merged-cell"


class RowShape:
    """The header's shape, against which each row is held.

    In text a cell too few or too many, even a blank one, may have shifted the others; in a
    workbook each cell has its address.
    """

    def __init__(self, header: Header, source: Source) -> None:
        self._header = header
        self._source = source
        self._places = Places(source, header.names)
        is_text = not source.sheet
        sent = [column for field, column in header.fields.items() if field is not Field.VOID]
        self.needed = max(sent) + 1 if is_text else 0
        self.narrowest = max(header.least, self.needed) if is_text else 0
        self.width = len(header.names)
        self.widest = header.width if is_text else sys.maxsize
        """A row with fewer cells than `needed`, or more than `widest`, does not fit; one with
        fewer than `narrowest` may. Cells beyond `width` must be blank."""
        mapped = set(header.fields.values())
        first = source.first_column
        self.covered = {row for row, column in source.merged if column - first in mapped}
        """Rows in which a cell that matters is merged with one above."""

    def exclusion(self, row: SourceRow) -> Exclusion | None:
        """Return why a row does not fit the headers; None where it does, or may."""
        if row.number in self.covered:
            return self._merged(row)
        extra = range(self.width, len(row.cells))
        filled = [column for column in extra if not is_blank(row.cells[column])]
        if filled or len(row.cells) > self.widest:
            return self._too_many(row, (filled or extra)[0])
        return self.too_few(row) if len(row.cells) < self.needed else None

    def _merged(self, row: SourceRow) -> Exclusion:
        first = self._source.first_column
        field, column = next(
            (field, column)
            for field, column in self._header.fields.items()
            if (row.number, first + column) in self._source.merged
        )
        above = self._source.merged[row.number, first + column]
        issue = Issue(
            code=MERGED,
            message=f"The {field.label} is merged with that of {row_reference(above)}. It may not "
            "belong to this row too.",
            hint=f"Unmerge the cells and type the {field.label} in each row.",
        )
        return invalid(self._places.at(row, column, issue))

    def _too_many(self, row: SourceRow, column: int) -> Exclusion:
        issue = Issue(
            code=TOO_MANY,
            message=f"The row has {len(row.cells)} cells, but there are {self.width} headers. Its "
            "values may be under the wrong ones.",
            hint="Look for a comma inside a value or a stray cell at the end, and correct it. "
            "Or give the extra column a header.",
        )
        return invalid(self._places.at(row, column, issue))

    @property
    def cut_row(self) -> int | None:
        """The number of the row in which a text file ends, without a line end."""
        return self._source.cut_row

    def cut_off(self, row: SourceRow, above: SourceRow | None) -> Exclusion | None:
        """Return what is said of `cut_row` where it seems not to be written whole."""
        have = len(row.cells)
        is_shorter = above is not None and have < min(len(above.cells), self.width)
        if not is_shorter:
            return None
        issue = Issue(
            code=TOO_FEW,
            message=f"The file ends in this row, without a line end. The row has {have} cells, "
            "and the one above has more.",
            hint="The file may not be complete: get it again, or complete the row.",
        )
        return invalid(self._places.at(row, have - 1, issue))

    def too_few(self, row: SourceRow) -> Exclusion:
        """Return what is said of a row that has lost a cell."""
        have = len(row.cells)
        usual = (
            f"but there are {self.width} headers" if have < self.width else "and the others more"
        )
        issue = Issue(
            code=TOO_FEW,
            message=f"The row has {have} cells {usual}. Its values may be under the wrong headers.",
            hint="Look for a missing comma or a line broken in two, and correct it.",
        )
        return invalid(self._places.at(row, min(max(have - 1, 0), self.width - 1), issue))
