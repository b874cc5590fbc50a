"""Files to be read, and a source opened on each."""

import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from batch_tracker.loader.sources.opening import Source, open_source
from batch_tracker.model import Cell, SourceRow
from batch_tracker.settings.profile import Profile
from tests.samples.file_parts import biff_bytes, ods_parts, ole_bytes, workbook_parts, xlsb_parts

HEADERS = {"PO", "Tracking", "Carrier", "Shipped"}


def recognised(cells: Iterable[Cell]) -> int:
    return sum(cell in HEADERS for cell in cells)


@pytest.fixture
def open_file() -> Callable[..., Source]:
    """Opens a path with the profile settings given."""

    def opened(path: Path, **settings: object) -> Source:
        return open_source(path, Profile(**settings), recognised)

    return opened


@pytest.fixture
def read(open_file) -> Callable[..., tuple[list[SourceRow], Source]]:
    """Reads a path to the end: its rows, and the closed source for its notes."""

    def rows(path: Path, **settings: object) -> tuple[list[SourceRow], Source]:
        with open_file(path, **settings) as source:
            return list(source.rows()), source

    return rows


@pytest.fixture
def text_file(tmp_path) -> Callable[[str | bytes], Path]:
    def write(content: str | bytes, name: str = "manifest.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def zip_file(tmp_path) -> Callable[..., Path]:
    def write(parts: dict[str, str | bytes], name: str = "manifest.xlsx") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return path

    return write


@pytest.fixture
def xlsx_file(zip_file) -> Callable[..., Path]:
    """Writes a workbook; arguments as for `workbook_parts`."""

    def write(rows: str = "", **parts: object) -> Path:
        return zip_file(workbook_parts(rows, **parts))

    return write


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


@pytest.fixture
def ods_file(zip_file) -> Callable[[str], Path]:
    """Writes an OpenDocument spreadsheet around the XML of its tables."""

    def write(tables: str) -> Path:
        return zip_file(ods_parts(tables), "manifest.ods")

    return write


@pytest.fixture
def xls_file(text_file) -> Callable[..., Path]:
    """Writes an xls file; arguments as for `biff_bytes`."""

    def write(cells: dict[tuple[int, int], str | float], **options: str) -> Path:
        return text_file(ole_bytes("Workbook", biff_bytes(cells, **options)), "manifest.xls")

    return write


@pytest.fixture
def xlsb_file(zip_file) -> Callable[[dict[tuple[int, int], str | float]], Path]:
    """Writes an Excel binary workbook; cells as for `xlsb_parts`."""

    def write(cells: dict[tuple[int, int], str | float]) -> Path:
        return zip_file(xlsb_parts(cells), "manifest.xlsb")

    return write


@pytest.fixture
def ole() -> Callable[[str, bytes], bytes]:
    """The bytes of an OLE container with one stream."""
    return ole_bytes


@pytest.fixture(scope="session")
def parts_of() -> Callable[..., dict[str, str]]:
    """The parts of a workbook, to be bent before they are zipped."""
    return workbook_parts
