"""The pool of workers: each takes a row, sends it, writes its outcome, takes the next."""

from time import monotonic

from batch_tracker.ledger import Journal, Need, Run
from batch_tracker.model import Answer, Outcome, State, Step, Verdict
from batch_tracker.sender.client import Calls, Reply
from batch_tracker.sender.concurrency import ConcurrencyLimit
from batch_tracker.sender.failure_limits import FailureLimits
from batch_tracker.sender.lanes import LANE_FAILURES, Claim, Lane, Lanes
from batch_tracker.sender.open_steps import OpenSteps
from batch_tracker.sender.outcomes import outcome_of, unauthorized
from batch_tracker.sender.request import NotWanted
from batch_tracker.sender.retry import FOR_GOOD, RetryPolicy, Tries
from batch_tracker.sender.stop import Stopping, StopSignal
from batch_tracker.sender.unauthorized import UnauthorizedRow, UnauthorizedRows
from batch_tracker.sender.worker_group import WorkerGroup

_TROUBLE = {Answer.UNAVAILABLE, Answer.THROTTLED}


class Pool:
    """Sends every open step of a run. A PO has one step, so no two calls for it are under way.

    Once asked to stop, the calls under way end and no other starts; rows without an outcome
    stay in the ledger for `resume`. The rows of a lane that fails go to the others.
    """

    def __init__(
        self, run: Run, *, lanes: Lanes, journal: Journal, stop: StopSignal, limits: FailureLimits
    ) -> None:
        self._lanes = lanes
        self._journal = journal
        self._stop = stop
        self._limits = limits
        self._unauthorized: dict[Lane, UnauthorizedRows] = {}
        self._group = WorkerGroup(stop)
        lanes.on_join = lambda lane: self._group.add(self._send_on(lane))
        self._steps = OpenSteps(run)
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
        self._steps.left = rows
        await self._send_on_all()
        while self._steps.are_left and not self._stop.is_set:
            await self._send_on_all()  # the others had ended when a lane failed
        await self._group.run(self._journal.flush())
        self._group.check()

    async def _send_on_all(self) -> None:
        await self._group.run(self._lanes.wait_for_one())
        await self._group.run(*(self._send_on(lane) for lane in self._lanes.working))

    async def _send_on(self, lane: Lane) -> None:
        rows = UnauthorizedRows(lane.gateway.tokens, self._reject)
        self._unauthorized.setdefault(lane, rows)
        group = WorkerGroup(lane.stop)
        await group.run(lane.gateway.tokens.ensure())
        await group.run(*(self._work(lane) for _ in range(lane.concurrency.most)))
        if not lane.stop.is_set:
            await group.run(self._close(lane))
        try:
            group.check()
        except LANE_FAILURES as failure:
            self._lanes.fail(lane, failure)
        finally:
            if lane.failure:
                for step in self._unauthorized[lane].take_all():
                    self._steps.give_back(step)

    async def _work(self, lane: Lane) -> None:
        while True:
            async with lane.concurrency.slot():
                claim = await lane.claim()
                try:
                    if not await self._send_next(lane, claim):
                        return
                finally:
                    claim.release()

    async def _send_next(self, lane: Lane, claim: Claim) -> bool:
        """Send a row; return whether there was one."""
        lane.stop.check()
        step = self._steps.next()
        if step is None:
            return False
        try:
            await self._send(lane, step, claim)
        except (Stopping, *LANE_FAILURES):
            self._steps.give_back(step)
            raise
        return True

    async def _close(self, lane: Lane) -> None:
        self._unauthorized[lane].close()

    async def _send(self, lane: Lane, step: Step, claim: Claim) -> None:
        """Call until the row is settled; raises Stopping where the run stops first."""
        request = _RowRequest(step, self._journal, lane.concurrency, claim)
        try:
            final = await lane.gateway.call(request, Tries(doubtful=step.doubtful))
        except NotWanted:
            return  # settled, or left open: whoever runs the sender tells what overtook it
        verdict = final.reply.verdict
        rows = self._unauthorized[lane]
        if verdict.answer is Answer.UNAUTHORIZED:
            await request.record_answer(verdict)  # or another run would wait for it
            rows.add(UnauthorizedRow(step, request.number, verdict), final.token)
            return
        self._settle(step, request.number, verdict, outcome_of(step, verdict, final.tries))
        if verdict.answer in FOR_GOOD:
            rows.prove(final.token)

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

    def __init__(
        self, step: Step, journal: Journal, concurrency: ConcurrencyLimit, claim: Claim
    ) -> None:
        self._step = step
        self._claim = claim
        self._journal = journal
        self._concurrency = concurrency
        self.number = step.attempts

    async def is_wanted(self) -> bool:
        need = self._journal.need_of(self._step)
        if need is Need.APPLIED:
            need = await self._journal.settle_if_applied(self._step)
        return self._is_now(need)

    async def record_intent(self) -> bool:
        self._claim.release()  # there is a permit
        is_now = self._is_now(await self._journal.intend(self._step, self.number + 1))
        self.number += is_now
        return is_now

    @staticmethod
    def _is_now(need: Need) -> bool:
        if need is Need.NOW:
            return True
        if need is Need.LATER:
            return False
        raise NotWanted

    async def withdraw_intent(self) -> None:
        await self._journal.withdraw(self._step, self.number)

    async def send(self, client: Calls, token: str) -> Reply:
        began = monotonic()
        reply = await client.put(self._step.update, token)
        if reply.verdict.status is not None:
            is_trouble = reply.verdict.answer in _TROUBLE
            self._concurrency.record(monotonic() - began, is_trouble=is_trouble)
        return reply

    def is_final(self, verdict: Verdict, tries: Tries, retry: RetryPolicy) -> bool:
        return retry.is_final(verdict, tries)

    async def record_answer(self, verdict: Verdict) -> None:
        await self._journal.answered(self._step, self.number, verdict)
