"""Why a row is not sent: what is said of it, in which state and under which code."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from batch_tracker.loader.sources.source import Source
from batch_tracker.loader.values.plain_text import text_of
from batch_tracker.model import Cell, Issue, Record, SourceRow, State, Update


class Exclusion(NamedTuple):
    """Why a row is not sent. An INVALID one has the issue that says so.

    A `voids` row keeps what it asks for: the number that it takes back.
    """

    state: State
    code: str
    message: str
    issue: Issue | None = None
    voids: bool = False


def skipped(code: str, message: str) -> Exclusion:
    """Return the reason of a row that is no shipment to send, and needs nobody."""
    return Exclusion(State.SKIPPED, code, message)


def invalid(issue: Issue) -> Exclusion:
    """Return the issue as the reason why its row is not sent."""
    message = f"{issue.address}: {issue.message} {issue.hint}"
    return Exclusion(State.INVALID, issue.code, message, issue)


def excluded_record(row: SourceRow, why: Exclusion, update: Update | None = None) -> Record:
    """Return the record of a row that is not sent."""
    issues = (why.issue,) if why.issue else ()
    return Record(row.number, row.cells, update, why.state, why.code, why.message, issues)


def cell_at(row: SourceRow, column: int) -> Cell:
    """Return the row's cell in a column; a blank where the row is shorter."""
    return row.cells[column] if column < len(row.cells) else ""


class Places:
    """Says where a file's cells are."""

    def __init__(self, source: Source, names: Sequence[str]) -> None:
        self._source = source
        self._names = names

    def header(self, column: int) -> str:
        """Return a column's header, or "column 7" where it has none."""
        name = self._names[column] if column < len(self._names) else ""
        return name if name.strip() else f"column {column + 1}"

    def at(self, row: SourceRow, column: int, issue: Issue) -> Issue:
        """Return the issue as one of this cell."""
        name = self._names[column] if column < len(self._names) else ""
        address = self._source.address(row.number, column, name)
        return replace(issue, column=column, address=address, text=text_of(cell_at(row, column)))
