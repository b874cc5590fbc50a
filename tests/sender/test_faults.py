"""Every fault the pretend server knows, at every width: the ledger tells what the server holds."""

from typing import get_args

import pytest

from batch_tracker.model import State
from batch_tracker.sandbox import FaultName

WORKERS = [1, 8, 32]
ROWS = {1: 6, 8: 12, 32: 12}
BAD = 1005

# What a row comes to whose first call meets the fault, and the fewest PUTs that takes.
ONCE = {
    "ok": (State.UPDATED, 1),
    "500": (State.UPDATED, 2),
    "500-generic": (State.UPDATED, 2),
    "500-message": (State.REJECTED, 1),
    "502-html": (State.UPDATED, 2),
    "503": (State.UPDATED, 2),
    "401": (State.UPDATED, 2),
    "throttled": (State.UPDATED, 2),
    "reset-before": (State.UPDATED, 2),
    "reset-after": (State.UPDATED, 2),
    "hang-before": (State.UPDATED, 2),
    "hang-after": (State.UPDATED, 2),
    "truncated": (State.UPDATED, 2),
    "empty-200": (State.UPDATED, 1),
    "html-200": (State.UPDATED, 2),
    "not-applied-200": (State.UPDATED, 1),  # a lie that only reading back could find out
    "redirect": (State.REJECTED, 1),
    "slow": (State.UPDATED, 1),
}

# What a row comes to that meets the fault every time, among rows that don't; `attempts` is 3.
ALWAYS = {
    "500": (State.FAILED, 3),
    "500-generic": (State.FAILED, 3),
    "502-html": (State.FAILED, 3),
    "401": (State.REJECTED, 2),
    "reset-before": (State.FAILED, 3),  # looked up, and found not to have been applied
    "reset-after": (State.UPDATED, 3),
    "hang-before": (State.FAILED, 3),
    "hang-after": (State.UPDATED, 3),
    "truncated": (State.UPDATED, 3),
    "html-200": (State.FAILED, 3),
}


def test_the_table_names_every_fault():
    assert set(ONCE) == set(get_args(FaultName))


def times_out(fault):
    return {"timeout_s": 0.1} if fault.startswith("hang") else {}


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("fault", ONCE)
def test_a_fault_that_hits_every_row_once(play, fault, workers):
    state, puts = ONCE[fault]

    async def story(job):
        for update in job.updates:
            job.sandbox.script(update.po, fault)
        await job.send()
        assert job.counts == {state: ROWS[workers]}
        assert set(job.sandbox.calls.puts.values()) == {puts}
        assert job.attempts == job.sandbox.calls.puts
        if fault != "not-applied-200":
            assert job.says_the_truth()

    play(story, rows=ROWS[workers], workers=workers, server={"slow_s": 0.01}, **times_out(fault))


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("fault", ALWAYS)
def test_a_fault_that_hits_one_row_every_time(play, fault, workers):
    state, puts = ALWAYS[fault]

    async def story(job):
        job.sandbox.script(BAD, *[fault] * 10)
        await job.send()
        assert job.states == {
            update.po: state if update.po == BAD else State.UPDATED for update in job.updates
        }
        assert job.sandbox.calls.puts[BAD] == puts
        assert job.sandbox.calls.puts.total() == puts + ROWS[workers] - 1
        assert job.sandbox.calls.logins <= 3
        assert job.says_the_truth()

    play(story, rows=ROWS[workers], workers=workers, **times_out(fault))
