"""Reads an xls, xlsb or ods file in a process of its own, and prints it as JSON lines.

calamine can abort the process on a hostile file (a cell in the last row and column asks for 549
GB), which no `except` stops; so it runs here, under limits. Run as a script, so that it needs
nothing of the package: `legacy_child.py FILE` prints one line about all sheets, `legacy_child.py
FILE SHEET` one line about the sheet and then one a row. The first line may be an error instead.
"""

import io
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import BinaryIO

import python_calamine as calamine

MAX_MEMORY = 480 << 20
"""Bytes of address space: about 2.3 million cells of 18 characters, a full xls sheet of 35 columns.

Measured: at 512 MB a hostile file took 503 MB of real memory.
"""
MAX_CPU_S = 60
"""Seconds of work: about 5 million cells."""
HEADER_WITHIN = 30

_BROKEN = (OSError, ValueError, MemoryError, zipfile.BadZipFile, zlib.error, KeyError)
_ODS_PARTS = ("mimetype", "META-INF/manifest.xml", "content.xml", "styles.xml")
_BETWEEN_TAGS = re.compile(rb"(<[/?]?(?:table:|office:|\?xml)[^>]*>|</text:[ph]>)\s+(?=<)")

JsonCell = str | tuple[str, str]


def main(path: str, sheet: str | None) -> None:
    """Print the file, or what is wrong with it."""
    _limit()
    try:
        with _workbook(path) as book:
            for line in _sheet(book, sheet) if sheet else [_overview(book)]:
                _print(line)
    except calamine.PasswordError:
        _print({"error": "password"})
    except (calamine.CalamineError, *_BROKEN) as error:
        _print({"error": str(error) or type(error).__name__})


def _workbook(path: str) -> calamine.CalamineWorkbook:
    # An open file, because by its path calamine believes the extension.
    try:
        return calamine.load_workbook(open(path, "rb"))  # noqa: PTH123 - the book's
    except calamine.PasswordError:
        raise
    except calamine.CalamineError:
        tidied = _tidied_ods(path)
        if tidied is None:
            raise
        return calamine.load_workbook(tidied)


def _tidied_ods(path: str) -> BinaryIO | None:
    """An ods as calamine wants it: its type first, and no blanks between the tags of a table."""
    if not zipfile.is_zipfile(path):
        return None
    tidied = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(tidied, "w") as copy:
        names = archive.namelist()
        if not {"mimetype", "content.xml"} <= {*names}:
            return None
        for name in (each for each in _ODS_PARTS if each in names):
            copy.writestr(name, _BETWEEN_TAGS.sub(rb"\1", archive.read(name)))
    tidied.seek(0)
    return tidied


def _limit() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _print(line: object) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


def _overview(book: calamine.CalamineWorkbook) -> dict[str, object]:
    found = [
        (
            one.name,
            one.visible == calamine.SheetVisibleEnum.Visible,
            one.typ == calamine.SheetTypeEnum.WorkSheet,
        )
        for one in book.sheets_metadata
    ]
    choice = [name for name, visible, is_table in found if visible and is_table]
    # The first rows matter only where there is a choice to make.
    tops = {name: _top(book, name) for name in choice} if len(choice) > 1 else {}
    return {"sheets": [(*one, tops.get(one[0], [])) for one in found]}


def _top(book: calamine.CalamineWorkbook, name: str) -> list[list[JsonCell]]:
    sheet = book.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=True, nrows=HEADER_WITHIN)
    return [[_cell(value) for value in row] for row in rows]


def _sheet(book: calamine.CalamineWorkbook, name: str) -> Iterator[object]:
    sheet = book.get_sheet_by_name(name)
    end = sheet.end or (0, 0)
    yield {"rows": end[0] + 1, "merged": sheet.merged_cell_ranges or []}
    # Observed: iter_rows() gives the blank rows above the first used one, but not the columns.
    left = [""] * (sheet.start or (0, 0))[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_cell(value) for value in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield number, left + cells


def _cell(value: object) -> JsonCell:
    """Text as it is; anything else as its kind and raw text, as in model.TypedCell."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "b", "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return "n", repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return "d", value.isoformat()
    if isinstance(value, date):
        return "d", f"{value.isoformat()}T00:00:00"
    return str(value)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)  # noqa: PLR2004
