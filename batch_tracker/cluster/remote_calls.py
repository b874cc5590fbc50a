"""The API by way of a worker: the calls of a moment travel together, at most 50 in a shard."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

from batch_tracker.cluster.dask_worker import DaskWorker, WorkerLost
from batch_tracker.cluster.shard import MOST_CALLS, Call, ListOrders, LogIn, Put, Shard
from batch_tracker.cluster.worker import make_calls
from batch_tracker.model import Update
from batch_tracker.sender.client import Reply
from batch_tracker.sender.reply import lost, not_sent

_GATHER_S = 0.02
"""How long a call waits for others: a task costs Dask the same, however few calls are in it."""

_numbers = count(1)


class RemoteCalls:
    """Has a worker make the calls, from one of its addresses.

    Where the worker is lost, so are the answers to what it was given, and `on_lost` is told before
    anybody else. What it was not given yet was not sent.
    """

    def __init__(
        self,
        worker: DaskWorker,
        *,
        session: str,
        address: str,
        timeout_s: float,
        on_lost: Callable[[str], None],
    ) -> None:
        self._worker = worker
        self._session = session
        self._address = address
        self._timeout_s = timeout_s
        self._on_lost = on_lost
        self._asked: list[tuple[Call, asyncio.Future[Reply]]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def log_in(self) -> Reply:
        """Have the worker log in. The answer's token is the name of the real one."""
        return await self._reply(LogIn())

    async def put(self, update: Update, token: str) -> Reply:
        """Send one update."""
        return await self._reply(Put(update, token))

    async def list_orders(self, pos: Sequence[int], token: str, *, page: int, size: int) -> Reply:
        """Ask for one page of the list of POs."""
        return await self._reply(ListOrders(tuple(pos), token, page, size))

    async def _reply(self, call: Call) -> Reply:
        if self._worker.has_left:
            return Reply(not_sent(WorkerLost("the worker is gone")))
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_later(_GATHER_S, self._hand_out)
        answer: asyncio.Future[Reply] = loop.create_future()
        self._asked.append((call, answer))
        return await answer

    def _hand_out(self) -> None:
        while self._asked:
            some, self._asked = self._asked[:MOST_CALLS], self._asked[MOST_CALLS:]
            task = asyncio.create_task(self._run(some))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _run(self, asked: list[tuple[Call, asyncio.Future[Reply]]]) -> None:
        calls = [call for call, _ in asked]
        shard = Shard(self._session, next(_numbers), self._address, calls)
        try:
            replies = await self._worker.run(make_calls, shard, within_s=self._timeout_s)
            why = "it was started anew"
        except WorkerLost as error:
            replies, why = None, str(error)
        if replies is None:
            self._on_lost(why)
            replies = [Reply(lost(f"the worker: {why}"))] * len(asked)
        for (_, answer), reply in zip(asked, replies, strict=True):
            if not answer.done():
                answer.set_result(reply)
