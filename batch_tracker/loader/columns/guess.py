"""Take one row for the header row: which profile it fits, and which columns hold which field."""

from collections.abc import Sequence
from typing import NamedTuple

from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.columns.synonyms import normalise, usual_columns
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import BEFORE_COLUMNS, RESULT_COLUMNS, Cell, Field, SourceRow, nameless
from batch_tracker.settings.profile import Profile

SENT = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)
"""The fields that update a PO."""

_ADDED = (RESULT_COLUMNS, RESULT_COLUMNS + BEFORE_COLUMNS)


class Guess(NamedTuple):
    """One row, taken as the header row.

    `names` are the headers as they stand, those of a results workbook left out. `columns` has
    more than one column for a field where they tie; `rivals` are other profiles that fit as well.
    """

    row: int
    names: tuple[str, ...]
    results_at: int | None
    profile: Profile
    rivals: tuple[Profile, ...]
    columns: dict[Field, list[int]]
    absent: tuple[Field, ...]
    """Fields that the profile insists on and the row does not have."""

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
    names, results_at = split_results(row)
    chosen, *rivals = profiles.fitting(names) or [profiles.default]
    columns = _named_columns(names, chosen)
    if chosen.header_row != 0:
        taken = {i for each in columns.values() for i in each}
        free = ["" if i in taken else name for i, name in enumerate(names)]
        spoken_for = {*chosen.columns, *chosen.constants}
        usual = usual_columns(free)
        columns |= {field: usual[field] for field in usual if field not in spoken_for}
    absent = [field for field in chosen.columns if field not in columns]
    return Guess(
        row=row.number,
        names=names,
        results_at=results_at,
        profile=chosen,
        rivals=tuple(rivals),
        columns=columns,
        absent=tuple(field for field in absent if _is_required(field, chosen)),
    )


def split_results(row: SourceRow) -> tuple[tuple[str, ...], int | None]:
    """Return the row's texts without our own result columns, and where those begin, if anywhere.

    Blank cells at the end are no headers. A results workbook heads the cells that had no header
    `(column 7)`; they still have none.
    """
    names = tuple(text_of(cell) for cell in row.cells)
    while names and not names[-1].strip():
        names = names[:-1]
    added = next((each for each in _ADDED if names[-len(each) :] == each), None)
    if added is None:
        return names, None
    results_at = width = len(names) - len(added)
    while width and names[width - 1] == nameless(width):
        width -= 1
    return names[:width], results_at


def _named_columns(names: Sequence[str], profile: Profile) -> dict[Field, list[int]]:
    found = {field: column_of(names, column) for field, column in profile.columns.items()}
    return {field: [column] for field, column in found.items() if column is not None}


def column_of(names: Sequence[str], wanted: str | int) -> int | None:
    """Return the column (from 0) that a profile means by a header or a position from 1.

    Of several columns with one header it is the first; a header as it stands beats one that is
    the same only after normalising.
    """
    if isinstance(wanted, int):
        return wanted - 1 if wanted <= len(names) and names[wanted - 1].strip() else None
    if wanted in names:
        return names.index(wanted)
    target = normalise(wanted)
    return next((i for i, name in enumerate(names) if target and normalise(name) == target), None)


def _is_required(field: Field, profile: Profile) -> bool:
    """Whether the profile insists on a column: it does, unless its `headers` leave it out."""
    column = profile.columns[field]
    present = {normalise(header) for header in profile.headers}
    return not present or isinstance(column, int) or normalise(column) in present
