"""What the whole file shows of columns that its first rows did not settle.

A column may be blank at first, or the number of the thousandth row stand in another column than
before. So what was assumed is held against every row that would be sent, and asked about at the
end, before anything is. A few hundred cells of each column are kept, however long the file.
"""

from collections.abc import Iterable, Sequence

from batch_tracker.errors import ColumnsUnclear
from batch_tracker.loader.columns.choice import Choice
from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.columns.questions import (
    Doubt,
    blank_beside_filled,
    doubtful_columns,
    several_columns,
)
from batch_tracker.loader.columns.sample import said
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.model import Cell, Field, Record

_ENOUGH = 200
"""Different cells of a column, by which it is judged."""


class Evidence:
    """Gathers from the rows that would be sent what speaks against how columns are understood."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._seen: dict[int, dict[Cell, None]] = {c: {} for c in header.roles.doubtful()}
        self._contested = {
            field: choice
            for field, choice in header.choices.items()
            if field not in {Field.PO, Field.VOID} and (choice.twins or choice.rivals)
        }
        self._contradiction: ColumnsUnclear | None = None

    def see(self, records: Sequence[Record]) -> None:
        """Look at rows that would be sent, or would be if they had a value."""
        for column, seen in self._seen.items():
            if len(seen) < _ENOUGH:
                self._add(column, seen, records)
        if self._contradiction is None:
            for field, choice in self._contested.items():
                self._compare(field, choice, records)

    def confirm(self) -> None:
        """Ask, when every row has been seen, about what speaks of a field and is not read.

        Raises:
            ColumnsUnclear: some column does.
        """
        if self._contradiction:
            raise self._contradiction
        roles, doubts = self._header.roles, []
        for column, seen in self._seen.items():
            field = roles.doubt(column, seen)
            if field is not None:
                letter, cells = roles.letter(column), list(map(text_of, seen))
                doubts.append(Doubt(column, letter, field, cells))
        if doubts:
            header = self._header
            raise doubtful_columns(doubts, header.names, header.fields, header.place)

    def _add(self, column: int, seen: dict[Cell, None], records: Iterable[Record]) -> None:
        cells = {_cell(record, column) for record in records}
        filled = {cell for cell in cells if not is_blank(cell)}
        seen.update(dict.fromkeys(sorted(filled - seen.keys(), key=text_of)))

    def _compare(self, field: Field, choice: Choice, records: Iterable[Record]) -> None:
        for record in records:
            own = next(
                (c for c in (choice.column, *choice.also) if not is_blank(_cell(record, c))), None
            )
            if own is None:
                self._refuse_if_elsewhere(field, choice, record)
            elif choice.twins:
                self._refuse_if_different(field, own, choice, record)
            if self._contradiction:
                return

    def _refuse_if_elsewhere(self, field: Field, choice: Choice, record: Record) -> None:
        for other in (*choice.twins, *choice.rivals):
            cell = _cell(record, other)
            if not is_blank(cell) and self._header.roles.can_be(field, cell):
                self._contradiction = blank_beside_filled(
                    field,
                    (choice.column, other),
                    self._header.names,
                    where=f"row {record.number}",
                    cell=text_of(cell),
                    place=self._header.place,
                )
                return

    def _refuse_if_different(self, field: Field, own: int, choice: Choice, record: Record) -> None:
        for twin in choice.twins:
            cell = _cell(record, twin)
            if not is_blank(cell) and said(cell) != said(_cell(record, own)):
                columns = (choice.column, *choice.twins)
                header = self._header
                self._contradiction = several_columns(field, columns, header.names, header.place)
                return


def _cell(record: Record, column: int) -> Cell:
    return record.cells[column] if column < len(record.cells) else ""
