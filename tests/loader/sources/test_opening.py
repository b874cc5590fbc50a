"""Files that are no manifest, or not what their name says: each is told apart by its bytes."""

import os
from pathlib import Path

import pytest

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.files import file_digest


@pytest.mark.parametrize("letters", ["PK", "MZ", "BZ", "GIF"])
def test_a_table_may_begin_with_the_letters_of_a_signature(text_file, read, letters):
    rows, _ = read(text_file(f"{letters},PO,Tracking\nx,1,2\n"))
    assert [row.cells[0] for row in rows] == [letters, "x"]


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.xls", b"<html><body><table><tr><td>PO</table>", "a web page"),
        ("a.xls", b'\xef\xbb\xbf<!DOCTYPE HTML PUBLIC "-//W3C//DTD">', "a web page"),
        (
            "a.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "an XML Spreadsheet 2003",
        ),
        ("a.xls", '<?xml version="1.0"?><html>'.encode("utf-16"), "a web page"),
        ("a.xml", b"<?xml version='1.0'?><rows/>", "an XML document"),
        ("a.xlsx", b"%PDF-1.7", "a PDF document"),
        ("a.csv", b"\x89PNG\r\n", "a picture"),
        ("a.csv", b"\xff\xd8\xff\xe0", "a picture"),
        ("a.csv.gz", b"\x1f\x8b\x08\0", "a gzip archive"),
        ("a.csv", b' [{"po": 1}]', "JSON data"),
        ("a.csv", b'{"po": 1}', "JSON data"),
        ("a.xls", b"\x09\x04\x06\x00\0\0", "a workbook of Excel 4"),
        ("a.csv", b"\0" * 5000, "NUL"),
        ("a.xlsx", b"PK\x03\x04 cut off", "damaged or incomplete"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "or a damaged one"),
    ],
)
def test_says_what_it_is_and_how_to_mend_it(text_file, read, name, content, what):
    with pytest.raises(SourceRefused, match=what) as refusal:
        read(text_file(content, name))
    assert refusal.value.message.startswith(f"{name}: ")
    assert refusal.value.hint.endswith(".")


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"[Content_Types].xml": "", "word/document.xml": ""}, "a Word document"),
        ({"[Content_Types].xml": "", "ppt/presentation.xml": ""}, "a PowerPoint presentation"),
        ({"Index/Document.iwa": ""}, "an Apple Numbers"),
        ({"march.csv": "PO,Tracking"}, 'a zip archive that holds "march.csv"'),
        ({}, "a zip archive that holds nothing"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "a zip archive"),
        ({"xl/workbook.xml": "<workbook/>"}, "does not say where its workbook is"),
    ],
)
def test_says_what_a_zip_holds(zip_file, read, parts, what):
    with pytest.raises(SourceRefused, match=what):
        read(zip_file(parts))


def test_tabbed_text_named_xls_is_read_with_a_note(text_file, read):
    rows, source = read(text_file("PO\tTracking\n1\t2\n", "manifest.xls"))
    assert rows[1].cells == ["1", "2"]
    assert "although its name ends in .xls" in source.notes[0]


def test_a_workbook_named_csv_is_read(xlsx_file, read):
    path = xlsx_file('<row r="1"><c r="A1"><v>1</v></c></row>')
    rows, source = read(path.rename(path.with_suffix(".csv")))
    assert source.kind == "Excel workbook"
    assert len(rows) == 1


def test_a_password_is_named(text_file, read, ole):
    with pytest.raises(SourceRefused, match="protected by a password"):
        read(text_file(ole("EncryptedPackage", b"\0" * 5000), "manifest.xlsx"))


def test_says_what_an_ole_container_holds(text_file, read, ole):
    with pytest.raises(SourceRefused, match="a Word document"):
        read(text_file(ole("WordDocument", b"\0" * 5000), "manifest.xls"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path, read):
    with pytest.raises(SourceRefused, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(SourceRefused, match="a folder"):
        read(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that fails to read")
def test_a_disk_that_fails_is_refused(read):
    with pytest.raises(SourceRefused, match="mem: the file can't be read"):
        read(Path("/proc/self/mem"))


def test_a_pipe_or_device_is_told_before_it_is_read(tmp_path, read):
    pipe = tmp_path / "manifest.csv"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(OSError, match="no regular file"):
            file_digest(path)
        with pytest.raises(SourceRefused, match="a device or a pipe"):
            read(path)


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_noticed(text_file, open_file):
    path = text_file("PO,Tracking\n1,2\n")
    source = open_file(path)
    other = path.with_name("other.csv")
    other.write_text("Tracking,PO\n2,1\n")
    stat = path.stat()
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)
    with pytest.raises(SourceRefused, match="changed while it was read"):
        list(source.rows())
    with pytest.raises(SourceRefused, match="changed while it was read"):
        source.refuse_if_changed()


def test_a_flat_opendocument_file_is_no_web_page(text_file, read):
    head = "<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:"
    with pytest.raises(SourceRefused, match="flat OpenDocument"):
        read(text_file(f"{head}xmlns:office:1.0'><table:table/></office:document>", "a.fods"))
