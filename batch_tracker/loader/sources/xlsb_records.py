"""Looks for cells of a binary workbook that calamine passes over without a word.

Source: [MS-XLSB] 2.1.4 (records), 2.3.1 (their numbers).
"""

from collections.abc import Iterable

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.archive import Archive

_PASSED_OVER = frozenset({62, *range(13, 19)})
"""BrtCellRString (text in several fonts), and the BrtShort* cells of shared rows."""
_HINT = "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV."


def refuse_unread_cells(archive: Archive) -> None:
    """Raise SourceRefused where a sheet holds cells that would be left out."""
    for name in archive.names:
        part = name.replace("\\", "/").lower()
        if "worksheets/" not in part or not part.endswith(".bin"):
            continue
        if _holds_any(archive.chunks(name), _PASSED_OVER):
            raise SourceRefused(
                "some of its cells hold text in several fonts, which this form of file hides.",
                hint=_HINT,
            )


def _holds_any(chunks: Iterable[bytes], wanted: frozenset[int]) -> bool:
    """Whether a part has a record of one of these numbers; a cut one ends the search."""
    data = b""
    for chunk in chunks:
        data += chunk
        place = 0
        while (record := _record(data, place)) is not None:
            number, end = record
            if number in wanted:
                return True
            place = end
        data = data[place:]
    return False


def _record(data: bytes, start: int) -> tuple[int, int] | None:
    """The number of the record that begins here, and where it ends; None where it is cut."""
    number = _count(data, start, most=2)
    size = number and _count(data, number[1], most=4)
    if not number or not size or size[1] + size[0] > len(data):
        return None
    return number[0], size[1] + size[0]


def _count(data: bytes, start: int, *, most: int) -> tuple[int, int] | None:
    """A number of up to `most` bytes of 7 bits, the lowest first, and where it ends."""
    value = 0
    for place in range(most):
        if start + place >= len(data):
            return None
        byte = data[start + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:  # noqa: PLR2004 - the highest bit says that more follow
            return value, start + place + 1
    return value, start + most
