"""An outage costs a few calls, not every row's tries."""

import asyncio
from contextlib import AsyncExitStack
from random import Random

import pytest

from batch_tracker.errors import ServerUnusable
from batch_tracker.model import Answer, State, Verdict
from batch_tracker.sender.circuit_breaker import CircuitBreaker
from batch_tracker.sender.retry import RetryPolicy
from batch_tracker.sender.stop import Stopping

BAD = Verdict(answer=Answer.UNAVAILABLE, code="", message="")
LOST = Verdict(answer=Answer.LOST, code="", message="")
GOOD = [
    Verdict(answer=answer, code="", message="")
    for answer in (Answer.ACCEPTED, Answer.REFUSED, Answer.THROTTLED, Answer.UNAUTHORIZED)
]


@pytest.fixture
def stop(swift_stop, clock):
    return swift_stop(clock)


@pytest.fixture
def circuit(clock, stop):
    retry = RetryPolicy(attempts=3, backoff_s=1, give_up_s=600)
    return CircuitBreaker(retry, clock=clock.timestamp, sleep=stop.sleep, rng=Random(1))


def record(circuit, *verdicts):
    for verdict in verdicts:
        circuit.record(verdict)


@pytest.mark.parametrize("good", GOOD)
def test_open_is_more_bad_answers_in_a_row_than_one_row_can_cause(circuit, good):
    record(circuit, BAD, LOST, BAD, good, BAD, BAD, LOST)
    assert not circuit.is_open
    record(circuit, BAD)
    assert circuit.is_open
    record(circuit, good)
    assert not circuit.is_open


def test_while_it_is_closed_all_pass_at_once(circuit, stop):
    async def story():
        async with circuit.admission(), circuit.admission(), circuit.admission():
            assert stop.slept == []

    asyncio.run(story())


def test_while_it_is_open_one_at_a_time_passes_after_growing_waits(circuit, stop):
    inside = []

    async def caller():
        async with circuit.admission():
            inside.append(True)
            assert len(inside) == 1
            await asyncio.sleep(0)
            record(circuit, BAD)
            inside.pop()

    async def story():
        record(circuit, *[BAD] * 4)
        await asyncio.gather(*(caller() for _ in range(9)))

    asyncio.run(story())
    longest = [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(stop.slept) == 9
    assert all(most / 2 <= slept <= most for slept, most in zip(stop.slept, longest, strict=True))


def test_when_one_gets_through_all_the_others_follow_at_once(circuit, stop):
    async def caller():
        async with circuit.admission():
            record(circuit, GOOD[0])

    async def story():
        record(circuit, *[BAD] * 4)
        await asyncio.gather(*(caller() for _ in range(9)))

    asyncio.run(story())
    assert len(stop.slept) == 1


def test_the_last_try_is_made_when_patience_ends_and_none_after(circuit, clock):
    began = clock.seconds
    tries = []

    async def story():
        record(circuit, *[BAD] * 4)
        while True:
            async with circuit.admission():
                tries.append(clock.seconds - began)
                record(circuit, LOST)

    with pytest.raises(ServerUnusable, match="for 600 s"):
        asyncio.run(story())
    assert tries[-1] == pytest.approx(600)
    assert len(tries) < 20


def test_patience_lasts_to_the_last_moment(circuit, clock):
    async def story():
        record(circuit, *[BAD] * 4)
        clock.advance(599.5)
        async with circuit.admission():
            pass

    asyncio.run(story())


def test_patience_begins_anew_after_a_good_answer(circuit, clock):
    async def story():
        record(circuit, BAD)
        clock.advance(500)
        record(circuit, GOOD[0])
        clock.advance(500)
        record(circuit, *[BAD] * 4)
        clock.advance(500)
        async with circuit.admission():
            pass
        clock.advance(101)
        with pytest.raises(ServerUnusable):
            async with circuit.admission():
                raise AssertionError

    asyncio.run(story())


def test_a_wait_while_it_is_open_ends_with_the_run(circuit, stop):
    async def story():
        record(circuit, *[BAD] * 4)
        stop.set()
        with pytest.raises(Stopping):
            async with circuit.admission():
                raise AssertionError
        record(circuit, GOOD[0])
        async with circuit.admission():
            pass

    asyncio.run(story())


# Whole runs through an outage


class Moved:
    """A second server for the same run, which can go away and come back on its port."""

    def __init__(self, job, sandbox):
        self.job = job
        self.sandbox = job.sandbox = sandbox
        self.port = 0

    async def __aenter__(self):
        self.up = AsyncExitStack()
        url = await self.up.enter_async_context(self.sandbox.serve(self.port))
        if not self.port:
            self.port = int(url.removesuffix("/rest").rpartition(":")[2])
            self.job.move_to(f"{url}/api")
        return self

    async def __aexit__(self, *_):
        await self.up.aclose()


@pytest.mark.parametrize("workers", [1, 8, 32])
def test_a_server_that_goes_away_for_good_ends_the_run_with_its_rows_open(
    play, clock, new_sandbox, workers
):
    async def story(job):
        async with Moved(job, new_sandbox()):
            sending = asyncio.create_task(job.send())
            await job.until(lambda: job.sandbox.calls.puts.total() >= 50)
        with pytest.raises(ServerUnusable, match="no usable answer for 600 s"):
            await sending
        assert clock.seconds - clock.began > 599
        assert set(job.counts) <= {State.UPDATED, State.NOT_SENT, State.IN_DOUBT}
        assert job.counts.get(State.IN_DOUBT, 0) <= workers
        in_vain = job.attempts.total() - job.sandbox.calls.puts.total()
        assert 5 <= in_vain <= 2 * workers + 30
        async with Moved(job, job.sandbox):
            await job.send()
        assert job.counts == {State.UPDATED: 300}

    play(story, rows=300, workers=workers, attempts=5, backoff_s=1)


@pytest.mark.parametrize("workers", [1, 8, 32])
def test_a_server_that_comes_back_finds_every_row_waiting(play, clock, new_sandbox, workers):
    async def story(job):
        moved = Moved(job, new_sandbox())
        await moved.__aenter__()
        stop = job.stop_with(lambda: came_back(moved))
        sending = asyncio.create_task(job.send(stop=stop))
        await job.until(lambda: job.sandbox.calls.puts.total() >= 50)
        await moved.__aexit__()
        moved.gone_since = clock.seconds
        await sending
        await moved.__aexit__()
        assert job.counts == {State.UPDATED: 300}
        assert job.attempts.total() <= 300 + 2 * workers + 20

    async def came_back(moved):
        if hasattr(moved, "gone_since") and clock.seconds > moved.gone_since + 300:
            del moved.gone_since
            await moved.__aenter__()

    play(story, rows=300, workers=workers, attempts=5, backoff_s=1)


@pytest.mark.parametrize("fault", ["502-html", "500", "reset-before", "truncated", "html-200"])
@pytest.mark.parametrize("workers", [8, 32])
def test_bad_answers_for_minutes_fail_no_row(play, clock, fault, workers):
    async def story(job):
        async def clears_up():
            if job.sandbox.calls.puts.total() > 60:
                began.setdefault("outage", clock.seconds)
                over = clock.seconds > began["outage"] + 300
                job.sandbox.always(None if over else fault)

        began = {}
        job.sandbox.always(None)
        sending = asyncio.create_task(job.send(stop=job.stop_with(clears_up)))
        await job.until(lambda: job.sandbox.calls.puts.total() > 60)
        job.sandbox.always(fault)
        await sending
        assert clock.seconds > began["outage"] + 300
        assert job.counts == {State.UPDATED: 200}
        assert job.attempts.total() <= 200 + 3 * workers + 20
        assert job.says_the_truth()

    play(story, rows=200, workers=workers, attempts=5, backoff_s=1)


def test_with_one_worker_an_outage_fails_a_few_rows_at_most(play):
    async def story(job):
        job.sandbox.always("502-html")
        with pytest.raises(ServerUnusable):
            await job.send()
        assert job.counts[State.FAILED] <= 5
        assert job.attempts.total() <= 25
        assert job.says_the_truth()

    play(story, rows=100, workers=1, attempts=5, backoff_s=1)


def test_a_token_that_ends_in_an_outage_does_not_end_the_run(play, clock):
    async def story(job):
        async def clears_up():
            if clock.seconds > clock.began + 500:
                job.sandbox._schedule._scripts.clear()

        job.sandbox.script("put", "ok", *["502-html"] * 1000)
        sending = asyncio.create_task(job.send(stop=job.stop_with(clears_up)))
        await job.until(lambda: job.sandbox.calls.logins)
        job.sandbox.script("token", *["502-html"] * 1000)
        await sending
        assert job.sandbox.calls.logins > 5 + 1
        assert job.counts == {State.UPDATED: 50}
        assert job.says_the_truth()

    play(
        story,
        rows=50,
        workers=8,
        attempts=5,
        backoff_s=1,
        server={"token_lifetime_s": 100.0},
    )
