"""Nobody calls while the server asks all to wait, and no row pays for it."""

import asyncio
from datetime import UTC, datetime

import pytest

from batch_tracker.model import State
from batch_tracker.sender.rate_limited import pause_s, throttled

WORKERS = [1, 8, 32]
SENT_AT = "Wed, 04 Mar 2026 05:06:07 GMT"


@pytest.mark.parametrize("reset", [None, "soon"])
def test_a_throttled_answer_that_names_no_time_waits_the_usual_while(reset):
    verdict = throttled(429, {"Date": SENT_AT}, reset)
    assert (verdict.retry_at, verdict.retry_after_s) == (None, None)
    assert pause_s(verdict, datetime(2026, 3, 4, tzinfo=UTC)) == 60


def test_a_clock_that_can_not_be_right_is_replaced_by_the_servers_own():
    verdict = throttled(429, {"Date": SENT_AT}, "2026-03-04T05:16:07.1234567Z")
    assert verdict.retry_after_s == pytest.approx(600.12, abs=0.01)
    for ours in (datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)):
        assert pause_s(verdict, ours) == verdict.retry_after_s


def test_the_reset_time_of_the_body_goes_before_the_date_of_a_header():
    later = "Wed, 04 Mar 2026 06:06:07 GMT"
    verdict = throttled(429, {"Retry-After": later}, "2026-03-04T05:16:07Z")
    assert verdict.retry_at == datetime(2026, 3, 4, 5, 16, 7, tzinfo=UTC)


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("status", [200, 400, 403, 429, 503])
def test_nobody_calls_before_the_reset_time(play, clock, status, workers):
    quota, window = 10, 100.0

    async def story(job):
        began = clock.seconds
        await job.send()
        assert job.counts == {State.UPDATED: 25}
        calls = job.sandbox.calls
        answered = [call for call in calls if not call.throttled]
        assert len(answered) == 26
        for number, call in enumerate(answered):
            assert call.arrived >= began + window * (number // quota)
        assert calls.throttled <= 2 * workers
        assert job.says_the_truth()

    server = {"quota": quota, "quota_window_s": window, "quota_window": "fixed"}
    clock.seconds -= clock.seconds % window
    play(story, rows=25, workers=workers, server={**server, "throttle_status": status})


@pytest.mark.parametrize("shape", ["with-body", "instead-of-body"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(play, clock, status, shape):
    async def story(job):
        job.sandbox.script(1001, "throttled")
        began = clock.seconds
        await job.send()
        assert [call.arrived - began >= 40 for call in job.sandbox.calls] == [False, False] + [
            True
        ] * 3
        assert job.counts == {State.UPDATED: 3}

    server = {"throttle_status": status, "throttle_retry_after": shape, "retry_after_s": 40}
    play(story, rows=3, workers=1, server=server)


def test_a_throttled_login_waits_too(play, clock):
    async def story(job):
        job.sandbox.script("token", "throttled", "503", "ok")
        began = clock.seconds
        await job.send()
        assert [call.arrived >= began + 80 for call in job.sandbox.calls] == [
            False,
            False,
            True,
            True,
        ]
        assert job.counts == {State.UPDATED: 1}
        assert job.says_the_truth()

    play(story, rows=1, server={"retry_after_s": 40})


def test_another_sender_of_the_same_user_waits_as_well(play, clock):
    async def story(job):
        job.sandbox.script(1001, "throttled")
        first = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.puts[1001])
        began = clock.seconds
        job.stop.set()
        await first
        assert job.open == 1
        await job.send()
        later = list(job.sandbox.calls)[2:]
        assert [call.endpoint for call in later] == ["token", "put"]
        assert all(call.arrived >= began + 500 for call in later)

    play(story, rows=1, server={"retry_after_s": 500})


def test_the_quota_is_kept(play):
    """One worker: a clock that jumps while another's call is under way would make it late."""

    async def story(job):
        await job.send()
        assert job.counts == {State.UPDATED: 25}
        assert job.sandbox.calls.throttled == 0
        assert job.sandbox.calls.max_calls_in_any_window(60) <= 10

    play(story, rows=25, workers=1, quota="10/60", server={"quota": 10, "quota_window_s": 60})
