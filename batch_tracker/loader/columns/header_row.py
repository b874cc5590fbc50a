"""Which row of a file holds the headers: the best of all candidates, not the first.

A row is a candidate if it names a PO and something to send, and no values stand beside its names:
`PO Number: 1001   Carrier: UPS` are labels. Headers may be spread over two rows.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from batch_tracker.loader.columns.guess import SENT, Guess, guess_header, split_results
from batch_tracker.loader.columns.names import meaning_of
from batch_tracker.loader.columns.profiles import Candidates
from batch_tracker.loader.columns.questions import (
    HEADER_ROWS,
    labels_only,
    not_understood,
    several_tables,
)
from batch_tracker.loader.columns.sample import cell_of
from batch_tracker.loader.values.carrier_names import canonical_carrier
from batch_tracker.loader.values.cells import read_po
from batch_tracker.loader.values.date_text import written_date
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.loader.values.tracking import is_recognisable
from batch_tracker.model import Cell, Field, SourceRow, TypedCell
from batch_tracker.settings.profile import Profile


def find_header_row(head: Sequence[SourceRow], place: str, profiles: Candidates) -> Guess:
    """Return the header row among a file's first rows; of equally good ones the first.

    Raises:
        ColumnsRefused: there is none, or a table with other headers stands above it.
    """
    guesses = [guess_header(row, profiles) for row in _searched(head, profiles.named)]
    complete = [guess for guess in guesses if guess.is_complete]
    by_row = {row.number: row for row in head}
    tables = [each for each in complete if not _are_labels(each, by_row.get(each.row), profiles)]
    if not tables:
        raise labels_only(complete[0], place) if complete else not_understood(guesses, place)
    best = max(tables, key=_merit)
    for other in tables:
        if other.row < best.row and _has_shipments(other, best, head):
            raise several_tables((other, best), place)
    return best


def likeliest(head: Sequence[SourceRow], profiles: Candidates) -> Guess:
    """Return the likeliest header row of a file that may not be understood; never refuses."""
    guesses = [guess_header(row, profiles) for row in _searched(head, profiles.named) or head[:1]]
    return max(guesses, key=lambda each: (each.is_complete, *_merit(each)))


def _merit(guess: Guess) -> tuple[int, int, int]:
    named = [column for held in guess.columns.values() for column in held[:1]]
    return len(guess.columns), sum(bool(guess.names[c].strip()) for c in named), -guess.row


def _searched(head: Sequence[SourceRow], profile: Profile | None) -> list[SourceRow]:
    ours = [row for row in head[:1] if split_results(row)[1] is not None]
    if ours:
        return ours
    if profile is None or profile.header_row is None:
        rows = [row for row in head if row.number <= HEADER_ROWS]
        return [*rows, *_joined(rows)]
    if profile.header_row == 0:
        width = max((len(row.cells) for row in head), default=0)
        return [SourceRow(0, [f"Column {n}" for n in range(1, width + 1)])]
    return [row for row in head if row.number == profile.header_row]


def _joined(rows: Sequence[SourceRow]) -> Iterator[SourceRow]:
    """Two rows as one, cell by cell, where neither holds a value."""
    for upper, lower in pairwise(rows):
        if not any(_is_value(cell) for row in (upper, lower) for cell in row.cells):
            width = max(len(upper.cells), len(lower.cells))
            above, below = (_padded(row, width) for row in (upper, lower))
            cells: list[Cell] = [
                " ".join(filter(None, both)) for both in zip(above, below, strict=True)
            ]
            yield SourceRow(lower.number, cells)


def _padded(row: SourceRow, width: int) -> list[str]:
    texts = [text_of(cell).strip() for cell in row.cells]
    return [*texts, *[""] * (width - len(texts))]


def _are_labels(guess: Guess, row: SourceRow | None, profiles: Candidates) -> bool:
    """Whether values stand beside most of our names, each right of its label."""
    if row is None or (profiles.named and profiles.named.header_row is not None):
        return False
    own = guess.added.without(row) if guess.added else row
    named = [c for c, name in enumerate(guess.names) if (said := meaning_of(name)) and said.field]
    pairs = [(guess.names[c], cell_of(own, c + 1)) for c in named]
    pairs = [(name, beside) for name, beside in pairs if not is_blank(beside)]
    return sum(_is_label(name, beside) for name, beside in pairs) * 2 > len(pairs)


def _is_label(name: str, beside: Cell) -> bool:
    ends_so = name.rstrip().endswith((":", "\uff1a"))
    return _is_value(beside) or (ends_so and meaning_of(text_of(beside)) is None)


def _is_value(cell: Cell) -> bool:
    """Whether a cell holds a PO, a number, a date or a carrier: what no header is."""
    if isinstance(cell, TypedCell):
        return True
    text = cell.strip()
    if not text or meaning_of(text) is not None:
        return False
    number = "".join(text.split())
    is_carrier = (canonical_carrier(text) or "").casefold() == text.casefold()
    return number.isdigit() or is_recognisable(number) or _is_date(text) or is_carrier


def _is_date(text: str) -> bool:
    try:
        return written_date(text) is not None
    except ValueError:
        return True


def _has_shipments(guess: Guess, below: Guess, head: Sequence[SourceRow]) -> bool:
    """Whether rows between two header rows can be shipments of the first."""
    po = guess.columns[Field.PO][0]
    sent = [column for field in SENT for column in guess.columns.get(field, [])]
    rows = [row for row in head if guess.row < row.number < below.row]
    return any(
        po < len(row.cells)
        and read_po(row.cells[po], guess.profile.po_pattern).value is not None
        and any(c < len(row.cells) and not is_blank(row.cells[c]) for c in sent)
        for row in rows
    )
