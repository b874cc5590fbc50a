"""What a single cell says against sending its row, by the kind of column it stands in."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

from batch_tracker.loader.columns.status_columns import StatusColumn, status_column
from batch_tracker.loader.values.plain_text import clean, text_of
from batch_tracker.loader.values.status_text import (
    Status,
    says_no,
    says_not_void,
    says_yes,
    status_alone,
    status_in,
    status_in_number,
)
from batch_tracker.loader.values.tracking import is_recognisable
from batch_tracker.model import Cell, Field, Kind, Level, TypedCell

_WORD = re.compile("[A-Za-z]" * 4)
"""Written out, it is found twice as fast as with a count."""
_UNCLEAR_CODES = frozenset({"v", "vd", "x", "cx", "n", "no", "false", "nein", "non"})
"""What may mean void or not shipped, where a status is told."""
_CROSSES = frozenset("✗✘❌")


class Objection(NamedTuple):
    """What a cell says against sending its row. A WARNING may mean something else."""

    status: Status
    level: Level = Level.ERROR


Ask: TypeAlias = Callable[[Cell], Objection | None]
"""Asks a cell whether it says something against sending its row."""


def ask_of_header(header: str) -> Ask | None:
    """Return what the cells under a header are asked; None where they say nothing of a status."""
    kind = status_column(header)
    if kind is StatusColumn.FLAG:
        return partial(_ask_flag, status_in(header) or Status.UNCLEAR)
    if kind is StatusColumn.AFFIRMED:
        return _ask_affirmed
    if kind is StatusColumn.STATUS:
        return _ask_status
    return _ask_remark if kind is StatusColumn.REMARK else None


def objected(ask: Ask, cells: Sequence[Cell]) -> list[bool]:
    """Return which of the cells say something against sending their row."""
    if ask in _SILENT and _SILENT[ask]("\n".join(c for c in cells if isinstance(c, str))):
        return [False] * len(cells)
    return [ask(cell) is not None for cell in cells]


def is_unreadable(cell: Cell) -> bool:
    """Whether the cell is an error or a formula without a result: it may mean anything."""
    return isinstance(cell, TypedCell) and cell.kind in {Kind.ERROR, Kind.UNCALCULATED}


def plain(cell: Cell) -> str:
    """Return a cell's text without what only surrounds it."""
    return clean(text_of(cell))[0]


def _ask_void(cell: Cell) -> Objection | None:
    """Ask a cell of the void column itself: whatever is neither blank nor a no may be a yes."""
    text = plain(cell)
    is_no = not is_unreadable(cell) and (not text or says_not_void(text))
    return None if is_no else Objection(Status.VOID)


def _ask_flag(status: Status, cell: Cell) -> Objection | None:
    text = plain(cell)
    if not is_unreadable(cell) and (not text or says_not_void(text)):
        return None
    is_date = isinstance(cell, TypedCell) and cell.kind == Kind.DATE
    if status_in(text) in {Status.VOID, Status.NOT_SHIPPED}:
        return Objection(status_in(text) or status)
    is_yes = is_date or says_yes(text) or status is Status.VOID
    return Objection(status, Level.ERROR if is_yes else Level.WARNING)


def _ask_affirmed(cell: Cell) -> Objection | None:
    """Ask a cell of `Shipped?` or `Active`: a no speaks against sending, a blank may do so."""
    text = plain(cell)
    if is_unreadable(cell) or not text or text in _CROSSES:
        return Objection(Status.UNCLEAR, Level.WARNING)
    if says_yes(text):
        return None
    return Objection(Status.NOT_SHIPPED) if says_no(text) else _ask_status(cell)


def _ask_status(cell: Cell) -> Objection | None:
    text = plain(cell)
    if is_unreadable(cell) or text.casefold() in _UNCLEAR_CODES:
        return Objection(Status.UNCLEAR, Level.WARNING)
    status = status_in(text)
    if status is None:
        return None
    return Objection(status, Level.WARNING if status is Status.UNCLEAR else Level.ERROR)


def _ask_remark(cell: Cell) -> Objection | None:
    text = plain(cell)
    status, alone = status_in(text), status_alone(text)
    if status is Status.VOID or alone is Status.NOT_SHIPPED:
        return Objection(status or Status.VOID)
    if status is Status.NOT_SHIPPED or alone is Status.UNCLEAR:
        return Objection(Status.UNCLEAR, Level.WARNING)
    return None


def _ask_number(cell: Cell) -> Objection | None:
    if not isinstance(cell, str) or not _may_hold_word(cell) or is_recognisable(cell):
        return None
    status = status_in_number(cell)
    return Objection(status) if status in {Status.VOID, Status.NOT_SHIPPED} else None


def _may_hold_word(text: str) -> bool:
    return not text.isascii() or _WORD.search(text) is not None


def _ask_po(cell: Cell) -> Objection | None:
    if not isinstance(cell, str) or cell.isdigit():
        return None
    status = status_in(plain(cell))
    return Objection(status) if status in {Status.VOID, Status.NOT_SHIPPED} else None


_SILENT: dict[Ask, Callable[[str], object]] = {
    _ask_po: re.compile(r"[0-9\n]*").fullmatch,
    _ask_number: lambda lines: not _may_hold_word(lines),
}
"""Tells of the texts of a column, a line each, that none of them can say anything."""

ASK_OF_FIELD: dict[Field, Ask] = {
    Field.PO: _ask_po,
    Field.TRACKING_NUMBER: _ask_number,
    Field.CARRIER: _ask_remark,
    Field.SHIPPED_ON: _ask_remark,
    Field.VOID: _ask_void,
}
