"""A workbook or page appears under its name whole and checked, or not at all."""

import os
import secrets
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO

from batch_tracker.errors import ReportFailed

_CHUNK = 1 << 20
_ROW = b"<row "
_FORMULA = b"<f>"
_MOST_NAMES = 100


@contextmanager
def draft(path: Path, *, what: str = "workbook") -> Iterator[Path]:
    """Give a name beside `path` to write to; whatever is left there at the end is removed.

    Raises:
        ReportFailed: where the folder or the file can't be written.
    """
    name = path.with_name(f".batch-tracker-{secrets.token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield name
    except OSError as error:
        raise ReportFailed(
            f"The results {what} {path} can't be written: {error.strerror or error}.",
            hint="Choose another folder with --output, or make room, and have it written again "
            "with batch-tracker report.",
        ) from error
    finally:
        with suppress(OSError):
            name.unlink(missing_ok=True)


def save(write: Callable[[IO[bytes]], object], name: Path) -> None:
    """Write a new file and see it safely on the disk."""
    with name.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def inspect(name: Path, lengths: Mapping[str, int]) -> None:
    """Read the whole file back: its checksums, the rows of each sheet, and that no cell is live.

    Args:
        name: The workbook.
        lengths: For each sheet's part of the zip, the rows it must hold, headings included.

    Raises:
        ReportFailed: where the file is not what was meant to be written.
    """
    try:
        with zipfile.ZipFile(name) as archive:
            found = {part: _tally(archive, part) for part in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error) as error:
        raise disagreement(f"the file is damaged ({error})") from error
    for part, rows in lengths.items():
        written = found[part][_ROW] if part in found else 0
        if written != rows:
            raise disagreement(f"{part} holds {written:,} rows instead of {rows:,}")
    for part, marks in found.items():
        if part.startswith("xl/worksheets/") and marks[_FORMULA]:
            raise disagreement(f"{part} holds a formula")


def disagreement(what: str) -> ReportFailed:
    """Return the error for a workbook that does not say what the run says."""
    return ReportFailed(
        f"The results workbook was not released, because {what}.",
        hint="Every outcome is kept: have the workbook written again with batch-tracker report, "
        "and report this as a defect if it happens twice.",
    )


def release(name: Path, path: Path) -> Path:
    """Give a finished file its name, in one step; return the name it got.

    Where the name is taken by a file that is open in Excel (Windows refuses to replace it) or by a
    folder, the first free one of `name (2).xlsx`, `name (3).xlsx` … is used.
    """
    spares = (path.with_stem(f"{path.stem} ({number})") for number in range(2, _MOST_NAMES))
    for target in chain([path], spares):
        try:
            name.replace(target)
        except (PermissionError, IsADirectoryError) as error:
            taken = error
        else:
            return target
    raise taken


def _tally(archive: zipfile.ZipFile, part: str) -> Counter[bytes]:
    """Count the marks in one part. To read it to its end also checks its checksum."""
    marks: Counter[bytes] = Counter()
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            # A mark begins with its only `<`, so a cut before one never goes through a mark.
            whole, bracket, rest = (rest + chunk).rpartition(b"<")
            rest = bracket + rest
            marks.update({mark: whole.count(mark) for mark in (_ROW, _FORMULA)})
    marks.update({mark: rest.count(mark) for mark in (_ROW, _FORMULA)})
    return marks
