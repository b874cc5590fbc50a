"""What only the whole file shows: it is asked about at the end, before anything is sent."""

from datetime import date

import pytest

from batch_tracker.errors import ColumnsUnclear
from batch_tracker.loader import open_manifest
from batch_tracker.settings.column_answer import read_answers

TODAY = date(2026, 11, 23)
UPS, USPS = "1Z999AA10123456784", "9400111899255192744104"
MANY = 1200
"""More rows than are looked at before the columns are understood, in several chunks."""


@pytest.fixture
def read(tmp_path):
    def read(head, *cells, answers=()):
        """Read a manifest whose last cells are given: one each for all rows, the last for one."""
        *usual, last = cells
        lines = [head, *[usual[0]] * MANY, *usual[1:], last]
        path = tmp_path / "m.csv"
        rows = (line if not n else f"{1000 + n},{line}" for n, line in enumerate(lines))
        path.write_text("\n".join(rows) + "\n", "utf-8")
        settings = {"column": read_answers(list(answers))}
        with open_manifest(
            path, profile=None, known=(), today=TODAY, overrides=settings
        ) as manifest:
            return manifest, [record for chunk in manifest.chunks() for record in chunk]

    return read


def asked(read, *lines):
    with pytest.raises(ColumnsUnclear) as caught:
        read(*lines)
    return caught.value


@pytest.mark.parametrize(
    ("cell", "seems"),
    [
        (USPS, "hold tracking numbers"),
        ("X", "say whether a shipment counts"),
        ("UPS", "hold carriers"),
    ],
)
def test_a_column_that_is_blank_at_first_is_asked_about_when_it_speaks(read, cell, seems):
    error = asked(read, "PO,Tracking Number,Foo", f"{UPS},", f"{UPS},{cell}")
    assert f'"Foo", is not read, but seems to {seems}: "{cell}"' in error.message
    assert error.message.startswith("m.csv: ")


def test_a_second_value_makes_a_flag_of_a_column(read):
    assert read("PO,Tracking Number,Foo", f"{UPS},0", f"{UPS},0")
    error = asked(read, "PO,Tracking Number,Foo", f"{UPS},0", f"{UPS},1")
    assert "say whether a shipment counts" in error.message


def test_a_row_that_is_not_sent_does_not_speak(read):
    assert read("PO,Tracking Number,Void,Foo", f"{UPS},N,", f"{UPS},Y,{USPS}")


def test_a_better_column_that_is_blank_beside_a_filled_one_is_asked_about(read):
    lines = "PO,Tracking Number,PRO Number,Carrier", f"{UPS},,UPS", ",778123456,XPO"
    error = asked(read, *lines)
    row = MANY + 2
    assert f'row {row}: "Tracking Number" has no tracking number, but "PRO Number" has' in (
        error.message
    )
    [question] = error.questions
    first_filled, without = question.options
    _, records = read(*lines, answers=first_filled.answers)
    assert [records[n].update.tracking_number for n in (0, -1)] == [UPS, "778123456"]
    _, records = read(*lines, answers=without.answers)
    assert records[-1].update.tracking_number is None


@pytest.mark.parametrize("cell", ["FedEx", "FedEx Ground", "U.P.S.", "4PX", "Post 24"])
def test_a_lesser_column_is_held_against_a_blank_carrier_where_it_has_a_name(read, cell):
    error = asked(read, "PO,Tracking Number,Carrier,Ship Via", f"{UPS},UPS,", f"{UPS},,{cell}")
    assert f'"Carrier" has no carrier, but "Ship Via" has "{cell}"' in error.message
    assert read("PO,Tracking Number,Carrier,Ship Via", f"{UPS},UPS,", f"{UPS},,24")


def test_a_row_with_nothing_but_a_lesser_column_is_not_passed_over(read):
    error = asked(read, "PO,Tracking Number,PRO Number", f"{UPS},", ",778123456")
    assert '"PRO Number" has "778123456"' in error.message


def test_a_lesser_column_beside_a_filled_one_is_not(read):
    _, records = read("PO,Tracking Number,PRO Number", f"{UPS},", f"{UPS},778123456")
    assert records[-1].update.tracking_number == UPS


def test_a_lesser_column_that_can_not_be_the_field_is_not(read):
    assert read("PO,Tracking Number,PRO Number,Carrier", f"{UPS},,UPS", ",see label,UPS")


def test_columns_that_say_the_same_must_do_so_to_the_end(read):
    same = f"{UPS},{UPS.lower()}"
    _, records = read("PO,Tracking Number,Tracking ID", same, same)
    assert records[-1].update.tracking_number == UPS
    error = asked(read, "PO,Tracking Number,Tracking ID", same, f"{UPS},{USPS}")
    assert "2 columns could be the tracking number" in error.message
    error = asked(read, "PO,Tracking Number,Tracking ID,Carrier", f"{same},UPS", f",{USPS},USPS")
    assert '"Tracking Number" has no tracking number, but "Tracking ID" has' in error.message


@pytest.mark.parametrize("blank", ["", " ", r"\N", "(null)", '=""', "\u200b"])
def test_a_blank_of_any_spelling_speaks_against_nothing(read, blank):
    same = f"{UPS},{UPS}"
    _, records = read("PO,Tracking Number,Tracking ID", same, f"{UPS},{blank}")
    assert records[-1].update.tracking_number == UPS
    _, records = read("PO,Tracking Number,Carrier,Ship Via", f"{UPS},UPS,", f"{UPS},,{blank}")
    assert records[-1].update.carrier is None
    assert read("PO,Tracking Number,Foo", f"{UPS},", f"{UPS},{blank}")


def test_a_row_without_its_last_cells_speaks_against_nothing(read):
    _, records = read("PO,Tracking Number,Carrier,Ship Via,Foo", f"{UPS},UPS", f"{UPS},")
    assert records[-1].update.tracking_number == UPS


def test_a_told_column_is_held_against_those_of_a_usual_name(read):
    lines = "PO,Our ref,Tracking Number,Carrier", "T1,,UPS", f",{UPS},UPS"
    with pytest.raises(ColumnsUnclear, match='"Our ref" has no tracking number'):
        read(*lines, answers=["Our ref=tracking_number"])


def test_of_many_different_cells_only_some_are_kept(tmp_path):
    path = tmp_path / "m.csv"
    rows = (f"{1000 + n},{UPS},word {n} of many" for n in range(3 * MANY))
    path.write_text("PO,Tracking Number,Foo\n" + "\n".join(rows) + "\n", "utf-8")
    with open_manifest(path, profile=None, known=(), today=TODAY) as manifest:
        for _ in manifest.chunks():
            pass
        kept = manifest._evidence._seen[2]
    assert 200 <= len(kept) <= 700
