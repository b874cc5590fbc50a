"""Which column holds a field, where several could."""

from collections.abc import Sequence
from typing import NamedTuple

from batch_tracker.loader.columns.content import Content
from batch_tracker.loader.columns.guess import SENT, Guess
from batch_tracker.loader.columns.profiles import is_shipped
from batch_tracker.loader.columns.questions import rival_column, several_columns
from batch_tracker.loader.columns.sample import Sample
from batch_tracker.model import Field, SourceRow


class Choice(NamedTuple):
    """The columns of one field, counted from 0.

    `column` holds it; `also` do, where that is blank in a row. `twins` say the same, so far;
    `rivals` bear a name of the field and are not read.
    """

    column: int
    also: tuple[int, ...] = ()
    twins: tuple[int, ...] = ()
    rivals: tuple[int, ...] = ()


def choose(
    guess: Guess, rows: Sequence[SourceRow], content: Content, place: str
) -> dict[Field, Choice]:
    """Return which columns hold which field; `rows` are some of those below the headers.

    Raises:
        ColumnsUnclear: two columns claim one field.
    """
    sample = Sample(rows)
    po = _choose(guess, Field.PO, sample, content, place)
    sample = sample.of(lambda cell: content.can_be(Field.PO, cell), po.column)
    fields = [field for field in guess.columns if field is not Field.PO]
    chosen = {Field.PO: po}
    chosen |= {field: _choose(guess, field, sample, content, place) for field in fields}
    if not guess.is_named and is_shipped(guess.profile):
        _refuse_rivals(guess, chosen, sample, content, place)
    return chosen


def _choose(guess: Guess, field: Field, sample: Sample, content: Content, place: str) -> Choice:
    """Choose a column; of several, the one that is filled and whose cells can be the field."""
    others = tuple(guess.others.get(field, ()))
    if field in guess.told:
        first, *also = guess.told[field]
        return Choice(first, also=tuple(also), rivals=others)
    tied = guess.columns[field]
    filled = [column for column in tied if sample.cells(column)]
    possible = [c for c in filled if content.share(field, sample.cells(c))] or filled
    if len(possible) > 1 and not sample.agree(possible):
        raise several_columns(field, possible, guess.names, place)
    first = (possible or tied)[0]
    twins = tuple(column for column in possible if column != first)
    rivals = tuple(column for column in tied if column != first and column not in twins)
    return Choice(first, twins=twins, rivals=(*rivals, *others))


def _refuse_rivals(
    guess: Guess, chosen: dict[Field, Choice], sample: Sample, content: Content, place: str
) -> None:
    """Ask where a profile that nobody named passes by a column that bears a usual name.

    Such a profile knows what its source calls an order, but not that this file has the POs
    in a column of their own.
    """
    taken = {choice.column for choice in chosen.values()}
    for field in (each for each in (Field.PO, *SENT) if each in chosen and each in guess.told):
        for rival in chosen[field].rivals[:1]:
            cells = sample.cells(rival)
            if rival not in taken and cells and content.share(field, cells) > 0:
                raise rival_column(guess, field, (chosen[field].column, rival), place)
