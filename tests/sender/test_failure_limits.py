"""When a run that goes wrong is stopped."""

import pytest

from batch_tracker.errors import SameRefusal, TooManyFailures
from batch_tracker.model import Outcome, State
from batch_tracker.sender.failure_limits import FailureLimits
from batch_tracker.settings import Share


def refused(row, message="No such thing.", status=400):
    return Outcome(row=row, state=State.REJECTED, message=message, status=status)


def limits(same=3, most=None, total=100):
    return FailureLimits(same_refusals=same, max_failures=most, total=total)


def test_the_same_refusal_of_the_first_rows_stops_the_run():
    counted = limits()
    counted.record(refused(1))
    counted.record(refused(2))
    with pytest.raises(
        SameRefusal, match="first 3 rows were all refused for the same reason: No such thing"
    ):
        counted.record(refused(3))


def test_refusals_that_differ_in_numbers_only_are_the_same():
    counted = limits(same=2)
    counted.record(refused(1, "PO 1001 is unknown"))
    with pytest.raises(SameRefusal):
        counted.record(refused(2, "PO 77 is unknown"))


@pytest.mark.parametrize(
    "other",
    [
        refused(2, "Something else."),
        refused(2, status=404),
        Outcome(row=2, state=State.UPDATED, status=200),
        Outcome(row=2, state=State.FAILED, message="No such thing.", status=400),
    ],
)
def test_one_row_that_fares_differently_says_that_it_is_the_rows(other):
    counted = limits()
    counted.record(refused(1))
    counted.record(other)
    for row in range(3, 50):
        counted.record(refused(row))


def test_a_stop_names_the_rows_that_were_refused_alike_and_those_that_were_under_way():
    counted = limits(same=2)
    counted.record(refused(7))
    with pytest.raises(SameRefusal) as stopped:
        counted.record(refused(3))
    with pytest.raises(SameRefusal):
        counted.record(refused(5))
    counted.record(refused(4, "Something else."))
    assert stopped.value.rows == [7, 3, 5]


def test_sameness_can_be_ignored():
    counted = limits(same=0)
    for row in range(50):
        counted.record(refused(row))


@pytest.mark.parametrize(
    ("message", "status", "cause"),
    [
        ("Multiple Tracking Numbers is enabled for this client", 400, "setting"),
        ("Ship date cannot be set", 400, "shipping status is probably None"),
        ("ShippedOn can not be changed", 500, "shipping status is probably None"),
        ("You do not have permission", 400, "has no permission"),
        ("The server answered 403 (Forbidden)", 403, "has no permission"),
        ("Not found", 404, "may be the wrong one"),
        ("sent us on", 302, "may be the wrong one"),
        ("Number 404 is odd", 400, "in every row"),
    ],
)
def test_the_diagnosis_names_the_probable_cause(message, status, cause):
    counted = limits(same=1)
    with pytest.raises(SameRefusal, match=cause):
        counted.record(refused(1, message, status))


@pytest.mark.parametrize(("most", "allowed"), [(Share(5, is_percent=True), 5), (Share(20), 20)])
def test_more_failures_than_allowed_stop_the_run(most, allowed):
    counted = limits(most=most)
    states = (State.REJECTED, State.FAILED, State.IN_DOUBT)
    counted.record(Outcome(row=0, state=State.UPDATED))
    for row in range(allowed):
        counted.record(Outcome(row=row, state=states[row % 3]))
    with pytest.raises(TooManyFailures, match=f"{allowed + 1} rows"):
        counted.record(Outcome(row=99, state=State.FAILED))
