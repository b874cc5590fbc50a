"""Files made to do harm, too large to keep: each is built where it is needed."""

import zipfile
from collections.abc import Callable
from pathlib import Path

MB = 1 << 20

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEAD = f'<row r="1">{_cell("A1", "PO")}{_cell("B1", "Tracking Number")}</row>'
SHIPMENT = f'<row r="2">{_cell("A2", "1001")}{_cell("B2", "1Z999AA10123456784")}</row>'


def _parts(rows: str = HEAD + SHIPMENT) -> dict[str, str]:
    """A workbook's parts, with these rows in its one sheet."""
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(
            [("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")]
        )
    )
    book = f'<Relationship Id="w" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">{book}</Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Shipped" sheetId="1" r:id="r0"/></sheets></workbook>',
        STRINGS: f'<sst xmlns="{MAIN}"></sst>',
        SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }


def _zip(path: Path, parts: dict[str, str], **repeated: tuple[str, bytes, int]) -> None:
    """Write a workbook; `repeated` puts many copies of some bytes behind a text of a part."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if Path(name).stem not in repeated:
                archive.writestr(name, content)
                continue
            behind, unit, times = repeated[Path(name).stem]
            before, after = content.split(behind, 1)
            block = unit * (MB // len(unit))
            with archive.open(name, "w") as part:
                part.write((before + behind).encode())
                for _ in range(times * len(unit) // len(block)):
                    part.write(block)
                part.write(after.encode())


def zip_bomb(path: Path) -> None:
    _zip(path, _parts(), sheet1=("<sheetData>", b" ", 1024 * MB))


def text_in_one_cell(path: Path) -> None:
    long = HEAD + SHIPMENT.replace("1001", "@1")
    _zip(path, _parts(long), sheet1=("@", b"1", 400 * MB))


def shared_strings(path: Path) -> None:
    _zip(path, _parts(), sharedStrings=(f'<sst xmlns="{MAIN}">', b"<si><t/></si>", 5_000_000))


def nested_tags(path: Path) -> None:
    _zip(path, _parts(), sheet1=("<sheetData>", b"<row>", 6_000_000))


def billion_laughs(path: Path) -> None:
    entities = ["<!ENTITY l0 'lol'>"]
    entities += [f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)]
    parts = _parts(HEAD + SHIPMENT.replace("1001", "&l9;"))
    _zip(path, parts | {SHEET: f"<!DOCTYPE w [{''.join(entities)}]>{parts[SHEET]}"})


def cell_in_the_last_corner(path: Path) -> None:
    _zip(path, _parts(HEAD + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def one_cell_repeated(path: Path) -> None:
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string" {}><text:p>PO</text:p></table:table-cell>'
    rows = '<table:table-row table:number-rows-repeated="60000">{}</table:table-row>'
    table = rows.format(cell.format('table:number-columns-repeated="1000"'))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Shipped">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    )
    _zip(path, {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def one_field(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"PO,Tracking Number\n1001,")
        for _ in range(200):
            file.write(b"1" * MB)


def million_columns(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"PO,Tracking Number" + b",x" * 1_000_000 + b"\n")
        for _ in range(60):
            file.write(b"1001,1Z999AA10123456784" + b",1" * 1_000_000 + b"\n")


def unclosed_quote(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'PO,Tracking Number\n1001,"1Z999AA10123456784\n')
        for _ in range(100):
            file.write(b"1002,1Z999AA10123456784\n" * (MB // 24))


def styled_blanks(path: Path) -> None:
    cells = "".join(f'<c r="{chr(65 + n)}@" s="1"/>' for n in range(26))
    rows = (f'<row r="{n}" s="1">{cells.replace("@", str(n))}</row>' for n in range(3, 300_003))
    _zip(path, _parts(HEAD + SHIPMENT + "".join(rows)))


MAKERS: dict[str, Callable[[Path], None]] = {
    "zip-bomb.xlsx": zip_bomb,
    "text-in-one-cell.xlsx": text_in_one_cell,
    "shared-strings.xlsx": shared_strings,
    "nested-tags.xlsx": nested_tags,
    "billion-laughs.xlsx": billion_laughs,
    "last-corner.xlsx": cell_in_the_last_corner,
    "one-cell-repeated.ods": one_cell_repeated,
    "one-field.csv": one_field,
    "million-columns.csv": million_columns,
    "unclosed-quote.csv": unclosed_quote,
    "styled-blanks.xlsx": styled_blanks,
}
