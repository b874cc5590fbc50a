"""Every fault the pretend server knows, at every width: the workbook tells what the server holds.

Each cell of the matrix is a run. Afterwards the results workbook is read back and held against the
server row by row, and the calls that the server saw are the fewest that the fault allows.
"""

from typing import get_args

import pytest
from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS, State
from batch_tracker.sandbox import FaultName
from batch_tracker.stories import outcome

WORKERS = [1, 8, 32]
ROWS = {1: 5, 8: 12, 32: 40}
BAD = 1005

LOGIN, LOOK_UP = 1, 1

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
    "not-applied-200": (State.UPDATED, 1),  # a lie that only reading back can find out
    "redirect": (State.REJECTED, 1),
    "slow": (State.UPDATED, 1),
}

# What a row comes to that meets the fault every time, among rows that don't; the PUTs it takes,
# where `attempts` is 3; and the fewest calls beside all PUTs.
ALWAYS = {
    "500": (State.FAILED, 3, LOGIN),
    "500-generic": (State.FAILED, 3, LOGIN),
    "500-message": (State.REJECTED, 1, LOGIN),
    "502-html": (State.FAILED, 3, LOGIN),
    "401": (State.REJECTED, 2, 2 * LOGIN),  # with a second token it is the row, not the token
    "reset-before": (State.FAILED, 3, LOGIN + LOOK_UP),  # found not to have been applied
    "reset-after": (State.UPDATED, 3, LOGIN + LOOK_UP),
    "hang-before": (State.FAILED, 3, LOGIN + LOOK_UP),
    "hang-after": (State.UPDATED, 3, LOGIN + LOOK_UP),
    "truncated": (State.UPDATED, 3, LOGIN + LOOK_UP),
    "html-200": (State.FAILED, 3, LOGIN + LOOK_UP),
    "redirect": (State.REJECTED, 1, LOGIN),
}


def test_the_table_names_every_fault():
    assert set(ONCE) == set(get_args(FaultName))


def times_out(fault):
    """A server that hangs is waited for in earnest: briefly, but not so that others time out."""
    return {"timeout_s": 0.5} if fault.startswith("hang") else {}


def rows_of(fault, workers):
    return ROWS[min(workers, 8)] if fault.startswith("hang") else ROWS[workers]


def results(job):
    """Write the results workbook, and return what it says of each PO: its state and its tries."""
    settings = job.settings.model_copy(update={"output": job.settings.home})
    ended = outcome.write_workbook(job.run, settings, lambda _: None)
    heads, *rows = load_workbook(ended.summary.report)["Results"].iter_rows(values_only=True)
    po = len(LEADING_COLUMNS)
    state, tries = heads.index("Result"), heads.index("Attempts")
    assert [int(row[po]) for row in rows] == [update.po for update in job.updates]
    return {int(row[po]): (row[state], row[tries]) for row in rows}


def agree(job):
    """Whether the workbook says of each row what the server has seen and holds."""
    told = results(job)
    assert {po: tries for po, (_, tries) in told.items()} == job.sandbox.calls.puts
    for update in job.updates:
        order = job.sandbox.orders[update.po]
        held = (order.tracking_number, order.courier_service, order.shipped_on)
        given = (update.tracking_number, update.carrier, update.shipped_on)
        state, _ = told[update.po]
        assert held == (given if state == State.UPDATED else (None, None, None))
    return True


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("fault", ONCE)
def test_a_fault_that_hits_every_row_once(play, fault, workers):
    state, puts = ONCE[fault]
    rows = rows_of(fault, workers)

    async def story(job):
        for update in job.updates:
            job.sandbox.script(update.po, fault)
        await job.send()
        assert job.counts == {state: rows}
        assert set(job.sandbox.calls.puts.values()) == {puts}
        logins = len(job.sandbox.calls) - puts * rows
        # Each refused token may cost one, though workers that share a token share its renewal.
        assert logins == LOGIN or (fault == "401" and logins <= LOGIN + rows)
        if fault != "not-applied-200":
            assert agree(job)

    play(story, rows=rows, workers=workers, server={"slow_s": 0.01}, **times_out(fault))


@pytest.mark.parametrize("workers", WORKERS)
@pytest.mark.parametrize("fault", ALWAYS)
def test_a_fault_that_hits_one_row_every_time(play, fault, workers):
    state, puts, others = ALWAYS[fault]
    rows = rows_of(fault, workers)

    async def story(job):
        job.sandbox.script(BAD, *[fault] * 10)
        await job.send()
        assert job.states == {
            update.po: state if update.po == BAD else State.UPDATED for update in job.updates
        }
        assert job.sandbox.calls.puts[BAD] == puts
        calls = job.sandbox.calls
        assert calls.puts.total() == puts + rows - 1
        assert len(calls) - calls.puts.total() == others
        assert agree(job)

    play(story, rows=rows, workers=workers, **times_out(fault))


@pytest.mark.parametrize("workers", WORKERS)
def test_a_lie_that_reading_back_finds_out(play, workers):
    rows = ROWS[workers]

    async def story(job):
        job.sandbox.always("not-applied-200")
        await job.send(verify=True)
        assert job.counts == {State.FAILED: rows}
        assert len(job.sandbox.calls) == LOGIN + rows + LOOK_UP
        assert agree(job)

    play(story, rows=rows, workers=workers)
