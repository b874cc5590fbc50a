"""How many calls are under way at once."""

import asyncio

import pytest

from batch_tracker.sender.concurrency import FIRST, ConcurrencyLimit
from batch_tracker.settings import Quota

DOCUMENTED = Quota(10_800, 3600)


def after(concurrency, *latencies_s):
    """The limit after 20 calls of each latency."""
    limits = []
    for latency_s in latencies_s:
        for _ in range(20):
            concurrency.record(latency_s)
        limits.append(concurrency.limit)
    return limits


@pytest.mark.parametrize(
    ("latency_s", "limit"), [(0.05, FIRST), (1, FIRST), (2, 9), (5, 23), (10, 45), (60, 64)]
)
def test_as_many_calls_as_the_quota_needs_at_this_latency(latency_s, limit):
    assert after(ConcurrencyLimit(None, DOCUMENTED), latency_s) == [limit]


def test_without_a_quota_there_is_no_reason_to_hold_back():
    assert after(ConcurrencyLimit(None, Quota(0, 0)), 0.05) == [64]


def test_the_limit_falls_where_latency_climbs_and_recovers_with_it():
    assert after(ConcurrencyLimit(None, Quota(100, 1)), 0.2, 2, 2, 0.2) == [30, 15, 7, 30]


def test_a_server_that_has_become_slow_for_good_is_accepted():
    assert after(ConcurrencyLimit(None, DOCUMENTED), 0.2, *[5] * 20)[-1] == 23


def test_the_users_own_number_is_kept():
    assert after(ConcurrencyLimit(3, DOCUMENTED), 0.05, 5, 60) == [3, 3, 3]


def test_one_slow_answer_says_nothing():
    concurrency = ConcurrencyLimit(None, DOCUMENTED)
    for latency_s in [0.1] * 19 + [50]:
        concurrency.record(latency_s)
    assert concurrency.limit == FIRST


def test_no_more_calls_than_the_limit_are_under_way():
    async def story():
        concurrency, most, under_way = ConcurrencyLimit(None, DOCUMENTED), 0, 0

        async def call():
            nonlocal most, under_way
            async with concurrency.slot():
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
    """One call ends while 50 wait, and by then 45 more may be under way."""

    async def story():
        concurrency, inside, ended = ConcurrencyLimit(None, DOCUMENTED), 0, asyncio.Event()

        async def call(end):
            nonlocal inside
            async with concurrency.slot():
                inside += 1
                await end.wait()

        first = asyncio.create_task(call(ended))
        others = [asyncio.create_task(call(asyncio.Event())) for _ in range(57)]
        await everyone_to_go_on()
        assert inside == FIRST
        assert after(concurrency, 10) == [45]
        ended.set()
        await first
        await everyone_to_go_on()
        assert inside == 1 + 45
        for each in others:
            each.cancel()
        await asyncio.wait(others)

    asyncio.run(story())


def test_who_waits_is_let_in_one_by_one_where_the_limit_has_fallen():
    async def story():
        concurrency, ended = ConcurrencyLimit(None, Quota(100, 1)), []
        assert after(concurrency, 0.2, 2) == [30, 15]

        async def call():
            async with concurrency.slot():
                if not ended:
                    after(concurrency, 2, 2)
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
