"""How many rows wait for one lane's quota."""

import asyncio

from batch_tracker.sender.concurrency import ConcurrencyLimit
from batch_tracker.sender.lanes import Lane


def claims_at_once(*, is_only_one, wanted):
    """Return how many of so many claims a lane lets through, and how many after one release."""

    async def story():
        parts = {"look_up": None, "stop": None, "concurrency": ConcurrencyLimit(None, most=8)}
        lane = Lane("", None, **parts, is_only_one=is_only_one)
        claims = [asyncio.create_task(lane.claim()) for _ in range(wanted)]
        seen = []
        for _ in range(2):
            for _ in range(wanted):
                await asyncio.sleep(0)
            seen.append(sum(claim.done() for claim in claims))
            claims[0].result().release()
            claims[0].result().release()
        for claim in claims:
            claim.cancel()
        return seen

    return asyncio.run(story())


def test_the_only_lane_takes_every_row():
    assert claims_at_once(is_only_one=True, wanted=20) == [20, 20]


def test_one_of_several_leaves_rows_to_the_others():
    """A claim that is released twice makes room once."""
    assert claims_at_once(is_only_one=False, wanted=20) == [4, 5]
