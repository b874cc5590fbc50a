"""The gate: many workers of one run before one lane."""

import asyncio
import itertools
import sqlite3
from contextlib import closing, contextmanager

import pytest

from batch_tracker.errors import Stopped
from batch_tracker.quota import QUOTA_FILE, Moment, QuotaGate
from batch_tracker.settings import Quota

TEN_IN_100_S = Quota(10, 100.0)


@pytest.fixture
def open_gate(tmp_path, clock):
    """Return a function that opens a gate whose waits only move the clock."""

    async def sleep(seconds):
        clock.now += seconds
        await asyncio.sleep(0)

    def open_(quota=TEN_IN_100_S, username="clerk", sleep=sleep):
        return closing(
            QuotaGate(
                tmp_path,
                server="https://a.example/rest/api",
                username=username,
                quota=quota,
                clock=clock,
                up=lambda: clock().up,
                sleep=sleep,
            )
        )

    return open_


@pytest.fixture
def held(tmp_path):
    """Return a context manager in which another process writes to the file."""

    @contextmanager
    def hold():
        with closing(sqlite3.connect(tmp_path / QUOTA_FILE)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.rollback()

    return hold


class Bell:
    """A sleep that lasts until it is rung."""

    def __init__(self, clock):
        self.slept = []
        self._clock = clock
        self._rung = asyncio.Event()

    async def sleep(self, seconds):
        self.slept.append(seconds)
        await self._rung.wait()

    def ring(self):
        self._clock.now += self.slept[-1]
        self._rung.set()


@contextmanager
def looks(gate):
    """Collect a line for each look at the file."""
    found = []
    gate._lane._file.set_trace_callback(lambda sql: sql.startswith("BEGIN") and found.append(sql))
    yield found
    gate._lane._file.set_trace_callback(None)


async def until(condition):
    """Let the others run until something has come about."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - other threads bring it about
            await asyncio.sleep(0.001)


async def look_and_be_cancelled(gate):
    """Cancel a worker while it looks at the file, which another process holds meanwhile."""
    worker = asyncio.create_task(gate.take())
    await until(lambda: gate._looking)
    worker.cancel()
    await asyncio.wait([worker])


def test_workers_that_wait_together_are_served_by_one_look(open_gate, clock, permits_in):
    async def story():
        bell = Bell(clock)
        with open_gate(sleep=bell.sleep) as gate:
            await gate.pause(5)
            waiting = [asyncio.create_task(gate.take()) for _ in range(8)]
            await until(lambda: bell.slept)
            with looks(gate) as made:
                bell.ring()
                await asyncio.gather(*waiting)
            assert len(made) == 1
        assert permits_in() == 8

    asyncio.run(story())


@pytest.mark.parametrize("quota", [Quota(0, 0.0), Quota(60, 6.0)])
def test_workers_that_wait_together_go_on_together(open_gate, clock, quota):
    """One by one, each followed by a call, the last would come too late for their permits."""

    async def story():
        bell = Bell(clock)
        with open_gate(quota, sleep=bell.sleep) as gate:
            await gate.pause(5)
            waiting = [asyncio.create_task(gate.take()) for _ in range(60)]
            await until(lambda: bell.slept)
            bell.ring()
            _, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            assert not left

    asyncio.run(story())


def test_who_asked_has_a_permit_however_long_that_took(tmp_path, permits_in):
    """Else a disk that is slow for the window would have it ask, and use up permits, for ever."""

    async def story():
        ticks = itertools.count(1_000_000)
        gate = QuotaGate(
            tmp_path,
            server="https://a.example/rest/api",
            username="clerk",
            quota=TEN_IN_100_S,
            clock=lambda: Moment(tick := float(next(ticks)), tick, ""),
            up=lambda: float(next(ticks)),
        )
        with closing(gate):
            await asyncio.wait_for(gate.take(), 10)

    asyncio.run(story())
    assert permits_in() == 1


def test_the_gate_says_when_it_opens_while_it_is_shut(open_gate, clock):
    async def story():
        bell = Bell(clock)
        with open_gate(sleep=bell.sleep) as gate:
            for _ in range(10):
                await gate.take()
            assert gate.opens_at is None
            began = clock.now
            clock.now += 7
            late = asyncio.create_task(gate.take())
            await until(lambda: bell.slept)
            assert gate.opens_at == pytest.approx(began + 102.04)
            assert bell.slept == [pytest.approx(95.04)]
            bell.ring()
            await late
            assert gate.opens_at is None

    asyncio.run(story())


def test_a_worker_cancelled_in_its_wait_costs_nobody_a_permit(open_gate, clock, permits_in):
    async def story():
        bell = Bell(clock)
        with open_gate(sleep=bell.sleep) as gate:
            for _ in range(10):
                await gate.take()
            waiting = [asyncio.create_task(gate.take()) for _ in range(3)]
            await until(lambda: bell.slept)
            waiting[0].cancel()
            await until(lambda: len(bell.slept) == 2)
            bell.ring()
            await asyncio.gather(*waiting[1:])
        assert waiting[0].cancelled()
        assert permits_in() == 12

    asyncio.run(story())


def test_a_worker_cancelled_while_it_looks_leaves_the_permit_to_the_next(
    open_gate, held, permits_in
):
    async def story():
        with open_gate() as gate:
            with held():
                await look_and_be_cancelled(gate)
                following = asyncio.create_task(gate.take())
                await asyncio.sleep(0)
            await following
        assert permits_in() == 1

    asyncio.run(story())


@pytest.mark.parametrize(("later", "asked"), [(0.15, 0), (0.25, 1), (3600.0, 1)])
def test_what_cancelled_workers_left_is_used_at_once_or_goes_back(
    open_gate, clock, held, permits_in, *, later, asked
):
    async def story():
        bell = Bell(clock)
        with open_gate(sleep=bell.sleep) as gate:
            await gate.pause(5)
            first, second, *others = [asyncio.create_task(gate.take()) for _ in range(4)]
            await until(lambda: bell.slept)
            with held():
                bell.ring()
                await until(lambda: gate._looking)
                for each in others:
                    each.cancel()
                await asyncio.wait(others)
            await asyncio.wait([first, second])
            assert permits_in() == 4
            clock.now += later
            with looks(gate) as made:
                await gate.take()
            assert len(made) == asked
        assert permits_in() == 3

    asyncio.run(story())


def test_a_look_that_nobody_waited_for_is_not_used_much_later(open_gate, clock, held, permits_in):
    async def story():
        with open_gate() as gate:
            with held():
                await look_and_be_cancelled(gate)
            await until(gate._looking.done)
            clock.now += 60
            with looks(gate) as made:
                await gate.take()
            assert len(made) == 1
        assert permits_in() == 1


def test_what_nobody_has_used_at_the_end_goes_back(open_gate, held, permits_in):
    async def story():
        with open_gate() as gate:
            await gate.take()
            with held():
                await look_and_be_cancelled(gate)
            unused = await gate.take()
            gate.give_back(unused)
            assert permits_in() == 2
        assert permits_in() == 1

    asyncio.run(story())


def test_a_permit_that_comes_back_wakes_who_waits_for_the_next_window(open_gate, clock):
    async def story():
        bell = Bell(clock)
        with open_gate(sleep=bell.sleep) as gate:
            permits = [await gate.take() for _ in range(10)]
            waiting = asyncio.create_task(gate.take())
            await until(lambda: bell.slept)
            gate.give_back(permits[3])
            await waiting
            with closing(gate._lane._file.cursor()) as file:
                assert file.execute("SELECT max(number) FROM permits").fetchone() == (10,)

    asyncio.run(story())


def test_a_permit_that_comes_back_late_lets_another_process_go_at_once(open_gate, clock):
    async def story():
        with open_gate() as mine, open_gate() as theirs:
            permits = [await mine.take() for _ in range(10)]
            clock.now += 1
            for each in permits[:9]:
                mine.give_back(each)
            began = clock.now
            await mine.take()
            for _ in range(8):
                await theirs.take()
            assert clock.now == began
            await theirs.take()
            assert clock.now == pytest.approx(began - 1 + 102.04)

    asyncio.run(story())

    asyncio.run(story())


def test_a_pause_drops_what_was_bought_and_holds_in_other_processes(open_gate, clock):
    async def story():
        with open_gate() as mine, open_gate(username="Clerk") as theirs:
            await mine.take()
            await mine.pause(40)
            began = clock.now
            await theirs.take()
            assert clock.now == began + 40

    asyncio.run(story())


def test_every_worker_waits_exactly_as_long_as_the_quota_asks(open_gate, clock):
    async def story():
        began = clock.now
        with open_gate() as gate:
            moments = []
            for _ in range(25):
                await gate.take()
                moments.append(clock.now - began)
        assert moments == pytest.approx([0] * 10 + [102.04] * 10 + [204.08] * 5)

    asyncio.run(story())


def test_without_a_limit_the_file_is_looked_at_for_pauses_only(open_gate, clock):
    async def story():
        with open_gate(quota=Quota(0, 0.0)) as gate, looks(gate) as made:
            for _ in range(250):
                await gate.take()
            assert len(made) == 1
            clock.now += 2  # long enough for another process to have been throttled
            await gate.take()
            assert len(made) == 2

    asyncio.run(story())


def test_a_wait_that_is_broken_off_reaches_the_worker(open_gate):
    class BrokenOff(Exception):
        pass

    async def sleep(_seconds):
        raise BrokenOff

    async def story():
        with open_gate(quota=Quota(1, 60), sleep=sleep) as gate:
            await gate.take()
            found = await asyncio.gather(*(gate.take() for _ in range(3)), return_exceptions=True)
            assert [type(each) for each in found] == [BrokenOff] * 3
            assert gate.opens_at is None

    asyncio.run(story())


def test_a_file_that_breaks_in_use_stops_every_worker(open_gate, tmp_path):
    async def story():
        with open_gate() as gate:
            with closing(sqlite3.connect(tmp_path / QUOTA_FILE)) as file:
                file.execute("DROP TABLE pauses")
            found = await asyncio.gather(*(gate.take() for _ in range(3)), return_exceptions=True)
            assert [type(each) for each in found] == [Stopped] * 3

    asyncio.run(story())
