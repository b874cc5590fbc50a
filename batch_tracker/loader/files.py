"""Which files are meant: one, several, a folder of them, or a pattern; and what a file is."""

import errno
import hashlib
import os
import re
from collections.abc import Iterable
from glob import glob, has_magic
from pathlib import Path
from zipfile import ZipFile

from batch_tracker.errors import SourceRefused

_ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}

_RESULTS_NAME = re.compile(r"-results( \(\d+\))*\Z")
_RESULTS_SHEETS = {b"Results", b"Summary"}
_SHEET_NAME = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?\bname="([^"]*)"')
_MOST_READ = 1 << 20

_LINE_END_BYTES = 4
"""Of a line end in UTF-32, the longest there is."""


def find_manifests(words: Iterable[str]) -> list[Path]:
    """Return the files that are meant, each once: those named in their order.

    Of a folder or a pattern the oldest file comes first, whatever its name, so that the newest
    word on a PO is the last. A folder's other files, hidden ones, the lock files of Excel, and
    results workbooks are passed over.

    Raises:
        SourceRefused: a folder or a pattern has no manifest.
    """
    return list(dict.fromkeys(path for word in words for path in _meant(word)))


def _meant(word: str) -> list[Path]:
    path = Path(word)
    if path.is_dir():
        found = [each for each in path.iterdir() if is_manifest(each)]
    elif has_magic(word) and not path.exists():
        found = [each for each in map(Path, glob(word)) if is_manifest(each)]  # noqa: PTH207 - absolute patterns too
    else:
        return [path]
    if not found:
        raise SourceRefused(
            f"{word}: there is no manifest there.", hint="Name a CSV or Excel file."
        )
    return sorted(found, key=lambda each: (each.stat().st_mtime_ns, each.name))


def is_manifest(path: Path) -> bool:
    """Whether a file of a folder is taken for a manifest, by name and content."""
    return (
        path.suffix.lower() in _ENDINGS
        and not path.name.startswith((".", "~$"))
        and path.is_file()
        and not is_results_workbook(path)
    )


def is_results_workbook(path: Path) -> bool:
    """Whether a file is a results workbook that still has the name that it was written under.

    The name alone proves nothing: a carrier's file may end in `-results`, too. One that a person
    has named anew is theirs.
    """
    if not _RESULTS_NAME.search(path.stem):
        return False
    try:
        with ZipFile(path) as archive, archive.open("xl/workbook.xml") as part:
            return set(_SHEET_NAME.findall(part.read(_MOST_READ))) >= _RESULTS_SHEETS
    except Exception:  # noqa: BLE001 - whatever is wrong with it, we have not written it
        return False


def ends_in_mid_line(path: Path) -> bool:
    """Whether the last line of a text file has no line end: perhaps it is not written whole.

    Raises:
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LINE_END_BYTES))
        tail = file.read(_LINE_END_BYTES).rstrip(b"\0") or b"\n"
    return tail[-1:] not in {b"\n", b"\r"}


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, by which the same file is known under any name.

    Raises:
        OSError: it can't be read, or is a device or a pipe, which may have no end.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no regular file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
