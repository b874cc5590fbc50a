"""Rows with fewer cells than others: the whole file tells whether blanks or a value are missing."""

import pytest

from batch_tracker.model import State

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


def test_a_void_flag_may_be_left_out_but_no_value_to_send(read):
    header = "PO,Tracking Number,Carrier,Ship Date,Void"
    void = [f"{row(po, '')},Y" for po in range(1000, 1003)]
    found, _ = read(header, *void, *(row(po, "") for po in range(2000, 2060)))
    assert [record.code for record in found.values()][:4] == ["void"] * 3 + [""]
    cut = [f"{po},1Z999AA10123456784,UPS" for po in range(3000, 3020)]
    found, _ = read(header, *(f"{row(po, '')}," for po in range(1000, 1060)), *cut)
    assert {record.code for record in found.values()} == {"", "too-few-cells"}
