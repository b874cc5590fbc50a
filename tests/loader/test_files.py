"""Which files a command's words mean."""

import os

import pytest
from openpyxl import Workbook

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.files import file_digest, find_manifests


@pytest.fixture
def folder(tmp_path):
    """A folder whose files were written in another order than that of their names."""
    for age, name in enumerate(["a.csv", "c.xlsx", "b.CSV"]):
        (tmp_path / name).write_text("PO", "utf-8")
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    for name in (".hidden.csv", "~$c.xlsx", "notes.pdf"):
        (tmp_path / name).write_text("PO", "utf-8")
    book = Workbook()
    book.active.title = "Results"
    book.create_sheet("Summary")
    book.save(tmp_path / "a-20260304-120000-results.xlsx")
    (tmp_path / "older.csv").mkdir()
    return tmp_path


def names(paths):
    return [path.name for path in paths]


def test_a_folder_means_its_manifests_the_oldest_first(folder):
    assert names(find_manifests([str(folder)])) == ["a.csv", "c.xlsx", "b.CSV"]


def test_a_pattern_means_what_fits_it(folder):
    assert names(find_manifests([str(folder / "*.[cC]*")])) == ["a.csv", "b.CSV"]


def test_named_files_keep_their_order_and_come_once(folder):
    words = [str(folder / "b.CSV"), str(folder / "a.csv"), str(folder)]
    assert names(find_manifests(words)) == ["b.CSV", "a.csv", "c.xlsx"]


def test_a_named_file_is_meant_whatever_it_is(folder):
    for name in ("notes.pdf", "gone.csv", "a-20260304-120000-results.xlsx"):
        assert names(find_manifests([str(folder / name)])) == [name]


def test_a_file_with_a_pattern_for_a_name_is_meant_itself(tmp_path):
    (tmp_path / "[1].csv").write_text("PO", "utf-8")
    assert names(find_manifests([str(tmp_path / "[1].csv")])) == ["[1].csv"]


@pytest.mark.parametrize("word", ["older.csv", "*.ods"])
def test_nothing_there_is_refused(folder, word):
    with pytest.raises(SourceRefused, match="no manifest there"):
        find_manifests([str(folder / word)])


def test_a_copy_is_the_same_file_and_one_byte_makes_another(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"PO\n1\n")
    (tmp_path / "b.csv").write_bytes(b"PO\n1\n")
    (tmp_path / "c.csv").write_bytes(b"PO\n2\n")
    a, b, c = (file_digest(tmp_path / name) for name in ("a.csv", "b.csv", "c.csv"))
    assert a == b != c
