"""What a workbook's parts say about its sheets: names, where they are, number formats.

Source: ECMA-376 part 1 (SpreadsheetML) and part 2 (packaging, relationships).
"""

import posixpath
from typing import NamedTuple

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.archive import MAX_SMALL_PART, Archive
from batch_tracker.loader.sources.rich_text import mark_of
from batch_tracker.loader.sources.sheet_choice import Sheet
from batch_tracker.loader.sources.xml_part import tags
from batch_tracker.loader.values.date_format import BUILT_IN, GENERAL, plain_code, shows_date

MAX_LISTING = 8 << 20
"""Bytes of a part that lists sheets or relations: 1,000 sheets take about 0.2 MB."""
MAX_SHEETS = 1_000
"""Sheets that may have to be looked into, each from its top, for the one that is the manifest."""
MAX_FORMATS = 200_000
"""Cell formats, and number formats: Excel itself stops at 65,490."""

_TRUE = {"1", "true", "on"}
_STYLE_LISTS = {"fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"}


class CellFormat(NamedTuple):
    """How cells of a style look: whether they show a date, their number format, their font."""

    is_date: bool
    code: str
    struck: bool = False


class Styles(NamedTuple):
    """Formats by a cell's `s` attribute; `striking` are those that a rule can put over them."""

    formats: dict[str, CellFormat]
    striking: frozenset[str]


GENERAL_FORMAT = CellFormat(is_date=False, code=GENERAL)


class Workbook(NamedTuple):
    """The sheets in their order, `parts` by sheet name; `strings` and `styles` are parts or ""."""

    sheets: list[Sheet]
    parts: dict[str, str]
    strings: str
    styles: str
    epoch_1904: bool
    recalculates: bool
    """Its writer left formulas to be worked out when it is next opened."""


class _Relation(NamedTuple):
    kind: str
    part: str


def read_workbook(archive: Archive) -> Workbook:
    """Read the workbook part and what it relates to. Raises SourceRefused if there is none."""
    books = [one.part for one in _relations(archive, "").values() if one.kind == "officeDocument"]
    if not books:
        raise SourceRefused(
            "it does not say where its workbook is.", hint="Save it again in Excel."
        )
    return _workbook(archive, books[0])


def _workbook(archive: Archive, book: str) -> Workbook:
    relations = _relations(archive, book)
    sheets, parts, properties = [], {}, dict[str, str]()
    for tag, attributes in tags(book, archive.chunks(book, limit=MAX_LISTING)):
        if tag == "sheet":
            relation = relations.get(_relation_id(attributes), _Relation("", ""))
            sheet = _sheet(attributes, relation.kind)
            sheets.append(sheet)
            parts[sheet.name] = relation.part
            if len(sheets) > MAX_SHEETS:
                raise SourceRefused(
                    f"it has more than {MAX_SHEETS:,} sheets.",
                    hint="Copy the one with the manifest into a workbook of its own.",
                )
        elif tag in {"workbookPr", "calcPr"}:
            properties |= attributes
    by_kind = {relation.kind: relation.part for relation in relations.values()}
    return Workbook(
        sheets=sheets,
        parts=parts,
        strings=by_kind.get("sharedStrings", ""),
        styles=by_kind.get("styles", ""),
        epoch_1904=properties.get("date1904") in _TRUE,
        recalculates=properties.get("fullCalcOnLoad") in _TRUE,
    )


def _sheet(attributes: dict[str, str], kind: str) -> Sheet:
    return Sheet(
        name=attributes.get("name", ""),
        visible=attributes.get("state", "visible") == "visible",
        is_table=kind == "worksheet",
    )


def _relation_id(attributes: dict[str, str]) -> str:
    ids = [value for name, value in attributes.items() if name.endswith(":id")]
    return ids[0] if ids else ""


def _relations(archive: Archive, part: str) -> dict[str, _Relation]:
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in archive:
        return {}
    return {
        attributes.get("Id", ""): _Relation(
            # Transitional and strict types differ in all but their last segment.
            kind=attributes.get("Type", "").rpartition("/")[2],
            part=_target(folder, attributes.get("Target", "")),
        )
        for tag, attributes in tags(rels, archive.chunks(rels, limit=MAX_LISTING))
        if tag == "Relationship" and attributes.get("TargetMode") != "External"
    }


def _target(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def read_styles(archive: Archive, part: str) -> Styles:
    """What the part says of the looks of cells."""
    found = _StyleSheet()
    if part in archive:
        for tag, attributes in tags(part, archive.chunks(part, limit=MAX_SMALL_PART)):
            found.take(tag, attributes)
    return found.styles()


class _StyleSheet:
    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._cells: list[tuple[str, str]] = []
        self._list = ""
        self._fonts = self._rules = -1
        self._struck_fonts: set[str] = set()
        self._striking: set[str] = set()

    def take(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in the start of an element."""
        if tag == "numFmt":
            self._codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", GENERAL)
        elif tag in _STYLE_LISTS:
            self._list = tag
        elif tag == "xf" and self._list == "cellXfs":
            self._cells.append((_number(attributes, "numFmtId"), _number(attributes, "fontId")))
        elif tag == "font" and self._list == "fonts":
            self._fonts += 1
        elif tag == "dxf":
            self._rules += 1
        elif tag == "strike" and mark_of(tag, attributes):
            self._note_struck()
        if max(len(self._codes), len(self._cells), self._fonts, self._rules) > MAX_FORMATS:
            raise SourceRefused(
                f"it has more than {MAX_FORMATS:,} cell formats.",
                hint="Copy the table into a new workbook, or save it as CSV.",
            )

    def _note_struck(self) -> None:
        if self._list == "fonts":
            self._struck_fonts.add(str(self._fonts))
        elif self._list == "dxfs":
            self._striking.add(str(self._rules))

    def styles(self) -> Styles:
        """What has been taken in."""
        by_looks = {looks: self._format(*looks) for looks in set(self._cells)}
        formats = {str(index): by_looks[looks] for index, looks in enumerate(self._cells)}
        return Styles(formats, frozenset(self._striking))

    def _format(self, key: str, font: str) -> CellFormat:
        code = plain_code(self._codes.get(key, BUILT_IN.get(key, GENERAL)))
        return CellFormat(shows_date(code), code, font in self._struck_fonts)


def _number(attributes: dict[str, str], name: str) -> str:
    """An attribute that counts, as a text: it can have more digits than a number may."""
    return attributes.get(name, "").strip().lstrip("0") or "0"
