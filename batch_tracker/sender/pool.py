"""The workers: each takes a step, makes its calls, writes its outcome, takes the next."""

import asyncio
from collections import deque
from typing import NamedTuple

from batch_tracker import ledger
from batch_tracker.errors import LoginRefused
from batch_tracker.ledger import Journal, Run
from batch_tracker.model import Answer, Outcome, State, Step, Verdict
from batch_tracker.sender.concurrency import ConcurrencyLimit
from batch_tracker.sender.failure_limits import FailureLimits
from batch_tracker.sender.gateway import Gateway
from batch_tracker.sender.retry import Tries, reject_alone, settle
from batch_tracker.sender.stop import StopSignal
from batch_tracker.sender.worker_group import WorkerGroup
from batch_tracker.settings import Settings

_PAGE = 500
# So many rows that every token is refused for, and no row that got through: it is the token.
_ENOUGH_SUSPECTS = 3


class _Suspect(NamedTuple):
    """A row whose tokens were refused, while it is open whether it is the row or the token."""

    step: Step
    number: int
    verdict: Verdict


class Pool:
    """Sends every open step of a run. A PO has one step, so no two calls for it are under way.

    Once asked to stop, the calls under way end and no other starts; rows without an outcome
    stay in the ledger for `resume`.
    """

    def __init__(
        self,
        run: Run,
        settings: Settings,
        *,
        gateway: Gateway,
        journal: Journal,
        stop: StopSignal,
        limits: FailureLimits,
        concurrency: ConcurrencyLimit,
    ) -> None:
        self._run = run
        self._settings = settings
        self._gateway = gateway
        self._journal = journal
        self._stop = stop
        self._limits = limits
        self._concurrency = concurrency
        self._page: deque[Step] = deque()
        self._after: int | None = 0
        self._suspects: list[_Suspect] = []
        self._left: int | None = None
        self._group = WorkerGroup(stop)
        self._seconds = asyncio.get_running_loop().time
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
        await self._group.work(self._gateway.tokens.ensure())
        await self._group.work(*(self._work() for _ in range(self._concurrency.most)))
        await self._group.work(self._end())
        self._group.check()

    async def _end(self) -> None:
        if not self._stop.is_set:
            self._judge_last_suspects()
        await self._journal.flush()

    async def _work(self) -> None:
        while True:
            async with self._concurrency.turn():
                self._stop.check()
                step = self._next()
                if step is None:
                    return
                await self._send(step)

    def _next(self) -> Step | None:
        if not self._page and self._after is not None:
            self._page.extend(
                ledger.steps(self._journal.ledger, self._run, after=self._after, limit=_PAGE)
            )
            self._after = self._page[-1].row if self._page else None
        if not self._page or self._left == 0:
            return None
        if self._left is not None:
            self._left -= 1
        return self._page.popleft()

    async def _send(self, step: Step) -> None:
        """Call until the row is settled; raises Stopping where the run stops first."""
        number, tries = step.attempts, Tries(doubtful=step.doubtful)
        refusals = 0
        while True:
            number += 1
            called = await self._call(step, number)
            if called is None:  # left open: whoever runs the sender tells what overtook it
                return
            token, verdict = called
            tries = tries.after(verdict)
            outcome = settle(step, verdict, tries, self._settings.attempts)
            if outcome:
                self._settle(step, number, verdict, outcome)
                self._clear_up(token, verdict)
                return
            await self._journal.answered(step, number, verdict)
            if verdict.answer is not Answer.UNAUTHORIZED:
                await self._gateway.wait_out(verdict, tries)
                continue
            refusals += token == self._gateway.tokens.current  # else it is known already
            if refusals > 1 or not self._gateway.tokens.refuse(token):
                self._suspect(_Suspect(step, number, verdict), token)
                return

    async def _call(self, step: Step, number: int) -> tuple[str, Verdict] | None:
        """Make one call, and return the token it was made with and what came of it.

        None is made where a later run has written to the PO meanwhile.
        """
        async with self._gateway.circuit_breaker.passage():
            token = await self._gateway.token()
            if not await self._journal.intend(step, number):
                return None
            began = self._seconds()
            verdict = await self._gateway.client.put(step.update, token)
            self._gateway.circuit_breaker.note(verdict)
            if verdict.status is not None:
                self._concurrency.note(self._seconds() - began)
            return token, verdict

    def _settle(self, step: Step, number: int, verdict: Verdict, outcome: Outcome) -> None:
        """Write a row's outcome; the worker's next intent waits for it, and the end of the run."""
        self._journal.settle(step, number, verdict, outcome)
        self.updated += outcome.state is State.UPDATED
        self._limits.note(outcome)

    def _clear_up(self, token: str, verdict: Verdict) -> None:
        """Once a token got a row through, it is not the token that suspects were refused for."""
        if verdict.answer in {Answer.ACCEPTED, Answer.REFUSED} and self._gateway.tokens.prove(
            token
        ):
            self._reject_suspects()

    def _suspect(self, suspect: _Suspect, token: str) -> None:
        """Leave a refused row open until it is clear whether it is the row or the token."""
        self._suspects.append(suspect)
        if self._gateway.tokens.proven(token):
            self._reject_suspects()
        elif len(self._suspects) >= _ENOUGH_SUSPECTS:
            raise _tokens_refused(suspect.verdict)

    def _judge_last_suspects(self) -> None:
        if self._suspects and not self._gateway.tokens.any_proven:
            raise _tokens_refused(self._suspects[-1].verdict)
        self._reject_suspects()

    def _reject_suspects(self) -> None:
        while self._suspects:
            step, number, verdict = self._suspects.pop()
            self._settle(step, number, verdict, reject_alone(step, verdict))


def _tokens_refused(verdict: Verdict) -> LoginRefused:
    return LoginRefused(
        f"The server refuses tokens it has just issued: {verdict.message}",
        hint="Check in Sellercloud that this user may use the REST API.",
    )
