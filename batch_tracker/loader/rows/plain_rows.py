"""Read a chunk of rows column by column, each distinct cell once, and tell its plain rows.

A row is plain where nothing in it is out of the ordinary: all that a shipment always has can be
used as it is read, and nothing speaks against it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, NamedTuple, TypeAlias

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.objections import objected
from batch_tracker.loader.rows.row_shape import RowShape
from batch_tracker.loader.rows.status_cells import StatusCells
from batch_tracker.loader.rows.usual_rows import is_full_number
from batch_tracker.loader.values.cells import Reading, is_blank
from batch_tracker.loader.values.dates import Ambiguous
from batch_tracker.loader.values.status_words import VOID_ALONE
from batch_tracker.loader.values.tracking import contradictions
from batch_tracker.model import Cell, Field, SourceRow, Update, updates_of

CellReading: TypeAlias = Reading[Any] | Ambiguous

READ = (Field.PO, Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
"""The fields that are read from a row, in the order of its values."""

_ALWAYS = frozenset({Field.PO, Field.TRACKING_NUMBER})
"""What a plain row has; and a carrier, where the profile has missing carriers filled in."""

_Cells: TypeAlias = Sequence[Cell]
_Values: TypeAlias = tuple[Any, ...]

RowReading: TypeAlias = tuple[SourceRow, bool, _Values]
"""What is read of a row: whether it is plain, and what it has for each field of `READ`."""


class _Column(NamedTuple):
    """One field of a chunk: a reading for each row, and whether it can be used as it is."""

    readings: Sequence[CellReading]
    usable: Sequence[bool]


class PlainRows:
    """The columns of a file, and how their cells are read.

    `readers` has what reads cells of each field; `constants` what stands for a field that has no
    column.
    """

    def __init__(
        self,
        header: Header,
        shape: RowShape,
        status: StatusCells,
        *,
        readers: Mapping[Field, Callable[[_Cells], Sequence[CellReading]]],
        constants: Mapping[Field, str],
    ) -> None:
        self._choices = header.choices
        self._shape = shape
        self._status = status
        self._readers = readers
        self._constants = constants
        fills = {Field.CARRIER} if header.profile.fill_carrier else set()
        self._always = _ALWAYS | fills

    def read(self, rows: Sequence[SourceRow]) -> Iterable[RowReading]:
        """Return what is read of each row."""
        table = _Table(rows)
        columns = [self._column(field, table) for field in READ]
        usable = zip(self._are_plain(table), *(column.usable for column in columns), strict=True)
        values = zip(*(column.readings for column in columns), strict=True)
        return zip(rows, map(all, usable), values, strict=True)

    def _column(self, field: Field, table: "_Table") -> _Column:
        choice = self._choices.get(field)
        if choice is None:
            value, rows = self._constants.get(field), len(table.rows)
            is_usable = value is not None or field not in self._always
            return _Column([Reading(value, ())] * rows, [is_usable] * rows)
        cells = table.column(choice.column, *choice.also)
        distinct = list(dict.fromkeys(cells))
        readings = self._readers[field](distinct)
        usable = self._are_usable(field, readings)
        if ask := self._status.ask_of(choice.column):
            objections = zip(usable, objected(ask, distinct), strict=True)
            usable = [is_usable and not objects for is_usable, objects in objections]
        if len(distinct) == len(cells):
            return _Column(readings, usable)
        places = {cell: place for place, cell in enumerate(distinct)}
        codes = [places[cell] for cell in cells]
        return _Column([readings[code] for code in codes], [usable[code] for code in codes])

    def _are_usable(self, field: Field, readings: Sequence[Any]) -> list[bool]:
        may_be_blank = field not in self._always
        usable = [
            type(reading) is Reading
            and not reading.issues
            and (reading.value is not None or may_be_blank)
            for reading in readings
        ]
        if field is not Field.TRACKING_NUMBER:
            return usable
        return [
            is_usable and is_full_number(reading.value)
            for reading, is_usable in zip(readings, usable, strict=True)
        ]

    def _are_plain(self, table: "_Table") -> list[bool]:
        """Tell which rows have the header's shape and nothing that sets them apart."""
        least, width, most = self._shape.narrowest, self._shape.width, self._shape.widest
        covered = self._shape.covered
        plain = [
            least <= len(cells) <= most
            and (len(cells) <= width or not any(cells[width:]))
            and not hidden
            and number not in covered
            for number, cells, hidden in table.rows
        ]
        if not VOID_ALONE.isdisjoint(chain.from_iterable(table.columns)):
            plain = [
                is_plain and VOID_ALONE.isdisjoint(row.cells)
                for is_plain, row in zip(plain, table.rows, strict=True)
            ]
        for column, sets_apart in self._status.watched():
            cells = table.column(column)
            if apart := set(filter(sets_apart, set(cells))):
                plain = [
                    is_plain and cell not in apart
                    for is_plain, cell in zip(plain, cells, strict=True)
                ]
        return plain


class _Table:
    """A chunk of rows, and the same by columns; blanks stand where a row has no cell."""

    def __init__(self, rows: Sequence[SourceRow]) -> None:
        self.rows = rows
        self.columns: list[_Cells] = list(zip_longest(*(row.cells for row in rows), fillvalue=""))

    def column(self, first: int, *also: int) -> _Cells:
        """Return the cells of a column; for a blank one that of the first of `also` that is not."""
        cells = self.columns[first] if first < len(self.columns) else [""] * len(self.rows)
        for other in also:
            pairs = zip(cells, self.column(other), strict=True)
            cells = [beside if is_blank(cell) else cell for cell, beside in pairs]
        return cells


def plain_updates(readings: Sequence[RowReading]) -> list[Update | None]:
    """Return what each plain row asks for whose number does not contradict its carrier."""
    agreed = [
        place
        for place, (_, is_plain, (_, number, carrier, _)) in enumerate(readings)
        if is_plain and not contradictions(number.value, carrier.value)
    ]
    asked = (
        (po.value, number.value, carrier.value, shipped_on.value)
        for _, _, (po, number, carrier, shipped_on) in map(readings.__getitem__, agreed)
    )
    updates = dict(zip(agreed, updates_of(asked), strict=True))
    return [updates.get(place) for place in range(len(readings))]
