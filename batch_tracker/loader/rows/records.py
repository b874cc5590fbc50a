"""Judge rows: each becomes a Record that can be sent, or that says why it is not.

A chunk is read column by column, each distinct cell once. Rows in which nothing is out of the
ordinary are then put together at once; the others are looked at one by one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.flags import Marks
from batch_tracker.loader.rows.non_shipments import COUNT, VOID, Shape, Unsent, cell_at
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.cells import (
    Reading,
    is_blank,
    read_carrier,
    read_po,
    text_of,
)
from batch_tracker.loader.values.dates import Ambiguous, DateColumn
from batch_tracker.loader.values.tracking import carrier_of, contradictions
from batch_tracker.loader.values.tracking_column import TrackingColumn
from batch_tracker.model import Cell, Field, Issue, Level, Record, SourceRow, State, Update

_Mask: TypeAlias = npt.NDArray[np.bool_]
_Read: TypeAlias = Reading[Any] | Ambiguous
_READ = (Field.PO, Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
_ALWAYS = frozenset({Field.PO, Field.TRACKING_NUMBER})
"""What an ordinary row has; a row without is looked at by itself, as is one without a carrier
where the profile has carriers filled in."""

_NOTHING = Unsent(
    State.SKIPPED, "nothing-to-update", "This row names a PO and nothing to update it with."
)
_PO_MISSING = Issue(
    code="po-missing",
    message="The row has no PO.",
    hint="Type the PO, or delete the row if it is no shipment.",
)
_HIDDEN = Issue(
    code="hidden-row",
    message="This row is hidden in the sheet and is sent all the same.",
    hint="Delete it from the file if it should not be.",
    level=Level.WARNING,
)


class _Column(NamedTuple):
    """One field of a chunk: a reading for each row, and where it can be used as it is."""

    readings: list[Any]
    usable: _Mask


class Judge:
    """Turns the rows of one file into records, a chunk at a time.

    `constants` are the values to send for fields that have no column, already in the form in
    which they are sent.
    """

    def __init__(
        self,
        header: Header,
        source: Source,
        shape: Shape,
        *,
        dates: DateColumn,
        tracking: TrackingColumn,
        constants: Mapping[Field, str],
    ) -> None:
        profile = header.profile
        carriers = {name.casefold(): sent for name, sent in profile.carriers.items()}
        self._header = header
        self._source = source
        self._constants = constants
        self._marks = Marks(header, source)
        self._shape = shape
        self._is_strict = profile.strict_tracking
        self._fills_carrier = profile.fill_carrier
        self._always = _ALWAYS | ({Field.CARRIER} if profile.fill_carrier else set())
        self._read: dict[Field, Callable[[Cell], _Read]] = {
            Field.PO: lambda cell: read_po(cell, profile.po_pattern),
            Field.TRACKING_NUMBER: tracking.read,
            Field.CARRIER: lambda cell: read_carrier(cell, carriers),
            Field.SHIPPED_ON: dates.read,
        }

    def judge(self, rows: Sequence[SourceRow]) -> list[Record]:
        """Return a record for each row, in the order of the rows."""
        columns = [self._column(field, rows) for field in _READ]
        plain = self._are_plain(rows)
        for column in columns:
            plain &= column.usable
        readings = (column.readings for column in columns)
        return [
            self._plain(row, po, tracking, carrier, shipped_on)
            if is_plain
            else self._odd(row, po, tracking, carrier, shipped_on)
            for row, is_plain, po, tracking, carrier, shipped_on in zip(
                rows, plain.tolist(), *readings, strict=True
            )
        ]

    def _column(self, field: Field, rows: Sequence[SourceRow]) -> _Column:
        choice = self._header.choices.get(field)
        if choice is None:
            value = self._constants.get(field)
            is_usable = value is not None or field not in self._always
            return _Column([Reading(value, ())] * len(rows), np.full(len(rows), is_usable))
        codes, distinct = _distinct(rows, choice.column, *choice.also)
        readings = list(map(self._read[field], distinct))
        usable = np.array([self._is_usable(reading, field) for reading in readings], dtype=np.bool_)
        by_row = pd.Series(readings, dtype=object).to_numpy()[codes]
        return _Column(by_row.tolist(), usable[codes])

    def _is_usable(self, reading: _Read, field: Field) -> bool:
        if not isinstance(reading, Reading) or reading.issues:
            return False
        if field is Field.TRACKING_NUMBER and COUNT.fullmatch(reading.value or ""):
            return False
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
        for mark in self._marks:
            codes, distinct = _distinct(rows, mark.column)
            plain &= ~np.array(list(map(mark.sets_apart, distinct)), dtype=np.bool_)[codes]
        return plain

    def _plain(
        self,
        row: SourceRow,
        po: Reading[int],
        tracking: Reading[str],
        carrier: Reading[str],
        shipped_on: Reading[str],
    ) -> Record:
        if contradictions(tracking.value or "", carrier.value):
            found = (po, tracking, carrier, shipped_on)
            return self._shipment(row, dict(zip(_READ, found, strict=True)))
        update = Update(
            po=po.value,
            tracking_number=tracking.value,
            carrier=carrier.value,
            shipped_on=shipped_on.value,
        )
        return Record(row.number, row.cells, update)

    def _odd(self, row: SourceRow, *values: _Read) -> Record:
        readings = dict(zip(_READ, values, strict=True))
        has_po = _values(readings)[Field.PO] is not None
        unsent = self._shape.find(row, has_po=has_po) or self._marks.find(row)
        if unsent is None:
            return self._shipment(row, readings)
        return unsent_record(row, unsent, _update(readings) if unsent is VOID else None)

    def _shipment(self, row: SourceRow, readings: dict[Field, _Read]) -> Record:
        """Return the record of a row that is a shipment, unless its cells forbid it."""
        if self._fills_carrier:
            readings = _with_carrier(readings)
        issues = tuple(self._issues(row, readings))
        errors = [issue for issue in issues if issue.level is Level.ERROR]
        if errors:
            message = " ".join(f"{each.address}: {each.message} {each.hint}" for each in errors)
            code = errors[0].code
            return Record(row.number, row.cells, None, State.INVALID, code, message.strip(), issues)
        if self._sends_nothing(row):
            return unsent_record(row, _NOTHING)
        is_pending = isinstance(readings[Field.SHIPPED_ON], Ambiguous)
        update = _update(readings)
        return Record(row.number, row.cells, update, issues=issues, pending=is_pending)

    def _sends_nothing(self, row: SourceRow) -> bool:
        """Whether the row has no value of its own: constants alone are nothing to send."""
        choices = [each for f, each in self._header.choices.items() if f in _READ[1:]]
        columns = [column for each in choices for column in (each.column, *each.also)]
        return bool(columns) and all(is_blank(cell_at(row, column)) for column in columns)

    def _issues(self, row: SourceRow, readings: dict[Field, _Read]) -> Iterator[Issue]:
        if readings[Field.PO] == Reading():
            yield self._placed(_PO_MISSING, row, Field.PO)
        for field, reading in readings.items():
            if isinstance(reading, Reading):
                yield from (self._placed(issue, row, field) for issue in reading.issues)
        values = _values(readings)
        tracking = values[Field.TRACKING_NUMBER]
        for issue in contradictions(tracking, values[Field.CARRIER]) if tracking else ():
            level = Level.ERROR if self._is_strict else issue.level
            yield self._placed(replace(issue, level=level), row, Field.TRACKING_NUMBER)
        if row.hidden:
            yield self._placed(_HIDDEN, row, Field.PO)

    def _placed(self, issue: Issue, row: SourceRow, field: Field) -> Issue:
        """Say where the issue's cell is. A constant has no cell: the PO's stands for the row."""
        choice = self._header.choices.get(field, self._header.choices[Field.PO])
        filled = (c for c in (choice.column, *choice.also) if not is_blank(cell_at(row, c)))
        column = next(filled, choice.column)
        address = self._source.address(row.number, column, self._header.names[column])
        text = text_of(cell_at(row, column))
        return replace(issue, column=column, address=address, text=text)


def unsent_record(row: SourceRow, unsent: Unsent, update: Update | None = None) -> Record:
    """Return the record of a row that is not sent."""
    issues = (unsent.issue,) if unsent.issue else ()
    state, code, message, _ = unsent
    return Record(row.number, row.cells, update, state, code, message, issues)


def _update(readings: dict[Field, _Read]) -> Update | None:
    """Return what the row asks for; None without a PO. A date not yet settled is left out."""
    values = _values(readings)
    return None if values[Field.PO] is None else Update.model_validate(values)


def _with_carrier(readings: dict[Field, _Read]) -> dict[Field, _Read]:
    """Give a row without a carrier the only one that its number can be of, and say so."""
    number = _values(readings)[Field.TRACKING_NUMBER]
    carrier = carrier_of(number) if number and readings[Field.CARRIER] == Reading() else None
    if carrier is None:
        return readings
    note = Issue(
        code="carrier-filled",
        message=f"The row names no carrier; {carrier} is sent, as the number can be of no other.",
        level=Level.NOTE,
    )
    return {**readings, Field.CARRIER: Reading(carrier, (note,))}


def _values(readings: dict[Field, _Read]) -> dict[Field, Any]:
    return {
        field: reading.value if isinstance(reading, Reading) else None
        for field, reading in readings.items()
    }


def _distinct(
    rows: Sequence[SourceRow], column: int, *also: int
) -> tuple[npt.NDArray[np.intp], list[Cell]]:
    """Return a column's distinct cells, and for each row the place of its cell among them.

    Where a cell is blank, that of the first column of `also` that is not stands for it.
    """
    cells = [row.cells[column] if column < len(row.cells) else "" for row in rows]
    for other in also:
        cells = [
            cell_at(row, other) if is_blank(cell) else cell
            for row, cell in zip(rows, cells, strict=True)
        ]
    codes, distinct = pd.factorize(pd.Series(cells, dtype=object).to_numpy())
    return codes, list(distinct)
