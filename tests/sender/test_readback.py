"""Reading back: lost answers are settled, and a server that says yes and does nothing is found."""

import math

import pytest

from batch_tracker.errors import NotApplied, SameRefusal, TooManyFailures
from batch_tracker.model import Judgement, PoSnapshot, State
from batch_tracker.sandbox import PurchaseOrder
from batch_tracker.sender.orders import read_page
from batch_tracker.settings import Share
from tests.sender.conftest import update_of

EARLY, LATE = "2024-04-09T08:00:00.000Z", "2024-04-09T12:00:00.000Z"


def look_ups(job):
    return [call for call in job.sandbox.calls if call.endpoint == "list"]


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("reset-after", State.UPDATED, "read-back"),
        ("reset-before", State.FAILED, "not-applied"),
    ],
)
def test_lost_answers_are_settled_by_one_look_at_fifty_rows(play, fault, state, code):
    async def story(job):
        lost = [update.po for update in job.updates[::2]]
        for po in lost:
            job.sandbox.script(po, fault, fault)
        await job.send()
        assert {job.states[po] for po in lost} == {state}
        assert len(look_ups(job)) == 2
        assert job.codes == {"", code}
        assert job.says_the_truth()

    play(story, rows=120, workers=1, attempts=2)


def test_a_refusal_after_a_lost_answer_is_held_against_what_the_server_shows(play):
    async def story(job):
        for po, lost in ((1001, "reset-after"), (1002, "reset-before"), (1003, "truncated")):
            job.sandbox.script(po, lost, "500-message")
        job.sandbox.script(1004, "500-message")
        await job.send()
        assert job.counts == {State.UPDATED: 3, State.REJECTED: 2}
        assert job.states[1002] is job.states[1004] is State.REJECTED
        assert "locked by an open receiving session" in job.messages[1002]
        assert len(look_ups(job)) == 1
        assert job.says_the_truth()

    play(story)


def test_two_refusals_after_lost_answers_are_enough_to_tell_the_zone(play):
    async def story(job):
        for po in (1001, 1002):
            job.sandbox.script(po, "reset-after", "500-message")
        await job.send()
        assert job.counts == {State.UPDATED: 2}

    server = {"returned_dates": "server-local", "server_utc_offset_h": -5}
    play(story, rows=2, server=server)


def test_what_can_not_be_looked_up_stays_in_doubt(play):
    async def story(job):
        job.blind()
        job.sandbox.always("reset-after")
        await job.send()
        assert job.counts == {State.IN_DOUBT: 3}
        assert "may have taken this or not" in job.messages[1001]

    play(story, rows=3, attempts=2)


def test_a_po_that_is_not_shown_stays_in_doubt(play):
    async def story(job):
        job.sandbox.script(1001, "reset-after", "reset-after")
        await job.send()
        assert job.states[1001] is State.IN_DOUBT

    play(story, rows=1, attempts=2, server={"default_company": 7})


@pytest.mark.parametrize("rows", [1, 50, 51, 120])
def test_verifying_costs_a_call_for_fifty_rows(play, rows):
    async def story(job):
        await job.send(verify=True)
        assert job.counts == {State.UPDATED: rows}
        assert job.codes == {"verified"}
        assert len(look_ups(job)) == math.ceil(rows / 50)
        assert job.says_the_truth()

    play(story, rows=rows)


def test_verifying_finds_out_a_server_that_says_yes_and_does_nothing(play):
    async def story(job):
        job.sandbox.script(1003, "not-applied-200")
        await job.send(verify=True)
        assert job.states[1003] is State.FAILED
        assert "tracking number none" in job.messages[1003]
        assert job.counts == {State.UPDATED: 4, State.FAILED: 1}
        applied = job.run.ledger.execute("SELECT tracking_number FROM applied WHERE po = 1003")
        assert applied.fetchone() == (None,)

    play(story)


def earlier(po, **changes):
    """A PO as an earlier run, or a person, has left it: what the run will send, hours before."""
    held = {"tracking_number": f"T{po}", "courier_service": "UPS", "shipped_on": EARLY}
    return PurchaseOrder(po, **{**held, **changes})


def send_everything(_step, _before):
    return Judgement()


LEFT = {
    "another hour": {},
    "other letters": {"shipped_on": LATE, "courier_service": "ups"},
    "both": {"courier_service": "ups"},
}


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("fault", ["not-applied-200", "reset-before"])
def test_what_a_po_held_before_proves_that_nothing_was_applied(play, left, fault):
    async def story(job):
        for po in (1001, 1002):
            job.sandbox.script(po, fault, fault)
        await job.send(judge=send_everything, verify=True)
        assert job.states == {1001: State.FAILED, 1002: State.FAILED, 1003: State.UPDATED}
        assert job.codes == {"not-applied", "verified"}
        assert "shows something else: tracking number T1001" in job.messages[1001]

    orders = [earlier(po, **LEFT[left]) for po in (1001, 1002, 1003)]
    play(story, rows=3, attempts=2, server={"orders": orders})


@pytest.mark.parametrize("fault", ["not-applied-200", "reset-before"])
def test_what_an_earlier_run_has_applied_proves_it_too(play, fault):
    async def story(job):
        first = [each.model_copy(update={"shipped_on": EARLY}) for each in job.updates]
        await job.another(first).send()
        later = job.another(job.updates)
        for po in (1001, 1002):
            job.sandbox.script(po, fault, fault)
        await later.send(verify=True)
        assert later.states == {1001: State.FAILED, 1002: State.FAILED, 1003: State.UPDATED}

    play(story, rows=3, attempts=2)


@pytest.mark.parametrize(
    ("offset_h", "hours"),
    [(-5, "5 hours earlier"), (-1, "1 hour earlier"), (1, "1 hour later"), (9, "9 hours later")],
)
def test_hours_that_all_rows_are_off_are_the_servers_zone_and_are_said(play, offset_h, hours):
    async def story(job):
        job.sandbox.script(1003, "reset-after", "reset-after")
        job.sandbox.script(1004, "reset-after", "reset-after")
        await job.send(judge=send_everything, verify=True)
        assert job.counts == {State.UPDATED: 60}
        assert job.codes == {"verified", "read-back"}
        said = f"It shows every ship date {hours}."
        assert all(message.endswith(said) for message in job.messages.values())

    server = {"returned_dates": "server-local", "server_utc_offset_h": offset_h}
    play(story, rows=60, attempts=2, server=server)


def test_rows_without_a_ship_date_and_rows_not_applied_say_nothing_of_the_zone(play):
    async def story(job):
        job.sandbox.script(1004, "not-applied-200")
        await job.send(verify=True)
        verified = dict.fromkeys((1001, 1002, 1003), State.UPDATED)
        assert job.states == verified | {1004: State.FAILED}

    updates = [update_of(po) for po in (1001, 1002, 1003, 1004)]
    updates[2] = updates[2].model_copy(update={"shipped_on": None})
    server = {"returned_dates": "server-local", "server_utc_offset_h": -5}
    play(story, updates=updates, server=server)


def test_hours_that_differ_from_row_to_row_prove_nothing(play):
    """Nobody has looked before, and one PO holds another hour than the others."""

    async def story(job):
        for po in (1001, 1002):
            job.sandbox.script(po, "not-applied-200")
        await job.send(verify=True)
        assert job.states == {1001: State.FAILED, 1002: State.FAILED, 1003: State.UPDATED}

    other_hour = earlier(1002, shipped_on="2024-04-09T07:00:00.000Z")
    orders = [earlier(1001), other_hour, PurchaseOrder(1003)]
    play(story, rows=3, server={"orders": orders})


@pytest.mark.parametrize(("rows", "state"), [(1, State.IN_DOUBT), (2, State.UPDATED)])
def test_a_lost_answer_is_not_settled_by_the_hour_of_one_row_alone(play, rows, state):
    async def story(job):
        job.sandbox.always("reset-after")
        await job.send()
        assert job.counts == {state: rows}

    server = {"returned_dates": "server-local", "server_utc_offset_h": -5}
    play(story, rows=rows, attempts=2, server=server)


def test_a_row_that_can_not_be_verified_says_so_and_stays_updated(play):
    async def story(job):
        job.blind()
        await job.send(verify=True)
        assert job.counts == {State.UPDATED: 5}
        assert job.codes == {"not-shown"}

    play(story)


@pytest.mark.parametrize(
    "server",
    [
        {"returned_dates": "server-local"},
        {"returned_dates": "without-zone"},
        {"enum_shape": "name"},
        {"repeats_across_pages": False},
        {"seed": 5},
    ],
)
def test_whatever_the_server_makes_of_the_answer_it_is_understood(play, server):
    async def story(job):
        await job.send(verify=True)
        assert job.codes == {"verified"}

    play(story, rows=55, server=server)


def test_a_look_up_bears_server_trouble_throttling_and_a_dead_token(play):
    async def story(job):
        job.sandbox.script("list", "500", "throttled", "401", "reset-before", "ok")
        await job.send(verify=True)
        assert job.codes == {"verified"}
        assert job.says_the_truth()

    play(story, attempts=4)


def test_the_canary_lives_and_the_rest_follows(play):
    async def story(job):
        await job.send(canary=3)
        endpoints = [call.endpoint for call in job.sandbox.calls]
        assert endpoints == ["token", *["put"] * 3, "list", *["put"] * 7]
        assert job.counts == {State.UPDATED: 10}

    play(story, rows=10, workers=8)


@pytest.mark.parametrize("hidden", [False, True])
def test_the_canary_dies_and_nothing_follows(play, hidden):
    async def story(job):
        if not hidden:
            job.sandbox.always("not-applied-200")
        with pytest.raises(NotApplied, match=r"first 3 rows, but does not show 3"):
            await job.send(canary=3)
        assert job.sandbox.calls.puts.total() == 3
        assert job.open == 7

    play(story, rows=10, server={"default_company": 7} if hidden else {})


@pytest.mark.parametrize(("canary", "which"), [(1, "the first row"), (3, "any of the first 3")])
def test_a_canary_that_is_refused_is_dead_too(play, canary, which):
    async def story(job):
        for po in (1001, 1002, 1003):
            job.sandbox.script(po, "500-message")
        with pytest.raises(NotApplied, match=f"did not accept {which}"):
            await job.send(canary=canary)
        assert job.sandbox.calls.puts.total() == len(job.sandbox.calls) - 1 == canary
        await job.send()
        assert job.counts == {State.REJECTED: 3, State.UPDATED: 7}

    play(story, rows=10)


@pytest.mark.parametrize("workers", [1, 8, 32])
def test_a_server_that_refuses_every_row_alike_costs_few_calls(play, workers):
    async def story(job):
        with pytest.raises(SameRefusal, match="Multiple Tracking Numbers"):
            await job.send(same_refusals=10)
        assert job.sandbox.calls.puts.total() <= 10 + workers
        assert job.says_the_truth()

    play(story, rows=200, workers=workers, server={"multiple_tracking": True})


@pytest.mark.parametrize("workers", [1, 8])
def test_a_run_that_goes_bad_is_stopped(play, workers):
    async def story(job):
        for po in range(1041, 1101):
            job.sandbox.script(po, "500-message")
        with pytest.raises(TooManyFailures):
            await job.send(max_failures=Share(5, is_percent=True))
        assert 6 <= job.counts[State.REJECTED] <= 5 + workers
        assert job.counts[State.NOT_SENT] >= 40

    play(story, rows=100, workers=workers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"Items": 5}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_list_is_told_from_an_empty_one(body):
    assert read_page(body) is None


def test_what_is_no_po_is_passed_over():
    assert read_page(b'{"Items": [5, null, {"ID": "7"}, {"TrackingNumber": "T"}]}') == ({}, None)


@pytest.mark.parametrize(
    ("status", "shipping", "order", "understood"),
    [
        ("4", "0", "55", ("Cancelled", "None", "55")),
        ('"Cancelled"', '"None"', '"55"', ("Cancelled", "None", "55")),
        ('"received"', '"2"', "0", ("Received", "FullyShipped", "")),
        ("5", "1", '"0"', ("Completed", "PartiallyShipped", "")),
        ("6", "3", "7", ("6", "3", "7")),
        ("-1", "9", "null", ("-1", "9", "")),
        ("null", "{}", "[]", ("", "", "")),
    ],
)
def test_statuses_are_understood_as_numbers_and_as_names(status, shipping, order, understood):
    page = (
        f'{{"Items": [{{"ID": 7, "PurchaseOrderStatus": {status}, '
        f'"PurchaseOrdersShippingStatus": {shipping}, "DropShipOrderNumber": {order}}}]}}'
    )
    assert read_page(page.encode()).orders[7][3:6] == understood


def test_fields_of_another_type_are_taken_for_none():
    page = b'{"Items": [{"ID": 7, "TrackingNumber": null, "CourierService": 3, "ShippedOn": {}}]}'
    assert read_page(page).orders == {7: PoSnapshot("", "", "")}
