"""What an update may hold, and what of it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from batch_tracker.model import Update, updates_of

VALUES = {
    "tracking_number": st.text(min_size=1),
    "carrier": st.text(min_size=1),
    "shipped_on": st.just("2026-03-04T12:00:00.000Z"),
}
NAMES = {
    "tracking_number": "TrackingNumber",
    "carrier": "ShippedViaCarrier",
    "shipped_on": "ShippedOn",
}


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_only_what_a_row_has_is_sent_and_as_it_is(values):
    body = Update(po=1001, **values).body()
    assert body == {NAMES[field]: value for field, value in values.items()}


@given(st.lists(st.fixed_dictionaries({}, optional=VALUES)))
def test_many_updates_are_those_that_one_by_one_would_be(values):
    rows = [(po, *map(each.get, NAMES)) for po, each in enumerate(values, 1)]
    assert updates_of(rows) == [Update(po=po, **each) for po, each in enumerate(values, 1)]


@pytest.mark.parametrize(
    "wrong",
    [(0, "1Z", "UPS", None), (1, "", "UPS", None), (1, "1Z", "", None), (1, "1Z", "UPS", "soon")],
)
def test_one_wrong_update_among_many_is_refused(wrong):
    right = (1001, "1Z", "UPS", "2026-03-04T12:00:00.000Z")
    with pytest.raises(ValidationError):
        updates_of([right, wrong, right])


@pytest.mark.parametrize(
    "wrong",
    [
        {"po": 0},
        {"po": -1},
        {"po": 2**31},
        {"po": "PO 7"},
        {"tracking_number": ""},
        {"carrier": ""},
        {"shipped_on": "2026-03-04"},
        {"shipped_on": "2026-03-04T12:00:00Z"},
        {"shipped_on": "2026-03-04T12:00:00.000+01:00"},
        {"weight": "2.5"},
    ],
)
def test_what_the_server_has_no_place_for_is_refused(wrong):
    with pytest.raises(ValidationError):
        Update(**{"po": 1001, **wrong})


@pytest.mark.parametrize("po", [1, 2**31 - 1])
def test_a_po_is_a_positive_int32(po):
    assert Update(po=po).po == po


def test_an_update_is_never_changed():
    update = Update(po=1001)
    with pytest.raises(ValidationError, match="frozen"):
        update.po = 1002
