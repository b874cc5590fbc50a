"""The stop: how a run is asked to stop, and how every wait hears of it."""

import asyncio
import time
from contextlib import suppress


class Stopping(Exception):
    """The run is to stop; whoever was about to wait or call lets go."""


class StopSignal:
    """Set once; from then on every wait ends and no further call is made.

    Calls under way are not touched: their answers are still worth having.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._parts: list[StopSignal] = []

    def set(self) -> None:
        """Ask the run to stop."""
        self._event.set()
        for part in self._parts:
            part.set()

    def part(self) -> "StopSignal":
        """Return a signal for a part of the run: set by itself, or with this one."""
        part = StopSignal()
        if self.is_set:
            part.set()
        self._parts.append(part)
        return part

    @property
    def is_set(self) -> bool:
        """Whether the run was asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Stopping if the run was asked to stop."""
        if self._event.is_set():
            raise Stopping

    def time(self) -> float:
        """Return the seconds of the clock by which sleepers wake up; nobody can set it."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep, or raise Stopping as soon as the run is asked to stop."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self.check()
