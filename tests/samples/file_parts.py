"""Files built byte by byte: what no well-behaved program writes has to be made by hand."""

import struct
from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _relations(entries: Iterable[tuple[str, str, str]], base: str = RELATIONS) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{base}/{kind}" Target="{target}"/>'
        for key, kind, target in entries
    )
    return f'<Relationships xmlns="{PACKAGE}">{inside}</Relationships>'


def workbook_parts(
    rows: str = "",
    *,
    sheets: dict[str, str] | None = None,
    states: dict[str, str] | None = None,
    kinds: dict[str, str] | None = None,
    before: str = "",
    after: str = "",
    strings: str | None = None,
    styles: str | None = None,
    properties: str = "",
    main: str = MAIN,
    relations: str = RELATIONS,
    target: str = "worksheets/",
) -> dict[str, str]:
    """Parts of a workbook. `rows` is the inside of the one sheet's sheetData, or see `sheets`."""
    sheets = {"Sheet1": rows} if sheets is None else sheets
    links, entries, parts = [], [], {}
    for index, (name, inside) in enumerate(sheets.items(), 1):
        state = (states or {}).get(name, "visible")
        links.append(
            f'<sheet name={quoteattr(name)} sheetId="{index}" state="{state}" r:id="r{index}"/>'
        )
        kind = (kinds or {}).get(name, "worksheet")
        entries.append((f"r{index}", kind, f"{target}sheet{index}.xml"))
        parts[f"xl/worksheets/sheet{index}.xml"] = (
            f'<worksheet xmlns="{main}">{before}<sheetData>{inside}</sheetData>{after}</worksheet>'
        )
    if strings is not None:
        entries.append(("strings", "sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{strings}</sst>'
    if styles is not None:
        entries.append(("styles", "styles", "styles.xml"))
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{main}">{styles}</styleSheet>'
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{main}" xmlns:r="{relations}">{properties}'
        f"<sheets>{''.join(links)}</sheets></workbook>"
    )
    parts["_rels/.rels"] = _relations([("w", "officeDocument", "xl/workbook.xml")], relations)
    parts["xl/_rels/workbook.xml.rels"] = _relations(entries, relations)
    return parts


def ods_parts(tables: str) -> dict[str, str]:
    """Parts of an OpenDocument spreadsheet around the XML of its tables."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in [("office", "office"), ("table", "table"), ("text", "text")]
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>'
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}


SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole_bytes(stream_name: str, stream: bytes) -> bytes:
    """An OLE container with one stream (MS-CFB): header, stream, directory, FAT."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    chain = [*range(1, sectors), END, END, FAT_SECTOR]
    fat = struct.pack(f"<{len(chain)}L", *chain).ljust(SECTOR, b"\xff")
    header = struct.pack(
        "<8s16sHHHHH6xLLLLLLLLL",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, sectors, 0, 4096, END, 0, END, 0),
    )
    header += struct.pack("<L", sectors + 1) + b"\xff" * 4 * 108
    root = _entry("Root Entry", kind=5, child=1, start=END, size=0)
    entry = _entry(stream_name, kind=2, child=FREE, start=0, size=len(stream))
    directory = (root + entry).ljust(SECTOR, b"\0")
    return header + stream + directory + fat


def _entry(name: str, *, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBLLL36xLQ", encoded, len(encoded), kind, 1, FREE, FREE, child, start, size
    )


def biff_bytes(
    cells: dict[tuple[int, int], str | float | None], *, hidden_sheet: str = ""
) -> bytes:
    """A workbook stream of xls (MS-XLS, BIFF8) with one sheet, and a hidden one if named.

    None is the error #N/A.
    """

    def record(number: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", number, len(body)) + body

    def bof(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHLL", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))

    def bound(place: int, name: str, state: int) -> bytes:
        head = struct.pack("<LBBBB", place, state, 0, len(name), 0)
        return record(0x0085, head + name.encode("latin-1"))

    def cell(row: int, column: int, value: str | float | None) -> bytes:
        where = struct.pack("<HHH", row, column, 0)
        if value is None:
            return record(0x0205, where + b"\x2a\1")
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            return record(0x0204, where + text)
        return record(0x0203, where + struct.pack("<d", value))

    eof = record(0x000A)
    sheets = [("Sheet1", 0), *([(hidden_sheet, 1)] if hidden_sheet else [])]
    size = len(bof(5)) + sum(len(bound(0, *sheet)) for sheet in sheets) + len(eof)
    body = b"".join(cell(*place, value) for place, value in sorted(cells.items()))
    streams = [bof(0x10) + body + eof, *[bof(0x10) + eof] * (len(sheets) - 1)]
    book = bof(5)
    for sheet, stream in zip(sheets, streams, strict=True):
        book += bound(size, *sheet)
        size += len(stream)
    return book + eof + b"".join(streams)


def _binary_record(number: int, body: bytes = b"") -> bytes:
    """MS-XLSB 2.1.4: number and size in 7-bit groups, low ones first."""
    head = bytearray()
    for value in (number, len(body)):
        rest = value
        while rest > 0x7F:
            head.append(rest & 0x7F | 0x80)
            rest >>= 7
        head.append(rest)
    return bytes(head) + body


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def xlsb_parts(cells: dict[tuple[int, int], str | float | None]) -> dict[str, str | bytes]:
    """Parts of an Excel binary workbook with one sheet (MS-XLSB). None is the error #N/A."""
    sheet = _binary_record(148, bytes(16)) + _binary_record(145)
    for row in sorted({row for row, _ in cells}):
        sheet += _binary_record(0, struct.pack("<L13x", row))
        for (_, column), value in sorted(item for item in cells.items() if item[0][0] == row):
            place = struct.pack("<LL", column, 0)
            if value is None:
                sheet += _binary_record(3, place + b"\x2a")
            elif isinstance(value, str):
                sheet += _binary_record(6, place + _wide(value))
            else:
                sheet += _binary_record(5, place + struct.pack("<d", value))
    book = _binary_record(153, bytes(12))
    book += _binary_record(156, struct.pack("<LL", 0, 1) + _wide("r1") + _wide("Sheet1"))
    book += _binary_record(144) + _binary_record(157, bytes(26)) + _binary_record(132)
    parts = workbook_parts()
    relations = parts["xl/_rels/workbook.xml.rels"].replace("sheet1.xml", "sheet1.bin")
    return {
        "_rels/.rels": parts["_rels/.rels"].replace("workbook.xml", "workbook.bin"),
        "xl/_rels/workbook.bin.rels": relations,
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet + _binary_record(146),
    }
