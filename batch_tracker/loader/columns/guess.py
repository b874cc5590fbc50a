"""Take one row for the header row: which profile it fits, and which columns hold which field."""

from collections.abc import Sequence
from typing import NamedTuple

from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.columns.names import columns_named
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import (
    BEFORE_COLUMNS,
    LEADING_COLUMNS,
    TRAILING_COLUMNS,
    Cell,
    Field,
    SourceRow,
    nameless,
)
from batch_tracker.settings.profile import Profile

SENT = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
"""The fields that update a PO."""

_FORMER = ("Result", "Message", "Code", "HTTP Status", "Attempts", "Completed At", "Source Row")
"""What earlier versions put behind the manifest's columns; they put nothing before them."""
_LAYOUTS = tuple(
    (leading, trailing + before)
    for leading, trailing in ((LEADING_COLUMNS, TRAILING_COLUMNS), ((), _FORMER))
    for before in ((), BEFORE_COLUMNS)
)


class Added(NamedTuple):
    """Where a results workbook has columns of its own: before `first`, and from `end` on.

    `code` is its column of codes. All are counted from 0.
    """

    first: int
    end: int
    code: int

    def without(self, row: SourceRow) -> SourceRow:
        """Return the row as it stands in the manifest."""
        return row._replace(cells=row.cells[self.first : self.end])


class Guess(NamedTuple):
    """One row, or two, taken as the header row.

    `row` is the number of the (lower) row; `names` are the headers as they stand, those that a
    results workbook has added left out. `rivals` are other profiles that fit as well.
    """

    row: int
    names: tuple[str, ...]
    added: Added | None
    profile: Profile
    rivals: tuple[Profile, ...]
    columns: dict[Field, list[int]]
    """The columns (from 0) that hold a field; more than one where they tie."""
    others: dict[Field, list[int]]
    """Further columns whose names are those of the field, but less so, or beside what was told."""
    told: dict[Field, list[int]]
    """The columns that the profile names for a field, as far as they are there."""
    absent: tuple[Field, ...]
    """Fields that the profile insists on and the row does not have."""
    is_named: bool
    """Whether a person named the profile."""

    @property
    def is_complete(self) -> bool:
        """Whether there is a PO and something to send, and all that the profile insists on."""
        has_something = bool(self.profile.constants) or any(f in self.columns for f in SENT)
        return not self.absent and Field.PO in self.columns and has_something


def fields_recognised(cells: Sequence[Cell], profiles: Candidates) -> int:
    """Return how many fields a row would name if it held the headers; one alone is chance."""
    found = len(guess_header(SourceRow(1, list(cells)), profiles).columns)
    return found if found > 1 else 0


def guess_header(row: SourceRow, profiles: Candidates) -> Guess:
    """Map the row's columns: as its profile says, and the rest by their usual names."""
    names, added = split_results(row)
    chosen, *rivals = profiles.fitting(names) or [profiles.default]
    told = _told_columns(names, chosen)
    usual = {} if chosen.header_row == 0 else columns_named(_free(names, chosen, told))
    columns = {field: held[:1] for field, held in told.items()}
    others: dict[Field, list[int]] = {}
    for field, ranked in usual.items():
        spoken_for = field in chosen.columns or field in chosen.constants
        best = [column for rank, column in ranked if rank == ranked[0][0] and not spoken_for]
        others[field] = [column for _, column in ranked if column not in best]
        if best:
            columns[field] = best
    absent = [field for field in chosen.columns if field not in columns]
    return Guess(
        row=row.number,
        names=names,
        added=added,
        profile=chosen,
        rivals=tuple(rivals),
        columns=columns,
        others=others,
        told=told,
        absent=tuple(field for field in absent if _is_required(field, chosen)),
        is_named=profiles.named is not None,
    )


def _told_columns(names: Sequence[str], profile: Profile) -> dict[Field, list[int]]:
    found = {
        field: [column_of(names, column) for column in profile.columns_of(field)]
        for field in profile.columns
    }
    there = {field: [c for c in held if c is not None] for field, held in found.items()}
    return {field: held for field, held in there.items() if held}


def _free(names: Sequence[str], profile: Profile, told: dict[Field, list[int]]) -> list[str]:
    """Return the names, but blank for columns that the profile speaks of."""
    taken = {column for held in told.values() for column in held}
    taken |= {column for each in profile.ignore for column in columns_called(names, each)}
    return ["" if i in taken else name for i, name in enumerate(names)]


def split_results(row: SourceRow) -> tuple[tuple[str, ...], Added | None]:
    """Return the row's texts without our own result columns, and where those are, if anywhere.

    Blank cells at the end are no headers. A results workbook heads the cells that had no header
    `(column 7)`; they still have none.
    """
    names = tuple(text_of(cell) for cell in row.cells)
    while names and not names[-1].strip():
        names = names[:-1]
    added = _added(names)
    if added is None:
        return names, None
    own = names[added.first : added.end]
    while own and own[-1] == nameless(len(own)):
        own = own[:-1]
    return own, added


def _added(names: tuple[str, ...]) -> Added | None:
    for leading, trailing in _LAYOUTS:
        first, end = len(leading), len(names) - len(trailing)
        if first <= end and names[:first] == leading and names[end:] == trailing:
            return Added(first, end, end + trailing.index("Code"))
    return None


def column_of(names: Sequence[str], wanted: str | int) -> int | None:
    """Return the column (from 0) that a profile means by a header or a position from 1.

    Of several columns with one header it is the first.
    """
    return next(iter(columns_called(names, wanted)), None)


def columns_called(names: Sequence[str], wanted: str | int) -> list[int]:
    """Return all columns (from 0) that are meant by a header or a position from 1.

    A header as it stands beats one that is the same only after normalising. Digits that are no
    header are a position.
    """
    if isinstance(wanted, int):
        return [wanted - 1] if 1 <= wanted <= len(names) else []
    target = normalise(wanted)
    found = [i for i, name in enumerate(names) if name == wanted] or [
        i for i, name in enumerate(names) if target and normalise(name) == target
    ]
    is_position = not found and wanted.isdecimal() and wanted.isascii()
    return columns_called(names, int(wanted)) if is_position else found


def _is_required(field: Field, profile: Profile) -> bool:
    """Whether the profile insists on a column: it does, unless its `headers` leave it out."""
    present = {normalise(header) for header in profile.headers}
    return not present or any(
        isinstance(column, int) or normalise(column) in present
        for column in profile.columns_of(field)
    )
