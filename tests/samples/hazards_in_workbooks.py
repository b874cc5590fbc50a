"""Workbooks, one per hazard, written part by part: what no library would write can be said too.

Parts are stored, not packed, and bear one fixed time: so the bytes are the same everywhere.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from tests.samples.file_parts import biff_bytes, ods_parts, ole_bytes, workbook_parts, xlsb_parts
from tests.samples.hazard_values import FEDEX, UPS, USPS
from tests.samples.hazards_in_text import PLAIN

DAY, DAY_1904 = 46346, 44884
"""20 November 2026 as a serial number, counted from 1900 and from 1904."""
FORMATS = (
    "yyyy-mm-dd",
    "000000",
    "000000000000",
    '"PO-"0',
    '"99999"',
    "0%",
    ";;;",
    "dd",
    "dd.mm.yyyy hh:mm",
    '[$-409]d"th of" mmm, yyyy',
    "hh:mm",
    "#,##0",
    '"1Z"@',
)


def style(code: str) -> int:
    """The number by which a cell refers to a number format."""
    return FORMATS.index(code) + 1 if code in FORMATS else 0


DATE = style("yyyy-mm-dd")


def text(value: str, code: str = "") -> str:
    return f'<c r="@" s="{style(code)}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def number(raw: object, code: str = "") -> str:
    return f'<c r="@" s="{style(code)}"><v>{raw}</v></c>'


def date_cell(serial: float = DAY, code: str = "yyyy-mm-dd") -> str:
    return number(serial, code)


def iso(value: str) -> str:
    return f'<c r="@" s="{DATE}" t="d"><v>{value}</v></c>'


def error(name: str) -> str:
    return f'<c r="@" t="e"><v>{name}</v></c>'


def truth(value: int) -> str:
    return f'<c r="@" t="b"><v>{value}</v></c>'


def formula(code: str, result: str | None, kind: str = "str") -> str:
    stored = "" if result is None else f"<v>{escape(result)}</v>"
    return f'<c r="@" t="{kind}"><f>{escape(code)}</f>{stored}</c>'


def shared(position: int) -> str:
    return f'<c r="@" t="s"><v>{position}</v></c>'


STYLED_BLANK = f'<c r="@" s="{DATE}"/>'
HEAD = tuple(map(text, ("PO", "Tracking Number", "Carrier", "Ship Date")))


def row(number_: int, *cells: str, column: int = 0, attributes: str = "") -> str:
    """A row of cells side by side; "" leaves a gap."""
    placed = (
        cell.replace("@", f"{chr(ord('A') + place)}{number_}", 1)
        for place, cell in enumerate(cells, column)
    )
    return f'<row r="{number_}" {attributes}>{"".join(placed)}</row>'


def good(po: int) -> tuple[str, ...]:
    return text(str(po)), text(UPS), text("UPS"), date_cell()


def sheet(*rows: Iterable[str], head: Iterable[str] = HEAD) -> str:
    """Rows from the first one on: the headers, then those given."""
    return "".join(row(place, *cells) for place, cells in enumerate((head, *rows), 1))


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            archive.writestr(entry, content)
    return buffer.getvalue()


def parts_of(rows: str = "", **more: object) -> dict[str, str]:
    formats = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for at, code in enumerate(FORMATS)
    )
    cells = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(FORMATS)))
    styles = f'<numFmts>{formats}</numFmts><cellXfs><xf numFmtId="0"/>{cells}</cellXfs>'
    return workbook_parts(rows, styles=styles, **more)


def book(*rows: Iterable[str], **more: object) -> bytes:
    return zipped(parts_of(sheet(*rows), **more))


def column_of(field: int, *cells: str) -> bytes:
    """A workbook with these cells in one column, and good ones beside them."""
    rows = []
    for po, cell in enumerate(cells, 1001):
        cells_of_row = list(good(po))
        cells_of_row[field] = cell
        rows.append(cells_of_row)
    return book(*rows)


PO, TRACKING, CARRIER, SHIPPED = range(4)


def _with(parts: dict[str, str], name: str, old: str, new: str) -> bytes:
    return zipped(parts | {name: parts[name].replace(old, new, 1)})


def ods_text(value: str) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    )


def ods_value(kind: str, attribute: str, value: str) -> str:
    return f'<table:table-cell office:value-type="{kind}" office:{attribute}="{value}"/>'


def merged(*ranges: str) -> str:
    inside = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    return f"<mergeCells>{inside}</mergeCells>"


TWO = (good(1001), good(1002))
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
EPOCH_1904 = '<workbookPr date1904="1"/>'

NUMBERS = {
    "text-of-22-digits.xlsx": book(
        (text("1001"), shared(0)),
        (text("1002"), text(USPS)),
        (text("1003"), formula(f'"{USPS}"', USPS)),
        (text("1004"), text(f'="{USPS}"')),
        (text("1005"), text(USPS, "000000")),
        strings=f"<si><r><t>{USPS[:9]}</t></r><r><t>{USPS[9:]}</t></r><rPh><t>9</t></rPh></si>",
    ),
    "number-of-22-digits.xlsx": column_of(
        TRACKING, number("9.4001118992551927E+21"), number(USPS), number("9.40011E21", "0%")
    ),
    "numbers-of-12-to-17-digits.xlsx": column_of(
        TRACKING,
        number(FEDEX),
        number("961203010203047"),
        number("9612030102030470"),
        number("12345678901234567"),
        number("7.71820933116E11"),
    ),
    "numbers-with-zeros-in-front.xlsx": book(
        (number(7123, "000000"), number(12345678906, "000000000000"), text("FedEx"), date_cell()),
        (number(1002), number(12345678906), text("FedEx"), date_cell()),
    ),
    "numbers-shown-otherwise.xlsx": column_of(
        PO,
        number(12345, '"PO-"0'),
        number(12345, '"99999"'),
        number(12345, "0%"),
        number(12345, ";;;"),
        number(12345, "#,##0"),
    ),
    "text-shown-otherwise.xlsx": column_of(TRACKING, text("999AA10123456784", '"1Z"@'), text(UPS)),
    "number-shown-as-a-date.xlsx": book(
        (number(1001, "dd"), text(UPS)), (text("1002"), number(FEDEX, "yyyy-mm-dd"))
    ),
    "pos-as-numbers.xlsx": column_of(
        PO, number("1001.0"), number("1.002E3"), number("1003.5"), number(-5), number(2**31)
    ),
    "text-labelled-a-number.xlsx": column_of(PO, number("PO-7"), number("NaN")),
}

DATES = {
    "date-cells.xlsx": column_of(
        SHIPPED,
        date_cell(),
        date_cell(DAY + 0.5625, "dd.mm.yyyy hh:mm"),
        date_cell(DAY, '[$-409]d"th of" mmm, yyyy'),
        number(DAY + 0.5625, "hh:mm"),
    ),
    "date-serials-under-general.xlsx": column_of(
        SHIPPED, number(DAY), number(DAY + 0.5625), number(20261120), number(0), number(7123)
    ),
    "dates-as-iso-text.xlsx": column_of(
        SHIPPED,
        iso("2026-11-20"),
        iso("2026-11-20T13:30:00"),
        iso("2026-11-20T13:30:00-05:00"),
        iso("13:30:00"),
    ),
    "dates-counted-from-1904.xlsx": book(
        (*good(1001)[:3], date_cell(DAY_1904)),
        (*good(1002)[:3], number(DAY_1904)),
        (*good(1003)[:3], number(DAY)),
        properties=EPOCH_1904,
    ),
    "dates-half-turned-by-excel.xlsx": column_of(
        SHIPPED, date_cell(DAY - 14), text("20/11/2026"), date_cell(DAY - 45), text("19/11/2026")
    ),
    "dates-as-text-beside-date-cells.xlsx": column_of(
        SHIPPED, date_cell(), text("11/20/2026"), text("11/05/2026")
    ),
    "dates-that-mean-none.xlsx": column_of(
        SHIPPED, date_cell(0), date_cell(1), text("1/0/1900"), number(1, "hh:mm")
    ),
}

CELLS = {
    "literal-words.xlsx": book(
        *(
            (text(str(po)), text(word), text("UPS"))
            for po, word in enumerate(("NA", "None", "null", "#N/A", "Add a tracking number"), 1001)
        ),
        *(
            (text(str(po)), text(UPS), text(word))
            for po, word in enumerate(("NA", "None", "null", "#N/A"), 1006)
        ),
        *((text(word), text(UPS), text("UPS")) for word in ("NA", "None", "null")),
    ),
    "yes-and-no-cells.xlsx": book(
        (truth(1), *good(1)[1:]),
        (text("1002"), truth(0), *good(1)[2:]),
        (text("1003"), text(UPS), truth(1), date_cell()),
        (*good(1004)[:3], truth(1)),
    ),
    "error-cells.xlsx": book(
        (error("#N/A"), *good(1)[1:]),
        (text("1002"), error("#REF!"), *good(1)[2:]),
        (text("1003"), text(UPS), error("#NAME?"), date_cell()),
        (*good(1004)[:3], error("#VALUE!")),
        (*good(1005), error("#N/A")),
    ),
    "formulas-without-result.xlsx": book(
        (formula("A1+1", None), *good(1)[1:]),
        (text("1002"), formula("B1", None), *good(1)[2:]),
        (*good(1003)[:3], formula("TODAY()", "", "n")),
    ),
    "formulas-of-nothing.xlsx": book(
        (text("1001"), formula('""', ""), text("UPS"), date_cell()),
        (formula('""', ""), formula('""', ""), formula('""', ""), STYLED_BLANK),
        (text("1003"), text(UPS), formula('""', ""), formula('""', "")),
    ),
    "formulas-out-of-date.xlsx": book(
        (text("1001"), formula("B9", UPS), text("UPS"), date_cell()),
        properties='<calcPr fullCalcOnLoad="1"/>',
    ),
    "styled-blanks.xlsx": book(
        (text("1001"), STYLED_BLANK, text("UPS"), STYLED_BLANK),
        (STYLED_BLANK,) * 6,
        good(1003),
    ),
    "invisible-characters.xlsx": book(
        (
            text("\u00a01001\u200b"),
            text(f"\u200b{UPS}"),
            text("UPS\u00a0"),
            text("2026-11-20\u2060"),
        ),
        (text("\ufeff1002"), text(f"'{UPS}"), text("UPS\n"), text(" 2026-11-20 ")),
        (text("\uff11\uff10\uff10\uff13"), text("1Z999AA1_x000D_0123456784"), text("UPS")),
        (text("1004"), text("9400 1118 9925 5192 7441 04"), text("USPS")),
    ),
    "several-values-in-a-cell.xlsx": book(
        (text("1001\n1002"), *good(1)[1:]),
        (text("1003"), text(f"{UPS}\n{USPS}"), *good(1)[2:]),
        good(1004),
    ),
}

STRUCTURE = {
    "po-merged-over-two-rows.xlsx": book(
        good(1001), ("", *good(1)[1:]), good(1003), after=merged("A2:A3")
    ),
    "number-merged-over-two-rows.xlsx": book(
        good(1001), (text("1002"), "", *good(1)[2:]), good(1003), after=merged("B2:B3")
    ),
    "value-under-a-merged-cell.xlsx": book(*TWO, good(1003), after=merged("A2:A3")),
    "headers-merged.xlsx": zipped(
        parts_of(
            row(1, text("Shipment"), "", text("Transport")) + row(2, *HEAD) + row(4, *good(1001)),
            after=merged("A1:B1", "C1:D1", "A2:A3", "B2:B3"),
        )
    ),
    "rows-hidden.xlsx": zipped(
        parts_of(row(1, *HEAD) + row(2, *good(1001)) + row(3, *good(1002), attributes='hidden="1"'))
    ),
    "rows-filtered-out.xlsx": zipped(
        parts_of(
            row(1, *HEAD) + row(2, *good(1001), attributes='hidden="1"') + row(3, *good(1002)),
            before='<sheetPr filterMode="1"/>',
            after='<autoFilter ref="A1:D3"/>',
        )
    ),
    "column-hidden.xlsx": book(
        *TWO, before='<cols><col min="2" max="2" width="9" hidden="1"/></cols>'
    ),
    "sheet-hidden.xlsx": zipped(
        parts_of(
            sheets={"Shipped": sheet(good(1001)), "Old": sheet(good(7)), "Older": sheet(good(8))},
            states={"Old": "hidden", "Older": "veryHidden"},
        )
    ),
    "only-sheet-hidden.xlsx": zipped(
        parts_of(sheets={"Shipped": sheet(good(1001))}, states={"Shipped": "hidden"})
    ),
    "two-sheets-alike.xlsx": zipped(
        parts_of(sheets={"Monday": sheet(good(1001)), "Tuesday": sheet(good(1002))})
    ),
    "cover-sheet-first.xlsx": zipped(
        parts_of(sheets={"Cover": row(1, text("Daily manifest")), "Shipped": sheet(good(1001))})
    ),
    "chart-sheet-first.xlsx": zipped(
        parts_of(sheets={"Chart": "", "Shipped": sheet(good(1001))}, kinds={"Chart": "chartsheet"})
    ),
    "empty-rows-and-columns-first.xlsx": zipped(
        parts_of(
            "".join(
                row(at, *cells, column=2)
                for at, cells in ((4, HEAD), (5, good(1001)), (7, (text("1002"), error("#N/A"))))
            )
        )
    ),
    "title-and-total-rows.xlsx": zipped(
        parts_of(
            row(1, text("Daily manifest of 20 November 2026"))
            + row(3, *HEAD)
            + row(4, *good(1001))
            + row(5, *HEAD)
            + row(6, *good(1002))
            + row(7, text("Total"), "", "", number(2))
        )
    ),
    "dimension-wrong.xlsx": book(*TWO, before='<dimension ref="A1:A2"/>'),
    "cell-in-the-last-corner.xlsx": zipped(
        parts_of(sheet(good(1001)) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "headers-twice.xlsx": zipped(
        parts_of(sheet((*good(1001), text(USPS)), head=(*HEAD, text("Tracking Number"))))
    ),
    "stray-cell-beside-the-table.xlsx": book((*good(1001), "", text("check!")), good(1002)),
    "cell-twice.xlsx": zipped(parts_of(sheet(good(1001)).replace('r="B2"', 'r="A2"', 1))),
    "rows-out-of-order.xlsx": zipped(
        parts_of(row(1, *HEAD) + row(3, *good(1001)) + row(2, *good(1002)))
    ),
    "text-missing-from-the-table.xlsx": book((text("1001"), shared(7))),
}

FILES = {
    "workbook-named-xls.xls": book(*TWO),
    "workbook-named-csv.csv": book(*TWO),
    "password.xlsx": ole_bytes("EncryptedPackage", b"secret"),
    "word-document-named-excel.xlsx": zipped({"word/document.xml": "<w/>"}),
    "truncated.xlsx": book(*TWO)[:-200],
    "sheet-cut-short.xlsx": _with(parts_of(sheet(*TWO)), SHEET, "</sheetData></worksheet>", ""),
    "sheet-missing.xlsx": zipped(
        {name: part for name, part in parts_of(sheet(*TWO)).items() if name != SHEET}
    ),
    "zip-of-a-csv.xlsx": zipped({"manifest.csv": PLAIN}),
    "document-type.xlsx": _with(parts_of(sheet(*TWO)), BOOK, "<workbook", "<!DOCTYPE w><workbook"),
    "entities.xlsx": _with(
        parts_of(sheet(*TWO)),
        SHEET,
        "<worksheet",
        '<!DOCTYPE w [<!ENTITY a "1"><!ENTITY b "&a;&a;&a;">]><worksheet',
    ),
    "errors-look-blank.xls": ole_bytes(
        "Workbook",
        biff_bytes(
            {(0, 0): "PO", (0, 1): "Tracking Number", (0, 2): "Carrier"}
            | {(1, 0): 1001.0, (1, 1): UPS, (1, 2): "UPS"}
            | {(2, 0): 1002.0, (2, 1): None, (2, 2): "UPS"}
            | {(3, 0): 1003.0, (3, 1): 9.400111899255193e21, (3, 2): "USPS"}
            | {(4, 0): 1004.0, (4, 1): 771820933116.0, (4, 2): "FedEx"}
        ),
    ),
    "errors-look-blank.xlsb": zipped(
        xlsb_parts(
            {(0, 0): "PO", (0, 1): "Tracking Number", (0, 2): "Carrier"}
            | {(1, 0): 1001.0, (1, 1): UPS, (1, 2): "UPS"}
            | {(2, 0): 1002.0, (2, 1): None, (2, 2): "UPS"}
            | {(3, 0): 1003.0, (3, 1): 9.400111899255193e21, (3, 2): "USPS"}
        )
    ),
    "opendocument.ods": zipped(
        ods_parts(
            '<table:table table:name="Shipped">'
            + "".join(
                "<table:table-row>" + "".join(cells) + "</table:table-row>"
                for cells in (
                    map(ods_text, ("PO", "Tracking Number", "Carrier", "Ship Date")),
                    (
                        ods_value("float", "value", "1001"),
                        ods_text(USPS),
                        ods_text("USPS"),
                        ods_value("date", "date-value", "2026-11-20"),
                    ),
                    (
                        ods_value("float", "value", "1002"),
                        ods_value("float", "value", USPS),
                        ods_text("USPS"),
                    ),
                )
            )
            + "</table:table>"
        )
    ),
}

WORKBOOKS: dict[str, bytes] = NUMBERS | DATES | CELLS | STRUCTURE | FILES
