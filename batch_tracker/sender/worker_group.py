"""A worker group: workers side by side, none of whom tears another's call."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Coroutine

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
        self._tasks: asyncio.TaskGroup | None = None
        self._at_work = 0

    async def run(self, *workers: Awaitable[object]) -> None:
        """Run workers side by side until all have ended."""
        async with asyncio.TaskGroup() as self._tasks:
            for worker in workers:
                self._start(self._tasks, worker)

    def add(self, worker: Coroutine[None, None, object]) -> None:
        """Run one more beside the workers that are at work; where none is, it has come too late."""
        if self._tasks and self._at_work:
            self._start(self._tasks, worker)
        else:
            worker.close()

    def _start(self, tasks: asyncio.TaskGroup, worker: Awaitable[object]) -> None:
        self._at_work += 1
        tasks.create_task(self._guarded(worker))

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
        finally:
            self._at_work -= 1
