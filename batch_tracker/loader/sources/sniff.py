"""What a file is, by its bytes: names lie, and a wrong guess reads rubbish."""

import re
from enum import Enum, auto
from pathlib import Path

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources import ole
from batch_tracker.loader.sources.archive import Archive
from batch_tracker.loader.sources.source import listed

_HEAD = 4096
_ZIP = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")
"""How zip archives begin; a table may begin with the letters PK alone."""
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


class Form(Enum):
    """The forms that can be read."""

    TEXT = auto()
    XLSX = auto()
    XLSB = auto()
    ODS = auto()
    XLS = auto()


_SAVE_AS_WORKBOOK = "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV."
_TABLE_WANTED = "Give the manifest itself, as an Excel workbook or a CSV file."

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "Ask its sender for the table as an Excel workbook or CSV."),
    (b"\x89PNG", "a picture (PNG)", _TABLE_WANTED),
    (b"\xff\xd8\xff", "a picture (JPEG)", _TABLE_WANTED),
    (b"GIF8", "a picture (GIF)", _TABLE_WANTED),
    (b"II*\0", "a picture (TIFF)", _TABLE_WANTED),
    (b"MM\0*", "a picture (TIFF)", _TABLE_WANTED),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and load the file inside."),
    (b"BZh", "a bzip2 archive", "Unpack it and load the file inside."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it and load the file inside."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it and load the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and load the file inside."),
    (b"PAR1", "a Parquet file", "Export the table as CSV."),
    (b"SQLite format 3", "a SQLite database", "Export the table as CSV."),
    (b"{\\rtf", "an RTF document", _SAVE_AS_WORKBOOK),
    (b"MZ\x90\0", "a Windows program", _TABLE_WANTED),
    (b"\x09\x00\x04\x00", "a workbook of Excel 2", _SAVE_AS_WORKBOOK),
    (b"\x09\x02\x06\x00", "a workbook of Excel 3", _SAVE_AS_WORKBOOK),
    (b"\x09\x04\x06\x00", "a workbook of Excel 4", _SAVE_AS_WORKBOOK),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (rb"urn:oasis:names:tc:opendocument", "a flat OpenDocument file (one XML document)"),
    (rb"urn:schemas-microsoft-com:office:spreadsheet", "an XML Spreadsheet 2003"),
    (rb"<!doctype html|<html|<table|<head|<body|<meta|<div|<script", "a web page (HTML)"),
    (rb"<\?xml|<\w+[\s>]", "an XML document"),
)
_JSON = re.compile(rb'\s*[\[{]\s*["{\[\]}]')
_ZIPPED: tuple[tuple[str, str], ...] = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint presentation"),
    ("visio/", "a Visio drawing"),
    ("index/", "an Apple Numbers or Pages document"),
)
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__properties_version1.0", "an Outlook message"),
)


def sniff(path: Path) -> Form:
    """The form of a file. Raises SourceRefused where no manifest can be in it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise SourceRefused("the file is empty.", hint=_TABLE_WANTED)
    if head.startswith(_ZIP):
        return _sniff_zip(path)
    if head.startswith(ole.SIGNATURE):
        return _sniff_ole(path)
    for signature, what, hint in _SIGNATURES:
        if head.startswith(signature):
            raise SourceRefused(f"this is {what}, not a table.", hint=hint)
    _refuse_markup(head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip())
    return Form.TEXT


def _refuse_markup(head: bytes) -> None:
    if _JSON.match(head):
        raise SourceRefused("this is JSON data, not a table.", hint="Export the table as CSV.")
    if not head.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").startswith(b"<"):
        return
    for pattern, what in _MARKUP:
        if re.search(pattern, head, re.IGNORECASE):
            raise SourceRefused(f"this is {what}, whatever its name says.", hint=_SAVE_AS_WORKBOOK)


def _sniff_ole(path: Path) -> Form:
    names = ole.stream_names(path)
    if "EncryptedPackage" in names:
        raise SourceRefused("it is protected by a password.", hint="Save a copy without one.")
    if {"Workbook", "Book", "WORKBOOK", "BOOK"} & names:
        return Form.XLS
    for stream, what in _OLE_STREAMS:
        if stream in names:
            raise SourceRefused(f"this is {what}, not a table.", hint=_TABLE_WANTED)
    raise SourceRefused(
        "this is a file of an older Office program without a workbook in it, or a damaged one.",
        hint=_SAVE_AS_WORKBOOK,
    )


def _sniff_zip(path: Path) -> Form:
    archive = Archive(path)
    try:
        names = [name.replace("\\", "/").lower() for name in archive.names]
        if "mimetype" in archive and archive.read("mimetype").strip() == _ODS_TYPE:
            return Form.ODS
    finally:
        archive.close()
    if any(name.endswith("workbook.bin") for name in names):
        return Form.XLSB
    if any(name.endswith("workbook.xml") for name in names):
        return Form.XLSX
    for prefix, what in _ZIPPED:
        if any(name.startswith(prefix) for name in names):
            raise SourceRefused(f"this is {what}, not a table.", hint=_TABLE_WANTED)
    inside = listed(archive.names) or "nothing"
    raise SourceRefused(
        f"this is a zip archive that holds {inside}, not a workbook.",
        hint="Unpack it and load the file inside.",
    )
