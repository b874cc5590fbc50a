"""Read a chunk of rows column by column, each distinct cell once, and tell its plain rows.

A row is plain where nothing in it is out of the ordinary: all that a shipment always has can be
used as it is read, and nothing speaks against it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.exclusions import cell_at
from batch_tracker.loader.rows.objections import objected
from batch_tracker.loader.rows.row_shape import RowShape
from batch_tracker.loader.rows.status_cells import StatusCells
from batch_tracker.loader.rows.usual_rows import is_full_number
from batch_tracker.loader.values.cells import Reading, is_blank
from batch_tracker.loader.values.dates import Ambiguous
from batch_tracker.loader.values.status_words import VOID_ALONE
from batch_tracker.model import Cell, Field, SourceRow

CellReading: TypeAlias = Reading[Any] | Ambiguous

READ = (Field.PO, Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
"""The fields that are read from a row, in the order of its values."""

_ALWAYS = frozenset({Field.PO, Field.TRACKING_NUMBER})
"""What a plain row has; and a carrier, where the profile has missing carriers filled in."""

_Mask: TypeAlias = npt.NDArray[np.bool_]


class _Column(NamedTuple):
    """One field of a chunk: a reading for each row, and where it can be used as it is."""

    readings: list[Any]
    usable: _Mask


class PlainRows:
    """The columns of a file, and how their cells are read.

    `readers` has what reads a cell of each field; `constants` what stands for a field that has no
    column.
    """

    def __init__(
        self,
        header: Header,
        shape: RowShape,
        status: StatusCells,
        *,
        readers: Mapping[Field, Callable[[Cell], CellReading]],
        constants: Mapping[Field, str],
    ) -> None:
        self._choices = header.choices
        self._shape = shape
        self._status = status
        self._readers = readers
        self._constants = constants
        fills = {Field.CARRIER} if header.profile.fill_carrier else set()
        self._always = _ALWAYS | fills

    def read(self, rows: Sequence[SourceRow]) -> Iterable[tuple[SourceRow, bool, tuple[Any, ...]]]:
        """Return each row, whether it is plain, and what it has for each field of `READ`."""
        columns = [self._column(field, rows) for field in READ]
        plain = self._are_plain(rows)
        for column in columns:
            plain &= column.usable
        values = zip(*(column.readings for column in columns), strict=True)
        return zip(rows, plain.tolist(), values, strict=True)

    def _column(self, field: Field, rows: Sequence[SourceRow]) -> _Column:
        choice = self._choices.get(field)
        if choice is None:
            value = self._constants.get(field)
            is_usable = value is not None or field not in self._always
            return _Column([Reading(value, ())] * len(rows), np.full(len(rows), is_usable))
        codes, distinct = _distinct(rows, choice.column, *choice.also)
        readings = list(map(self._readers[field], distinct))
        usable = np.array([self._is_usable(reading, field) for reading in readings], dtype=np.bool_)
        if ask := self._status.ask_of(choice.column):
            usable &= ~np.array(objected(ask, distinct), dtype=np.bool_)
        by_row = pd.Series(readings, dtype=object).to_numpy()[codes]
        return _Column(by_row.tolist(), usable[codes])

    def _is_usable(self, reading: CellReading, field: Field) -> bool:
        if not isinstance(reading, Reading) or reading.issues:
            return False
        if field is Field.TRACKING_NUMBER and reading.value is not None:
            return is_full_number(reading.value)
        return reading.value is not None or field not in self._always

    def _are_plain(self, rows: Sequence[SourceRow]) -> _Mask:
        """Tell which rows have the header's shape and nothing that sets them apart."""
        least, width, most = self._shape.narrowest, self._shape.width, self._shape.widest
        plain: _Mask = np.array(
            [
                least <= len(cells) <= most
                and (len(cells) <= width or not any(cells[width:]))
                and not hidden
                and number not in self._shape.covered
                for number, cells, hidden in rows
            ],
            dtype=np.bool_,
        )
        if not VOID_ALONE.isdisjoint(chain.from_iterable(row.cells for row in rows)):
            plain &= np.array([VOID_ALONE.isdisjoint(row.cells) for row in rows])
        for column, sets_apart in self._status.watched():
            cells = _cells(rows, column)
            if apart := set(filter(sets_apart, set(cells))):
                plain &= np.array([cell not in apart for cell in cells])
        return plain


def _distinct(
    rows: Sequence[SourceRow], column: int, *also: int
) -> tuple[npt.NDArray[np.intp], list[Cell]]:
    """Return a column's distinct cells, and for each row the place of its cell among them.

    Where a cell is blank, that of the first column of `also` that is not stands for it.
    """
    cells = _cells(rows, column)
    for other in also:
        cells = [
            cell_at(row, other) if is_blank(cell) else cell
            for row, cell in zip(rows, cells, strict=True)
        ]
    codes, distinct = pd.factorize(pd.Series(cells, dtype=object).to_numpy())
    return codes, list(distinct)


def _cells(rows: Sequence[SourceRow], column: int) -> list[Cell]:
    return [row.cells[column] if column < len(row.cells) else "" for row in rows]
