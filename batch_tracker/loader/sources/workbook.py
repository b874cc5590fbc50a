"""What a workbook's parts say about its sheets: names, where they are, number formats.

Source: ECMA-376 part 1 (SpreadsheetML) and part 2 (packaging, relationships).
"""

import posixpath
from typing import NamedTuple

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.archive import MAX_SMALL_PART, Archive
from batch_tracker.loader.sources.sheet_choice import Sheet
from batch_tracker.loader.sources.xml_part import tags
from batch_tracker.loader.values.date_format import BUILT_IN, GENERAL, shows_date

MAX_LISTING = 8 << 20
"""Bytes of a part that lists sheets or relations: 1,000 sheets take about 0.2 MB."""
MAX_SHEETS = 1_000
"""Sheets that may have to be looked into, each from its top, for the one that is the manifest."""
MAX_FORMATS = 200_000
"""Cell formats, and number formats: Excel itself stops at 65,490."""

_TRUE = {"1", "true", "on"}
_STYLE_LISTS = {"cellStyleXfs", "cellXfs", "cellStyles", "dxfs"}


class CellFormat(NamedTuple):
    """A number format: whether it shows a date, and its code."""

    is_date: bool
    code: str


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


def read_formats(archive: Archive, styles: str) -> dict[str, CellFormat]:
    """Number formats by a cell's `s` attribute."""
    if styles not in archive:
        return {}
    codes, of_cells, part_of = dict[str, str](), list[str](), ""
    for tag, attributes in tags(styles, archive.chunks(styles, limit=MAX_SMALL_PART)):
        if tag == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", GENERAL)
        elif tag in _STYLE_LISTS:
            part_of = tag
        elif tag == "xf" and part_of == "cellXfs":
            of_cells.append(attributes.get("numFmtId", "0"))
        if max(len(codes), len(of_cells)) > MAX_FORMATS:
            raise SourceRefused(
                f"it has more than {MAX_FORMATS:,} cell formats.",
                hint="Copy the table into a new workbook, or save it as CSV.",
            )
    formats = {key: _format(key, codes) for key in set(of_cells)}
    return {str(index): formats[key] for index, key in enumerate(of_cells)}


def _format(key: str, codes: dict[str, str]) -> CellFormat:
    built_in = BUILT_IN.get(int(key), GENERAL) if key.isascii() and key.isdigit() else GENERAL
    code = codes.get(key, built_in)
    return CellFormat(is_date=shows_date(code), code=code)
