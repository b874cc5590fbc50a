"""Looking before sending: what it costs, what is kept, and that nothing is sent meanwhile."""

import math

import pytest

from batch_tracker import ledger
from batch_tracker.errors import LoginRefused, LookUpFailed, ServerUnusable
from batch_tracker.model import State
from batch_tracker.planner.compare import judge
from batch_tracker.sandbox import OrderStatus, PurchaseOrder, ShippingStatus, listing
from batch_tracker.settings.profile import Profile

ORDERS = (
    PurchaseOrder(1001, tracking_number="OLD", courier_service="FedEx", shipped_on="2026-01-02"),
    PurchaseOrder(1002, status=OrderStatus.Cancelled),
    PurchaseOrder(1003, status=OrderStatus.Received, drop_ship_order_number=55),
    PurchaseOrder(1004, shipping_status=ShippingStatus.NotShipped),
)


def by_profile(**findings):
    handling = Profile(findings=findings).handling()
    return lambda step, before: judge(step, before, handling)


USUAL = by_profile()


def look_ups(job):
    return [call for call in job.sandbox.calls if call.endpoint == "list"]


def images(job):
    """What the ledger kept, by PO."""
    return {row.update.po: row.before for row in ledger.compared_rows(job.run)}


@pytest.mark.parametrize("rows", [1, 50, 51, 1000])
def test_a_look_costs_one_login_and_a_call_for_fifty_pos(play, rows):
    async def story(job):
        await job.look_first(USUAL)
        assert [call.endpoint for call in job.sandbox.calls] == [
            "token",
            *["list"] * math.ceil(rows / 50),
        ]
        assert ledger.calls_made(job.run) == len(job.sandbox.calls)
        assert len(images(job)) == rows
        assert job.open == rows

    play(story, rows=rows)


@pytest.mark.parametrize(("most", "looks"), [(10, 2), (7, 3), (1, 20)])
def test_a_server_that_gives_fewer_a_page_is_asked_for_each_of_them(play, monkeypatch, most, looks):
    monkeypatch.setattr(listing, "LARGEST_PAGE", most)

    async def story(job):
        await job.look_first(USUAL)
        assert len(look_ups(job)) == looks
        assert sum(image.found for image in images(job).values()) == 20

    play(story, rows=20)


def test_a_missing_po_costs_no_further_page(play):
    async def story(job):
        await job.look_first(USUAL)
        assert len(look_ups(job)) == 1
        assert not images(job)[1005].found

    play(story, rows=5, server={"orders": ORDERS})


def test_how_many_calls_it_takes_is_said_beforehand(play):
    async def story(job):
        await job.look_first(USUAL)
        first = job.progress[0]
        assert (first.stage, first.done, first.total) == ("comparing", 0, 1000)
        assert first.note == "Looking up 1,000 POs takes 20 calls."
        assert job.progress[-1].done == 1000

    play(story, rows=1000)


@pytest.mark.parametrize("shape", ["number", "name"])
@pytest.mark.parametrize("repeats", [True, False])
def test_what_pos_held_is_kept_in_whatever_shape_it_came(play, shape, repeats):
    async def story(job):
        await job.look_first(USUAL)
        seen = images(job)
        assert seen[1001][:-1] == ("OLD", "FedEx", "2026-01-02", "Ordered", "FullyShipped", "")
        assert seen[1002].status == "Cancelled"
        assert (seen[1003].status, seen[1003].drop_ship) == ("Received", "55")
        assert seen[1004].shipping_status == "None"
        assert not seen[1005].found

    server = {"orders": ORDERS, "enum_shape": shape, "repeats_across_pages": repeats}
    play(story, rows=5, server=server)


def test_held_rows_are_settled_and_the_others_sent(play):
    async def story(job):
        await job.send(judge=USUAL)
        states = job.states
        assert states == {
            1001: State.UPDATED,
            1002: State.CONFLICT,
            1003: State.UPDATED,
            1004: State.REJECTED,
            1005: State.REJECTED,
        }
        assert set(job.sandbox.calls.puts) == {1001, 1003, 1004, 1005}
        rows = {int(row.cells[0]): row for row in ledger.results(job.run)}
        assert rows[1002].code == "held-cancelled"
        assert rows[1002].completed_at is None
        assert [issue.code for issue in rows[1005].issues] == ["unknown-po"]
        assert [issue.code for issue in rows[1003].issues] == ["received", "drop-ship"]
        assert [issue.code for issue in rows[1004].issues] == ["not-shipped"]
        assert rows[1001].before.tracking_number == "OLD"
        assert len([call for call in job.sandbox.calls if call.endpoint == "token"]) == 1

    play(story, rows=5, server={"orders": ORDERS})


def test_every_look_comes_before_the_first_put(play):
    async def story(job):
        await job.send(judge=USUAL)
        endpoints = [call.endpoint for call in job.sandbox.calls]
        assert endpoints == ["token", *["list"] * 3, *["put"] * 120]
        assert job.says_the_truth()

    play(story, rows=120)


def test_the_profile_can_have_pos_held_that_are_not_shown(play):
    async def story(job):
        await job.send(judge=by_profile(**{"unknown-po": "hold"}))
        assert job.counts == {State.CONFLICT: 3}
        assert job.sandbox.calls.puts.total() == 0

    play(story, rows=3, server={"default_company": 7})


def test_a_list_that_shows_none_of_the_pos_is_told_once_and_the_run_goes_on(play):
    async def story(job):
        await job.send(judge=USUAL)
        assert job.counts == {State.UPDATED: 3}
        assert not [issue for row in ledger.results(job.run) for issue in row.issues]
        assert len(look_ups(job)) == 1
        (note,) = job.notes
        assert "shows none of the POs asked for" in note
        assert "sent without looking" in note

    play(story, rows=3, server={"default_company": 7})


def test_a_list_that_shows_none_is_given_up_after_a_thousand_pos(play):
    async def story(job):
        with pytest.raises(LookUpFailed, match="shows none of the POs asked for"):
            await job.look_first(USUAL)
        assert len(look_ups(job)) == 20
        assert images(job) == {}

    play(story, rows=1200, workers=1, server={"default_company": 7})


@pytest.mark.parametrize("workers", [1, 8])
def test_pos_that_are_shown_later_are_looked_at_though_the_first_are_not(play, workers):
    async def story(job):
        await job.look_first(USUAL)
        assert len(look_ups(job)) == 3
        found = images(job)
        assert len(found) == 120
        assert not found[1001].found
        assert found[1118].tracking_number == "OLD"
        assert job.open == 119, "the cancelled one is held"

    shown = (
        PurchaseOrder(1118, tracking_number="OLD"),
        PurchaseOrder(1119, status=OrderStatus.Cancelled),
    )
    play(story, rows=120, workers=workers, server={"orders": shown})


@pytest.mark.parametrize("fault", ["500", "500-message", "empty-200", "html-200", "reset-after"])
def test_a_look_that_fails_is_told_once_and_the_run_goes_on(play, fault):
    async def story(job):
        job.sandbox.script("list", *[fault] * 50)
        await job.send(judge=USUAL)
        assert job.counts == {State.UPDATED: 3}
        assert images(job) == {}
        (note,) = job.notes
        assert "does not show the POs" in note

    play(story, rows=3)


@pytest.mark.parametrize("fault", ["500-message", "html-200"])
def test_a_look_that_fails_stops_a_run_that_holds_what_is_not_shown(play, fault):
    async def story(job):
        job.sandbox.script("list", *[fault] * 50)
        with pytest.raises(LookUpFailed, match="does not show the POs"):
            await job.send(judge=by_profile(**{"unknown-po": "hold"}))
        assert job.counts == {State.NOT_SENT: 3}
        assert images(job) == {}
        assert job.sandbox.calls.puts.total() == 0

    play(story, rows=3)


def test_a_look_bears_server_trouble_throttling_and_a_dead_token(play):
    async def story(job):
        job.sandbox.script("list", "500", "throttled", "401", "reset-before", "truncated", "ok")
        await job.look_first(USUAL)
        assert all(image.found for image in images(job).values())

    play(story, rows=3, attempts=6)


def test_a_refused_login_is_tried_once(play):
    async def story(job):
        with pytest.raises(LoginRefused):
            await job.look_first(USUAL)
        assert len(job.sandbox.calls) == 1

    play(story, rows=500, server={"users": {"clerk": "another"}})


def test_rows_looked_at_before_are_not_looked_at_again(play, swift_stop):
    async def story(job):
        stop = swift_stop(job.clock)

        def stop_once_looked(step, before):
            if job.sandbox.calls and len(look_ups(job)) == 2:
                stop.set()
            return USUAL(step, before)

        await job.send(stop=stop, judge=stop_once_looked, workers=1)
        assert job.open == 200
        assert job.sandbox.calls.puts.total() == 0
        assert len(images(job)) == 100
        await job.send(judge=USUAL)
        assert len(look_ups(job)) == 4
        assert job.counts == {State.UPDATED: 200}
        assert all(not image.tracking_number for image in images(job).values())

    play(story, rows=200)


def test_a_row_that_failed_keeps_what_its_po_held_at_first(play):
    async def story(job):
        job.sandbox.script(1001, "reset-after", "reset-after")
        job.sandbox.script("list", "ok", *["500-message"] * 50)
        await job.send(judge=USUAL)
        assert job.states[1001] is State.IN_DOUBT
        ledger.reopen(job.run, failed=True)
        await job.send(judge=USUAL)
        assert job.states[1001] is State.UPDATED
        assert images(job)[1001].tracking_number == ""

    play(story, rows=1, attempts=2)


def test_a_server_that_is_down_stops_the_look(play):
    async def story(job):
        job.sandbox.script("token", *["reset-before"] * 50)
        with pytest.raises((ServerUnusable, LoginRefused)):
            await job.look_first(USUAL)
        assert images(job) == {}

    play(story, rows=3)
