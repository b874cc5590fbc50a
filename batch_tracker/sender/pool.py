"""The pool of workers: each takes a row, sends it, writes its outcome, takes the next."""

import asyncio
from collections import deque

from batch_tracker import ledger
from batch_tracker.ledger import Journal, Need, Run
from batch_tracker.model import Answer, Outcome, State, Step, Verdict
from batch_tracker.sender.client import Client, Reply
from batch_tracker.sender.concurrency import ConcurrencyLimit
from batch_tracker.sender.failure_limits import FailureLimits
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.outcomes import outcome_of, unauthorized
from batch_tracker.sender.request import NotWanted
from batch_tracker.sender.retry import RetryPolicy, Tries
from batch_tracker.sender.stop import StopSignal
from batch_tracker.sender.unauthorized import UnauthorizedRow, UnauthorizedRows
from batch_tracker.sender.worker_group import WorkerGroup

_PAGE = 500


class Pool:
    """Sends every open step of a run. A PO has one step, so no two calls for it are under way.

    Once asked to stop, the calls under way end and no other starts; rows without an outcome
    stay in the ledger for `resume`.
    """

    def __init__(
        self,
        run: Run,
        *,
        gateway: Gateway,
        journal: Journal,
        stop: StopSignal,
        limits: FailureLimits,
        concurrency: ConcurrencyLimit,
    ) -> None:
        self._run = run
        self._gateway = gateway
        self._journal = journal
        self._stop = stop
        self._limits = limits
        self._concurrency = concurrency
        self._unauthorized = UnauthorizedRows(gateway.tokens, self._reject)
        self._group = WorkerGroup(stop)
        self._page: deque[Step] = deque()
        self._after: int | None = 0
        self._left: int | None = None
        self._settled_before = journal.settled
        self.updated = 0
        """Rows that the server has accepted so far."""

    @property
    def done(self) -> int:
        """Rows settled so far."""
        return self._journal.settled - self._settled_before

    async def send(self, rows: int | None = None) -> None:
        """Send until no step is open, `rows` more rows are settled, or the run is asked to stop.

        Raises:
            Stopped: the run can't go on (login refused, server unusable).
            sqlite3.Error: the ledger could not be written.
        """
        self._left = rows
        await self._group.run(self._gateway.tokens.ensure())
        await self._group.run(*(self._work() for _ in range(self._concurrency.most)))
        await self._group.run(self._finish())
        self._group.check()

    async def _work(self) -> None:
        while True:
            async with self._concurrency.slot():
                self._stop.check()
                step = self._next()
                if step is None:
                    return
                await self._send(step)

    async def _finish(self) -> None:
        if not self._stop.is_set:
            self._unauthorized.close()
        await self._journal.flush()

    def _next(self) -> Step | None:
        if not self._page and self._after is not None:
            self._page.extend(ledger.steps(self._run, after=self._after, limit=_PAGE))
            self._after = self._page[-1].row if self._page else None
        if not self._page or self._left == 0:
            return None
        if self._left is not None:
            self._left -= 1
        return self._page.popleft()

    async def _send(self, step: Step) -> None:
        """Call until the row is settled; raises Stopping where the run stops first."""
        request = _RowRequest(step, self._journal, self._concurrency)
        try:
            final = await self._gateway.call(request, Tries(doubtful=step.doubtful))
        except NotWanted:
            return  # settled, or left open: whoever runs the sender tells what overtook it
        verdict = final.reply.verdict
        if verdict.answer is Answer.UNAUTHORIZED:
            await request.record_answer(verdict)  # or another run would wait for it
            self._unauthorized.add(UnauthorizedRow(step, request.number, verdict), final.token)
            return
        self._settle(step, request.number, verdict, outcome_of(step, verdict, final.tries))
        if verdict.answer in {Answer.ACCEPTED, Answer.REFUSED}:
            self._unauthorized.prove(final.token)

    def _settle(self, step: Step, number: int, verdict: Verdict, outcome: Outcome) -> None:
        """Write a row's outcome; the worker's next intent waits for it, and the end of the run."""
        self._journal.settle(step, number, verdict, outcome)
        self.updated += outcome.state is State.UPDATED
        self._limits.record(outcome)

    def _reject(self, row: UnauthorizedRow) -> None:
        self._settle(*row, unauthorized(row.step, row.verdict))


class _RowRequest:
    """The request to change a PO as one row says. Its calls are numbered over all sessions."""

    is_login = False

    def __init__(self, step: Step, journal: Journal, concurrency: ConcurrencyLimit) -> None:
        self._step = step
        self._journal = journal
        self._concurrency = concurrency
        self.number = step.attempts

    async def is_wanted(self) -> bool:
        need = self._journal.need_of(self._step)
        if need is Need.APPLIED:
            need = await self._journal.settle_if_applied(self._step)
        return self._is_now(need)

    async def record_intent(self) -> bool:
        need = await self._journal.intend(self._step, self.number + 1)
        self.number += need is Need.NOW
        return self._is_now(need)

    @staticmethod
    def _is_now(need: Need) -> bool:
        if need in {Need.APPLIED, Need.OVERTAKEN}:
            raise NotWanted
        return need is Need.NOW

    async def withdraw_intent(self) -> None:
        await self._journal.withdraw(self._step, self.number)

    async def send(self, client: Client, token: str) -> Reply:
        seconds = asyncio.get_running_loop().time
        began = seconds()
        reply = await client.put(self._step.update, token)
        if reply.verdict.status is not None:
            is_trouble = reply.verdict.answer in {Answer.UNAVAILABLE, Answer.THROTTLED}
            self._concurrency.record(seconds() - began, is_trouble=is_trouble)
        return reply

    def is_final(self, verdict: Verdict, tries: Tries, retry: RetryPolicy) -> bool:
        return retry.is_final(verdict, tries)

    async def record_answer(self, verdict: Verdict) -> None:
        await self._journal.answered(self._step, self.number, verdict)
