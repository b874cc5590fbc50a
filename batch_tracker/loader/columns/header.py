"""Find the header row, and decide which column holds which field.

A profile's own word comes first, then the usual names (synonyms.py). Where two columns fit a
field equally well, a person is asked: a wrong guess would write one row's number to another PO.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.columns.guess import Guess, column_of, guess_header, split_results
from batch_tracker.loader.columns.profiles import Candidates, is_shipped
from batch_tracker.loader.columns.questions import (
    HEADER_ROWS,
    not_understood,
    rival_column,
    several_columns,
    several_profiles,
)
from batch_tracker.loader.columns.synonyms import usual_columns
from batch_tracker.loader.values.cells import read_po, read_tracking_number
from batch_tracker.loader.values.dates import Ambiguous, DateColumn
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.model import Cell, Field, SourceRow
from batch_tracker.settings.profile import Profile

_SAMPLE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """How a file's columns are understood.

    `row` is the header row's number (0: there is none); `names` the headers as they stand, those
    of a results workbook left out; `fields` maps a field to its column, counted from 0. `width` is
    how many cells a row usually has: more than headers where each line ends in a comma. `least` is
    how few it may have: less than headers where blank cells at the end are left out. `why` says
    in one sentence how that was found, `notes` what a person should know. `results_at` is the
    column where a results workbook's own columns begin; None for any other file.
    """

    row: int
    names: tuple[str, ...]
    profile: Profile
    fields: dict[Field, int]
    width: int
    least: int
    why: str
    notes: tuple[str, ...] = ()
    results_at: int | None = None


def find_header(
    head: Sequence[SourceRow],
    *,
    place: str,
    profiles: Candidates,
    today: date,
) -> Header:
    """Find the header row among the first rows of a file, and map its columns.

    `head` holds the rows in which to look and at least some of those below; `place` names the
    file and sheet in messages.

    Raises:
        ColumnsRefused: no row names a PO and something to send, or two columns claim one field.
    """
    guesses = [guess_header(row, profiles) for row in _searched(head, profiles.named)]
    guess = next((each for each in guesses if each.is_complete), None)
    if guess is None:
        raise not_understood(guesses, place)
    if guess.rivals:
        raise several_profiles(guess, place)
    below = [row for row in head if row.number > guess.row][:_SAMPLE_ROWS]
    sample = _Sample(guess, below, today)
    fields = {field: sample.choose(field, place) for field in guess.columns}
    if profiles.named is None and is_shipped(guess.profile):
        sample.refuse_rivals(fields, place)
    _refuse_data_as_header(guess, head, fields, place)
    return Header(
        row=guess.row,
        names=guess.names,
        profile=guess.profile,
        fields=fields,
        width=max(len(guess.names), _usual_width(below)),
        least=_least_width(below, default=len(guess.names)),
        why=_why(guess, fields, named=profiles.named is not None),
        notes=(*_notes(guess), *sample.notes(fields)),
        results_at=guess.results_at,
    )


def best_guess(head: Sequence[SourceRow], profiles: Candidates) -> Header:
    """Return the likeliest header of a file that may not be understood; never refuses."""
    guesses = [guess_header(row, profiles) for row in head[:HEADER_ROWS]]
    guess = max(guesses, key=lambda each: (each.is_complete, len(each.columns), -each.row))
    fields = {field: columns[0] for field, columns in guess.columns.items()}
    return Header(
        row=guess.row,
        names=guess.names,
        profile=guess.profile,
        fields=fields,
        width=len(guess.names),
        least=len(guess.names),
        why="",
    )


def _searched(head: Sequence[SourceRow], profile: Profile | None) -> list[SourceRow]:
    ours = [row for row in head[:1] if split_results(row)[1] is not None]
    if ours or profile is None or profile.header_row is None:
        return ours or [row for row in head if row.number <= HEADER_ROWS]
    if profile.header_row == 0:
        width = max((len(row.cells) for row in head), default=0)
        return [SourceRow(0, [f"Column {n}" for n in range(1, width + 1)])]
    return [row for row in head if row.number == profile.header_row]


def _usual_width(rows: Sequence[SourceRow]) -> int:
    widths = Counter(len(row.cells) for row in rows)
    return widths.most_common(1)[0][0] if widths else 0


def _least_width(rows: Sequence[SourceRow], *, default: int) -> int:
    """Return how few cells a row may have by the example of others.

    Excel leaves blank cells at the end out of a CSV file, in blocks of 16 rows. A row that is
    short alone has more likely lost a cell in its middle.
    """
    widths = Counter(len(row.cells) for row in rows)
    usual = [n for n, times in widths.items() if times > 1 and times * 10 >= len(rows)]
    return min(usual, default=default)


class _Sample:
    """The first rows below the header: evidence against a column, never for one."""

    def __init__(self, guess: Guess, rows: Sequence[SourceRow], today: date) -> None:
        self._guess = guess
        self._rows = rows
        self._today = today

    def choose(self, field: Field, place: str) -> int:
        """Return the field's column; of several, the only one whose values can be the field."""
        columns = self._guess.columns[field]
        possible = [column for column in columns if self._share(field, column) > 0]
        if len(columns) == 1 or len(possible) == 1:
            return (possible or columns)[0]
        raise several_columns(field, columns, self._guess.names, place)

    def refuse_rivals(self, fields: dict[Field, int], place: str) -> None:
        """Ask where a profile that nobody named passes by a column that bears a usual name.

        Such a profile knows what its source calls an order, but not that this file has the POs
        in a column of their own.
        """
        usual = usual_columns(self._guess.names)
        for field in (each for each in self._guess.profile.columns if each in fields):
            for rival in usual.get(field, []):
                if rival not in fields.values() and self._share(field, rival) > 0:
                    raise rival_column(self._guess, field, (fields[field], rival), place)

    def notes(self, fields: dict[Field, int]) -> list[str]:
        """Say so where the PO column hardly holds POs."""
        profile, column = self._guess.profile, fields[Field.PO]
        if profile.po_pattern or self._share(Field.PO, column) >= 0.5:  # noqa: PLR2004 - half
            return []
        name = self._guess.names[column]
        return [f'Fewer than half of the first values in "{name}" can be read as a PO.']

    def _share(self, field: Field, column: int) -> float:
        """Return which share of the sample's values can be the field; 1 where there are none."""
        values = [row.cells[column] for row in self._rows if column < len(row.cells)]
        values = [value for value in values if not is_blank(value)]
        fits = self._test(field)
        return sum(map(fits, values)) / len(values) if values else 1.0

    def _test(self, field: Field) -> Callable[[Cell], bool]:
        profile = self._guess.profile
        if field is Field.PO:
            return lambda cell: read_po(cell, profile.po_pattern).value is not None
        if field is Field.TRACKING_NUMBER:
            return lambda cell: read_tracking_number(cell).value is not None
        if field is Field.SHIPPED_ON:
            dates = DateColumn(profile, epoch_1904=False, today=self._today)
            return lambda cell: _is_date(dates, cell)
        return lambda cell: any(map(str.isalpha, text_of(cell)))


def _is_date(dates: DateColumn, cell: Cell) -> bool:
    reading = dates.read(cell)
    return isinstance(reading, Ambiguous) or reading.value is not None


def _refuse_data_as_header(
    guess: Guess, head: Sequence[SourceRow], fields: dict[Field, int], place: str
) -> None:
    """A column named by position fits any row, so the first shipment could pass for the headers."""
    cells = [row.cells[fields[Field.PO]] for row in head if row.number == guess.row]
    if cells and read_po(cells[0], guess.profile.po_pattern).value is not None:
        raise ColumnsRefused(
            f"{place}: row {guess.row} was taken as the header row but holds a PO, "
            f"{text_of(cells[0])}.",
            hint="Set header_row in the profile: the row of the headers, or 0 if there is none.",
        )


def _why(guess: Guess, fields: dict[Field, int], *, named: bool) -> str:
    if named:
        how = f"Profile {guess.profile.name}, as asked"
    elif guess.profile.headers:
        how = f"Profile {guess.profile.name}, recognised by its headers"
    else:
        how = "Columns found by their usual names"
    found = [
        f'{field.label} from "{guess.names[fields[field]]}"' for field in Field if field in fields
    ]
    fixed = [f'{field.label} always "{value}"' for field, value in guess.profile.constants.items()]
    return f"{how}: {', '.join(found + fixed)}."


def _notes(guess: Guess) -> list[str]:
    profile = guess.profile
    wanted = [column for field, column in profile.columns.items() if field not in guess.columns]
    wanted += [column for column in profile.skip_rows if column_of(guess.names, column) is None]
    notes = [f'There is no column "{each}", which profile {profile.name} reads.' for each in wanted]
    if guess.results_at is not None:
        notes.append("This is a results workbook: its rows are judged anew.")
    return notes
