"""Workbooks in forms that only calamine reads: xls, xlsb, ods. It runs in a child process."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.archive import Archive
from batch_tracker.loader.sources.merged_cells import MergedCells
from batch_tracker.loader.sources.sheet_choice import Sheet, choose_sheet, others_note
from batch_tracker.loader.sources.sniff import Form
from batch_tracker.loader.sources.source import Source, cell_address, is_blank_row
from batch_tracker.loader.sources.xlsb_records import refuse_unread_cells
from batch_tracker.model import Cell, SourceRow, TypedCell

LOAD_LIMIT_S = 60.0
"""Seconds until the child's first line: by then it has read the file, all of it."""

_CHILD = Path(__file__).with_name("legacy_child.py")

_KINDS = {
    Form.XLS: "Excel 97-2003 workbook",
    Form.XLSB: "Excel binary workbook",
    Form.ODS: "OpenDocument spreadsheet",
}
_BLIND = (
    "This file format hides three things: error cells (#N/A), hidden rows, and struck-through text."
)
_SAVE_AS = "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV."


class LegacySource(Source):
    """One sheet, as the child hands it over row by row."""

    def __init__(
        self,
        path: Path,
        form: Form,
        sheet: str | None,
        recognised: Callable[[Sequence[Cell]], int],
    ) -> None:
        super().__init__(path)
        self.kind = _KINDS[form]
        if form is Form.XLSB:
            with closing(Archive(path)) as archive:
                refuse_unread_cells(archive)
        self._share = 0.0
        self._child: subprocess.Popen[str] | None = None
        with self._child_lines() as lines:
            found = next(lines)["sheets"]
        tops = {name: [_cells(row) for row in top] for name, _, _, top in found}
        sheets = [Sheet(name, visible, is_table) for name, visible, is_table, _ in found]
        chosen = choose_sheet(sheets, sheet, lambda one: any(map(recognised, tops[one.name])))
        self.sheet = chosen.name
        self._opening_notes += [*others_note(sheets, [chosen.name]), _BLIND]

    def _read(self) -> Iterator[SourceRow]:
        with self._child_lines(self.sheet) as lines:
            about = next(lines)
            self._learn_merged(about["merged"])
            previous = 0
            for number, found in lines:
                cells = _cells(found)
                if not is_blank_row(cells):
                    self._blank_rows += number - previous - 1
                    previous = number
                    self._share = number / about["rows"]
                    yield SourceRow(number, cells)

    def _learn_merged(self, ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        merged = MergedCells()
        for (top, left), (bottom, right) in ranges:
            merged.add((top + 1, left), (bottom + 1, right))
        self.merged = merged.above
        self._reading_notes += merged.notes()

    @contextmanager
    def _child_lines(self, *sheet: str) -> Iterator[Iterator[Any]]:
        # -P: the child's folder holds modules of ours, which must not shadow others.
        command = [sys.executable, "-P", str(_CHILD), str(self.path), *sheet]
        with subprocess.Popen(  # noqa: S603 - our own script, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        ) as self._child:
            try:
                yield _decoded(self._child)
            finally:
                self._child.kill()

    def _address(self, row: int, column: int, header: str) -> str:  # noqa: ARG002 - see Source
        """`Sheet1!C17`."""
        return cell_address(self.sheet, row, column)

    def progress(self) -> float:
        """By rows: the file is read as a whole before the first one comes."""
        return self._share

    def close(self) -> None:
        """End the child, if one still runs."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            if self._child.stdout is not None:
                self._child.stdout.close()


def _decoded(child: subprocess.Popen[str]) -> Iterator[Any]:
    if child.stdout is None:
        return
    late = Timer(LOAD_LIMIT_S, child.kill)
    late.start()
    try:
        first = child.stdout.readline()
    finally:
        late.cancel()
    yield _checked(first)
    for line in child.stdout:
        yield _complete(line)
    if child.wait():
        raise _gave_up()


def _checked(line: str) -> Any:  # noqa: ANN401 - JSON
    found = _complete(line)
    if "error" not in found:
        return found
    if found["error"] == "password":
        raise SourceRefused("it is protected by a password.", hint="Save a copy without one.")
    raise SourceRefused(f"it can't be read as a workbook ({found['error']}).", hint=_SAVE_AS)


def _complete(line: str) -> Any:  # noqa: ANN401 - JSON
    if not line.endswith("\n"):
        raise _gave_up()
    return json.loads(line)


def _gave_up() -> SourceRefused:
    return SourceRefused(
        "reading it takes too much memory or time, or the file is damaged.",
        hint=_SAVE_AS,
    )


def _cells(found: list[Any]) -> list[Cell]:
    return [cell if type(cell) is str else TypedCell(*cell) for cell in found]
