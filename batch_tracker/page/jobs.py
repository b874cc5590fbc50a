"""A story that is told in a thread of the server: how far it is, how it ends, how to stop it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import wait
from functools import cached_property
from typing import Generic, TypeVar, cast

from batch_tracker.errors import BatchTrackerError
from batch_tracker.interrupt import StoppableThread
from batch_tracker.model import Progress
from batch_tracker.stories.outcome import OnProgress
from batch_tracker.traceback_file import keep_traceback

Result = TypeVar("Result")

_SAMPLES, _SAMPLE_S = 20, 0.5
"""The rate is that of the last ten seconds."""


class Job(Generic[Result]):
    """A story at work. It goes on whether or not anybody looks."""

    def __init__(self, story: Callable[[OnProgress], Result]) -> None:
        self.progress = Progress("starting", 0)
        self._paces: deque[tuple[float, int]] = deque(maxlen=_SAMPLES)
        self._thread = StoppableThread(lambda: story(self._hear))
        self._thread.start()

    @property
    def is_going(self) -> bool:
        """Whether the story has not ended."""
        return not self._thread.result.done()

    @cached_property
    def refusal(self) -> str:
        """Why the story has ended without a result, in words for a person; read it at the end."""
        error = self._thread.result.exception()
        if error is None or isinstance(error, BatchTrackerError):
            return str(error or "")
        return keep_traceback(error)

    @property
    def result(self) -> Result | None:
        """What the story has come to; None while it is at work, and where it was refused."""
        if self.is_going or self._thread.result.exception():
            return None
        return cast("Result", self._thread.result.result())

    @property
    def rate(self) -> float | None:
        """Rows a second, lately; None while that is not known."""
        if len(self._paces) < 2:  # noqa: PLR2004 - two ends of a stretch
            return None
        (begin, first), (end, last) = self._paces[0], self._paces[-1]
        return (last - first) / (end - begin) if last > first else None

    async def outcome(self) -> Result:
        """Wait for the result; raises what has ended the story instead."""
        ended = asyncio.shield(asyncio.wrap_future(self._thread.result))
        return cast("Result", await ended)

    def stop(self) -> None:
        """Ask the story to stop: calls under way end, no other starts."""
        self._thread.ask_to_stop()

    def wait(self, seconds: float) -> None:
        """Wait for its end, so long at the most."""
        wait([self._thread.result], timeout=seconds)

    def _hear(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage != self.progress.stage:
            self._paces.clear()
        if not self._paces or now - self._paces[-1][0] >= _SAMPLE_S:
            self._paces.append((now, progress.done))
        self.progress = progress
