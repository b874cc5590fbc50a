"""What becomes of every column: read, known and not needed, ignored as told, or not understood.

A column that is not read is asked about where its header or its cells speak of a field of ours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from batch_tracker.loader.columns.choice import Choice
from batch_tracker.loader.columns.content import Content, are_bare_flags, shows_carrier
from batch_tracker.loader.columns.guess import SENT, Guess, columns_called
from batch_tracker.loader.columns.header_text import words_of
from batch_tracker.loader.columns.names import OTHER, is_beside, is_listed, may_be, meaning_of
from batch_tracker.loader.columns.status_columns import StatusColumn, status_column
from batch_tracker.loader.columns.stems import field_spoken_of
from batch_tracker.loader.sources.source import column_letters
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import Cell, ColumnStatus, Field, ManifestColumn

_HALF = 0.5
_LONGEST_SAMPLE = 60


class ColumnRoles:
    """The columns of a file, each with what becomes of it."""

    def __init__(self, guess: Guess, choices: Mapping[Field, Choice], content: Content) -> None:
        self.names = guess.names
        self.can_be = content.can_be
        self._content = content
        self._first = guess.added.first if guess.added else 0
        self._read = _flags(guess.names)
        for field, choice in choices.items():
            self._read |= dict.fromkeys((choice.column, *choice.also), field)
        self._ignored = _called(guess.names, guess.profile.ignore)
        self._known = _called(guess.names, guess.profile.skip_rows)
        held = {*choices, *guess.profile.constants}
        self._missing = [field for field in SENT if field not in held]

    def doubtful(self) -> list[int]:
        """Return the columns that are asked about if their cells say so."""
        return [column for column in range(len(self.names)) if self._is_doubtful(column)]

    def doubt(self, column: int, cells: Collection[Cell]) -> Field | None:
        """Return the field of which a doubtful column speaks; `cells` are those not blank."""
        if not cells:
            return None
        name = self.names[column]
        if meaning_of(name) is None:
            shown = self._content.field_shown(cells)
            if shown is Field.VOID and _counts(name) and all(map(_is_digits, cells)):
                shown = None
            return field_spoken_of(name) or shown
        if _tells_status(name) and are_bare_flags(cells):
            return Field.VOID
        return next((field for field in self._missing if self._may_hold(field, name, cells)), None)

    def letter(self, column: int) -> str:
        """Return a column's letter in a spreadsheet."""
        return column_letters(self._first + column)

    def listed(self, samples: Sequence[Cell]) -> tuple[ManifestColumn, ...]:
        """Return what becomes of every column but those without a header and without cells."""
        return tuple(
            ManifestColumn(
                letter=self.letter(column),
                header=name,
                read_as=None if column in self._ignored else self._read.get(column),
                status=self._status(column),
                sample=text_of(sample)[:_LONGEST_SAMPLE],
            )
            for column, (name, sample) in enumerate(zip(self.names, samples, strict=True))
            if name.strip() or sample
        )

    def _is_doubtful(self, column: int) -> bool:
        if column in self._read or column in self._ignored or column in self._known:
            return False
        name = self.names[column]
        meaning = meaning_of(name)
        if meaning == OTHER:
            return _tells_status(name) or any(
                is_beside(name, field) or may_be(name, field) for field in self._missing
            )
        return meaning is None

    def _may_hold(self, field: Field, name: str, cells: Collection[Cell]) -> bool:
        """Whether a column of a known name may be all there is of a field."""
        if is_beside(name, field):
            return True
        if not may_be(name, field):
            return False
        if field is Field.CARRIER:
            return sum(map(shows_carrier, cells)) >= _HALF * len(cells)
        return self._content.may_be(field, cells)

    def _status(self, column: int) -> ColumnStatus:
        if column in self._ignored:
            return "ignored"
        if column in self._read:
            return "read"
        if status_column(self.names[column]) is not None:
            return "checked"
        is_known = column in self._known or meaning_of(self.names[column]) is not None
        return "known" if is_known else "not understood"


def _tells_status(name: str) -> bool:
    """Whether the cells are looked at for words such as `void`, of which a bare Y is none."""
    return not is_listed(name) and status_column(name) in {StatusColumn.STATUS, StatusColumn.REMARK}


def _counts(name: str) -> bool:
    """Whether a header is that of numbers, so that a 1 below it is no yes."""
    return words_of(name)[-1:] in {
        ("number",),
        ("id",),
        ("count",),
        ("seq",),
        ("line",),
        ("level",),
    }


def _is_digits(cell: Cell) -> bool:
    return text_of(cell).strip().isdigit()


def _called(names: Sequence[str], wanted: Iterable[str | int]) -> set[int]:
    return {column for each in wanted for column in columns_called(names, each)}


def _flags(names: Sequence[str]) -> dict[int, Field]:
    """Return the columns that are looked at for voids by their names."""
    flags = (i for i, name in enumerate(names) if status_column(name) is StatusColumn.FLAG)
    return dict.fromkeys(flags, Field.VOID)
