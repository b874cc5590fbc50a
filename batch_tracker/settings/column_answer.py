"""What a person says about one column: `HEADER=tracking_number`, `HEADER=ignore`."""

from typing import NamedTuple

from batch_tracker.model import Field

_IGNORE = "ignore"
_WORDS = {
    **{field.value: field for field in Field},
    "tracking": Field.TRACKING_NUMBER,
    "ship_date": Field.SHIPPED_ON,
    "void_flag": Field.VOID,
}


class ColumnAnswer(NamedTuple):
    """A column, by its header or its place from 1, and the field it is read as; None: it is not."""

    column: str
    field: Field | None

    def __str__(self) -> str:
        return f"{self.column}={self.field or _IGNORE}"

    @property
    def key(self) -> str:
        """What makes two answers be about one column."""
        return key_of(self.column)


def key_of(column: str | int) -> str:
    """Return a column's name in one spelling of its case and blanks."""
    return " ".join(str(column).casefold().split())


def read_answers(value: object) -> object:
    """Read answers from a list, or from lines, as an environment variable has them.

    Raises:
        ValueError: one is no answer.
    """
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list | tuple):
        return value
    return tuple(_answer(line) if isinstance(line, str) else line for line in lines if line)


def _answer(line: str) -> ColumnAnswer:
    column, equals, word = line.rpartition("=")
    word = "_".join(word.casefold().replace("-", " ").split())
    if not (equals and column.strip()) or word not in {*_WORDS, _IGNORE}:
        msg = (
            f"{line!r} is not an answer. Write HEADER=FIELD, where FIELD is one of "
            f"{', '.join(Field)} and {_IGNORE}"
        )
        raise ValueError(msg)
    return ColumnAnswer(column.strip(), _WORDS.get(word))
