"""Reading back: what Sellercloud itself shows of the rows that were sent, 50 to a call."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import NamedTuple, Protocol

from batch_tracker import ledger
from batch_tracker.errors import LookUpFailed
from batch_tracker.ledger import Journal, Run
from batch_tracker.model import Outcome, PoSnapshot, State, Step
from batch_tracker.sender.look_up import LookUp
from batch_tracker.sender.orders import PAGE
from batch_tracker.sender.proof import HourShifts, hours_off, shown_later

_VERIFIED = ("verified", "Sent, and Sellercloud shows it")
_FOUND = ("read-back", "The answer was lost, but Sellercloud shows what was sent")
_NOT_APPLIED = "not-applied"
_NOT_SHOWN = (
    "not-shown",
    "Sent and accepted. It could not be read back, because Sellercloud does not show this PO.",
)


class Look(NamedTuple):
    """What a look at a PO says of the row that was sent to it."""

    shown: PoSnapshot | None
    """What the PO holds; None where it is not shown."""
    is_held: bool | None = None
    """Whether the PO holds what was sent; None where that is not clear."""
    hours: int = 0
    """By how many hours the server's time zone makes the ship date differ."""


_Review = Callable[[Step, Look], Outcome | None]


class _Query(Protocol):
    def __call__(self, run: Run, /, *, after: int, limit: int) -> list[Step]: ...


class ReadBack:
    """Looks up rows of one run and corrects what the ledger says of them."""

    def __init__(self, run: Run, *, look_up: LookUp, journal: Journal) -> None:
        self._run = run
        self._look_up = look_up
        self._journal = journal

    async def verify(self) -> int:
        """Look up every updated row not looked up yet; return how many are not as they were sent.

        A row that Sellercloud shows otherwise is failed after all. One that it does not show
        stays updated, says so, and is among those counted.
        """
        return await self._each(ledger.unverified_steps, _updated, least=1)

    async def resolve_doubts(self) -> None:
        """Look up the rows of which an answer was lost, and settle those that are shown."""
        await self._each(ledger.doubtful_steps, _doubtful, least=2)
        await self._each(ledger.refused_doubts, _refused, least=2)

    async def _each(self, query: _Query, review: _Review, *, least: int) -> int:
        """Look up the rows that a query finds, and return how many are amiss.

        Those whose dates are some hours off are settled last: it takes all of them, and at least
        so many, to tell whether that is the server's time zone.
        """
        shifts, amiss = HourShifts(), 0
        async for step, shown in self._looked_up(query):
            hours = self._hours_off(step, shown) if shown else None
            if hours is not None and step.update.shipped_on:
                shifts.add(step.row, hours)
            if not hours:
                amiss += await self._settle(step, review, Look(shown, hours is not None))
        is_zone = shifts.agree(least) or None
        for step in self._shifted(query, shifts):
            hours = shifts.of(step.row)
            look = Look(shown_later(step.update, hours), is_zone, hours)
            amiss += await self._settle(step, review, look)
        return amiss

    async def _looked_up(self, query: _Query) -> AsyncIterator[tuple[Step, PoSnapshot | None]]:
        """Look rows up, page by page; where that fails, it is as if none were shown."""
        for steps in self._pages(query):
            try:
                shown = await self._look_up.orders(step.update.po for step in steps)
            except LookUpFailed:
                shown = {}
            for step in steps:
                yield step, shown.get(step.update.po)

    def _shifted(self, query: _Query, shifts: HourShifts) -> Iterator[Step]:
        if shifts:
            for steps in self._pages(query):
                yield from (step for step in steps if shifts.of(step.row))

    def _pages(self, query: _Query) -> Iterator[list[Step]]:
        after = 0
        while steps := query(self._run, after=after, limit=PAGE):
            yield steps
            after = steps[-1].row

    def _hours_off(self, step: Step, shown: PoSnapshot) -> int | None:
        return hours_off(step.update, shown, lambda: ledger.held_before(self._run, step))

    async def _settle(self, step: Step, review: _Review, look: Look) -> bool:
        """Write what follows from a look; return whether something is amiss."""
        outcome = review(step, look)
        if outcome is None:
            return False
        await self._journal.revise(step, outcome)
        return outcome.code in {_NOT_APPLIED, _NOT_SHOWN[0]}


def _updated(step: Step, look: Look) -> Outcome:
    if look.shown is None:
        return _outcome(step, State.UPDATED, *_NOT_SHOWN)
    if look.is_held:
        return _held(step, *_VERIFIED, look)
    message = f"Sellercloud accepted this, but shows something else: {_in_words(look.shown)}."
    return _outcome(step, State.FAILED, _NOT_APPLIED, message)


def _doubtful(step: Step, look: Look) -> Outcome | None:
    if look.shown is None or look.is_held is None:
        return None
    if look.is_held:
        return _held(step, *_FOUND, look)
    message = f"The answer was lost, and Sellercloud shows something else: {_in_words(look.shown)}."
    return _outcome(step, State.FAILED, _NOT_APPLIED, message)


def _refused(step: Step, look: Look) -> Outcome | None:
    """The server may have refused a second time what it had taken the first time."""
    return _held(step, *_FOUND, look) if look.is_held else None


def _held(step: Step, code: str, message: str, look: Look) -> Outcome:
    zone = ""
    if look.hours:
        hours = "1 hour" if abs(look.hours) == 1 else f"{abs(look.hours)} hours"
        direction = "later" if look.hours > 0 else "earlier"
        zone = f". It shows every ship date {hours} {direction}"
    return _outcome(step, State.UPDATED, code, f"{message}{zone}.")


def _outcome(step: Step, state: State, code: str, message: str) -> Outcome:
    return Outcome(row=step.row, state=state, code=code, message=message)


def _in_words(shown: PoSnapshot) -> str:
    return (
        f"tracking number {shown.tracking_number or 'none'}, carrier {shown.carrier or 'none'}, "
        f"ship date {shown.shipped_on[:16].replace('T', ' ') or 'none'}"
    )
