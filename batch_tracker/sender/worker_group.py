"""A worker group: workers side by side, none of whom tears another's call."""

import asyncio
import sqlite3
from collections.abc import Awaitable

from batch_tracker.errors import BatchTrackerError
from batch_tracker.sender.stop import Stopping, StopSignal


class WorkerGroup:
    """Runs workers until all have ended.

    The first error that ends the run sets the stop signal: the calls under way end by themselves,
    and no other starts.
    """

    def __init__(self, stop: StopSignal) -> None:
        self._stop = stop
        self._error: BatchTrackerError | sqlite3.Error | None = None

    async def run(self, *workers: Awaitable[object]) -> None:
        """Run workers side by side until all have ended."""
        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(self._guarded(worker))

    def check(self) -> None:
        """Raise the first error of any worker so far."""
        if self._error:
            raise self._error

    async def _guarded(self, worker: Awaitable[object]) -> None:
        try:
            await worker
        except Stopping:
            return
        except (BatchTrackerError, sqlite3.Error) as error:
            self._error = self._error or error
            self._stop.set()
