"""How many calls are under way at once, against servers of several kinds, by their own clock."""

import asyncio
import heapq
from collections import deque
from itertools import count
from random import Random

import pytest

from batch_tracker.sender.concurrency import FIRST, ConcurrencyLimit

MOST = 64


class Server:
    """Answers after `latency_s`; so many calls at once as it has slots, the others queue.

    The latency doubles after so many answers; beyond so many calls at once it is in trouble.
    """

    def __init__(self, latency_s, *, slots=MOST, doubles_after=None, refuses_beyond=MOST, jitter=0):
        self._latency_s, self._slots, self._doubles_after = latency_s, slots, doubles_after
        self._refuses_beyond, self._jitter, self._rng = refuses_beyond, jitter, Random(1)
        self._queue, self._busy, self._answered = deque(), 0, 0
        self.under_way = 0

    def call(self, now):
        """Yield what ends when, as (time, began, is_trouble)."""
        self.under_way += 1
        if self.under_way > self._refuses_beyond:
            yield now + 0.002, now, True
        elif self._busy == self._slots:
            self._queue.append(now)
        else:
            yield self._serve(now, now)

    def ended(self, now, *, is_trouble):
        self.under_way -= 1
        if is_trouble:
            return
        self._busy -= 1
        self._answered += 1
        if self._queue:
            yield self._serve(now, self._queue.popleft())

    def _serve(self, now, began):
        self._busy += 1
        is_doubled = self._doubles_after is not None and self._answered >= self._doubles_after
        factor = (1 + is_doubled) * self._rng.uniform(1 - self._jitter, 1 + self._jitter)
        return now + self._latency_s * factor, began, False


def play_out(limit, server, rows):
    """Return how long the rows take, the troubles, and the calls under way in the last third."""
    rng, order, events = Random(2), count(), []
    now, begun, held, done, troubles, late = 0.0, 0, 0, 0, 0, []

    def add(found, kind):
        for event in found:
            heapq.heappush(events, (event[0], next(order), kind, *event[1:]))

    while done < rows:
        for each in range(min(rows - begun, limit.limit - held)):
            add([(now + each * 0.0005,)], "call")
            begun, held = begun + 1, held + 1
        now, _, kind, *rest = heapq.heappop(events)
        if kind == "call":
            add(server.call(now), "answer")
            continue
        began, is_trouble = rest
        limit.record(now - began, is_trouble=is_trouble)
        add(server.ended(now, is_trouble=is_trouble), "answer")
        if is_trouble:
            troubles += 1
            add([(now + rng.uniform(0.5, 1.5),)], "call")
        else:
            done, held = done + 1, held - 1
        if done > rows * 2 / 3:
            late.append(server.under_way)
    return now, troubles, max(late)


def best_fixed(new_server, rows):
    return min(
        play_out(ConcurrencyLimit(workers, most=MOST), new_server(), rows)[0]
        for workers in (4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64)
    )


def found_out(new_server, rows):
    return play_out(ConcurrencyLimit(None, most=MOST), new_server(), rows)


@pytest.mark.parametrize("rows", [300, 1000, 3000])
@pytest.mark.parametrize("latency_s", [0.02, 0.1, 0.3, 1, 5])
def test_a_server_that_takes_its_time_gets_as_many_calls_as_it_may(latency_s, rows):
    took_s, _, _ = found_out(lambda: Server(latency_s), rows)
    assert took_s <= 1.21 * best_fixed(lambda: Server(latency_s), rows)


@pytest.mark.parametrize("latency_s", [0.05, 0.3, 1])
@pytest.mark.parametrize("slots", [4, 16])
def test_a_server_with_few_slots_is_kept_busy_and_its_queue_short(slots, latency_s):
    def new_server():
        return Server(latency_s, slots=slots)

    took_s, _, under_way = found_out(new_server, 1000)
    assert took_s <= 1.02 * best_fixed(new_server, 1000)
    assert slots <= under_way <= 2 * slots


@pytest.mark.parametrize("rows", [300, 1000, 3000])
@pytest.mark.parametrize("latency_s", [0.1, 1])
def test_latency_that_doubles_without_a_queue_is_accepted(latency_s, rows):
    def new_server():
        return Server(latency_s, doubles_after=rows // 2)

    assert found_out(new_server, rows)[0] <= 1.25 * best_fixed(new_server, rows)


@pytest.mark.parametrize("latency_s", [0.1, 1])
def test_a_server_in_trouble_beyond_ten_calls_gets_no_more_of_them(latency_s):
    def new_server():
        return Server(latency_s, refuses_beyond=10)

    took_s, troubles, under_way = found_out(new_server, 3000)
    assert took_s <= 1.25 * best_fixed(new_server, 3000)
    assert troubles <= 3000 * 0.05
    assert under_way <= 13


@pytest.mark.parametrize("slots", [16, MOST])
def test_answers_that_take_now_long_now_short_are_no_queue(slots):
    def new_server():
        return Server(0.3, slots=slots, jitter=0.8)

    assert found_out(new_server, 1000)[0] <= 1.3 * best_fixed(new_server, 1000)


@pytest.mark.parametrize("number", [3, 40])
def test_the_users_own_number_is_kept(number):
    limit = ConcurrencyLimit(number, most=MOST)
    assert limit.limit == number
    for latency_s in [0.05] * 40 + [5] * 40:
        limit.record(latency_s)
        limit.record(latency_s, is_trouble=True)
    assert limit.limit == limit.most == number


def test_one_slow_answer_says_nothing():
    limit = ConcurrencyLimit(None, most=MOST)
    for latency_s in [0.1] * 19 + [50]:
        limit.record(latency_s)
    assert limit.limit == FIRST + 20


@pytest.mark.parametrize("most", [1, 2, 5, 64, 256])
def test_the_ceiling_holds_and_the_floor_is_not_above_it(most):
    limit = ConcurrencyLimit(None, most=most)
    assert limit.limit == min(FIRST, most)
    for latency_s in [0.1] * 600 + [9.0] * 600:
        limit.record(latency_s)
        assert 1 <= limit.limit <= most
    for _ in range(100):
        limit.record(0.1, is_trouble=True)
        assert 1 <= limit.limit <= most


def test_after_two_answers_for_each_call_at_once_a_short_queue_counts_too():
    """Twice the latency is no end of the slow start; after it, the server is at work on half."""
    limit = ConcurrencyLimit(None, most=16)
    for latency_s in [0.125] * 32 + [0.25] * 31:
        limit.record(latency_s)
        assert limit.limit == 16
    limit.record(0.25)
    assert limit.limit == 10  # 8 and a tenth, rounded up, and one


def test_the_slow_start_ends_with_the_tenth_of_twelve_answers_that_took_far_longer():
    limit = ConcurrencyLimit(None, most=MOST)
    limits = []
    for latency_s in [0.125] * 6 + [0.375] * 13:
        limit.record(latency_s)
        limits.append(limit.limit)
    assert limits[5:] == [limits[5] + min(slow, 9) for slow in range(14)]


def test_after_five_hundred_good_answers_one_call_more_is_tried():
    limit = ConcurrencyLimit(None, most=MOST)
    for _ in range(3):
        limit.record(0.1, is_trouble=True)
    limits = []
    for _ in range(1050):
        limit.record(0.1)
        limits.append(limit.limit)
    assert set(limits[:499]) == {9}
    assert set(limits[550:999]) == {10}
    assert limits[-1] == 11


def test_what_was_too_much_is_tried_again_in_time():
    limit = ConcurrencyLimit(None, most=MOST)
    for _ in range(3):
        limit.record(0.1, is_trouble=True)
    assert limit.limit == 9
    for _ in range(20_000):
        limit.record(0.1)
    assert 30 <= limit.limit <= MOST


def test_no_more_calls_than_the_limit_are_under_way():
    async def story():
        limit, most, under_way = ConcurrencyLimit(None, most=MOST), 0, 0

        async def call():
            nonlocal most, under_way
            async with limit.slot():
                under_way += 1
                most = max(most, under_way)
                await asyncio.sleep(0)
                under_way -= 1

        await asyncio.gather(*(call() for _ in range(50)))
        return most

    assert asyncio.run(story()) == FIRST


async def everyone_to_go_on():
    for _ in range(10):
        await asyncio.sleep(0)


def test_who_waits_is_let_in_as_the_limit_rises():
    """One call ends while 50 wait, and by then 30 more may be under way."""

    async def story():
        limit, inside, ended = ConcurrencyLimit(None, most=MOST), 0, asyncio.Event()

        async def call(end):
            nonlocal inside
            async with limit.slot():
                inside += 1
                await end.wait()

        first = asyncio.create_task(call(ended))
        others = [asyncio.create_task(call(asyncio.Event())) for _ in range(66)]
        await everyone_to_go_on()
        assert inside == FIRST
        for _ in range(30):
            limit.record(0.1)
        ended.set()
        await first
        await everyone_to_go_on()
        assert inside == 1 + FIRST + 30
        for each in others:
            each.cancel()
        await asyncio.wait(others)

    asyncio.run(story())


def test_who_waits_is_let_in_one_by_one_where_the_limit_has_fallen():
    async def story():
        limit, ended = ConcurrencyLimit(None, most=MOST), []

        async def call():
            async with limit.slot():
                if not ended:
                    for _ in range(3):
                        limit.record(0.1, is_trouble=True)
                ended.append(True)
                await asyncio.sleep(0)

        await asyncio.gather(*(call() for _ in range(40)))
        assert len(ended) == 40

    asyncio.run(story())


def test_a_run_without_a_number_of_workers_sends_every_row_once(play):
    async def story(job):
        await job.send()
        assert set(job.sandbox.calls.puts.values()) == {1}
        assert job.says_the_truth()

    play(story, rows=300, workers=None)
