"""What a look at a PO proves: what it holds, and what it held before."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.model import Field, PoSnapshot, Update
from batch_tracker.sender.proof import HourShifts, hours_off, shown_later

SENT = Update(po=1, tracking_number="T1", carrier="UPS", shipped_on="2026-03-04T12:00:00.000Z")
FIELDS = (Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON)


def nothing_known():
    return {}


def held(*values):
    known = {field: value for field, value in zip(FIELDS, values, strict=True) if value is not None}
    return lambda: known


@pytest.mark.parametrize(
    ("shown", "hours"),
    [
        (("T1", "UPS", "2026-03-04T12:00:00Z"), 0),
        (("T1", "UPS", "2026-03-04T12:00:00"), 0),
        (("T1", "UPS", "2026-03-04T06:00:00-06:00"), 0),
        (("T1", "ups", "2026-03-04T12:00:00.000"), 0),
        (("T1", "ups", "2026-03-04T07:00:00"), -5),
        (("T1", "UPS", "2026-03-04T00:00:00"), -12),
        (("T1", "UPS", "2026-03-05T02:00:00Z"), 14),
        (("T1", "UPS", "2026-03-05T03:00:00Z"), None),
        (("T1", "UPS", "2026-03-04T12:30:00Z"), None),
        (("T1", "UPS", "2026-03-04T11:59:59Z"), None),
        (("T1", "UPS", "2026-03-06T12:00:00Z"), None),
        (("T1", "UPS", ""), None),
        (("T1", "UPS", "soon"), None),
        (("T2", "UPS", "2026-03-04T12:00:00Z"), None),
        (("t1", "UPS", "2026-03-04T12:00:00Z"), None),
        (("T1", "FedEx", "2026-03-04T12:00:00Z"), None),
        (("", "", ""), None),
    ],
)
def test_what_was_sent_is_shown_up_to_the_carriers_case_and_whole_hours(shown, hours):
    assert hours_off(SENT, PoSnapshot(*shown), nothing_known) == hours


def test_fields_that_were_not_sent_may_be_anything():
    shown = PoSnapshot("T1", "FedEx", "2020-01-01")
    assert hours_off(Update(po=1, tracking_number="T1"), shown, nothing_known) == 0
    assert hours_off(Update(po=1, carrier="fedex"), shown, nothing_known) == 0


EARLY = "2026-03-04T08:00:00"


@pytest.mark.parametrize(
    ("shown", "before", "hours"),
    [
        # It holds what it held: not the letters, or not the hour, that were sent.
        (("T1", "UPS", EARLY), ("T1", "UPS", EARLY), None),
        (("T1", "UPS", EARLY), ("T1", "UPS", f"{EARLY}.000Z"), None),
        (("T1", "UPS", EARLY), (None, None, f"{EARLY}.000Z"), None),
        (("T1", "ups", "2026-03-04T12:00:00Z"), ("T1", "ups", "2026-03-04T12:00:00Z"), None),
        (("T1", "ups", "2026-03-04T12:00:00Z"), (None, "ups", None), None),
        # It holds what it held, and that is what was sent.
        (("T1", "UPS", "2026-03-04T12:00:00Z"), ("T1", "UPS", "2026-03-04T12:00:00Z"), 0),
        # Another field has changed, so the update was taken.
        (("T1", "UPS", EARLY), ("", "UPS", EARLY), -4),
        (("T1", "ups", EARLY), ("T0", "ups", EARLY), -4),
        (("T1", "UPS", EARLY), ("T1", "UPS", "2026-03-01T08:00:00"), -4),
        (("T1", "UPS", EARLY), ("T1", "UPS", ""), -4),
        # What the field in question held is not known.
        (("T1", "UPS", EARLY), ("T1", "UPS", None), -4),
        (("T1", "ups", EARLY), (None, None, EARLY), -4),
    ],
)
def test_what_a_po_held_before_is_no_proof_but_its_opposite(shown, before, hours):
    assert hours_off(SENT, PoSnapshot(*shown), held(*before)) == hours


moments = st.integers(-20, 20).map(
    lambda hours: f"{datetime(2026, 3, 4, 12) + timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}"  # noqa: DTZ001 - as a server shows it
)
snapshots = st.builds(
    PoSnapshot, st.sampled_from(["T1", "T2", ""]), st.sampled_from(["UPS", "ups", ""]), moments
)
updates = st.builds(
    Update,
    po=st.just(1),
    tracking_number=st.sampled_from(["T1", None]),
    carrier=st.sampled_from(["UPS", None]),
    shipped_on=st.sampled_from([SENT.shipped_on, None]),
)


@given(updates, snapshots)
def test_no_po_that_has_not_changed_proves_what_it_did_not_hold_to_the_letter(update, snapshot):
    before = held(snapshot.tracking_number, snapshot.carrier, snapshot.shipped_on)
    wanted = (update.tracking_number, update.carrier, update.shipped_on)
    shown = (snapshot.tracking_number, snapshot.carrier, f"{snapshot.shipped_on}.000Z")
    held_already = all(new in {None, old} for old, new in zip(shown, wanted, strict=True))
    assert hours_off(update, snapshot, before) == (0 if held_already else None)


def test_what_was_held_before_is_only_asked_for_where_it_matters():
    def not_asked():
        raise AssertionError

    assert hours_off(SENT, PoSnapshot("T1", "UPS", "2026-03-04T12:00:00Z"), not_asked) == 0
    assert hours_off(SENT, PoSnapshot("T2", "UPS", EARLY), not_asked) is None


@pytest.mark.parametrize("hours", [-12, -5, 0, 1, 14])
def test_what_is_shown_later_is_as_many_hours_off(hours):
    shown = shown_later(SENT, hours)
    assert shown[:2] == ("T1", "UPS")
    assert hours_off(SENT, shown, nothing_known) == hours


def shifts(*hours):
    shifts = HourShifts()
    for number, each in enumerate(hours):
        shifts.add(10 * number, each)
    return shifts


@pytest.mark.parametrize(
    ("hours", "least", "agree"),
    [
        ([-5], 1, True),
        ([-5], 2, False),
        ([-5, -5], 2, True),
        ([-5, -4], 1, False),
        ([-5, -5, 0], 1, False),
        ([0, 0], 1, False),
        ([], 0, False),
    ],
)
def test_hours_are_a_zone_where_all_rows_are_as_many_off(hours, least, agree):
    assert shifts(*hours).agree(least) is agree


def test_each_row_keeps_its_hours():
    found = shifts(-5, 0, 14)
    assert len(found) == 2
    assert [found.of(row) for row in (-1, 0, 5, 10, 20, 21)] == [0, -5, 0, 0, 14, 0]
