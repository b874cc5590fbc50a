"""Reads one cell: a PO, a tracking number, a carrier or a void flag.

Pure functions: one cell in, one `Reading` out, never an exception. Nothing is invented: a value
is what the cell holds, less what only surrounds it (blanks, quotes, invisible characters), and
each such change but the trimming of plain spaces is a note. What a spreadsheet has destroyed is
refused. The shapes of damage were measured (a number cell keeps 15 digits; saved as CSV, a long
number keeps six).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from batch_tracker.loader.values import carrier_issues, carrier_text, cell_issues, tracking_text
from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.loader.values.date_format import GENERAL
from batch_tracker.loader.values.no_value import is_placeholder, is_prompt
from batch_tracker.loader.values.number_format import shown_otherwise, with_zeros
from batch_tracker.loader.values.plain_text import (
    Reading,
    decimal_of,
    is_blank,
    is_whole,
    legible,
    refused,
    text_of,
)
from batch_tracker.loader.values.status_text import Status, status_in
from batch_tracker.loader.values.tracking_text import (
    NOT_IN_NUMBERS,
    ZEROS_AFTER_15,
    is_sound,
)
from batch_tracker.model import Cell, Field, Issue, Kind, TypedCell

__all__ = [
    "Reading",
    "is_blank",
    "read_carrier",
    "read_po",
    "read_pos",
    "read_tracking_number",
    "text_of",
]

LARGEST_PO = 2_147_483_647
"""A PO id is an int32 (Sellercloud's Swagger)."""

_CLEAN_PO = re.compile(r"[1-9][0-9]{0,9}")
_CLEAN_POS = re.compile(r"[1-9][0-9]{0,8}(?:\n[1-9][0-9]{0,8})*")
"""A line each; ten digits may be beyond an int32."""
_ASCII_DIGITS = re.compile(r"[0-9]+")
_PO_DIAGNOSES: tuple[tuple[re.Pattern[str], CellIssue], ...] = (
    (
        re.compile(r"\d(?:[.,]\d+)?E\+\d+|\d[.,]\d+E\d+", re.ASCII | re.IGNORECASE),
        cell_issues.PO_ROUNDED,
    ),
    (re.compile(r"\d+[.,]0{1,2}", re.ASCII), cell_issues.PO_DECIMAL),
    (re.compile(r"[0-9]{1,3}(?:[\s,.'\u2019_][0-9]{3})+"), cell_issues.PO_GROUPED),
    (
        re.compile(r"[A-Z#-]*\d+(?:(?:\s*[,;|/&]\s*|\s+)[A-Z#-]*\d+)+", re.IGNORECASE),
        cell_issues.PO_SEVERAL,
    ),
)

_CLEAN_CARRIER = re.compile(r"[A-Za-z][A-Za-z0-9&.+-]*(?: [A-Za-z0-9&.+-]+)*")


def read_pos(cells: Sequence[Cell], pattern: str | None = None) -> list[Reading[int]]:
    """What `read_po` says of each cell; a column of plain digits is read at one go."""
    written = list(map(_written, cells))
    lines = "\n".join(written)
    if pattern is None and _CLEAN_POS.fullmatch(lines) and lines.count("\n") == len(cells) - 1:
        return list(map(Reading, map(int, written)))
    return [read_po(cell, pattern) for cell in cells]


def read_po(cell: Cell, pattern: str | None = None) -> Reading[int]:
    """The PO's number, 1 to `LARGEST_PO`; with a pattern, the one place where it matches.

    `pattern` is a regular expression with one group. Without one a text must be ASCII digits; a
    number cell must be whole.
    """
    if (
        pattern is None
        and _CLEAN_PO.fullmatch(written := _written(cell))
        and (po := int(written)) <= LARGEST_PO
    ):
        return Reading(po)
    text, issues = _digits_or_text(cell, Field.PO)
    if text is None:
        return Reading(None, issues)
    if is_placeholder(text):
        return refused(cell_issues.PLACEHOLDER, cell, Field.PO)
    digits = text if pattern is None else _picked(pattern, text)
    if isinstance(digits, CellIssue):
        return refused(digits, cell, Field.PO)
    if not _ASCII_DIGITS.fullmatch(digits):
        return refused(_diagnosis(digits), cell, Field.PO)
    return _po_in_range(digits, cell, issues)


def _written(cell: Cell) -> str:
    """Return a cell's text, or the digits of a number that is shown as it is; else ""."""
    if isinstance(cell, str):
        return cell
    return cell.raw if cell.kind == Kind.NUMBER and cell.format == GENERAL else ""


def _picked(pattern: str, text: str) -> str | CellIssue:
    matches = list(re.finditer(pattern, text))
    if len(matches) > 1:
        return cell_issues.PO_SEVERAL
    return (matches[0][1] if matches else None) or cell_issues.PO_NO_MATCH


def _diagnosis(text: str) -> CellIssue:
    if any(char.isdigit() and not char.isascii() for char in text):
        return cell_issues.PO_FOREIGN_DIGITS
    fitting = (issue for shape, issue in _PO_DIAGNOSES if shape.fullmatch(text))
    return next(fitting, cell_issues.PO_OTHER_TEXT)


def _po_in_range(digits: str, cell: Cell, issues: tuple[Issue, ...]) -> Reading[int]:
    significant = digits.lstrip("0")
    if not _CLEAN_PO.fullmatch(significant) or int(significant) > LARGEST_PO:
        return refused(cell_issues.PO_OUT_OF_RANGE, cell, Field.PO)
    if isinstance(cell, str) and significant != digits:
        issues = (*issues, cell_issues.PO_LEADING_ZEROS.issue(cell, Field.PO.label))
    return Reading(int(significant), issues)


def read_tracking_number(cell: Cell) -> Reading[str]:
    """The tracking number as it stands, without blanks and quotes; its case is kept.

    Refuses what a spreadsheet has rounded, placeholders, texts without a digit, and cells with
    several numbers. A number cell of up to 15 digits is exact and is accepted.
    """
    if isinstance(cell, str):
        if is_sound(cell):
            return Reading(cell)
        text, issues = legible(cell, Field.TRACKING_NUMBER)
    elif _loses_digits(cell):
        return refused(cell_issues.TRACKING_ROUNDED_NUMBER, cell, Field.TRACKING_NUMBER)
    else:
        text, issues = _tracking_of_number(cell)
    return Reading(None, issues) if text is None else _tracking_of_text(text, cell, issues)


def _loses_digits(cell: TypedCell) -> bool:
    """Whether a number is too long for the 15 digits that Excel keeps."""
    number = decimal_of(cell) if cell.kind == Kind.NUMBER else None
    return number is not None and number >= 10**15


def _tracking_of_number(cell: TypedCell) -> Reading[str]:
    text, issues = _digits_or_text(cell, Field.TRACKING_NUMBER)
    shown = text and with_zeros(cell.format, text)
    if not shown or text in {shown, "0"}:
        return Reading(text, issues)
    note = cell_issues.TRACKING_ZEROS_SHOWN.issue(
        cell.raw, Field.TRACKING_NUMBER.label, value=shown
    )
    return Reading(shown, (*issues, note))


def _tracking_of_text(text: str, cell: Cell, issues: tuple[Issue, ...]) -> Reading[str]:
    field = Field.TRACKING_NUMBER
    number = "".join(text.split())
    if fault := tracking_text.fault_of(text, number):
        facts = {"length": len(number), "limit": tracking_text.LONGEST}
        return refused(fault, cell, field, characters=_named(number), **facts)
    if number != text:
        issues = (*issues, cell_issues.INNER_BLANKS_REMOVED.issue(text_of(cell), field.label))
    if ZEROS_AFTER_15.fullmatch(number) and isinstance(cell, str):
        issues = (*issues, cell_issues.TRACKING_MAYBE_ROUNDED.issue(cell, field.label))
    return Reading(number, issues)


def _named(number: str) -> str:
    """The characters that no tracking number has, named where they can be mistaken."""
    odd = dict.fromkeys(NOT_IN_NUMBERS.findall(number))
    names = (repr(c) if c.isascii() else f"{c!r} ({unicodedata.name(c, 'unnamed')})" for c in odd)
    return ", ".join(names)


def read_carrier(cell: Cell, carriers: Mapping[str, str]) -> Reading[str]:
    """What to send for the cell's carrier: its entry in `carriers`, else the text as it stands.

    `carriers` goes from casefolded names to what is sent; "" sends no carrier. A placeholder is
    taken for a blank, with a note: the carrier is not needed to update a PO.
    """
    if isinstance(cell, TypedCell):
        named = carriers.get(text_of(cell)) if cell.kind == Kind.NUMBER else None
        return legible(cell, Field.CARRIER) if named is None else Reading(named or None)
    clean_already = _CLEAN_CARRIER.fullmatch(cell)
    text, issues = Reading(cell) if clean_already else legible(cell, Field.CARRIER)
    return Reading(None, issues) if text is None else _carrier_of_text(text, cell, issues, carriers)


def _carrier_of_text(
    text: str, cell: str, issues: tuple[Issue, ...], carriers: Mapping[str, str]
) -> Reading[str]:
    name = " ".join(text.split())
    if name != text:
        issues = (*issues, cell_issues.INNER_BLANKS_SHORTENED.issue(cell, Field.CARRIER.label))
    if (mapped := carriers.get(name.casefold())) is not None:
        return Reading(mapped or None, issues)
    if is_placeholder(name) or is_prompt(name):
        return Reading(None, (carrier_issues.CARRIER_PLACEHOLDER.issue(cell, Field.CARRIER.label),))
    if fault := carrier_text.fault_of(name):
        facts = {"length": len(name), "limit": carrier_text.LONGEST}
        meant = cell_issues.quoted(carrier_text.misread(name) or "")
        return refused(fault, cell, Field.CARRIER, **facts, meant=meant)
    return Reading(name, issues)


def _digits_or_text(cell: Cell, field: Field) -> Reading[str]:
    """A number cell's digits, with a warning if the sheet shows another; else the cell's text."""
    if isinstance(cell, str) or cell.kind != Kind.NUMBER:
        return legible(cell, field)
    number = decimal_of(cell)
    if number is None:
        return refused(cell_issues.UNREADABLE_CELL, cell, field)
    if number < 0:
        return refused(cell_issues.NEGATIVE, cell, field)
    if not is_whole(number):
        return refused(cell_issues.NOT_WHOLE, cell, field)
    digits = str(int(number))
    shown = shown_otherwise(cell.format, digits)
    return _digits_shown(digits, shown, cell, field) if shown else Reading(digits)


def _digits_shown(digits: str, shown: str, cell: TypedCell, field: Field) -> Reading[str]:
    if status_in(shown) in {Status.VOID, Status.NOT_SHIPPED}:
        return refused(cell_issues.SHOWN_AS_VOID, cell, field, shown=shown)
    warning = cell_issues.SHOWN_OTHERWISE.issue(digits, field.label, value=digits, shown=shown)
    return Reading(digits, (warning,))
