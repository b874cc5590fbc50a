"""A workbook or page appears under its name whole and checked, or not at all.

What a person has changed since it was written is never replaced: it may hold corrections.
"""

import hashlib
import os
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

from batch_tracker.errors import ReportFailed
from batch_tracker.reporter.drafts import draft_folder

_CHUNK = 1 << 20
_ROW = b"<row "
_FORMULA = b"<f>"
_MOST_NAMES = 100


class Register(NamedTuple):
    """Where the SHA-256 of every file that was written is kept.

    `has` says whether a digest is there, `note` puts one there.
    """

    has: Callable[[str], bool]
    note: Callable[[str], None]


@contextmanager
def draft(path: Path, *, what: str = "results workbook", again: str = "report") -> Iterator[Path]:
    """Give a name to write to, in a folder of its own beside `path`; at the end both are removed.

    `what` it is and the command that writes it `again` are for the message.

    Raises:
        ReportFailed: where the folder or the file can't be written.
    """
    try:
        with draft_folder(path.parent) as folder:
            yield folder / f"draft{path.suffix}"
    except OSError as error:
        raise ReportFailed(
            f"The {what} {path} can't be written: {error.strerror or error}.",
            hint="Choose another folder with --output, or free some space. Then write it "
            f"again with batch-tracker {again}.",
        ) from error


def save(write: Callable[[IO[bytes]], object], name: Path) -> None:
    """Write a new file, which nobody else may read, and see it safely on the disk."""
    handle = os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "w+b") as file:
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
        hint="Every outcome is kept. Write the workbook again with batch-tracker report. If "
        "that fails too, please report this defect.",
    )


def release(name: Path, path: Path, register: Register) -> Path:
    """Give a finished file its name, in one step; return the name it got.

    Where that name is taken, the first free one of `name (2).xlsx`, `name (3).xlsx` … is used. It
    is by a file that was changed since it was written, by one that is open in Excel (Windows
    refuses to replace it) and by a folder.
    """
    register.note(_digest(name))
    return _named(name, path, register)


def move(file: Path, path: Path, register: Register) -> Path:
    """Move a workbook that is already written, to another disk too; return the name it got.

    Raises:
        OSError: it can't be read, or not be written there.
    """
    with draft_folder(path.parent) as folder, file.open("rb") as source:
        name = folder / path.name
        save(lambda target: shutil.copyfileobj(source, target), name)
        place = _named(name, path, register)
    file.unlink()
    return place


def _named(name: Path, path: Path, register: Register) -> Path:
    taken = FileExistsError(f"{_MOST_NAMES} files of that name were changed")
    for target in _names(path):
        try:
            if not _is_changed(target, register):
                name.replace(target)
                return target
        except (PermissionError, IsADirectoryError) as error:
            taken = error  # type: ignore[assignment]
    raise taken


def changed_files(path: Path, register: Register) -> Iterator[Path]:
    """Yield the files that a person has changed and that a new one for `path` will not replace."""
    for target in _names(path):
        with suppress(OSError):
            if not _is_changed(target, register):
                return
            yield target


def _names(path: Path) -> Iterator[Path]:
    spares = (path.with_stem(f"{path.stem} ({number})") for number in range(2, _MOST_NAMES))
    return chain([path], spares)


def _is_changed(path: Path, register: Register) -> bool:
    return path.is_file() and not register.has(_digest(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
