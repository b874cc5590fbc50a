"""An open manifest: its rows, read, in chunks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from batch_tracker.errors import ColumnsRefused, SettingsRefused, SourceRefused
from batch_tracker.loader.columns.evidence import Evidence
from batch_tracker.loader.columns.guess import fields_recognised
from batch_tracker.loader.columns.header import Header, find_header
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.columns.questions import HEADER_ROWS
from batch_tracker.loader.files import file_digest
from batch_tracker.loader.rows.corrections import Corrections
from batch_tracker.loader.rows.doubts import Doubts, unusual_lengths
from batch_tracker.loader.rows.earlier_results import EarlierResults
from batch_tracker.loader.rows.exclusions import Exclusion, cell_at, excluded_record, skipped
from batch_tracker.loader.rows.records import NOTHING_TO_UPDATE, RowReader
from batch_tracker.loader.sources.one_column import one_column_fault
from batch_tracker.loader.sources.opening import open_source
from batch_tracker.loader.sources.source import Source, refusals_name
from batch_tracker.loader.values.dates import Ambiguous, DateColumn
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.loader.values.tracking_column import TrackingColumn
from batch_tracker.model import Cell, Correction, Field, PoRange, Record, SourceRow
from batch_tracker.settings.profile import Profile

_HEAD_ROWS = HEADER_ROWS + 70
"""Rows read before the columns are mapped: the headers are among them, and a sample."""

_CHUNK = 500
"""Rows read at a time: 2.5 times as many are no faster and take 10 MB more."""

_NO_DOUBTS = Doubts()
_ABOVE_HEADER = skipped("above-header", "This row is above the headers.")


class Manifest:
    """An open manifest whose columns are understood. Use it in a `with` block.

    `fields` maps a field to its column, counted from 0; `columns` says what becomes of every
    column; `header_row` is 0 where there is none.
    """

    def __init__(
        self,
        source: Source,
        header: Header,
        *,
        today: date,
        corrections: Sequence[Correction] = (),
    ) -> None:
        self.path = source.path
        self.name = source.name
        self.kind = source.kind
        self.sheet = source.sheet
        self.headers = header.names
        self.header_row = header.row
        self.profile = header.profile
        self.fields: Mapping[Field, int] = MappingProxyType(header.fields)
        self.columns = header.columns
        self.why = header.why
        self._source = source
        self._header = header
        self._dates = DateColumn(header.profile, epoch_1904=source.epoch_1904, today=today)
        self._tracking = TrackingColumn()
        self._reader = RowReader(
            header,
            source,
            dates=self._dates,
            tracking=self._tracking,
            constants=_constants(header.profile, today),
        )
        self._evidence = Evidence(header)
        self._earlier = EarlierResults(header, source)
        self._corrections = Corrections(corrections)
        self._hidden: set[int] = set()

    @property
    def notes(self) -> list[str]:
        """What a person should know about how the file was read; complete after `chunks`."""
        return [*self._source.notes, *self._header.notes, *self._reader.table.notes]

    def columns_of(self, *fields: Field) -> list[int]:
        """Return the columns, counted from 0, from which the fields are read."""
        chosen = [self._header.choices[field] for field in fields if field in self.fields]
        return [column for choice in chosen for column in (choice.column, *choice.also)]

    def chunks(self, size: int = _CHUNK) -> Iterator[list[Record]]:
        """Every row but the header row, read, in file order, `size` rows at a time.

        Rows of which only the whole file can tell what becomes are `pending`.

        Raises:
            SourceRefused: the file is damaged further down.
            ColumnsRefused: the ship dates contradict each other about day and month.
            ColumnsUnclear: a column speaks of a field further down, and is not read.
        """
        rows = self._source.rows()
        while chunk := list(islice(rows, size)):
            self._hidden.update(row.number for row in chunk if row.hidden)
            records = self._records(chunk)
            self._evidence.see([each for each in records if _is_of_shipment(each)])
            if guess := self._source.encoding_guess:
                guess.see(each.update.carrier for each in records if each.update and not each.state)
            yield records
        with refusals_name(self.path):
            if guess := self._source.encoding_guess:
                guess.confirm()
            self._dates.confirm()
            self._tracking.confirm()
        self._evidence.confirm()

    def read_again(
        self, rows: Iterable[tuple[int, list[Cell]]], doubts: Doubts = _NO_DOUBTS
    ) -> Iterator[Record]:
        """Read rows again, given as number and cells, once `chunks` has ended.

        These are the pending ones, and those of which there are doubts.

        Raises:
            ColumnsRefused: the ship dates do not tell whether day or month comes first.
        """
        with refusals_name(self.path):
            self._dates.decide_order()
        again = (SourceRow(number, cells, number in self._hidden) for number, cells in rows)
        return self._read_again(again, doubts)

    def doubts(self, pos: Mapping[int, PoRange]) -> Doubts:
        """Return what the whole file shows against some of its rows, once `chunks` has ended.

        `pos` says which POs, here and before, have so many digits. A profile with a `po_pattern`
        has said what a PO looks like; of a results workbook all was asked before.
        """
        if self._header.added is not None:
            return _NO_DOUBTS
        is_told = self.profile.po_pattern is not None
        return Doubts(frozenset() if is_told else unusual_lengths(pos), self._reader.table.named)

    def digest(self) -> str:
        """Return the SHA-256 of the file.

        Raises:
            SourceRefused: it can't be read.
        """
        with refusals_name(self.path):
            digest = file_digest(self.path)
            self._source.refuse_if_changed()
            return digest

    def progress(self) -> float:
        """Share of the file that has been read, 0 to 1."""
        return self._source.progress()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read_again(self, rows: Iterator[SourceRow], doubts: Doubts) -> Iterator[Record]:
        while chunk := list(islice(rows, _CHUNK)):
            yield from self._corrections.noted(self._reader.read_again(chunk, doubts))

    def _records(self, rows: list[SourceRow]) -> list[Record]:
        rows = [row for row in rows if row.number != self._header.row]
        known = self._known(rows)
        own = self._corrections.applied(self._own_columns(rows))
        if not known:
            return self._corrections.noted(self._reader.read(own))
        read = self._reader.read([row for row in own if row.number not in known])
        excluded = [excluded_record(row, known[row.number]) for row in own if row.number in known]
        return self._corrections.noted(sorted(excluded + read, key=lambda each: each.number))

    def _known(self, rows: list[SourceRow]) -> dict[int, Exclusion]:
        """Say what is known of rows, by their numbers, without reading their cells."""
        added = self._header.added
        if added is None:
            above = [row for row in rows if row.number < self._header.row]
            for row in above:
                self._reader.table.pass_above(row)
            return {row.number: _ABOVE_HEADER for row in above}
        codes = ((added.without(row), text_of(cell_at(row, added.code))) for row in rows)
        found = ((row.number, self._earlier.exclusion(row, code)) for row, code in codes)
        return {number: exclusion for number, exclusion in found if exclusion}

    def _own_columns(self, rows: list[SourceRow]) -> list[SourceRow]:
        added = self._header.added
        return rows if added is None else list(map(added.without, rows))


def _is_of_shipment(record: Record) -> bool:
    """Whether a row would be sent, as far as is known yet, if its own columns had a value."""
    return not record.state or record.code == NOTHING_TO_UPDATE.code


_NOTHING: Mapping[str, object] = MappingProxyType({})


def open_manifest(
    path: Path,
    *,
    profile: Profile | None,
    known: Sequence[Profile],
    today: date,
    overrides: Mapping[str, object] = _NOTHING,
    corrections: Sequence[Correction] = (),
) -> Manifest:
    """Open a manifest and map its columns.

    `profile` is used as it is. Without it, the profile of `known` whose headers the file has is
    taken, or else the columns are found by their usual names. `overrides` are settings of a
    profile (such as `sheet` and `date_order`) that outrank any profile's own. `corrections` are
    read instead of what stands in those cells; the headers are found without them.

    Raises:
        SourceRefused: the file can't be read.
        ColumnsRefused: its columns are not understood.
        ColumnsUnclear: what some of them hold has to be asked.
        SettingsRefused: an override or a constant of the profile is wrong.
    """
    profiles = Candidates(profile, tuple(known)).overridden(overrides)
    read_as = profiles.named or profiles.default
    with ExitStack() as stack:
        source = stack.enter_context(_open(path, read_as, profiles))
        header = _header(source, profiles, today)
        if header.added is None and _opening(header.profile) != _opening(read_as):
            source.close()
            source = stack.enter_context(_open(path, header.profile, profiles))
            header = _header(source, profiles, today)
        source.first_column = header.added.first if header.added else 0
        manifest = Manifest(source, header, today=today, corrections=corrections)
        stack.pop_all()
        return manifest


def _open(path: Path, read_as: Profile, profiles: Candidates) -> Source:
    return open_source(path, read_as, partial(fields_recognised, profiles=profiles))


def _opening(profile: Profile) -> tuple[str | None, ...]:
    """Return what a profile says about opening a file, as against reading its rows."""
    return profile.sheet, profile.encoding, profile.delimiter


def _header(source: Source, profiles: Candidates, today: date) -> Header:
    place = f"{source.name}, sheet {source.sheet}" if source.sheet else source.name
    head = list(islice(source.rows(), _HEAD_ROWS))
    if not head:
        raise SourceRefused(f"{place}: it has no rows.", hint="Export the manifest again.")
    try:
        return find_header(head, place=place, profiles=profiles, today=today)
    except ColumnsRefused as refusal:
        recognised = partial(fields_recognised, profiles=profiles)
        fault = one_column_fault(head, recognised, is_text=not source.sheet)
        if fault is None:
            raise
        raise SourceRefused(f"{place}: {fault.message}", hint=fault.hint) from refusal


def _constants(profile: Profile, today: date) -> dict[Field, str]:
    constants = {Field(field): value for field, value in profile.constants.items()}
    if (shipped_on := constants.get(Field.SHIPPED_ON)) is not None:
        reading = DateColumn(profile, epoch_1904=False, today=today).read(shipped_on)
        if isinstance(reading, Ambiguous) or reading.value is None:
            raise SettingsRefused(
                f"Profile {profile.name}: constants.shipped_on is {shipped_on!r}, which "
                "is not a clear ship date.",
                hint="Write a day of the past year like 2026-03-04.",
            )
        constants[Field.SHIPPED_ON] = reading.value
    return constants
