"""How a cell of the source is written: it looks as it did, and it never comes to life.

Every text goes out as text, whatever it starts with, so no cell of a manifest can become a formula
(CWE-1236). Text that a spreadsheet would take for a formula or an error once somebody edits the
cell also gets the number format `@`, which keeps it text.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles.numbers import is_date_format

from batch_tracker.model import Cell, Kind, TypedCell, runs_of

GENERAL = "General"
TEXT = "@"
TEXT_LIMIT = 32_767
"""Characters in a cell, counted as UTF-16 code units (Microsoft, Excel specifications)."""

_CUT = " […cut]"
_EXACT_DIGITS = 15
"""Significant digits Excel keeps of a typed number (Microsoft KB 269370)."""
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
_FIRST_DATE = datetime(1900, 1, 1)  # noqa: DTZ001 - a cell has no zone
_LAST_SERIAL = 2_958_466
"""The day after 9999-12-31."""
_AFTER_PHANTOM = datetime(1900, 3, 1)  # noqa: DTZ001 - a cell has no zone
"""Excel counts a 29 February 1900 that never was, so the days before it count one less."""


class Content(NamedTuple):
    """What goes into a cell: its value, openpyxl's letter for its type, its looks."""

    value: str | float | bool | CellRichText | None
    data_type: Literal["s", "n", "b"] = "s"
    format: str = GENERAL
    struck: bool = False


def content(cell: Cell) -> Content:
    """Write a cell the way it stood in the source."""
    if isinstance(cell, TypedCell):
        return _CONTENTS[cell.kind](cell)
    return _text(cell)


def text_content(cell: Cell) -> Content:
    """Write a cell of a PO or tracking number column: as text, so that it survives Excel.

    Only text, and whole numbers that the screen shows as just their digits, become text. Whatever
    else is there (a number Excel has rounded, a date, a truth value) stays what it is: as text it
    would pass for a good number when the workbook is run again.
    """
    if not isinstance(cell, TypedCell):
        return Content(clean(cell) or None, format=TEXT)
    if cell.kind != Kind.NUMBER:
        written = content(cell)
        return written if cell.kind == Kind.DATE else written._replace(format=TEXT)
    if not _DECIMAL.fullmatch(cell.raw):
        return _text(cell.raw)._replace(format=TEXT)
    if not _JUST_DIGITS.fullmatch(cell.format):
        return Content(cell.raw, "n", _number_format(cell))
    digits = _digits(cell)
    return Content(digits, format=TEXT) if digits else Content(cell.raw, "n", TEXT)


def clean(text: str) -> str:
    r"""Make a text fit for a cell, and every change to it visible.

    Control characters become their pictures (a bell reads `␇`), what XML can't carry at all
    (half of a surrogate pair, U+FFFE, U+FFFF) becomes `�`, a carriage return becomes a line feed
    as any XML reader would make it, and a text that is too long is cut and says so. `_x0041_`,
    which a spreadsheet would read as an escaped `A`, is escaped itself (ECMA-376, ST_Xstring).
    """
    if _UNSAFE.search(text):
        text = _CARRIAGE_RETURN.sub("\n", text)
        text = _CONTROL.sub(lambda match: chr(0x2400 + ord(match[0])), text)
        text = _UNWRITABLE.sub("\ufffd", text)
        text = _ESCAPE_LIKE.sub("_x005F_", text)
    return text if len(text) <= TEXT_LIMIT // 2 else _cut(text)


def serial(moment: datetime) -> float:
    """Return a date and time without zone as the number Excel keeps for it."""
    days = (moment - _DAY_ZERO) / timedelta(days=1)
    return days if moment >= _AFTER_PHANTOM else days - 1


def _cut(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * TEXT_LIMIT:
        return text
    return units[: 2 * (TEXT_LIMIT - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _text(text: str) -> Content:
    if len(text) <= TEXT_LIMIT // 2 and _PLAIN.fullmatch(text):
        return Content(text or None)
    return Content(clean(text) or None, format=TEXT if _LIVELY.match(text) else GENERAL)


@lru_cache(maxsize=1_000)
def _number(cell: TypedCell) -> Content:
    """Keep a number, in the digits the file spells it with, where Excel would keep it too.

    openpyxl spells a float itself, in 16 digits: `9.95` would become `9.949999999999999`.
    """
    if _DECIMAL.fullmatch(cell.raw) and (_is_exact(cell.raw) or _is_double(cell.raw)):
        return Content(cell.raw, "n", _number_format(cell))
    return _text(cell.raw)


def _date(cell: TypedCell) -> Content:
    try:
        moment = datetime.fromisoformat(cell.raw)
    except ValueError:
        return _text(cell.raw)
    if moment.tzinfo is not None or moment < _FIRST_DATE:
        return _text(cell.raw)
    return Content(serial(moment), "n", _date_format(cell.format))


def _boolean(cell: TypedCell) -> Content:
    if cell.raw not in {"TRUE", "FALSE"}:
        return _text(cell.raw)
    return Content(cell.raw == "TRUE", "b")


def _error(cell: TypedCell) -> Content:
    return _text(cell.raw)


def _formula(cell: TypedCell) -> Content:
    """Show the formula as text: a blank in its place would read as nothing to update."""
    return _text(cell.raw)


def _struck(cell: TypedCell) -> Content:
    return _text(cell.raw)._replace(struck=True)


def _rich(cell: TypedCell) -> Content:
    """Keep the fonts that tell one part of a text from another: without, both would read as one."""
    runs = runs_of(cell)
    if "".join(run.text for run in runs) != cell.raw or clean(cell.raw) != cell.raw:
        return _struck(cell)
    blocks = [TextBlock(InlineFont(**_font_of(run.marks)), run.text) for run in runs if run.text]
    return Content(CellRichText(blocks), format=TEXT)


def _font_of(marks: str) -> dict[str, Any]:
    raised = {"^": "superscript", "_": "subscript"}
    aligned = next((raised[mark] for mark in marks if mark in raised), None)
    return {"strike": "s" in marks or None, "vertAlign": aligned}


_CONTENTS: dict[str, Callable[[TypedCell], Content]] = {
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.ERROR: _error,
    Kind.UNCALCULATED: _formula,
    Kind.STRUCK: _struck,
    Kind.RICH: _rich,
}


def _is_exact(raw: str) -> bool:
    """Whether a number has no digit that Excel could have rounded away."""
    if not _DECIMAL.fullmatch(raw):
        return False
    digits = _EXPONENT.sub("", raw).lstrip("+-").replace(".", "").strip("0")
    in_reach = -_EXACT_DIGITS <= Decimal(raw).adjusted() < _EXACT_DIGITS
    return len(digits) <= _EXACT_DIGITS and in_reach


def _is_double(raw: str) -> bool:
    """Whether this is how programs store a number: a double in as many digits as each thinks fit.

    Excel writes 17 of them, openpyxl 16, others the fewest that tell it from its neighbours.
    """
    number = float(raw)
    return Decimal(raw) in map(Decimal, (f"{number:.17g}", f"{number:.16g}", repr(number)))


def _digits(cell: TypedCell) -> str:
    """Return a whole number with the leading zeros its format shows; "" for any other number."""
    number = Decimal(cell.raw)
    if number != number.to_integral_value() or not 0 <= number < 10**_EXACT_DIGITS:
        return ""
    zeros = _ZEROS.fullmatch(cell.format)
    return f"{int(number):0{len(zeros[1]) if zeros else 0}d}"


def _number_format(cell: TypedCell) -> str:
    """Return a number's format, but none of a date for a number that no date has.

    Excel shows such a cell as `#####`; other programs give up on the whole file.
    """
    safe = _safe_format(cell.format)
    dated = is_date_format(safe) and not 0 <= float(cell.raw) < _LAST_SERIAL
    return GENERAL if dated else safe


@lru_cache(maxsize=1_000)
def _safe_format(code: str) -> str:
    """Return a number format if Excel can be trusted to accept it; one it rejects spoils a file."""
    return code if len(code) <= 255 and _FORMAT.fullmatch(code) else GENERAL  # noqa: PLR2004 - Excel's own limit


@lru_cache(maxsize=1_000)
def _date_format(code: str) -> str:
    safe = _safe_format(code)
    return safe if is_date_format(safe) else "yyyy-mm-dd hh:mm:ss"


_PLAIN = re.compile(r"(?![=+\-@#])[ -^`-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\t\n]*+")
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x")
_CARRIAGE_RETURN = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_UNWRITABLE = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LIVELY = re.compile(r"[=+\-@#]")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_JUST_DIGITS = re.compile(r"General|@|[#0?][#0?,]*(?:\.[#0?]+)?(?:;.*)?", re.IGNORECASE)
_ZEROS = re.compile(r"(0{2,100})(?:;.*)?")
_EXPONENT = re.compile(r"[eE].*")
_FORMAT = re.compile(
    r"(?:(?i:General|AM/PM|A/P)"
    r'|"[^"\x00-\x1f\ud800-\udfff\ufffe\uffff]*"|[\\_*][ -\ud7ff]'
    r"|\[(?:(?i:black|blue|cyan|green|magenta|red|white|yellow|color *\d+|h+|m+|s+)"
    r"|\$[^\]\x00-\x1f\ud800-\udfff\ufffe\uffff]*|[<>=]{1,2}-?\d+(?:\.\d+)?)\]"
    r"|(?i:[0#?.,%/:;()+\-!$€£¥ @ymdhse]))+"
)
