"""Files bent byte by byte: whatever a reader meets, the person gets a refusal, never a failure.

`MUTATIONS=20000` makes a campaign of it.
"""

import os
import struct
import zipfile
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources import ole
from batch_tracker.loader.sources.source import refusals_name

MUTATIONS = int(os.environ.get("MUTATIONS", "60"))
ROWS = "".join(
    f"<row r='{n}'><c r='A{n}'><v>{n}</v></c><c r='B{n}' t='s'><v>0</v></c></row>"
    for n in range(1, 6)
)
STRINGS = "<si><r><rPr><strike/></rPr><t>94</t></r><r><t>00</t></r></si>"


def refused_or_read(read, path):
    with suppress(SourceRefused):
        read(path)


def mutated(content, random):
    data = bytearray(content)
    for _ in range(random.choice([1, 1, 2, 8])):
        place = random.randrange(len(data))
        data[place] = random.choice([0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)])
    return bytes(data[: random.choice([len(data)] * 9 + [random.randrange(1, len(data))])])


@pytest.mark.parametrize("kind", ["zip", "parts", "ole", "csv"])
def test_a_file_with_bytes_changed_is_read_or_refused(kind, tmp_path, xlsx_file, parts_of, read):
    random = Random(kind)
    original = xlsx_file(ROWS, strings=STRINGS).read_bytes()
    parts = parts_of(ROWS, strings=STRINGS)
    for turn in range(MUTATIONS):
        path = tmp_path / f"{turn}.xlsx"
        if kind == "zip":
            path.write_bytes(mutated(original, random))
        elif kind == "parts":
            write_zip(path, parts, random)
        elif kind == "ole":
            path.write_bytes(mutated(ole.SIGNATURE + bytes(1016), random))
        else:
            text = 'PO,Tracking\n1,"a, ""b"""\n2,é\n'.encode()
            path.write_bytes(mutated(text, random))
        refused_or_read(read, path)
        path.unlink()


def write_zip(path: Path, parts: dict[str, str], random: Random) -> None:
    chosen = random.choice(sorted(parts))
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            content = text.encode() if isinstance(text, str) else text
            archive.writestr(name, mutated(content, random) if name == chosen else content)


def test_a_zip_that_needs_a_newer_program(xlsx_file, read):
    path = xlsx_file(ROWS)
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    struct.pack_into("<H", data, place + 6, 100)  # version needed: 10.0
    path.write_bytes(data)
    with pytest.raises(SourceRefused, match="damaged or incomplete"):
        read(path)


def test_a_zip_entry_without_a_name(tmp_path, read):
    path = tmp_path / "manifest.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "")
    path.write_bytes(path.read_bytes().replace(b"\x01\0\0\0x", b"\0\0\0\0x", 1))
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    struct.pack_into("<H", data, place + 28, 0)
    path.write_bytes(data)
    refused_or_read(read, path)


@pytest.mark.parametrize("shift", [0, 1, 5, 12, 0xFFFF])
def test_an_ole_file_whose_sectors_are_of_no_size(text_file, read, shift):
    header = bytearray(ole.SIGNATURE + bytes(1016))
    struct.pack_into("<H", header, 30, shift)
    with pytest.raises(SourceRefused):
        read(text_file(bytes(header), "manifest.xls"))


@pytest.mark.parametrize(
    "error", [NotImplementedError("x"), IndexError("x"), ZeroDivisionError("x"), RecursionError()]
)
def test_whatever_a_library_raises_is_a_refusal(error):
    with pytest.raises(SourceRefused, match=r"^a\.xlsx: .*damaged"), refusals_name(Path("a.xlsx")):
        raise error
