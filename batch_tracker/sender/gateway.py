"""The gateway: what every call passes on its way, whoever makes it.

A closed circuit, a token, a permit of the quota; and afterwards, what the answer asks of everybody.
"""

import random
from collections.abc import Iterable

from batch_tracker.errors import LookUpFailed
from batch_tracker.ledger import Journal
from batch_tracker.ledger.journal import Clock
from batch_tracker.model import Answer, Verdict
from batch_tracker.quota import QuotaGate
from batch_tracker.sender.circuit_breaker import CircuitBreaker
from batch_tracker.sender.client import Client
from batch_tracker.sender.orders import PAGE, Page, Shown, read_page
from batch_tracker.sender.retry import Tries, throttle_s
from batch_tracker.sender.stop import StopSignal
from batch_tracker.sender.token import TokenSource
from batch_tracker.settings import Settings

_NO_LIST = Verdict(
    answer=Answer.UNAVAILABLE, code="no-list", message="The server's answer is not a list of POs."
)


class Gateway:
    """Lets calls through one by one. Every wait raises Stopping once the run is to stop."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: Client,
        gate: QuotaGate,
        journal: Journal,
        stop: StopSignal,
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._journal = journal
        self._stop = stop
        self._clock = clock
        self.client = client
        self.tokens = TokenSource(self._login, clock=lambda: clock().timestamp())
        self.circuit_breaker = CircuitBreaker(settings, clock=clock, sleep=stop.sleep, rng=rng)

    async def token(self) -> str:
        """Wait until a call may be made, and return the token to make it with, at once.

        To be called within a passage of the circuit breaker.

        Raises:
            LoginRefused: the server does not accept the credentials.
            ServerUnusable: the server has not answered for too long.
        """
        while True:
            await self.tokens.ensure()
            await self._gate.take()
            self._stop.check()
            # A permit may take an hour to come, and the token may have ended since. The permit
            # is let go then: by the time of the next token it would be stale.
            if token := self.tokens.current:
                return token

    async def wait_out(self, verdict: Verdict, tries: Tries) -> None:
        """Wait as the verdict asks: for everybody where the server throttles, else alone."""
        if verdict.answer is Answer.THROTTLED:
            await self._pause(verdict)
        elif not self.circuit_breaker.is_open:  # while it is open the next passage is the wait
            await self.circuit_breaker.sit_out(tries.counted)

    async def look_up(self, pos: Iterable[int]) -> dict[int, Shown]:
        """Return what the server shows of at most 50 POs; those it does not show are missing.

        Raises:
            LookUpFailed: the server gives no list, however often it is asked.
        """
        wanted = list(pos)
        found: dict[int, Shown] = {}
        number = 1
        while (page := await self._look_up_page(wanted, number)).orders:
            is_new = not found.keys() >= page.orders.keys()
            found |= page.orders
            there = len(wanted) if page.total is None else min(page.total, len(wanted))
            if not is_new or len(found) >= there:
                break
            number += 1  # the server gives fewer a page than was asked for
        return {po: found[po] for po in wanted if po in found}

    async def _look_up_page(self, pos: list[int], number: int) -> Page:
        tries = Tries()
        while True:
            async with self.circuit_breaker.passage():
                token = await self.token()
                await self._journal.other_call()
                verdict, body = await self.client.orders(pos, token, page=number, size=PAGE)
                self.circuit_breaker.note(verdict)
            if verdict.answer is Answer.ACCEPTED:
                if page := read_page(body):
                    return page
                verdict = _NO_LIST
            tries = tries.after(verdict)
            passing = verdict.answer in {Answer.UNAVAILABLE, Answer.LOST, Answer.THROTTLED}
            renewed = verdict.answer is Answer.UNAUTHORIZED and self.tokens.refuse(token)
            if not (passing or renewed) or tries.counted >= self._settings.attempts:
                raise LookUpFailed(
                    f"Sellercloud does not show the POs: {verdict.message}",
                    hint="Let the user see purchase orders, or run the file without --compare.",
                )
            if passing:
                await self.wait_out(verdict, tries)

    async def _login(self) -> tuple[Verdict, bytes]:
        """Log in, trying again as a row would, and while the circuit is open as long as it is.

        A server that has never answered is given no more tries than a row: its address may be
        wrong.
        """
        tried = 0
        while True:
            await self._gate.take()
            self._stop.check()
            await self._journal.other_call()
            verdict, body = await self.client.login()
            self.circuit_breaker.note(verdict)
            if verdict.answer is Answer.THROTTLED:
                await self._pause(verdict)
                continue
            tried += 1
            hopeless = tried >= self._settings.attempts and not self.circuit_breaker.seen_fair
            if hopeless or verdict.answer not in {Answer.UNAVAILABLE, Answer.LOST}:
                return verdict, body
            await self.circuit_breaker.sit_out(tried)

    async def _pause(self, verdict: Verdict) -> None:
        now = self._clock()
        await self._gate.pause(now.timestamp() + throttle_s(verdict, now))
