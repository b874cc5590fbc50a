"""Lists what an OLE container holds: it may be a workbook, an encrypted one, or a letter.

Source: [MS-CFB] 2.2 (header), 2.3 (sector chains), 2.6 (directory entries).
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENTRY = 128
_NAME = 64
_LAST_SECTOR = 0xFFFFFFFA
_MAX_SECTORS = 1_000
"""Directory sectors followed: 4,000 entries; a workbook has some dozens."""


def stream_names(path: Path) -> set[str]:
    """Names of the streams and storages; what is damaged is left out."""
    with path.open("rb") as file:
        header = file.read(512)
        try:
            names = [_name(entry) for entry in _entries(file, header)]
        except (struct.error, UnicodeDecodeError, ZeroDivisionError):
            return set()
    return {name for name in names if name}


def _entries(file: BinaryIO, header: bytes) -> Iterator[bytes]:
    shift = min(struct.unpack_from("<H", header, 30)[0], 12)
    sector = struct.unpack_from("<L", header, 48)[0]
    tables = struct.unpack_from("<109L", header, 76)
    for _ in range(_MAX_SECTORS):
        if sector >= _LAST_SECTOR:
            return
        file.seek((sector + 1) << shift)
        directory = file.read(1 << shift)
        yield from (directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY))
        sector = _next_sector(file, tables, sector, shift)


def _next_sector(file: BinaryIO, tables: tuple[int, ...], sector: int, shift: int) -> int:
    table, place = divmod(sector, 1 << shift >> 2)
    if table >= len(tables) or tables[table] >= _LAST_SECTOR:
        return _LAST_SECTOR
    file.seek((tables[table] + 1 << shift) + 4 * place)
    found: int = struct.unpack("<L", file.read(4))[0]
    return found


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, _NAME)[0]
    return entry[: max(0, min(length, _NAME) - 2)].decode("utf-16-le")
