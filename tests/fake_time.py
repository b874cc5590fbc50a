"""Time for tests of the sender: it passes only while somebody waits for it."""

import asyncio
from datetime import UTC, datetime

from batch_tracker import sender
from batch_tracker.quota import Moment, Uptime


class Clock:
    """Time that passes only while somebody sleeps by it; `set_by` is how far it was set wrong."""

    def __init__(self):
        self.began = self.seconds = 1_700_000_000.0
        self.set_by = 0.0

    def __call__(self):
        return datetime.fromtimestamp(self.seconds + self.set_by, UTC)

    def uptime(self):
        return Uptime(self.seconds, "boot")

    def moment(self):
        return Moment(self.seconds + self.set_by, *self.uptime())

    def timestamp(self):
        return self.seconds

    def advance(self, seconds):
        self.seconds += seconds


class SwiftStop(sender.StopSignal):
    """A stop signal whose sleepers don't wait: the clock jumps to where they wake up."""

    def __init__(self, clock):
        super().__init__()
        self._clock = clock
        self.slept = []

    def time(self):
        return self._clock.seconds

    async def sleep(self, seconds):
        self.check()
        self.slept.append(seconds)
        wakes_at = self._clock.seconds + seconds
        for _ in range(5):
            await asyncio.sleep(0)
            self.check()
        self._clock.seconds = max(self._clock.seconds, wakes_at)
