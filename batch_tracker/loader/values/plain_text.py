"""What a cell says in plain text, and the `Reading` that everything read from a cell comes in.

A text is cleaned of what only surrounds it: blanks, quotes, invisible characters. Each such
change but the trimming of plain spaces is a note.
"""

import html
import re
from decimal import Decimal
from html.entities import html5
from typing import Generic, NamedTuple, Never, TypeVar

from batch_tracker.loader.values import cell_issues
from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.loader.values.no_value import is_null
from batch_tracker.loader.values.number_format import zero_width
from batch_tracker.model import Cell, Field, Issue, Kind, TypedCell, runs_of

T_co = TypeVar("T_co", covariant=True)


class Reading(NamedTuple, Generic[T_co]):
    """What a cell says.

    `value` is None for a blank cell and for a refused one, which has exactly one ERROR among its
    issues. The issues' `column` and `address` are left to the caller; `text` is filled.
    """

    value: T_co | None = None
    issues: tuple[Issue, ...] = ()


_ERROR_NAMES = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)
_ISSUE_OF_KIND: dict[str, CellIssue] = {
    Kind.ERROR: cell_issues.ERROR_CELL,
    Kind.UNCALCULATED: cell_issues.UNCALCULATED_CELL,
    Kind.BOOLEAN: cell_issues.BOOLEAN_CELL,
    Kind.DATE: cell_issues.DATE_CELL,
    Kind.NUMBER: cell_issues.NUMBER_CELL,
    Kind.STRUCK: cell_issues.STRUCK_CELL,
}
_MARKS = {"s": "struck through", "^": "raised (superscript)", "_": "lowered (subscript)"}

LONGEST = 5_000
"""Letters of a cell that is looked at: a pattern or a normal form takes long over more."""

# Zero-width and direction marks, and the soft hyphen: they show nothing, wherever they stand.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
_INVISIBLE |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# The full-width part of NFKC; all of it would read 100² as 1002.
_NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_WRAPPED = re.compile(r"""=?"(.*)"|'(.*?)'?|\u201c(.*)\u201d|\u2018(.*)\u2019""", re.DOTALL)
"""`="…"`, double or single quotes, straight or curly, and Excel's apostrophe in front."""
_MOST_LAYERS = 4
_MOST_ESCAPES = 3
"""How often `&` may have become `&amp;`: each program on the way may have done it again."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_CONTROL = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u2400-\u2421\ufffd]"
)
"""Also what our own results workbook shows in their place, or they would be sent from there."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,400}(?:\.[0-9]{0,400})?(?:[Ee][+-]?[0-9]{1,3})?")


def text_of(cell: Cell) -> str:
    """The cell as a person sees it, in plain text: `12345`, `007123`, `2026-03-04`, `#N/A`."""
    if isinstance(cell, str):
        return cell
    if cell.kind == Kind.DATE:
        return cell.raw.removesuffix("T00:00:00").replace("T", " ", 1)
    if cell.kind == Kind.NUMBER:
        number = decimal_of(cell)
        if number is not None and is_whole(number) and abs(number) < 10**15:
            return f"{int(number):0{zero_width(cell.format)}d}"
    return cell.raw


def is_blank(cell: Cell) -> bool:
    r"""Whether a text cell holds nothing: blanks, zero-width characters, empty quotes, or a null.

    Empty quotes are how exports that protect their numbers write a blank (`=""`), and `\N` is how
    databases do.
    """
    if not isinstance(cell, str):
        return False
    text = cell if cell.isalnum() else clean(cell)[0]
    return not text or is_null(text)


def decimal_of(cell: TypedCell) -> Decimal | None:
    """The exact value of a number cell; None where its text is not a decimal number."""
    return Decimal(cell.raw) if _DECIMAL.fullmatch(cell.raw) else None


def refused(issue: CellIssue, cell: Cell, field: Field, **facts: object) -> Reading[Never]:
    """A reading without a value, and the error that says why."""
    return Reading(None, (issue.issue(text_of(cell), field.label, **facts),))


def legible(cell: Cell, field: Field) -> Reading[str]:
    """The text in a cell, without what surrounds it; refuses a cell that holds no text."""
    if not isinstance(cell, str):
        if cell.kind == Kind.RICH:
            return _refused_rich(cell, field)
        return refused(_ISSUE_OF_KIND.get(cell.kind, cell_issues.UNREADABLE_CELL), cell, field)
    if len(cell) > LONGEST:
        return refused(cell_issues.TOO_LONG, cell, field, length=len(cell))
    text, notes = clean(cell)
    if not text or is_null(text):
        return Reading()
    if fault := _fault_of(text):
        return refused(fault, cell, field)
    return Reading(text, tuple(note.issue(cell, field.label) for note in notes))


def _refused_rich(cell: TypedCell, field: Field) -> Reading[Never]:
    runs = runs_of(cell)
    marks = dict.fromkeys(mark for run in runs for mark in run.marks)
    rest = "".join(run.text for run in runs if not run.marks).strip()
    how = " and ".join(_MARKS[mark] for mark in marks)
    return refused(cell_issues.RICH_CELL, cell, field, how=how, rest=cell_issues.quoted(rest))


def _fault_of(text: str) -> CellIssue | None:
    if text.startswith("="):  # text in a CSV file, or in a cell that Excel never calculated
        return cell_issues.UNCALCULATED_CELL
    if text.upper() in _ERROR_NAMES:
        return cell_issues.ERROR_CELL
    if _CONTROL.search(text):
        return cell_issues.CONTROL_CHARACTER
    return cell_issues.ENTITY_UNKNOWN if "&" in text and _ENTITY.search(text) else None


def is_whole(number: Decimal) -> bool:
    """Whether a number has no fraction."""
    return number == number.to_integral_value()


def clean(text: str) -> tuple[str, list[CellIssue]]:
    """The text without what only surrounds it, and what was done to it."""
    decoded = _without_entities(text) if "&" in text else text
    visible = decoded if decoded.isascii() else decoded.translate(_INVISIBLE)
    narrow = visible if visible.isascii() else visible.translate(_NARROW)
    bare, trimmed, unquoted = _unwrapped(narrow)
    done = (
        (decoded != text, cell_issues.ENTITIES_DECODED),
        (visible != decoded, cell_issues.INVISIBLE_REMOVED),
        (narrow != visible, cell_issues.WIDE_NARROWED),
        (trimmed, cell_issues.BLANKS_TRIMMED),
        (unquoted, cell_issues.QUOTES_REMOVED),
    )
    return bare, [note for was_done, note in done if was_done]


def _without_entities(text: str) -> str:
    """The text with what a web page writes for a character (`&amp;`, `&#039;`) turned back."""
    for _ in range(_MOST_ESCAPES):
        text = _ENTITY.sub(_character, text)
    return text


def _character(entity: re.Match[str]) -> str:
    code = entity[0]
    # By its whole name: html.unescape reads `&notes;` as `¬es;`.
    return html.unescape(code) if code[1] == "#" else html5.get(code[1:], code)


def _unwrapped(text: str) -> tuple[str, bool, bool]:
    """Takes off blanks, quotes, apostrophes and `="…"`, layer by layer; says which there were."""
    trimmed = unquoted = False
    for _ in range(_MOST_LAYERS):
        bare = text.strip()
        trimmed = trimmed or text.strip(" ") != bare
        wrapped = _WRAPPED.fullmatch(bare)
        if wrapped is None:
            return bare, trimmed, unquoted
        unquoted = True
        text = next(inner for inner in wrapped.groups() if inner is not None)
    return text.strip(), trimmed, unquoted
