"""Opens a manifest, whatever it is: looks at its bytes, then hands it to the reader for that form.

path → sniff → CsvSource | XlsxSource | LegacySource → rows

The two readers of workbooks are imported where a workbook comes: a text file starts a run sooner
without them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.csv_source import CsvSource
from batch_tracker.loader.sources.sniff import Form, sniff
from batch_tracker.loader.sources.source import Source, refusals_name
from batch_tracker.model import Cell
from batch_tracker.settings.profile import Profile

__all__ = ["Source", "open_source"]


def open_source(
    path: Path, profile: Profile, recognised: Callable[[Sequence[Cell]], int]
) -> Source:
    """Open a manifest for reading.

    `recognised` says how many cells of a row are known column headers; it decides which
    delimiter and which sheet is meant where the profile does not say. Raises SourceRefused where
    the file is missing, empty, damaged, or not a table.
    """
    with refusals_name(path):
        _refuse_unless_file(path)
        form = sniff(path)
        if form is Form.TEXT:
            return CsvSource(path, profile.encoding, profile.delimiter, recognised)
        if form is Form.XLSX:
            from batch_tracker.loader.sources.xlsx_source import XlsxSource  # noqa: PLC0415 - see above

            return XlsxSource(path, profile.sheet, recognised)
        from batch_tracker.loader.sources.legacy_source import LegacySource  # noqa: PLC0415 - see above

        return LegacySource(path, form, profile.sheet, recognised)


def _refuse_unless_file(path: Path) -> None:
    if path.is_dir():
        raise SourceRefused("this is a folder, not a file.", hint="Name one file in it.")
    if not path.exists():
        raise SourceRefused("there is no such file.", hint="Check the name and the folder.")
    if not path.is_file():
        raise SourceRefused(
            "this is a device or a pipe.", hint="Save the manifest as a file first."
        )
