"""A zip archive read in pieces, with limits that a file made to do harm runs into.

A part never unpacks to more than the size its entry declares (zipfile stops there), so the
declared sizes bound what is read, and a bomb is refused before any of it is unpacked.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from batch_tracker.errors import SourceRefused

CHUNK = 1 << 16
MAX_PART = 8 << 30
"""Bytes of one part: a full sheet of 1,048,576 rows x 60 columns of text takes about 4.5 GB."""
MAX_TOTAL = 16 << 30
"""Bytes of all parts together: a full sheet, its shared strings, pictures."""
MAX_SMALL_PART = 64 << 20
"""Bytes of a part that only describes others: 65,000 cell styles take about 20 MB."""
MAX_RATIO = 100
"""Times its packed size a part may unpack to: sheets reach 5 to 45, a bomb up to 1,032."""
RATIO_FROM = 32 << 20
"""Bytes below which the ratio is not looked at: small parts pack well and do no harm."""
MAX_DIRECTORY = 16 << 20
"""Bytes of the list of entries: about 150,000 of them; a workbook has some dozens."""

_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ValueError, struct.error, OSError),
    *(RuntimeError, NotImplementedError, IndexError),
)
"""What zipfile raises on entries that are damaged, or need a newer or another zip program."""
_DAMAGED_HINT = "Get a new copy of it, or open it in Excel and save it again."


class Archive:
    """A zip archive. Part names are compared without regard to case, as OPC asks for.

    Raises SourceRefused where the archive is damaged, encrypted, or past a limit.
    """

    def __init__(self, path: Path) -> None:
        self._size = path.stat().st_size
        self._file = path.open("rb")
        try:
            _refuse_long_directory(self._file, self._size)
            self._zip = zipfile.ZipFile(self._file)
            self._entries = _by_name(self._zip.infolist())
        except _BROKEN as error:
            self._file.close()
            raise _damaged(error) from error
        except BaseException:
            self._file.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> list[str]:
        """Names of the parts as they stand in the archive."""
        return [entry.filename for entry in self._entries.values()]

    def __contains__(self, name: str) -> bool:
        return _key(name) in self._entries

    def size(self, name: str) -> int:
        """Bytes of a part once unpacked, as its entry declares them."""
        return self._entries[_key(name)].file_size

    def read(self, name: str) -> bytes:
        """A small part as a whole."""
        return b"".join(self.chunks(name, limit=MAX_SMALL_PART))

    def chunks(self, name: str, *, limit: int = MAX_PART) -> Iterator[bytes]:
        """A part, unpacked piece by piece."""
        entry = self._entries.get(_key(name))
        if entry is None:
            raise SourceRefused(f"its part {name} is missing.", hint=_DAMAGED_HINT)
        allowed = min(limit, max(RATIO_FROM, MAX_RATIO * min(entry.compress_size, self._size)))
        if entry.file_size > allowed:
            raise SourceRefused(
                f"its part {name} unpacks to far more than a sheet would. The file may be "
                "harmful, and is not read.",
                hint="Ask its sender for a CSV file.",
            )
        yield from self._unpack(entry)

    def _unpack(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
        except _BROKEN as error:
            if entry.flag_bits & 1:
                raise SourceRefused(
                    "it is protected by a password.", hint="Save a copy without one."
                ) from error
            raise _damaged(error) from error


def _by_name(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    named = {_key(entry.filename): entry for entry in entries if not entry.is_dir()}
    if len(named) != sum(not entry.is_dir() for entry in entries):
        # Two programs would read two different files out of this one.
        raise SourceRefused("it holds two parts of the same name.", hint=_DAMAGED_HINT)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise SourceRefused(
            f"it unpacks to more than {MAX_TOTAL >> 30} GB.", hint="Ask its sender for a CSV file."
        )
    return named


def _key(name: str) -> str:
    return name.replace("\\", "/").lower()


def _damaged(error: Exception) -> SourceRefused:
    return SourceRefused(
        f"the file is damaged or incomplete ({str(error).rstrip('.') or type(error).__name__}).",
        hint=_DAMAGED_HINT,
    )


def _refuse_long_directory(file: BinaryIO, size: int) -> None:
    """Zipfile loads the whole list of entries, so its length is looked at first."""
    file.seek(max(0, size - 65_557))
    tail = file.read()
    file.seek(0, os.SEEK_SET)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise zipfile.BadZipFile("the end of the zip archive is missing")
    length = struct.unpack_from("<L", tail, end + 12)[0]
    zip64 = tail.rfind(b"PK\x06\x06", 0, end)
    if zip64 >= 0 and len(tail) >= zip64 + 56:
        length = max(length % 0xFFFFFFFF, struct.unpack_from("<Q", tail, zip64 + 40)[0])
    if length > MAX_DIRECTORY:
        raise SourceRefused("it holds too many parts to be a workbook.", hint=_DAMAGED_HINT)
