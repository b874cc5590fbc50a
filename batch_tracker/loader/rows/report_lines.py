"""Lines of a report that are no rows of its table: titles, footers, rules, comments, hints.

They are told by their own text; what follows from them for the rows below is the table's affair.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from batch_tracker.loader.values.status_text import Status, says_shipped, status_in


class Line(StrEnum):
    """What a line is that holds no shipment. The value is the code of its row."""

    RULE = "rule"
    COMMENT = "comment"
    HINT = "hint"
    FOOTER = "footer"
    PAGE_HEADING = "page-heading"
    TITLE = "title"
    OTHER_HEADERS = "other-headers"


class Says(StrEnum):
    """What a title says of the rows below it."""

    SHIPPED = "shipped"
    NOT_SHIPPED = "not shipped"
    VOID = "void"
    UNCLEAR = "unclear"
    NOTHING = "nothing"


_COMMENT = re.compile(r"\s*(?:#|//|--|;|rem\b)\s*\D", re.IGNORECASE)
_PAGE = re.compile(
    r"\b(?:page|pag|pg|pagina|página|seite)\b\W*[0-9]+|第\W*[0-9]+\W*页", re.IGNORECASE
)
_TYPE = (
    r"(?:small|big|tiny)?int(?:eger)?|n?(?:var)?char2?|numeric|number|decimal|float|double|string"
    r"|text|date(?: ?time)?|timestamp|bool(?:ean)?|alpha(?:numeric)?"
)
_HINT = re.compile(
    rf"(?:{_TYPE})(?: ?\([0-9, max]+\))?"
    r"|\W*(?:required|mandatory|optional|recommended|not null|unique|max|min|up to|e\.?g|example"
    r"|format|enter|type|select|choose|must|please|obligatorio|opcional|ejemplo|pflicht(?:feld)?"
    r"|beispiel|z\.? ?b|obligatoire|facultatif|exemple|obbligatorio|facoltativo|esempio)\b.*"
    r"|(?:必填|选填|可选|示例|例).*"
    r"|[ymdjath]{1,4}(?:[-/. :][ymdjaths]{1,4})+",
    re.IGNORECASE | re.DOTALL,
)
_FOOTER = re.compile(
    r"\W*(?:[0-9,.]+ (?:rows?|records?|lines?|results?|filas?|zeilen|lignes?|righe)\b"
    r"|(?:end|ende|fin|fine)(?: (?:of|des|del|de|di|du)\b|\W*\Z)|eof\b|trl|trlr|trailer|ftr|footer"
    r"|(?:grand |sub)?totals?\b|average|avg|count|number of|no\.? of|sum\b|gesamt|summe|anzahl|suma"
    r"|somme|nombre de|totale|printed|generated|created|exported|produced|prepared|downloaded"
    r"|completion|elapsed|copyright|confidential|rows|records|as of|user|source"
    r"|(?:report|run|print|ship|shipping|export)? ?(?:date|time|on|by)\W"
    r"|gedruckt|erstellt|impreso|generado|imprim[eé]|g[eé]n[eé]r[eé]|stampato|generato"
    r"|[©\x1a]|打印|制表|导出|合计|共)",
    re.IGNORECASE,
)
_TO_FILL_IN = re.compile(r"_{4,}|\.{6,}")
"""Where a person signs, or writes the date."""
_CALLS = re.compile(
    r"(?:report|list|shipment|shipping|order|package|label|sheet|view)?s? ?"
    r"(?:report|title|name|type|status|state|view|list|subject|section|filter|show|showing)s?"
    r"|bericht|titel|art|typ|status|liste|informe|t[ií]tulo|estado|lista|rapport|titre|statut"
    r"|rapporto|titolo|stato|报表|标题|状态"
)
"""What stands before the words by which a report names its rows."""
_LEGEND = re.compile(r"\W*\w{1,3}\s*[=:]\s*\w")
_ENDS_UNLIKE_IT_BEGINS = re.compile(r"\s*[^\w\s(].*\w\s*", re.DOTALL)
_DATE = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
_COUNT_AT_END = re.compile(r"[(\[]\s*[0-9]+\s*[)\]]\s*\Z")
_LONGEST_TITLE = 6
_POINTS_AT_ROWS = re.compile(
    r"[0-9]{3}|\b(?:above|below|previous|row|line|last|first|next)\b", re.IGNORECASE
)


def line_of(cells: Sequence[str]) -> Line | None:
    """Tell what a line is that no shipment can be, whatever it holds; None where it may be one.

    `cells` are those that are not blank.
    """
    text = " ".join(cells)
    if not any(map(str.isalnum, text)):
        return Line.RULE
    if _COMMENT.match(text):
        return Line.COMMENT
    if _PAGE.search(text):
        return Line.PAGE_HEADING
    return Line.FOOTER if _TO_FILL_IN.search(text) else None


def hint_of(cells: Sequence[str]) -> Line | None:
    """Tell a row directly below the headers that says how to fill in the columns, or counts them.

    Cells that only hold an example of a shipment are none: these must be looked at.
    """
    is_hint = all(map(_HINT.fullmatch, cells)) or counts_columns(cells)
    return Line.HINT if is_hint else None


def counts_columns(cells: Sequence[str]) -> bool:
    """Whether cells number the columns: `1`, `2`, `3` or `(1)`, `(2)`, `(3)`."""
    numbers = [cell.strip("()[]. ") for cell in cells]
    return len(cells) > 1 and numbers == [str(n) for n in range(1, len(cells) + 1)]


def note_of(cells: Sequence[str]) -> Line | None:
    """Tell whether a line is a footer, a title or a note, where nothing tells of a shipment."""
    if _FOOTER.match(" ".join(cells)):
        return Line.FOOTER
    return Line.TITLE if len(cells) == 1 or cells[0].rstrip().endswith(":") else None


def are_headers(cells: Sequence[str]) -> bool:
    """Whether cells may head columns: they are words rather than values."""
    return all(sum(map(str.isalpha, cell)) > sum(map(str.isdigit, cell)) for cell in cells)


def title_says(text: str) -> Says:
    """Tell what a title says of the rows below it.

    UNCLEAR is a text that says something against them, though not as titles do: `Voided: 2`.
    """
    status = None if _LEGEND.match(text) else status_in(text)
    if status is None:
        return Says.SHIPPED if says_shipped(text) else Says.NOTHING
    bare = _COUNT_AT_END.sub("", _DATE.sub("", text))
    words = len(bare.split())
    if words > _LONGEST_TITLE and not points_at_rows(text):
        return Says.NOTHING
    is_title = words <= _LONGEST_TITLE and not any(map(str.isdigit, bare))
    if status is Status.UNCLEAR or not is_title or _ENDS_UNLIKE_IT_BEGINS.fullmatch(bare):
        return Says.UNCLEAR
    return Says.VOID if status is Status.VOID else Says.NOT_SHIPPED


def title_above(cells: Sequence[str]) -> str:
    """Return what a line above the headers calls the rows: a title, or `Report: Voids`; or ""."""
    if len(cells) == len(("label", "value")) and _CALLS.fullmatch(cells[0].strip(" :").casefold()):
        return cells[1]
    return cells[0] if len(cells) == 1 else ""


def is_date(text: str) -> bool:
    """Whether a text is a day in figures, and nothing more."""
    return bool(_DATE.fullmatch(text.strip()))


def points_at_rows(text: str) -> bool:
    """Whether a text may mean certain rows: it has a number or a word such as `above`."""
    return bool(_POINTS_AT_ROWS.search(_DATE.sub("", text)))
