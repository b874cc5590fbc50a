"""Read rows: each becomes a Record that can be sent, or that says why it is not.

Rows in which nothing is out of the ordinary are put together at once; the others are looked at one
by one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from batch_tracker.loader.columns.choice import Choice
from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.doubts import Doubts
from batch_tracker.loader.rows.exclusions import (
    Exclusion,
    Places,
    cell_at,
    excluded_record,
    skipped,
)
from batch_tracker.loader.rows.plain_rows import READ, CellReading, PlainRows, plain_updates
from batch_tracker.loader.rows.row_shape import RowShape
from batch_tracker.loader.rows.short_rows import ShortRows
from batch_tracker.loader.rows.status_cells import StatusCells
from batch_tracker.loader.rows.table import Table
from batch_tracker.loader.rows.usual_rows import RowOutline, number_in
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.cells import (
    Reading,
    is_blank,
    read_carrier,
    read_pos,
    text_of,
)
from batch_tracker.loader.values.dates import Ambiguous, DateColumn
from batch_tracker.loader.values.tracking import carrier_of, contradictions, is_recognisable
from batch_tracker.loader.values.tracking_column import TrackingColumn
from batch_tracker.model import Cell, Field, Issue, Level, Record, SourceRow, State, Update

NOTHING_TO_UPDATE = skipped("nothing-to-update", "This row has a PO, but nothing to update.")
_PO_MISSING = Issue(
    code="po-missing",
    message="The row has no PO.",
    hint="Type the PO. If the row is not a shipment, delete it.",
)
_HIDDEN = Issue(
    code="hidden-row",
    message="This row is hidden in the sheet.",
    hint="Delete it from the file if it should not be sent.",
    level=Level.WARNING,
)
_NO_DOUBTS = Doubts()


class RowReader:
    """Turns the rows of one file into records, a chunk at a time.

    `constants` are the values to send for fields that have no column, already in the form in
    which they are sent.
    """

    def __init__(
        self,
        header: Header,
        source: Source,
        *,
        dates: DateColumn,
        tracking: TrackingColumn,
        constants: Mapping[Field, str],
    ) -> None:
        profile = header.profile
        carriers = {name.casefold(): sent for name, sent in profile.carriers.items()}
        self.table = Table(header, source)
        self._header = header
        self._places = Places(source, header.names)
        self._status = StatusCells(header, self._places)
        self._shape = RowShape(header, source)
        self._short = ShortRows()
        self._is_strict = profile.strict_tracking
        self._fills_carrier = profile.fill_carrier
        self._rows = 0
        self._last: SourceRow | None = None
        readers: dict[Field, Callable[[Sequence[Cell]], Sequence[CellReading]]] = {
            Field.PO: lambda cells: read_pos(cells, profile.po_pattern),
            Field.TRACKING_NUMBER: lambda cells: list(map(tracking.read, cells)),
            Field.CARRIER: lambda cells: [read_carrier(cell, carriers) for cell in cells],
            Field.SHIPPED_ON: lambda cells: list(map(dates.read, cells)),
        }
        self._columns = PlainRows(
            header, self._shape, self._status, readers=readers, constants=constants
        )

    def read(self, rows: Sequence[SourceRow]) -> list[Record]:
        """Return a record for each row. The rows of a file are read once, in their order.

        A record is `pending` where only the whole file can tell what becomes of its row.
        """
        self._short.count(len(rows))
        records, last, goes_on = [], self._last, self.table.goes_on
        cut_row, is_learning = self._shape.cut_row, self.table.is_learning
        gaps = self._rows_after_gaps(rows)
        readings = list(self._columns.read(rows))
        found = zip(readings, plain_updates(readings), strict=True)
        for position, ((row, is_plain, values), update) in enumerate(found, self._rows):
            after_gap = row.number in gaps
            cut_off = self._shape.cut_off(row, last) if row.number == cut_row else None
            if is_plain and goes_on and not after_gap and not cut_off:
                if is_learning:
                    self._learn(values)
                records.append(
                    Record(row.number, row.cells, update)
                    if update  # else its number contradicts its carrier
                    else self._shipment(row, dict(zip(READ, values, strict=True)))
                )
            else:
                records.append(self._odd(row, values, position, cut_off, after_gap=after_gap))
                goes_on = self.table.goes_on
            last = row
        self._rows, self._last = self._rows + len(rows), last
        return records

    def read_again(self, rows: Sequence[SourceRow], doubts: Doubts) -> list[Record]:
        """Return the records of rows of the table, now that all of the file was read."""
        return [self._again(row, values, doubts) for row, _, values in self._columns.read(rows)]

    def _learn(self, values: Sequence[Reading[Any]]) -> None:
        po, _, carrier, shipped_on = values
        self.table.add_plain(po.value, carrier.value, shipped_on.value)

    def _odd(
        self,
        row: SourceRow,
        values: Sequence[CellReading],
        position: int,
        cut_off: Exclusion | None,
        *,
        after_gap: bool,
    ) -> Record:
        readings = dict(zip(READ, values, strict=True))
        outline = self._outline(row, readings)
        excluded = (
            self.table.exclusion(row, outline, after_gap=after_gap)
            or self._shape.exclusion(row)
            or self._status.exclusion(row)
            or cut_off
        )
        if excluded:
            return excluded_record(row, excluded, _update(readings) if excluded.voids else None)
        if len(row.cells) < self._shape.narrowest and not self._short.add(row, position):
            return Record(row.number, row.cells, pending=True)
        record = self._shipment(row, readings)
        if record.update and (unlike := self.table.unlike(row, outline)):
            return excluded_record(row, unlike)
        if record.update:
            self.table.add(outline)
        return record

    def _again(self, row: SourceRow, values: Sequence[CellReading], doubts: Doubts) -> Record:
        readings = dict(zip(READ, values, strict=True))
        if len(row.cells) < self._shape.narrowest and not self._short.fit(row):
            return excluded_record(row, self._shape.too_few(row))
        return self._shipment(row, readings, doubts)

    def _rows_after_gaps(self, rows: Sequence[SourceRow]) -> Collection[int]:
        """Return the rows with blank lines before them; in a results workbook rows may be missing.

        Line ends within the cells of a row of text begin new lines, too.
        """
        last = self._last
        if self._header.added is not None or not rows:
            return ()
        if last is not None and rows[-1].number == last.number + len(rows):
            return ()  # numbers only rise, so none is left out
        pairs = pairwise(rows if last is None else [last, *rows])
        apart = (each for each in pairs if each[1].number != each[0].number + 1)
        return {row.number for above, row in apart if row.number > above.number + _lines(above)}

    def _outline(self, row: SourceRow, readings: Mapping[Field, CellReading]) -> RowOutline:
        """Return what a row's own cells look like; a constant is none of them."""
        own = {field: readings[field] for field in READ if field in self._header.choices}
        values = _values(own)
        choice = self._header.choices.get(Field.TRACKING_NUMBER)
        number = text_of(cell_at(row, _filled(row, choice))).strip() if choice else ""
        date = own.get(Field.SHIPPED_ON)
        return RowOutline(
            values.get(Field.PO),
            number_in(number),
            values.get(Field.CARRIER) or "",
            isinstance(date, Ambiguous) or values.get(Field.SHIPPED_ON) is not None,
            is_recognisable(number),
            is_code=number.isalnum() and not number.isdigit() and not number.isalpha(),
        )

    def _shipment(
        self, row: SourceRow, readings: dict[Field, CellReading], doubts: Doubts = _NO_DOUBTS
    ) -> Record:
        """Return the record of a row that is a shipment, unless its cells forbid it."""
        if self._fills_carrier:
            readings = _with_carrier(readings)
        issues = (*self._issues(row, readings, doubts), *self._status.issues(row))
        errors = [issue for issue in issues if issue.level is Level.ERROR]
        if errors:
            message = " ".join(f"{each.address}: {each.message} {each.hint}" for each in errors)
            code = errors[0].code
            return Record(row.number, row.cells, None, State.INVALID, code, message.strip(), issues)
        if self._sends_nothing(row):
            return excluded_record(row, NOTHING_TO_UPDATE)
        is_pending = isinstance(readings[Field.SHIPPED_ON], Ambiguous)
        update = _update(readings)
        return Record(row.number, row.cells, update, issues=issues, pending=is_pending)

    def _sends_nothing(self, row: SourceRow) -> bool:
        """Whether the row has no value of its own: constants alone are nothing to send."""
        choices = [each for f, each in self._header.choices.items() if f in READ[1:]]
        columns = [column for each in choices for column in (each.column, *each.also)]
        return bool(columns) and all(is_blank(cell_at(row, column)) for column in columns)

    def _issues(
        self, row: SourceRow, readings: dict[Field, CellReading], doubts: Doubts
    ) -> Iterator[Issue]:
        if readings[Field.PO] == Reading():
            yield self._placed(_PO_MISSING, row, Field.PO)
        for field, reading in readings.items():
            if isinstance(reading, Reading):
                yield from (self._placed(issue, row, field) for issue in reading.issues)
        values = _values(readings)
        tracking = values[Field.TRACKING_NUMBER]
        for issue in doubts.issues(values[Field.PO], tracking):
            yield self._placed(issue, row, Field.PO)
        for issue in contradictions(tracking, values[Field.CARRIER]) if tracking else ():
            level = Level.ERROR if self._is_strict else issue.level
            yield self._placed(replace(issue, level=level), row, Field.TRACKING_NUMBER)
        if row.hidden:
            yield self._placed(_HIDDEN, row, Field.PO)

    def _placed(self, issue: Issue, row: SourceRow, field: Field) -> Issue:
        """Say where the issue's cell is. A constant has no cell: the PO's stands for the row."""
        choice = self._header.choices.get(field, self._header.choices[Field.PO])
        return self._places.at(row, _filled(row, choice), issue)


def _update(readings: dict[Field, CellReading]) -> Update | None:
    """Return what the row asks for; None without a PO. A date not yet settled is left out."""
    values = _values(readings)
    return None if values[Field.PO] is None else Update.model_validate(values)


def _with_carrier(readings: dict[Field, CellReading]) -> dict[Field, CellReading]:
    """Give a row without a carrier the only one that its number can be of, and say so."""
    number = _values(readings)[Field.TRACKING_NUMBER]
    carrier = carrier_of(number) if number and readings[Field.CARRIER] == Reading() else None
    if carrier is None:
        return readings
    note = Issue(
        code="carrier-filled",
        message=f"The row names no carrier. {carrier} is sent, because only {carrier} has such "
        "numbers.",
        level=Level.NOTE,
    )
    return {**readings, Field.CARRIER: Reading(carrier, (note,))}


def _values(readings: dict[Field, CellReading]) -> dict[Field, Any]:
    return {
        field: reading.value if isinstance(reading, Reading) else None
        for field, reading in readings.items()
    }


def _filled(row: SourceRow, choice: Choice) -> int:
    """Return the first column of a field in which the row has a value; the first if none has."""
    columns = (choice.column, *choice.also)
    return next((c for c in columns if not is_blank(cell_at(row, c))), choice.column)


def _lines(row: SourceRow) -> int:
    """Return how many lines a row of text takes up: line ends within its cells begin new ones."""
    return 1 + sum(
        len(cell.splitlines()) - 1 for cell in row.cells if isinstance(cell, str) and cell
    )
