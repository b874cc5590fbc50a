"""Corrected cells: what a person typed is read instead of what stands in the file."""

from collections import defaultdict
from collections.abc import Iterable

from batch_tracker.model import CORRECTED, Correction, Issue, Level, Record, SourceRow


class Corrections:
    """The corrections of one file, row by row."""

    def __init__(self, corrections: Iterable[Correction]) -> None:
        self._by_row: dict[int, list[Correction]] = defaultdict(list)
        for each in corrections:
            self._by_row[each.row].append(each)

    def applied(self, rows: list[SourceRow]) -> list[SourceRow]:
        """Return rows as they were corrected."""
        return list(map(self._applied, rows)) if self._by_row else rows

    def noted(self, records: list[Record]) -> list[Record]:
        """Return records that say which of their cells were corrected."""
        return list(map(self._noted, records)) if self._by_row else records

    def _applied(self, row: SourceRow) -> SourceRow:
        if row.number not in self._by_row:
            return row
        found = self._by_row[row.number]
        missing = max(each.column for each in found) + 1 - len(row.cells)
        cells = [*row.cells, *[""] * missing]
        for each in found:
            cells[each.column] = each.new
        return row._replace(cells=cells)

    def _noted(self, record: Record) -> Record:
        if record.number not in self._by_row:
            return record
        notes = map(_note, self._by_row[record.number])
        return record._replace(issues=(*record.issues, *notes))


def _note(correction: Correction) -> Issue:
    old = f'"{correction.old}"' if correction.old else "empty"
    return Issue(
        code=CORRECTED,
        message=f"Corrected by {correction.who} on {correction.at:%Y-%m-%d}; it was {old}.",
        level=Level.NOTE,
        column=correction.column,
        text=correction.old,
    )
