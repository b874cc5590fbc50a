"""Where the workers of a run wait for their permits."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from batch_tracker.quota.lane import Lane, Permits, kept_s, lane_name
from batch_tracker.settings import Quota

# The share of the margin that a worker may be late for its permit ...
_LATENESS = 0.1
# ... and that a call may leave late; the rest is for its way.
_LATEST = 0.5
# Without a limit, how long calls go before the file is looked at for a pause.
_BLOCK_LIFE_S = 1.0


class QuotaGate:
    """Where a run's workers wait for their permits. Close it after use.

    Workers that wait at the same moment are served by one look at the file: the first of them
    asks for as many permits as workers wait, and the others wait for that. What the look brought
    is the stock. It goes to those who take it soon; the rest is dropped, as a permit that is used
    late may meet the calls of the next window at the server. Without a limit the file is only
    looked at for the pauses that throttled answers ask for.

    Raises:
        LedgerRefused: the file can't be opened or written.
        Stopped: the file can't be used any more; from `take` and `pause`.
    """

    def __init__(
        self,
        home: Path,
        *,
        server: str,
        username: str,
        quota: Quota,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._lane = Lane(home, name=lane_name(server, username), quota=quota, clock=clock)
        margin_s = kept_s(quota) - quota.seconds
        self._fresh_s = margin_s * _LATENESS if quota.calls else _BLOCK_LIFE_S
        self._latest_s = margin_s * _LATEST if quota.calls else float("inf")
        self._clock = clock
        self._sleep = sleep
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="quota")
        self._waiting = 0
        self._stock = Permits(0, 0.0)
        # Set once who asks for all has got a stock; None while nobody asks.
        self._asking: asyncio.Event | None = None
        # The look at the file that is under way in the thread, or that nobody has had yet.
        self._looking: asyncio.Future[Permits] | None = None
        self.opens_at: float | None = None
        """While the gate is shut: when it opens (Unix seconds)."""

    def close(self) -> None:
        """Close the file."""
        self._thread.shutdown()
        self._lane.close()

    async def take(self) -> float:
        """Wait for a permit for one call, which is to be made at once; return when it was given."""
        self._waiting += 1
        try:
            while not self._is_usable(self._stock):
                if not self._asking:
                    await self._ask_for_all()
                    break  # one of them is for who asked, however long that took
                await self._asking.wait()
        finally:
            self._waiting -= 1
        self._stock = self._stock._replace(given=self._stock.given - 1)
        return self._stock.at

    def is_late(self, permit: float) -> bool:
        """Whether it is too late by now for the call that a permit was taken for."""
        return not 0 <= self._clock() - permit <= self._latest_s

    def give_back(self, permit: float) -> None:
        """Let another call have a permit that has just been taken, while it is fresh."""
        if permit == self._stock.at:
            self._stock = self._stock._replace(given=self._stock.given + 1)

    async def pause(self, until: float) -> None:
        """Let no call of this user pass before `until` (Unix seconds), in any process."""
        self._stock = Permits(0, 0.0)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._lane.pause, until)

    def _is_usable(self, permits: Permits) -> bool:
        return permits.given > 0 and 0 <= self._clock() - permits.at <= self._fresh_s

    async def _ask_for_all(self) -> None:
        self._asking = asyncio.Event()
        try:
            self._stock = await self._ask()
        finally:
            # All go on in one turn of the event loop: let on one by one, the last would come too
            # late for their permits.
            self._asking.set()
            self._asking = None

    async def _ask(self) -> Permits:
        """Look until there are permits, and wait in between as long as the file says."""
        while not (permits := await self._look()).given:
            self.opens_at = permits.at + permits.wait_s
            try:
                await self._sleep(max(0.0, self.opens_at - self._clock()))
            finally:
                self.opens_at = None
        return permits

    async def _look(self) -> Permits:
        """Look at the file for all who wait.

        A look goes on where its worker is cancelled; the next one has what it brings.
        """
        if self._looking and self._looking.done() and not self._is_usable(self._looking.result()):
            self._looking = None
        if not self._looking:
            self._looking = asyncio.get_running_loop().run_in_executor(
                self._thread, self._lane.take, self._waiting
            )
        await asyncio.wait([self._looking])
        looked, self._looking = self._looking, None
        return looked.result()
