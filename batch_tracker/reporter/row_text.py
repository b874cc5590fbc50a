"""What is said of a row in the workbook: an address there is one of the workbook.

The source's own address follows in brackets: `Results!D18 [source: Sheet1!A23]: …`.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from batch_tracker.model import Issue, Level, ResultRow, State
from batch_tracker.model.references import resolved, rows_named
from batch_tracker.reporter.places import Place, Places


class RowText(NamedTuple):
    """The words about a row, and the cells to go to; "" where there is none.

    `cell` is the address of the cell the words are about, `other` that of the first other row they
    name.
    """

    message: str
    cell: str = ""
    other: str = ""


class Wording:
    """Puts in words what became of rows.

    `first` is the workbook's column in which the source's own begin, `po` the PO's among those;
    both count from 0.
    """

    def __init__(self, places: Places, *, first: int, po: int) -> None:
        self._places = places
        self._first = first
        self._po = po

    def of(self, row: ResultRow, place: Place) -> RowText:
        """Return what is said of a row that stands at `place`."""
        if not row.issues and "{" not in row.wording:
            return RowText(row.wording, self._cell(row, (), place))
        errors = [issue for issue in row.issues if issue.level is Level.ERROR]
        warnings = [issue for issue in row.issues if issue.level is Level.WARNING]
        # What is wrong with cells is said by the issues, each with the address of its cell.
        is_said = bool(errors) and row.state is State.INVALID
        told = [self._issue(each, place) for each in errors] if is_said else [row.wording]
        told += [f"Warning: {self._issue(each, place)}" for each in warnings]
        return RowText(
            self.resolved(" ".join(told)),
            self._cell(row, (errors if is_said else []) + warnings, place),
            self._other(row, place),
        )

    def resolved(self, text: str) -> str:
        """Return a text with the rows it names found in the workbook."""
        return resolved(text, self._rows) if "{" in text else text

    def _issue(self, issue: Issue, place: Place) -> str:
        words = f"{issue.message} {issue.hint}".strip()
        if not issue.address:
            return words
        at = "" if issue.column is None else place.cell(self._first + issue.column)
        return f"{at} [source: {issue.address}]: {words}".lstrip()

    def _cell(self, row: ResultRow, issues: Sequence[Issue], place: Place) -> str:
        """Return the address of the first cell that is spoken of, or else of the row's PO."""
        columns = (issue.column for issue in issues if issue.column is not None)
        column = next(columns, self._po if issues or row.state.needs_attention else None)
        return "" if column is None else place.cell(self._first + column)

    def _other(self, row: ResultRow, place: Place) -> str:
        found = (self._places.of_source(number) for number in rows_named(row.wording))
        others = (each.cell(self._first + self._po) for each in found if each and each != place)
        return next(others, "")

    def _rows(self, noun: str, numbers: Sequence[int]) -> str:
        listed = ", ".join(map(str, numbers))
        places = [self._places.of_source(number) for number in numbers]
        found = [place for place in places if place]
        if len(found) < len(places):
            return f"{noun} {listed} of the source"
        return f"{noun} {' and '.join(_by_sheet(found))} [source: {listed}]"


def _by_sheet(places: Sequence[Place]) -> Iterator[str]:
    for sheet, there in groupby(places, key=lambda place: place.sheet):
        yield f"{', '.join(str(place.row) for place in there)} of {sheet}"
