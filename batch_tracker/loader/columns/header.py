"""Find the header row, and say of every column what it holds, or ask.

A profile's own word comes first, then the usual names (names.py). Where two columns fit a field
equally well, and where a column that is not understood speaks of a field, a person is asked: a
wrong guess would write one row's number to another PO.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.columns.choice import Choice, choose
from batch_tracker.loader.columns.content import Content
from batch_tracker.loader.columns.guess import Added, Guess, column_of
from batch_tracker.loader.columns.header_hints import date_order_of, zone_of
from batch_tracker.loader.columns.header_row import find_header_row
from batch_tracker.loader.columns.header_text import header_text
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.columns.questions import Doubt, doubtful_columns, several_profiles
from batch_tracker.loader.columns.roles import ColumnRoles
from batch_tracker.loader.columns.sample import Sample
from batch_tracker.loader.values.cells import read_po
from batch_tracker.loader.values.dates import DateColumn
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import Field, ManifestColumn, SourceRow
from batch_tracker.settings.profile import Profile

_SAMPLE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """How a file's columns are understood.

    `row` is the header row's number (0: there is none); `names` the headers as they stand, those
    that a results workbook has added left out. `choices` says which columns (from 0) hold which
    field, and `columns` what becomes of each column. `width` is how many cells a row usually has:
    more than headers where each line ends in a comma. `least` is how few it may have: less than
    headers where blank cells at the end are left out. `why` says in one sentence how that was
    found, `notes` what a person should know. `added` says where a results workbook has columns of
    its own; None for any other file. `place` names the file and sheet in messages.
    """

    row: int
    names: tuple[str, ...]
    profile: Profile
    choices: dict[Field, Choice]
    roles: ColumnRoles
    columns: tuple[ManifestColumn, ...]
    width: int
    least: int
    why: str
    place: str
    notes: tuple[str, ...] = ()
    added: Added | None = None

    @property
    def fields(self) -> dict[Field, int]:
        """The column that holds a field first of all, counted from 0."""
        return {field: choice.column for field, choice in self.choices.items()}


def find_header(
    head: Sequence[SourceRow],
    *,
    place: str,
    profiles: Candidates,
    today: date,
) -> Header:
    """Find the header row among the first rows of a file, and account for its columns.

    `head` holds the rows in which to look and at least some of those below; `place` names the
    file and sheet in messages.

    Raises:
        ColumnsRefused: no row names a PO and something to send.
        ColumnsUnclear: two columns claim one field, or one that is not read speaks of one.
    """
    guess = find_header_row(head, place, profiles)
    if guess.rivals:
        raise several_profiles(guess, place)
    if guess.added:
        head = list(map(guess.added.without, head))
    below = [row for row in head if row.number > guess.row][:_SAMPLE_ROWS]
    content = Content(guess.profile, DateColumn(guess.profile, epoch_1904=False, today=today))
    choices: dict[Field, Choice] = {}
    with _columns_told(guess, choices, content, Sample(below)):
        choices |= choose(guess, below, content, place)
        _refuse_data_as_header(guess, head, choices[Field.PO].column, place)
        fields = {field: choice.column for field, choice in choices.items()}
        sample = Sample(below).of(lambda cell: content.can_be(Field.PO, cell), fields[Field.PO])
        roles = ColumnRoles(guess, choices, content)
        _refuse_doubtful(roles, sample, fields, place)
    return Header(
        row=guess.row,
        names=guess.names,
        profile=_as_headed(guess, fields),
        choices=choices,
        roles=roles,
        columns=roles.listed([sample.first(column) for column in range(len(guess.names))]),
        width=max(len(guess.names), _usual_width(below)),
        least=_least_width(below, default=len(guess.names)),
        why=_why(guess),
        place=place,
        notes=(*_notes(guess), *_few_pos(guess, Sample(below), content, fields[Field.PO])),
        added=guess.added,
    )


@contextmanager
def _columns_told(
    guess: Guess, choices: dict[Field, Choice], content: Content, sample: Sample
) -> Iterator[None]:
    """Say with a refusal what is known of the columns by then."""
    try:
        yield
    except ColumnsRefused as refusal:
        samples = [sample.first(column) for column in range(len(guess.names))]
        refusal.columns = ColumnRoles(guess, choices, content).listed(samples)
        raise


def _widths(rows: Sequence[SourceRow]) -> Counter[int]:
    """Count how many cells rows have; titles and rules, which have one, are none of the table."""
    return Counter(len(row.cells) for row in rows if len(row.cells) > 1)


def _usual_width(rows: Sequence[SourceRow]) -> int:
    widths = _widths(rows)
    return widths.most_common(1)[0][0] if widths else 0


def _least_width(rows: Sequence[SourceRow], *, default: int) -> int:
    """Return how few cells a row may have by the example of others.

    Excel leaves blank cells at the end out of a CSV file, in blocks of 16 rows. A row that is
    short alone has more likely lost a cell in its middle.
    """
    widths = _widths(rows)
    usual = [n for n, times in widths.items() if times > 1 and times * 10 >= len(rows)]
    return min(usual, default=default)


def _refuse_data_as_header(guess: Guess, head: Sequence[SourceRow], po: int, place: str) -> None:
    """A column named by position fits any row, so the first shipment could pass for the headers."""
    cells = [row.cells[po] for row in head if row.number == guess.row and po < len(row.cells)]
    if cells and read_po(cells[0], guess.profile.po_pattern).value is not None:
        raise ColumnsRefused(
            f"{place}: row {guess.row} was read as the header row, but it has a PO, "
            f"{text_of(cells[0])}.",
            hint="Set header_row in the profile: the row of the headers, or 0 if there is none.",
        )


def _refuse_doubtful(
    roles: ColumnRoles, sample: Sample, fields: dict[Field, int], place: str
) -> None:
    doubts = []
    for column in roles.doubtful():
        cells = list(dict.fromkeys(sample.cells(column)))
        field = roles.doubt(column, cells)
        if field is not None:
            doubts.append(Doubt(column, roles.letter(column), field, list(map(text_of, cells))))
    if doubts:
        raise doubtful_columns(doubts, roles.names, fields, place)


def _as_headed(guess: Guess, fields: dict[Field, int]) -> Profile:
    """Return the profile, with what the header of the ship dates says of how they are written."""
    profile = guess.profile
    if Field.SHIPPED_ON not in fields:
        return profile
    hints = header_text(guess.names[fields[Field.SHIPPED_ON]]).hints
    order, zone = date_order_of(hints), zone_of(hints)
    said: dict[str, object] = {}
    if order and profile.date_order is None and not profile.date_formats:
        said["date_order"] = order
    if zone and "zone" not in profile.model_fields_set:
        said["zone"] = zone
    return profile.model_copy(update=said) if said else profile


def _why(guess: Guess) -> str:
    if guess.is_named:
        how = f"Profile {guess.profile.name}, as asked"
    elif guess.profile.headers:
        how = f"Profile {guess.profile.name}, recognised by its headers"
    else:
        how = "Columns found by their usual names"
    fixed = [f'{field.label} always "{value}"' for field, value in guess.profile.constants.items()]
    return f"{'; '.join([how, *fixed])}."


def _notes(guess: Guess) -> list[str]:
    profile = guess.profile
    wanted = [
        column
        for field in profile.columns
        for column in profile.columns_of(field)
        if column_of(guess.names, column) is None
    ]
    wanted += [column for column in profile.skip_rows if column_of(guess.names, column) is None]
    notes = [f'There is no column "{each}", which profile {profile.name} reads.' for each in wanted]
    if guess.added is not None:
        notes.append("This is a results workbook. Its rows are checked again.")
    return notes


def _few_pos(guess: Guess, sample: Sample, content: Content, po: int) -> list[str]:
    """Say so where the PO column hardly holds POs."""
    if guess.profile.po_pattern or content.share(Field.PO, sample.cells(po)) >= 0.5:  # noqa: PLR2004 - half
        return []
    return [f'Fewer than half of the first values in "{guess.names[po]}" can be read as a PO.']
