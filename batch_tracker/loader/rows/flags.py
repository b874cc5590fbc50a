"""Columns whose values say that a row is no shipment, or a void one."""

import re
from collections.abc import Iterable, Iterator

from batch_tracker.loader.columns.guess import column_of
from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.columns.status_columns import status_column
from batch_tracker.loader.rows.non_shipments import VOID, Unsent, cell_at, invalid
from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.plain_text import clean, text_of
from batch_tracker.model import Cell, Field, Issue, Kind, SourceRow, State, TypedCell

_NEITHER_BLANK_NOR_NO = re.compile(
    r"(?!(?:n|no|f|false|0|-|none|n/a|not? void(?:ed)?|active|valid|ok|printed)\Z).+", re.DOTALL
)
_SOUNDS_VOID = re.compile(r"(?:(?:label|shipment|order) )?(?:void|refund|cancel).*", re.DOTALL)


def _any_of(values: Iterable[str]) -> re.Pattern[str]:
    """Match the values in any case; `*` stands for any text."""
    texts = (".*".join(map(re.escape, value.casefold().split("*"))) for value in values)
    return re.compile("|".join(texts) or r"\b\B", re.DOTALL)


class Mark:
    """A column whose value sets rows apart. `values` matches such a value, casefolded."""

    def __init__(self, column: int, values: re.Pattern[str]) -> None:
        self.column = column
        self._values = values

    def sets_apart(self, cell: Cell) -> bool:
        """Whether a row with this cell has to be looked at by itself."""
        return _is_unreadable(cell) or self.says(cell)

    def says(self, cell: Cell) -> bool:
        """Whether the cell holds one of the values."""
        return bool(self._values.fullmatch(clean(text_of(cell))[0].casefold()))


class Marks:
    """The marks by which rows are passed over: what the profile says, and the void flag.

    Unless the profile lists the void values itself, a row is held back that may be void: whose
    void flag is neither yes nor no, or, without such a column, whose status sounds void.
    """

    def __init__(self, header: Header, source: Source) -> None:
        profile = header.profile
        self._source = source
        self._names = header.names
        self._no_shipment = [
            Mark(column, _any_of(values))
            for name, values in profile.skip_rows.items()
            if (column := column_of(header.names, name)) is not None
        ]
        void = header.fields.get(Field.VOID)
        self._void = [] if void is None else [Mark(void, _any_of(profile.void_values))]
        self._doubtful: list[Mark] = []
        if "void_values" not in profile.model_fields_set:
            self._doubtful = _doubtful(void, header)

    def __iter__(self) -> Iterator[Mark]:
        yield from (*self._no_shipment, *self._void, *self._doubtful)

    def find(self, row: SourceRow) -> Unsent | None:
        """Say whether the row is marked as no shipment or as void, or may be."""
        for mark in (*self._no_shipment, *self._void):
            if _is_unreadable(cell_at(row, mark.column)):
                return self._unreadable(row, mark.column)
        for mark in self._no_shipment:
            if mark.says(cell_at(row, mark.column)):
                message = f"This row is no shipment: {self._said(row, mark.column)}."
                return Unsent(State.SKIPPED, "no-shipment", message)
        if any(mark.says(cell_at(row, mark.column)) for mark in self._void):
            return VOID
        for mark in self._doubtful:
            if mark.says(cell_at(row, mark.column)):
                return self._maybe_void(row, mark.column)
        return None

    def _said(self, row: SourceRow, column: int) -> str:
        return f'{self._names[column]} is "{text_of(cell_at(row, column))}"'

    def _unreadable(self, row: SourceRow, column: int) -> Unsent:
        text = text_of(cell_at(row, column))
        message = f"The cell holds {text}, so it can't be told whether the row counts."
        hint = "Mend the formula or type the value, then run the file again."
        return invalid(self._issue("mark-unreadable", message, hint, row, column))

    def _maybe_void(self, row: SourceRow, column: int) -> Unsent:
        message = f"{self._said(row, column)}, so the shipment may be void."
        hint = (
            f'Delete the row if it is; or say in a profile, with columns.void = "'
            f'{self._names[column]}" and void_values, which values mean void.'
        )
        return invalid(self._issue("maybe-void", message, hint, row, column))

    def _issue(self, code: str, message: str, hint: str, row: SourceRow, column: int) -> Issue:
        return Issue(
            code=code,
            message=message,
            hint=hint,
            column=column,
            address=self._source.address(row.number, column, self._names[column]),
            text=text_of(cell_at(row, column)),
        )


def _doubtful(void: int | None, header: Header) -> list[Mark]:
    if void is not None:
        return [Mark(void, _NEITHER_BLANK_NOR_NO)]
    return [Mark(column, _SOUNDS_VOID) for column in _status_columns(header)]


def _status_columns(header: Header) -> list[int]:
    return [i for i, name in enumerate(header.names) if status_column(name) is not None]


def _is_unreadable(cell: Cell) -> bool:
    """Whether the cell is an error or a formula without a result: it may mean anything."""
    return isinstance(cell, TypedCell) and cell.kind in {Kind.ERROR, Kind.UNCALCULATED}
