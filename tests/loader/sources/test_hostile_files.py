"""Files made to do harm: read in another process, whose memory is measured.

All are read one after another in one process, so its peak memory bounds that of each. The peak
is VmHWM, because ru_maxrss would count what the test's own process held before the child began.
"""

import json
import re
import struct
import subprocess
import sys
import zipfile

import pytest

from batch_tracker.loader.sources import archive

MAX_MB = 500

READER = """
import json, re, sys
from pathlib import Path
from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.opening import open_source
from batch_tracker.settings.profile import Profile
for name in sys.argv[1:]:
    rows, refusal = 0, ""
    try:
        with open_source(Path(name), Profile(), lambda cells: cells.count("PO")) as source:
            for _ in source.rows():
                rows += 1
    except SourceRefused as error:
        refusal = str(error)
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
    print(json.dumps([Path(name).name, rows, refusal, peak]))
"""

ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>x</t></is></c></row>'
HUGE = 1 << 20


def _repeated(head: bytes, unit: bytes, times: int, tail: bytes):
    yield head
    block, rest = divmod(times, HUGE // len(unit))
    for _ in range(block):
        yield unit * (HUGE // len(unit))
    yield unit * rest + tail


def _zip(path, parts, streamed=None):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in parts.items():
            target.writestr(name, content)
        for name, chunks in (streamed or {}).items():
            with target.open(name, "w") as part:
                for chunk in chunks:
                    part.write(chunk)


def _cut(parts, name, at):
    """A workbook's parts without one of them, and that one's text before and after `at`."""
    head, tail = parts.pop(name).split(at)
    return parts, head.encode(), tail.encode()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def _streamed(path, parts_of, name, unit, times, **arguments):
    parts, head, tail = _cut(parts_of("@", **arguments), name, "@")
    _zip(path, parts, {name: _repeated(head, unit, times, tail)})


def _text_bomb(path, parts_of):
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>@</t></is></c></row>'
    parts, head, tail = _cut(parts_of(row), SHEET, "@")
    _zip(path, parts, {SHEET: _repeated(head, b"A" * 64, 400 * HUGE // 64, tail)})


def _string_bomb(path, parts_of):
    parts, head, tail = _cut(parts_of("", strings="@"), STRINGS, "@")
    _zip(path, parts, {STRINGS: _repeated(head, b"<si><t/></si>", 5_000_000, tail)})


def _entity_bomb(path, parts_of):
    parts = parts_of(ROW.format(1))
    doctype = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    parts[SHEET] = doctype + parts[SHEET].replace("<t>x", "<t>&b;")
    _zip(path, parts)


def _part_with_doctype(path, parts_of):
    parts = parts_of(ROW.format(1))
    parts["xl/workbook.xml"] = "<!DOCTYPE w SYSTEM 'file:///etc/passwd'>" + parts["xl/workbook.xml"]
    _zip(path, parts)


def _deep(path, parts_of):
    _streamed(path, parts_of, SHEET, b"<v>", 8_000_000)


def _long_tag(path, parts_of):
    row = '<row r="1" x="@"/>'
    parts, head, tail = _cut(parts_of(row), SHEET, "@")
    _zip(path, parts, {SHEET: _repeated(head, b"A" * 64, 25 * HUGE // 64, tail)})


def _long_text(path, parts_of):
    row = '<row r="1"><c r="A1" t="str"><v>@</v></c></row>'
    parts, head, tail = _cut(parts_of(row), SHEET, "@")
    _zip(path, parts, {SHEET: _repeated(head, b"A" * 64, 25 * HUGE // 64, tail)})


def _many_runs(path, parts_of):
    row = '<row r="1"><c r="A1" t="inlineStr"><is>@</is></c></row>'
    parts, head, tail = _cut(parts_of(row), SHEET, "@")
    _zip(path, parts, {SHEET: _repeated(head, b"<r><t>ABCDEFGH</t></r>", 1_000_000, tail)})


def _wide_rows(path, parts_of):
    rows = "".join(ROW.format(n).replace(f'"A{n}"', f'"XFD{n}"') for n in range(1, 20_000))
    _zip(path, parts_of(rows))


def _styled_blanks(path, parts_of):
    rows = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(2, 300_001)
    )
    _zip(path, parts_of(ROW.format(1) + rows))


def _lying_dimension(path, parts_of):
    _zip(path, parts_of(ROW.format(1), before='<dimension ref="A1:XFD1048576"/>'))


def _last_cell(path, parts_of):
    far = '<row r="1048576"><c r="ALL1048576"><v>1</v></c></row>'
    _zip(path, parts_of(ROW.format(1) + far))


def _scattered(path, parts_of):
    rows = "".join(ROW.format(n).replace(f'"A{n}"', f'"ALL{n}"') for n in range(1, 60_000))
    _zip(path, parts_of(rows))


def _many_attributes(path, parts_of):
    names = " ".join(f'a{n}=""' for n in range(700_000))
    _zip(path, parts_of(f'<row r="1" {names}/>'))


def _many_merged(path, parts_of):
    ranges = "".join(f'<mergeCell ref="A{2 * n}:B{2 * n + 1}"/>' for n in range(1, 500_000))
    _zip(path, parts_of(ROW.format(1), after=f"<mergeCells>{ranges}</mergeCells>"))


def _many_formats(path, parts_of):
    formats = "".join(f'<xf numFmtId="{n}"/>' for n in range(2_000_000))
    _zip(path, parts_of(ROW.format(1), styles=f"<cellXfs>{formats}</cellXfs>"))


def _many_sheets(path, parts_of):
    parts = parts_of(ROW.format(1))
    book = parts["xl/workbook.xml"]
    [sheet] = re.findall("<sheet [^>]*>", book)
    sheets = "".join(re.sub('name="[^"]*"', f'name="S{n}"', sheet) for n in range(20_000))
    parts["xl/workbook.xml"] = book.replace(sheet, sheets)
    _zip(path, parts)


def _twins(path, parts_of):
    _zip(path, parts_of(ROW.format(1)))
    with zipfile.ZipFile(path, "a") as target:
        target.writestr(SHEET.upper(), "<worksheet/>")


def _truncated(path, parts_of):
    _zip(path, parts_of(ROW.format(1) * 1))
    path.write_bytes(path.read_bytes()[:-30])


def _many_parts(path, parts_of):
    _zip(path, parts_of(ROW.format(1)))
    end = path.read_bytes()[-22:]
    entry = struct.pack("<L24xHHH12x", 0x02014B50, 100, 0, 0) + b"x" * 100
    directory = entry * ((archive.MAX_DIRECTORY // len(entry)) + 1)
    start = path.stat().st_size - 22
    with path.open("r+b") as file:
        file.seek(start)
        file.write(directory + end[:12] + struct.pack("<LLH", len(directory), start, 0))


def _false_size(path, parts_of):
    # The entry says that 100 bytes come out; what comes out is a bomb.
    _text_bomb(path, parts_of)
    data = bytearray(path.read_bytes())
    place = data.rindex(SHEET.encode(), 0, data.rindex(b"PK\x05\x06")) - 46
    data[place + 24 : place + 28] = struct.pack("<L", 100)
    path.write_bytes(data)


def _locked(path, parts_of):
    _zip(path, parts_of(ROW.format(1)))
    data = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(signature, place + 4)
    path.write_bytes(data)


def _open_quote(path, _):
    path.write_bytes(b'PO,Tracking\n1,"2\n' + b"3,4\n" * 1_000_000)


def _long_line(path, _):
    path.write_bytes(b"PO,Tracking\n" + b"3,4," * (5 << 20))


FILES = {
    "text_bomb.xlsx": (_text_bomb, "unpacks to far more"),
    "string_bomb.xlsx": (_string_bomb, "unpacks to far more"),
    "entity_bomb.xlsx": (_entity_bomb, "document type"),
    "doctype.xlsx": (_part_with_doctype, "document type"),
    "deep.xlsx": (_deep, "nested or stretched"),
    "long_tag.xlsx": (_long_tag, "nested or stretched"),
    "long_text.xlsx": (_long_text, "1,000,000 characters"),
    "many_runs.xlsx": (_many_runs, "1,000,000 characters"),
    "wide_rows.xlsx": (_wide_rows, "cell XFD1 is too far to the right"),
    "styled_blanks.xlsx": (_styled_blanks, 1),
    "lying_dimension.xlsx": (_lying_dimension, 1),
    "last_cell.xlsx": (_last_cell, 2),
    "scattered.xlsx": (_scattered, "scattered over too many columns"),
    "many_attributes.xlsx": (_many_attributes, "nested or stretched"),
    "many_merged.xlsx": (_many_merged, 1),
    "many_formats.xlsx": (_many_formats, "more than 200,000 cell formats"),
    "many_sheets.xlsx": (_many_sheets, "more than 1,000 sheets"),
    "twins.xlsx": (_twins, "two parts of the same name"),
    "truncated.xlsx": (_truncated, "damaged or incomplete"),
    "many_parts.xlsx": (_many_parts, "too many parts"),
    "false_size.xlsx": (_false_size, "damaged"),
    "locked.xlsx": (_locked, "protected by a password"),
    "open_quote.csv": (_open_quote, "cell in line 2 is longer than"),
    "long_line.csv": (_long_line, "line 2 is longer than"),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory, parts_of):
    """By file name: rows read, refusal, and the peak of memory so far in MB."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (make, _) in FILES.items():
        make(folder / name, parts_of)
    process = subprocess.run(
        [sys.executable, "-c", READER, *(folder / name for name in FILES)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in process.stdout.splitlines()]
    return {name: measured for name, *measured in lines}


@pytest.mark.skipif(sys.platform != "linux", reason="measures by /proc")
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_does_no_harm(results, name):
    rows, refusal, peak = results[name]
    expected = FILES[name][1]
    if isinstance(expected, int):
        assert (rows, refusal) == (expected, "")
    else:
        assert refusal.startswith(f"{name}: ")
        assert expected in refusal
    assert peak < MAX_MB
