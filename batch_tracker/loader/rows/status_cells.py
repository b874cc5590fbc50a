"""Cells that say that a row is no shipment, that it is void, or that it is not on its way."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from batch_tracker.loader.columns.guess import column_of, columns_called
from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.rows.exclusions import Exclusion, Places, cell_at, invalid, skipped
from batch_tracker.loader.rows.objections import (
    ASK_OF_FIELD,
    Ask,
    Objection,
    ask_of_header,
    is_unreadable,
    plain,
)
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.loader.values.status_text import Status, says_yes, status_alone
from batch_tracker.loader.values.status_words import VOID_ALONE
from batch_tracker.model import Cell, Field, Issue, SourceRow, State

_VOID = Exclusion(State.SKIPPED, "void", "This shipment is void.", voids=True)


class StatusCells:
    """The cells of a file that tell whether a row's shipment counts.

    What a profile says of a column (`skip_rows`, `void_values`, `ignore`) is the last word on it.
    Elsewhere a cell that speaks against sending holds its row, and one that may do so is warned of.
    """

    def __init__(self, header: Header, places: Places) -> None:
        profile = header.profile
        self._places = places
        self._skipped: dict[int, re.Pattern[str]] = {
            column: _any_of(values)
            for name, values in profile.skip_rows.items()
            if (column := column_of(header.names, name)) is not None
        }
        self._void = header.fields.get(Field.VOID)
        self._void_values = _any_of(profile.void_values)
        self._is_void_told = "void_values" in profile.model_fields_set
        ignored = {c for each in profile.ignore for c in columns_called(header.names, each)}
        self._final = {*self._skipped, *ignored, *([self._void] if self._is_void_told else [])}
        asks = ((column, ask_of_header(name)) for column, name in enumerate(header.names))
        self._asked = {c: ask for c, ask in asks if ask and c not in self._final}
        self._sent: set[int] = set()
        for field, choice in header.choices.items():
            columns = (choice.column, *choice.also)
            self._asked |= dict.fromkeys(columns, ASK_OF_FIELD[field])
            self._sent.update(() if field is Field.VOID else columns)
        if self._is_void_told and self._void is not None:
            del self._asked[self._void]
        if profile.po_pattern is None:  # then a PO is digits alone, or is refused
            del self._asked[header.choices[Field.PO].column]

    def watched(self) -> Iterator[tuple[int, Callable[[Cell], bool]]]:
        """Return columns that hold no value to send, and which of their cells set a row apart."""
        for column, values in self._skipped.items():
            yield column, partial(_says_or_is_unreadable, values)
        if self._void is not None and self._is_void_told:
            yield self._void, partial(_says_or_is_unreadable, self._void_values)
        for column, ask in self._asked.items():
            if column not in self._sent:
                yield column, partial(_objects, ask)

    def ask_of(self, column: int) -> Ask | None:
        """Return what a cell of the column is asked, if anything."""
        return self._asked.get(column)

    def exclusion(self, row: SourceRow) -> Exclusion | None:
        """Return why the row is no shipment, or a void one; None where nothing says so for sure."""
        void = [] if self._void is None else [self._void]
        for column in (*self._skipped, *void):
            if is_unreadable(cell_at(row, column)):
                return self._unreadable(row, column)
        for column, values in self._skipped.items():
            if _says(values, cell_at(row, column)):
                message = f"This row is not a shipment: {self._said(row, column)}."
                return skipped("no-shipment", message)
        return _VOID if any(self._is_void(cell_at(row, column)) for column in void) else None

    def issues(self, row: SourceRow) -> Iterator[Issue]:
        """Say which cells speak against sending the row, or may do so."""
        for column, cell in enumerate(row.cells):
            objection = self._objection(column, cell)
            if objection is not None:
                yield self._places.at(row, column, self._issue(row, column, objection))

    def _objection(self, column: int, cell: Cell) -> Objection | None:
        if cell in VOID_ALONE and column not in self._final:
            return Objection(Status.VOID)
        ask = self._asked.get(column)
        return ask(cell) if ask else None

    def _is_void(self, cell: Cell) -> bool:
        if _says(self._void_values, cell):
            return True
        text = plain(cell)
        return not self._is_void_told and (says_yes(text) or status_alone(text) is Status.VOID)

    def _said(self, row: SourceRow, column: int) -> str:
        return f'{self._places.header(column)} is "{text_of(cell_at(row, column))}"'

    def _unreadable(self, row: SourceRow, column: int) -> Exclusion:
        text = text_of(cell_at(row, column))
        issue = Issue(
            code="mark-unreadable",
            message=f"The cell holds {text}, so it is not clear whether this row counts.",
            hint="Correct the formula or type the value, then run the file again.",
        )
        return invalid(self._places.at(row, column, issue))

    def _issue(self, row: SourceRow, column: int, objection: Objection) -> Issue:
        is_void = objection.status is Status.VOID
        may_be = "may be void" if is_void else "may not be on its way"
        name = self._places.header(column)
        if column in self._sent:
            hint = "Delete the row if so. Otherwise remove that word from the cell."
        elif is_void:
            hint = (
                "Delete the row if it is void. Or say in a profile which values mean void, "
                f'with columns.void = "{name}" '
            )
            hint += "and void_values."
        else:
            hint = (
                "Delete the row if it is not. Or list the values that say so in a profile, "
                f'with skip_rows."{name}".'
            )
        return Issue(
            code="maybe-void" if is_void else "maybe-not-shipped",
            message=f"{self._said(row, column)}, so the shipment {may_be}.",
            hint=hint,
            level=objection.level,
        )


def _any_of(values: Iterable[str]) -> re.Pattern[str]:
    """Match the values in any case; `*` stands for any text."""
    texts = (".*".join(map(re.escape, value.casefold().split("*"))) for value in values)
    return re.compile("|".join(texts) or r"\b\B", re.DOTALL)


def _says(values: re.Pattern[str], cell: Cell) -> bool:
    return bool(values.fullmatch(plain(cell).casefold()))


def _says_or_is_unreadable(values: re.Pattern[str], cell: Cell) -> bool:
    return is_unreadable(cell) or _says(values, cell)


def _objects(ask: Ask, cell: Cell) -> bool:
    return ask(cell) is not None
