"""A permit is for a call that is made at once, also where another process holds the ledger."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from batch_tracker.ledger import Journal
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.model import State
from batch_tracker.quota import Lane, lane_name, usage
from batch_tracker.sender.stop import StopSignal


def permits(job):
    """How many permits were given so far."""
    now = job.clock.moment()
    return sum(lane.calls for lane in usage(job.settings.home, seconds=9e9, now=now))


@pytest.fixture
def while_held(play, monkeypatch):
    """Tells a story that begins when eight rows have permits, and another process the ledger.

    The story is told what makes that process let go.
    """
    intents = []
    intend = Journal.intend

    async def counted(journal, step, number):
        intents.append(step)
        return await intend(journal, step, number)

    monkeypatch.setattr(Journal, "intend", counted)

    def while_held(story, *, rows, quota, stop=None):
        free = []

        async def hold(_latency):
            while free:
                free.pop().execute("BEGIN IMMEDIATE")

        async def scene(job):
            path = job.settings.home / LEDGER_FILE
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                free.append(other)
                sending = asyncio.create_task(job.send(stop=stop))
                await job.until(lambda: len(intents) == 8)
                await story(job, sending, other.rollback)

        server = {"latency_s": 0.001}
        play(scene, rows=rows, workers=8, quota=quota, server=server, server_sleep=hold)

    return while_held


def test_permits_that_waited_for_the_ledger_do_not_leave_beside_fresh_ones(while_held):
    async def story(job, sending, let_go):
        job.clock.advance(3.2)
        let_go()
        await sending
        assert job.counts == {State.UPDATED: 16}
        assert job.sandbox.calls.max_calls_in_any_window(3) <= 9
        assert permits(job) == len(job.sandbox.calls)
        assert job.says_the_truth()

    while_held(story, rows=16, quota="9/3")


def test_permits_that_waited_for_the_ledger_briefly_are_used(while_held):
    async def story(job, sending, let_go):
        job.clock.advance(0.04)
        let_go()
        await sending
        assert job.counts == {State.UPDATED: 8}
        assert permits(job) == len(job.sandbox.calls) == 1 + 8

    while_held(story, rows=8, quota="9/3")


def test_permits_that_waited_too_long_are_taken_again_in_the_same_window(while_held):
    async def story(job, sending, let_go):
        job.clock.advance(3000)
        let_go()
        await sending
        assert job.counts == {State.UPDATED: 8}
        assert job.clock.seconds < job.clock.began + 3600
        assert permits(job) == len(job.sandbox.calls) == 1 + 8

    while_held(story, rows=8, quota="9/3600")


def test_where_no_other_permit_comes_before_the_run_stops_no_call_was_made(while_held):
    async def story(job, sending, let_go):
        job.clock.advance(3000)
        lane = lane_name(job.settings.url, job.settings.username)
        home, clock = job.settings.home, job.clock.moment
        with closing(Lane(home, name=lane, quota=job.settings.quota, clock=clock)) as another:
            another.pause(600)
        let_go()
        await job.until(lambda: any("quota used up" in told.note for told in job.progress))
        job.stop.set()
        await sending
        assert job.counts == {State.NOT_SENT: 8}
        assert permits(job) == len(job.sandbox.calls) == 1
        assert job.says_the_truth()

    while_held(story, rows=8, quota="9/3600", stop=StopSignal())
