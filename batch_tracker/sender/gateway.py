"""The gateway: the way of every call, whoever makes it.

    circuit breaker → token → permit of the quota → intent on disk → HTTP call → verdict

A row, a look-up and a login are each a `Request`. `Gateway.call` takes it this way, again and
again with waits in between, until a reply is final.
"""

import random
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import NamedTuple

from batch_tracker.errors import Stopped
from batch_tracker.model import Answer, Verdict
from batch_tracker.quota import Permit, QuotaGate
from batch_tracker.sender.circuit_breaker import NO_USABLE_ANSWER, CircuitBreaker
from batch_tracker.sender.client import Calls, Reply
from batch_tracker.sender.rate_limited import pause_s
from batch_tracker.sender.request import CallCounter, OtherRequest, Request
from batch_tracker.sender.retry import UNTRIED, RetryPolicy, Tries
from batch_tracker.sender.stop import Stopping, StopSignal
from batch_tracker.sender.token import TokenSource

# How often it is looked whether another run's call for the same PO has ended.
_OTHERS_POLL_S = 0.05


class FinalReply(NamedTuple):
    """The last reply to a request, the tries it took, and the token of the last one."""

    reply: Reply
    tries: Tries
    token: str


class Gateway:
    """Lets calls through, one by one. Every wait raises Stopping once the run is to stop."""

    def __init__(
        self,
        client: Calls,
        quota: QuotaGate,
        counter: CallCounter,
        *,
        retry: RetryPolicy,
        stop: StopSignal,
        clock: Callable[[], datetime],
        rng: random.Random,
    ) -> None:
        self._client = client
        self.quota = quota
        self._counter = counter
        self._retry = retry
        self._stop = stop
        self._clock = clock
        self._rng = rng
        self.circuit_breaker = CircuitBreaker(retry, clock=stop.time, sleep=stop.sleep, rng=rng)
        self.tokens = TokenSource(self._log_in, clock=stop.time)

    async def call(self, request: Request, tries: Tries = UNTRIED) -> FinalReply:
        """Make calls until a reply is final, and return it. A second refused token is final, too.

        Raises:
            LoginRefused: the server does not accept the credentials.
            ServerUnusable: the server has not answered for too long.
        """
        refused_tokens = 0
        while True:
            reply, token = await self._attempt(request)
            verdict, tries = reply.verdict, tries.after(reply.verdict)
            if request.is_final(verdict, tries, self._retry):
                return FinalReply(reply, tries, token)
            await request.record_answer(verdict)
            if verdict.answer is Answer.UNAUTHORIZED:
                refused_tokens += token == self.tokens.current  # else it is known already
                if refused_tokens > 1 or not self.tokens.refuse(token):
                    return FinalReply(reply, tries, token)
            else:
                await self._back_off(request, verdict, tries)

    async def _attempt(self, request: Request) -> tuple[Reply, str]:
        """Make one call once it can be made, and return the reply and the token it was made with.

        A login is made within the admission of whoever needs the token.
        """
        async with nullcontext() if request.is_login else self.circuit_breaker.admission():
            token, permit = await self._written_down(request)
            if self.quota.is_late(permit):  # another process held the ledger
                self.quota.give_back(permit)
                await self._another_permit(request)
            return await self._send(request, token), token

    async def _written_down(self, request: Request) -> tuple[str, Permit]:
        """Wait until a call is wanted and may be made, write it down, and return what it needs."""
        while True:
            while not await request.is_wanted():
                await self._stop.sleep(_OTHERS_POLL_S)
            token, permit = await self._token_and_permit(request)
            try:
                if await request.record_intent():
                    return token, permit
            except BaseException:
                self.quota.give_back(permit)
                raise
            self.quota.give_back(permit)

    async def _token_and_permit(self, request: Request) -> tuple[str, Permit]:
        """Wait until a call may be made, at once, and return what it needs.

        A permit may take an hour to come, and the token may have ended since. The permit is for
        the login then.
        """
        while True:
            if not request.is_login:
                await self.tokens.ensure()
            permit = await self._permit()
            token = self.tokens.use()
            if token or request.is_login:
                return token, permit
            self.quota.give_back(permit)

    async def _permit(self) -> Permit:
        permit = await self.quota.take()
        if self._stop.is_set:
            self.quota.give_back(permit)
            raise Stopping
        return permit

    async def _another_permit(self, request: Request) -> None:
        try:
            await self._permit()
        except (Stopping, Stopped):
            await request.withdraw_intent()
            raise

    async def _send(self, request: Request, token: str) -> Reply:
        reply = await request.send(self._client, token)
        self.circuit_breaker.record(reply.verdict)
        if reply.verdict.answer is Answer.THROTTLED:
            await self._pause_everybody(reply.verdict)
        return reply

    async def _pause_everybody(self, verdict: Verdict) -> None:
        await self.quota.pause(pause_s(verdict, self._clock()))

    async def _back_off(self, request: Request, verdict: Verdict, tries: Tries) -> None:
        """Wait before another call, unless the pause or the next admission makes it wait anyway."""
        if verdict.answer is Answer.THROTTLED:
            return
        if not self.circuit_breaker.is_open:
            await self._stop.sleep(self._retry.wait_s(tries.counted, self._rng))
        elif request.is_login:
            await self.circuit_breaker.back_off()

    async def _log_in(self) -> Reply:
        login = _LoginRequest(self._counter, self.circuit_breaker)
        return (await self.call(login)).reply


class _LoginRequest(OtherRequest):
    """The request for a token.

    It is not given up before the circuit has been open too long: the whole run depends on it. A
    server that has never answered gets no more tries than a row: its address may be wrong.
    """

    is_login = True

    def __init__(self, counter: CallCounter, circuit_breaker: CircuitBreaker) -> None:
        super().__init__(counter)
        self._circuit_breaker = circuit_breaker

    async def send(self, client: Calls, token: str) -> Reply:  # noqa: ARG002 - there is none yet
        return await client.log_in()

    def is_final(self, verdict: Verdict, tries: Tries, retry: RetryPolicy) -> bool:
        if verdict.answer in NO_USABLE_ANSWER:
            return self._circuit_breaker.has_never_worked
        return verdict.answer is Answer.UNAUTHORIZED or retry.is_final(verdict, tries)
