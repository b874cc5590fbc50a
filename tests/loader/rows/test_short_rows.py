"""Rows with fewer cells than others: the whole file tells whether blanks or a value are missing."""

import pytest

from batch_tracker.loader import open_manifest
from batch_tracker.model import State
from tests.loader.rows.conftest import TODAY, read_all

HEADER = "PO,Tracking Number,Carrier,Ship Date,Town,Remark"


def row(po, more=",Reno,fragile"):
    return f"{po},1Z999AA10123456784,UPS,2026-11-20{more}"


def test_a_block_of_short_rows_far_down_has_left_out_its_blanks(read):
    rows = [*(row(po) for po in range(1000, 1070)), *(row(po, ",Reno") for po in range(2000, 2016))]
    found, _ = read(HEADER, *rows)
    assert all(record.update for record in found.values())


@pytest.mark.parametrize("length", [3, 8])
def test_a_few_short_rows_one_after_the_other_are_enough(read, length):
    short = [row(po, ",Reno") for po in range(5000, 5000 + length)]
    rows = [*(row(po) for po in range(1000, 1200)), *short, *(row(po) for po in range(6000, 6100))]
    found, _ = read(HEADER, *rows)
    assert all(record.update for record in found.values())


@pytest.mark.parametrize("places", [(60,), (60, 90), (60, 61)])
def test_a_row_that_is_short_alone_is_held(read, places):
    rows = [row(po) for po in range(1000, 1120)]
    for place in places:
        rows[place] = row(1000 + place, ",Reno")
    found, _ = read(HEADER, *rows)
    held = [record.number - 2 for record in found.values() if record.state is State.INVALID]
    assert held == list(places)
    assert {found[place + 2].code for place in places} == {"too-few-cells"}


def test_short_rows_that_are_no_rarity_fit_though_none_follows_another(read):
    rows = [
        row(po, ",Reno" if po > 1060 and po % 4 == 0 else ",Reno,fragile")
        for po in range(1000, 1200)
    ]
    found, _ = read(HEADER, *rows)
    assert all(record.update for record in found.values())


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (row(1003), ""),
        (row(1003, ",Reno,fragi"), ""),
        (row(1003, ",Ren"), "too-few-cells"),
        (row(1003, ""), "too-few-cells"),
        ("1003,1Z999AA1012", "too-few-cells"),
        ("1003", "too-few-cells"),
        ("Total: 3", "total"),
    ],
)
def test_a_row_in_which_the_file_ends_and_that_is_shorter_than_the_one_above_is_held(
    tmp_path, last, code
):
    path = tmp_path / "cut.csv"
    above = [row(po, ",Reno" if po % 3 == 1 else ",Reno,fragile") for po in range(2000, 2100)]
    path.write_text("\n".join([HEADER, *above, row(1002), last]), "utf-8")
    found, _ = read_all(path)
    assert [record.code for record in found.values()][100:] == ["", code]


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_the_row_in_which_a_file_ends_is_known_wherever_a_chunk_ends(tmp_path, chunk):
    path = tmp_path / "cut.csv"
    path.write_text("\n".join([HEADER, row(1001), row(1002), row(1003, ",R")]), "utf-8")
    with open_manifest(path, profile=None, known=(), today=TODAY) as manifest:
        codes = [record.code for records in manifest.chunks(chunk) for record in records]
    assert codes == ["", "", "too-few-cells"]


def test_a_file_without_a_last_line_end_whose_rows_are_all_alike_is_read(tmp_path):
    path = tmp_path / "short.csv"
    path.write_text("\n".join([HEADER, *(row(po, ",Reno") for po in range(1000, 1020))]), "utf-8")
    found, _ = read_all(path)
    assert all(record.update for record in found.values())


def test_a_void_flag_may_be_left_out_but_no_value_to_send(read):
    header = "PO,Tracking Number,Carrier,Ship Date,Void"
    void = [f"{row(po, '')},Y" for po in range(1000, 1003)]
    found, _ = read(header, *void, *(row(po, "") for po in range(2000, 2060)))
    assert [record.code for record in found.values()][:4] == ["void"] * 3 + [""]
    cut = [f"{po},1Z999AA10123456784,UPS" for po in range(3000, 3020)]
    found, _ = read(header, *(f"{row(po, '')}," for po in range(1000, 1060)), *cut)
    assert {record.code for record in found.values()} == {"", "too-few-cells"}
