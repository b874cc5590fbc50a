"""One run against a real server: what is sent, and what each row comes to."""

import asyncio
import gc
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from aiohttp import web

from batch_tracker.errors import LoginRefused
from batch_tracker.model import State, Update
from batch_tracker.sender.concurrency import FIRST

WORKERS = [1, 8, 32]

TROUBLE = "server trouble"


@pytest.mark.parametrize("workers", WORKERS)
def test_a_clean_server_gets_one_login_and_one_put_for_each_row(play, workers):
    async def story(job):
        await job.send()
        assert job.sandbox.calls.logins == 1
        assert set(job.sandbox.calls.puts.values()) == {1}
        assert job.counts == {State.UPDATED: 40}
        assert job.says_the_truth()

    play(story, rows=40, workers=workers)


def test_more_rows_than_a_page_holds_are_all_sent_once(play):
    async def story(job):
        await job.send()
        assert job.counts == {State.UPDATED: 1203}
        assert set(job.sandbox.calls.puts.values()) == {1}
        assert [told.done for told in job.progress][-1] == 1203
        assert {told.stage for told in job.progress} == {"sending"}

    play(story, rows=1203, workers=32)


def test_the_garbage_collector_passes_over_what_was_there_only_while_a_run_is_sent(play):
    async def story(job):
        passed_over = []
        job.progress = SimpleNamespace(append=lambda _: passed_over.append(gc.get_freeze_count()))
        await job.send()
        assert all(passed_over)
        assert passed_over
        assert gc.get_freeze_count() == 0

    play(story, rows=3, workers=2)


def test_a_body_holds_only_the_fields_its_row_has(play):
    updates = [
        Update(po=1, tracking_number="T1"),
        Update(po=2, carrier="UPS"),
        Update(po=3, shipped_on="2024-04-09T12:26:18.210Z"),
        Update(po=4, tracking_number='é"\\', carrier="=1+1", shipped_on="2024-04-09T00:00:00.000Z"),
    ]

    async def story(job):
        await job.send()
        sent = {call.po: call.body for call in job.sandbox.calls if call.endpoint == "put"}
        assert sent == {
            1: {"TrackingNumber": "T1"},
            2: {"ShippedViaCarrier": "UPS"},
            3: {"ShippedOn": "2024-04-09T12:26:18.210Z"},
            4: {
                "TrackingNumber": 'é"\\',
                "ShippedViaCarrier": "=1+1",
                "ShippedOn": "2024-04-09T00:00:00.000Z",
            },
        }
        assert job.messages[1] == "Sent tracking number."
        assert job.messages[4] == "Sent tracking number, carrier, ship date."

    play(story, updates=updates)


def test_what_a_call_looks_like(play):
    async def story(job):
        await job.send()
        login, put = job.sandbox.calls
        assert (login.method, login.path) == ("POST", "/rest/api/token")
        assert login.body == {"Username": "clerk", "Password": "canary-Pa55word"}
        assert "Authorization" not in login.headers
        assert (put.method, put.path) == ("PUT", "/rest/api/PurchaseOrders/1001/TrackingNumber")
        assert put.query == ""
        assert put.headers["Authorization"].startswith("Bearer ")
        for call in (login, put):
            assert call.headers["Content-Type"] == "application/json"
            assert call.headers["Accept"] == "application/json"
            assert call.headers["User-Agent"].startswith("batch-tracker/")

    play(story, rows=1)


@pytest.mark.parametrize("ending", ["", "/", "/rest", "/rest/", "/rest/api", "/rest/api/"])
def test_the_address_is_taken_with_and_without_its_endings(play, ending):
    async def story(job):
        await job.send()
        assert job.counts == {State.UPDATED: 2}

    play(story, rows=2, ending=ending)


@pytest.mark.parametrize("other_host", [False, True])
def test_no_redirect_is_followed(play, other_host):
    async def story(job):
        job.sandbox.always("redirect")
        await job.send()
        assert job.counts == {State.REJECTED: 3}
        assert job.sandbox.calls.redirects_followed == 0
        assert all("Redirects are not followed." in message for message in job.messages.values())
        assert job.says_the_truth()

    play(story, rows=3, server={"redirect_to_other_host": other_host})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("login_too", [False, True])
def test_neither_password_nor_token_reaches_another_host(play, serve, status, login_too):
    async def story(job):
        arrived = []

        async def other_server(request):
            arrived.append(request.path)
            return web.json_response({"access_token": "stolen"})

        async def first_server(request):
            if request.path.endswith("/token") and not login_too:
                return web.json_response({"access_token": "good"})
            target = other.replace("127.0.0.1", "localhost") + request.path
            return web.Response(status=status, headers={"Location": target})

        async with serve(other_server) as other, serve(first_server) as first:
            job.move_to(f"{first}/rest/api")
            with pytest.raises(LoginRefused) if login_too else nullcontext():
                await job.send()
        assert arrived == []
        assert job.counts == ({State.NOT_SENT: 3} if login_too else {State.REJECTED: 3})

    play(story, rows=3)


def test_what_is_on_the_ledger_is_what_was_sent_even_where_a_kept_connection_breaks(play):
    """The HTTP library by itself would repeat such a PUT, and nobody would have written it down."""

    async def story(job):
        for update in job.updates[1:]:
            job.sandbox.script(update.po, "reset-before")
        await job.send()
        assert job.attempts == job.sandbox.calls.puts
        assert job.answers(1002) == ["lost", "accepted"]

    play(story, rows=4, workers=1)


# What a row comes to over several answers


@pytest.mark.parametrize(
    ("faults", "answers", "state"),
    [
        (["ok"], ["accepted"], State.UPDATED),
        (["reset-after", "ok"], ["lost", "accepted"], State.UPDATED),
        (["reset-before", "500-message"], ["lost", "refused"], State.REJECTED),
        (["reset-after"] * 3, ["lost"] * 3, State.IN_DOUBT),
        (["truncated", "500", "500"], ["lost", TROUBLE, TROUBLE], State.IN_DOUBT),
        (
            ["500", "500", "reset-before"],
            [TROUBLE, TROUBLE, "lost"],
            State.IN_DOUBT,
        ),
        (["500", "502-html", "500"], [TROUBLE] * 3, State.FAILED),
        (["500", "html-200", "500"], [TROUBLE, "lost", TROUBLE], State.IN_DOUBT),
        (["500", "500", "ok"], [TROUBLE, TROUBLE, "accepted"], State.UPDATED),
        (["throttled"] * 4 + ["ok"], ["throttled"] * 4 + ["accepted"], State.UPDATED),
        (
            ["500", "503", "throttled", "500", "ok"],
            [TROUBLE, "throttled", "throttled", TROUBLE, "accepted"],
            State.UPDATED,
        ),
    ],
)
def test_what_the_answers_come_to(play, faults, answers, state):
    async def story(job):
        job.blind()
        job.sandbox.script(1001, *faults)
        await job.send()
        assert job.states[1001] is state
        assert job.answers(1001) == answers
        assert job.attempts == job.sandbox.calls.puts
        assert (f"{len(answers)} tries" in job.messages[1001]) == (
            state in {State.FAILED, State.IN_DOUBT}
        )

    play(story, rows=1)


def test_one_try_is_enough_where_one_is_set(play):
    async def story(job):
        job.blind()
        job.sandbox.script(1001, "500")
        job.sandbox.script(1002, "reset-after")
        job.sandbox.script(1003, "401", "ok")
        await job.send()
        assert job.states == {1001: State.FAILED, 1002: State.IN_DOUBT, 1003: State.UPDATED}
        assert "Failed after 1 try" in job.messages[1001]

    play(story, rows=3, workers=1, attempts=1)


def test_a_doubt_from_an_earlier_session_is_carried_on(play, stops_after):
    async def story(job):
        job.blind()
        job.sandbox.script(1001, "reset-after", "500", "500", "500")
        await job.send(stop=stops_after(job, puts=1))
        assert (job.open, job.states[1001]) == (1, State.IN_DOUBT)
        await job.send()
        assert job.states[1001] is State.IN_DOUBT
        assert job.answers(1001) == ["lost", TROUBLE, TROUBLE, TROUBLE]

    play(story, rows=1)


def test_a_doubt_from_an_earlier_session_is_settled(play):
    async def story(job):
        job.sandbox.script(1001, "hang-after", "ok")
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.orders)
        sending.cancel()
        await asyncio.wait([sending])
        assert job.answers(1001) == [None]
        assert job.states[1001] is State.IN_DOUBT
        await job.send()
        assert job.answers(1001) == [None, "accepted"]
        assert job.says_the_truth()

    play(story, rows=1)


def test_more_calls_are_made_at_once_while_the_server_keeps_up(play):
    under_way = [0]

    async def answer(seconds):
        under_way.append(under_way[-1] + 1)
        await asyncio.sleep(seconds)
        under_way.append(under_way[-1] - 1)

    play(
        lambda job: job.send(),
        rows=80,
        workers=None,
        server={"latency_s": 0.05},
        server_sleep=answer,
    )
    assert max(under_way) > FIRST
