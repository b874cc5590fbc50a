"""One Dask worker as the driver sees it, and its tasks."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from distributed import CancelledError, KilledWorker
from distributed import Client as DaskClient
from distributed import Future as DaskFuture

_Result = TypeVar("_Result")


class WorkerLost(Exception):
    """A worker left, or a task of it never came back. What it did is not known."""


class TaskFailed(WorkerLost):
    """A task ended with an error that is not the network's."""


class DaskWorker:
    """A Dask worker: its tasks run nowhere else, and Dask never repeats one."""

    def __init__(self, dask: DaskClient, address: str) -> None:
        self._dask = dask
        self.address = address
        self._left = asyncio.get_running_loop().create_future()

    @property
    def has_left(self) -> bool:
        """Whether no more tasks are given to it."""
        return self._left.done()

    def leave(self) -> None:
        """Wait for none of its tasks any more."""
        if not self._left.done():
            self._left.set_result(None)

    async def run(
        self, function: Callable[..., _Result], *arguments: object, within_s: float
    ) -> _Result:
        """Run a function there and return its result, which Dask then forgets.

        Raises:
            WorkerLost: it did not come back within so many seconds, or at all.
            TaskFailed: it came back with an error.
        """
        task: DaskFuture[Any] = self._dask.submit(
            function,
            *arguments,
            pure=False,
            retries=0,
            workers=[self.address],
            allow_other_workers=False,
        )
        waiting = asyncio.ensure_future(_result(task))
        try:
            await asyncio.wait(
                [waiting, self._left], timeout=within_s, return_when=asyncio.FIRST_COMPLETED
            )
            result: _Result = self._come_back(waiting)
        finally:
            waiting.cancel()
            task.release()
        return result

    def _come_back(self, waiting: asyncio.Future[Any]) -> Any:  # noqa: ANN401 - the function's
        if not waiting.done():
            raise WorkerLost("it is gone" if self.has_left else "it does not answer")
        try:
            return waiting.result()
        except (OSError, CancelledError, KilledWorker) as error:
            raise WorkerLost("it is gone") from error
        except Exception as error:
            raise TaskFailed(f"{type(error).__name__}: {error}") from error


async def _result(task: "DaskFuture[Any]") -> Any:  # noqa: ANN401 - the function's
    return await task
