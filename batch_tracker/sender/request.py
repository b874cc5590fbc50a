"""A request: what somebody wants of the server, in as many calls as it takes."""

from typing import Protocol

from batch_tracker.model import Verdict
from batch_tracker.sender.client import Calls, Reply
from batch_tracker.sender.retry import RetryPolicy, Tries


class NotWanted(Exception):
    """The call that was to be made is not needed any more."""


class Request(Protocol):
    """What the gateway asks of whoever wants something of the server."""

    is_login: bool
    """A login needs no token; every other request does."""

    async def is_wanted(self) -> bool:
        """Whether a call is to be made now, or else later; raises NotWanted where never."""

    async def record_intent(self) -> bool:
        """Write down durably that a call is about to be made, if it is wanted now; say whether.

        Raises NotWanted as `is_wanted` does.
        """

    async def withdraw_intent(self) -> None:
        """Take that back, as the call was not made."""

    async def send(self, client: Calls, token: str) -> Reply:
        """Make one call."""

    def is_final(self, verdict: Verdict, tries: Tries, retry: RetryPolicy) -> bool:
        """Whether no other call is to follow this reply, which `tries` holds, too."""

    async def record_answer(self, verdict: Verdict) -> None:
        """Write down a reply that was not final."""


class CallCounter(Protocol):
    """Counts the calls that are no attempts at a row."""

    async def other_call(self) -> None:
        """Write down durably that one is about to be made."""

    async def no_other_call(self) -> None:
        """Take that back, as it was not made."""


class OtherRequest:
    """What a request has in common that is no row's: its calls are counted, its answers not kept.

    `send` and, where it has a rule of its own, `is_final` are left to it.
    """

    is_login = False

    def __init__(self, counter: CallCounter) -> None:
        self._counter = counter

    async def is_wanted(self) -> bool:
        """Want it always."""
        return True

    async def record_intent(self) -> bool:
        """Count the call."""
        await self._counter.other_call()
        return True

    async def withdraw_intent(self) -> None:
        """Count it no more."""
        await self._counter.no_other_call()

    def is_final(self, verdict: Verdict, tries: Tries, retry: RetryPolicy) -> bool:
        """Follow the policy."""
        return retry.is_final(verdict, tries)

    async def record_answer(self, verdict: Verdict) -> None:
        """Keep nothing."""
