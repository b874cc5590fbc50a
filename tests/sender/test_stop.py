"""However a run ends early, the ledger knows every call, and a second session sends the rest."""

import asyncio
import sqlite3
from datetime import UTC, datetime
from itertools import count

import pytest

from batch_tracker import ledger
from batch_tracker.errors import SameRefusal, ServerUnusable
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.model import State
from batch_tracker.quota import Uptime
from batch_tracker.sender.stop import Stopping, StopSignal
from tests.sender.conftest import SwiftStop

WORKERS = [1, 8, 32]
A_DAY_S = 86_400
"""A wait that has to be broken off: the test would hang in it."""


def test_a_sleep_ends_when_the_run_is_to_stop():
    async def story():
        stop = StopSignal()
        asyncio.get_running_loop().call_later(0.01, stop.set)
        with pytest.raises(Stopping):
            await stop.sleep(A_DAY_S)
        with pytest.raises(Stopping):
            await stop.sleep(0)
        with pytest.raises(Stopping):
            stop.check()

    asyncio.run(story())


def test_a_sleep_without_a_stop_ends_by_itself():
    async def story():
        stop = StopSignal()
        await stop.sleep(0.001)
        await stop.sleep(0)
        await stop.sleep(-1)
        stop.check()
        assert not stop.is_set

    asyncio.run(story())


@pytest.mark.parametrize("workers", WORKERS)
def test_calls_under_way_end_and_no_other_starts(play, workers):
    async def story(job):
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.puts.total() >= 2 * workers)
        job.stop.set()
        at_most = job.sandbox.calls.puts.total() + workers
        await sending
        assert job.sandbox.calls.puts.total() <= at_most
        assert set(job.counts) == {State.UPDATED, State.NOT_SENT}
        assert job.counts[State.UPDATED] == job.sandbox.calls.puts.total()
        assert job.says_the_truth()

        await job.send()
        assert job.counts == {State.UPDATED: rows}
        assert set(job.sandbox.calls.puts.values()) == {1}

    rows = 5 * workers
    play(story, rows=rows, workers=workers, server={"latency_s": 0.005})


def test_a_wait_for_the_quota_ends(play):
    async def story(job):
        stop = StopSignal()
        sending = asyncio.create_task(job.send(stop=stop))
        await job.until(lambda: job.counts.get(State.UPDATED) == 4)
        await job.until(lambda: any("quota used up" in told.note for told in job.progress))
        stop.set()
        await sending
        assert job.counts == {State.UPDATED: 4, State.NOT_SENT: 6}
        assert len(job.sandbox.calls) == 5
        assert job.says_the_truth()

    play(story, rows=10, quota="5/3600")


@pytest.mark.parametrize("fault", ["500", "reset-before", "throttled"])
def test_a_wait_for_another_try_ends(play, fault):
    async def story(job):
        job.sandbox.script(1001, fault)
        stop = StopSignal()
        sending = asyncio.create_task(job.send(stop=stop))
        await job.until(lambda: job.answers(1001) not in ([], [None]))
        stop.set()
        await sending
        assert job.attempts == {1001: 1}
        assert job.open == 1
        await job.send()
        assert job.counts == {State.UPDATED: 1}

    play(story, rows=1, backoff_s=A_DAY_S, server={"retry_after_s": A_DAY_S})


def test_a_wait_for_another_login_ends(play):
    async def story(job):
        job.sandbox.script("token", "500")
        stop = StopSignal()
        sending = asyncio.create_task(job.send(stop=stop))
        await job.until(lambda: job.sandbox.calls.logins)
        stop.set()
        await sending
        assert len(job.sandbox.calls) == 1
        assert job.open == 5
        assert job.says_the_truth()

    play(story, backoff_s=A_DAY_S)


def test_after_a_login_that_was_under_way_no_put_is_made(play):
    async def story(job):
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.logins)
        job.stop.set()
        await sending
        assert job.sandbox.calls[0].status == 200
        assert len(job.sandbox.calls) == 1
        assert job.says_the_truth()

    play(story, server={"latency_s": 0.02})


def test_after_a_second_login_that_was_under_way_no_put_is_made(play):
    async def story(job):
        job.sandbox.script("put", *["401"] * 5)
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.logins == 2)
        job.stop.set()
        await sending
        assert job.sandbox.calls.puts.total() == 5
        assert job.open == 5
        assert job.says_the_truth()

    play(story, server={"latency_s": 0.03})


def test_a_wait_while_the_circuit_is_open_ends(play):
    async def story(job):
        job.sandbox.always("502-html")
        stop = StopSignal()
        sending = asyncio.create_task(job.send(stop=stop, backoff_s=A_DAY_S))
        await job.until(lambda: any("does not answer" in told.note for told in job.progress))
        stop.set()
        await sending
        assert len(job.sandbox.calls) <= 1 + 8  # the login and a call of each worker
        assert job.counts[State.NOT_SENT] >= 32
        assert job.says_the_truth()

    play(story, rows=40)


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("moment", [0, 1, 9, 20])
def test_a_run_that_is_cancelled_leaves_no_call_unknown(play, workers, moment):
    async def story(job):
        sending = asyncio.create_task(job.send())
        await job.until(lambda: len(job.sandbox.calls) > moment)
        sending.cancel()
        await asyncio.wait([sending])
        assert sending.cancelled()
        for po, puts in job.sandbox.calls.puts.items():
            assert job.attempts[po] == puts
        assert set(job.counts) <= {State.UPDATED, State.NOT_SENT, State.IN_DOUBT}
        assert job.counts.get(State.IN_DOUBT, 0) <= workers
        for po in job.sandbox.orders:
            assert job.states[po] is not State.NOT_SENT

        await job.send()
        assert job.counts == {State.UPDATED: 40}

    play(story, rows=40, workers=workers, server={"latency_s": 0.004})


@pytest.mark.parametrize("workers", WORKERS)
def test_a_ledger_that_refuses_a_row_ends_the_run_with_the_other_calls_written_down(play, workers):
    async def story(job):
        job.run.ledger.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON outcomes WHEN NEW.row = 20"
            " BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
        with pytest.raises(sqlite3.Error, match="disk is full"):
            await job.send()
        assert job.attempts == job.sandbox.calls.puts
        assert job.states[1020] is State.IN_DOUBT
        assert job.counts[State.IN_DOUBT] <= workers
        assert job.counts[State.UPDATED] >= 19 - workers
        assert job.says_the_truth()

        job.run.ledger.execute("DROP TRIGGER full")
        await job.send()
        assert job.counts == {State.UPDATED: 60}

    play(story, rows=60, workers=workers)


def test_a_ledger_that_loses_a_table_ends_the_run(play):
    async def story(job):
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.puts.total() > 10)
        other = sqlite3.connect(job.settings.home / LEDGER_FILE, timeout=10)
        other.execute("DROP TABLE outcomes")
        other.close()
        with pytest.raises(sqlite3.Error, match="no such table"):
            await sending
        assert job.attempts == job.sandbox.calls.puts

    play(story, rows=500, workers=8)


def test_a_ledger_that_becomes_read_only_ends_the_run(play):
    async def story(job):
        sending = asyncio.create_task(job.send())
        await job.until(lambda: job.sandbox.calls.puts.total() > 10)
        job.run.ledger.execute("PRAGMA query_only = ON")
        with pytest.raises(sqlite3.Error, match="readonly"):
            await sending
        assert job.attempts == job.sandbox.calls.puts
        job.run.ledger.execute("PRAGMA query_only = OFF")
        await job.send()
        assert job.counts == {State.UPDATED: 500}

    play(story, rows=500, workers=8)


class RunsBackwards:
    """A wall clock that shows an earlier time at every look."""

    def __init__(self, began):
        self._next = count(began, -60)
        self._up = count()

    def uptime(self):
        return Uptime(float(next(self._up)), "boot")

    def __call__(self):
        return datetime.fromtimestamp(next(self._next), UTC)


def test_by_a_clock_that_is_set_back_every_row_that_was_refused_alike_is_left_to_resume(play):
    async def story(job):
        stop, job.clock = SwiftStop(job.clock), RunsBackwards(job.clock.seconds)
        with pytest.raises(SameRefusal) as stopped:
            await job.send(stop=stop, same_refusals=4)
        refused = [row for row, state in enumerate(job.states.values(), 1) if state == "rejected"]
        assert len(refused) >= 4
        assert sorted(stopped.value.rows) == refused
        ledger.mark_same_refusal(job.run, stopped.value.rows)
        ledger.reopen(job.run, failed=False)
        assert job.open == 9

    play(story, rows=9, workers=2, server={"multiple_tracking": True})


def test_an_outage_lasts_as_long_as_it_lasts_by_a_clock_that_is_set_anew(play):
    async def story(job):
        job.sandbox.script("put", *["500"] * 30)
        stop, job.clock = SwiftStop(job.clock), RunsBackwards(job.clock.seconds)
        with pytest.raises(ServerUnusable):
            await job.send(stop=stop, give_up_s=5)

    play(story, rows=9, workers=2)
