"""When two values of a field are the same, in each of the senses that we use."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.model import Field, PoSnapshot, Tolerance, Update, differences, substance

NOON = "2026-03-04T12:00:00.000Z"
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
NUMBER, CARRIER, DATE = Field.TRACKING_NUMBER, Field.CARRIER, Field.SHIPPED_ON


def is_same(field, old, new, tolerance):
    update = Update.model_validate({"po": 1, field.value: new})
    return not list(differences(update, PoSnapshot(**{field.value: old}), tolerance))


@pytest.mark.parametrize(
    ("field", "old", "new", "exact", "shown"),
    [
        (NUMBER, "1Z9", "1Z9", True, True),
        (NUMBER, "1z9", "1Z9", False, False),
        (NUMBER, "1Z-9", "1Z9", False, False),
        (NUMBER, "", "1Z9", False, False),
        (CARRIER, "UPS", "UPS", True, True),
        (CARRIER, "ups", "UPS", False, True),
        (CARRIER, "UP S", "UPS", False, False),
        (CARRIER, "", "UPS", False, False),
        (DATE, "2026-03-04T12:00:00Z", NOON, True, True),
        (DATE, "2026-03-04T12:00:00", NOON, True, True),
        (DATE, "2026-03-04T14:00:00+02:00", NOON, True, True),
        (DATE, "2026-03-04T12:00:00.001Z", NOON, False, True),
        (DATE, "2026-03-04", NOON, False, True),
        (DATE, "2026-03-05T02:00:00Z", NOON, False, True),
        (DATE, "2026-03-05T02:00:01Z", NOON, False, False),
        (DATE, "", NOON, False, False),
        (DATE, "soon", NOON, False, False),
    ],
)
def test_values_are_the_same_within_their_tolerance(field, old, new, exact, shown):
    assert is_same(field, old, new, Tolerance.EXACT) is exact
    assert is_same(field, old, new, Tolerance.SHOWN) is shown


def test_only_what_is_asked_for_is_compared_and_in_order():
    held = PoSnapshot("T1", "UPS", "")
    asked = Update(po=1, tracking_number="T2", shipped_on=NOON)
    expected = [(NUMBER, "T1", "T2"), (DATE, "", NOON)]
    assert list(differences(asked, held, Tolerance.EXACT)) == expected


@pytest.mark.parametrize(
    ("field", "one", "other", "agree"),
    [
        (NUMBER, "1Z-999-AA1", "1Z999AA1", True),
        (NUMBER, "1z999aa1", "1Z999AA1", True),
        (NUMBER, "99.00.12", "990012", True),
        (NUMBER, "9400\u2011111 2", "94001112", True),
        (NUMBER, "1Z1", "1Z2", False),
        (NUMBER, "1Z/1", "1Z1", False),
        (NUMBER, "-", ".", False),
        (CARRIER, "FedEx", "FEDEX", True),
        (CARRIER, "Straße", "STRASSE", True),
        (CARRIER, "UPS", "USPS", False),
        (DATE, "2026-03-04T15:21:00.000Z", "2026-03-04T15:22:00.000Z", True),
        (DATE, "2026-03-04T15:21:00.000Z", NOON, True),
        (DATE, "2026-03-04T23:59:00.000Z", "2026-03-05T00:00:00.000Z", False),
    ],
)
def test_rows_agree_in_substance(field, one, other, agree):
    assert (substance(field, one, UTC) == substance(field, other, UTC)) is agree


def test_a_day_is_one_of_the_files_own_zone():
    afternoon, evening = "2026-03-04T23:30:00.000Z", "2026-03-05T00:30:00.000Z"
    assert substance(DATE, afternoon, LOS_ANGELES) == substance(DATE, evening, LOS_ANGELES)
    assert substance(DATE, afternoon, UTC) != substance(DATE, evening, UTC)


@given(st.sampled_from([NUMBER, CARRIER]), st.text(min_size=1), st.sampled_from([UTC, LOS_ANGELES]))
def test_what_is_the_same_to_the_letter_agrees_in_substance(field, text, zone):
    assert substance(field, text, zone)
    assert substance(field, text, zone) == substance(field, text, UTC)
    assert is_same(field, text, text, Tolerance.EXACT)
