"""Reading back: what Sellercloud itself shows of the rows that were sent, 50 to a call."""

from collections.abc import Callable
from typing import Protocol

from batch_tracker import ledger
from batch_tracker.errors import LookUpFailed
from batch_tracker.ledger import Journal, Run
from batch_tracker.model import Outcome, PoSnapshot, State, Step
from batch_tracker.sender.look_up import LookUp
from batch_tracker.sender.orders import PAGE, shows

_VERIFIED = ("verified", "Sent, and Sellercloud shows it.")
_FOUND = ("read-back", "The answer was lost, but Sellercloud shows what was sent.")
_NOT_APPLIED = "not-applied"
_NOT_SHOWN = (
    "not-shown",
    "Sent and accepted; Sellercloud does not show this PO, so it could not be read back.",
)

_Review = Callable[[Step, PoSnapshot | None], Outcome | None]


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
        return await self._each(ledger.unverified_steps, self._updated)

    async def resolve_doubts(self) -> None:
        """Look up the rows of which an answer was lost, and settle those that are shown."""
        await self._each(ledger.doubtful_steps, self._doubtful)
        await self._each(ledger.refused_doubts, self._refused)

    async def _each(self, query: _Query, review: _Review) -> int:
        """Look up the rows that a query finds, page by page; return how many are amiss."""
        after, amiss = 0, 0
        while steps := query(self._run, after=after, limit=PAGE):
            shown = await self._shown(steps)
            for step in steps:
                outcome = review(step, shown.get(step.update.po))
                if outcome:
                    amiss += outcome.code in {_NOT_APPLIED, _NOT_SHOWN[0]}
                    await self._journal.revise(step, outcome)
            after = steps[-1].row
        return amiss

    async def _shown(self, steps: list[Step]) -> dict[int, PoSnapshot]:
        """Look the rows up; where that fails, it is as if none were shown."""
        try:
            return await self._look_up.orders(step.update.po for step in steps)
        except LookUpFailed:
            return {}

    @staticmethod
    def _updated(step: Step, shown: PoSnapshot | None) -> Outcome:
        if shown is None:
            return _outcome(step, State.UPDATED, *_NOT_SHOWN)
        if shows(shown, step.update):
            return _outcome(step, State.UPDATED, *_VERIFIED)
        message = f"Sellercloud accepted this and does not show it: {_in_words(shown)}."
        return _outcome(step, State.FAILED, _NOT_APPLIED, message)

    @staticmethod
    def _doubtful(step: Step, shown: PoSnapshot | None) -> Outcome | None:
        if shown is None:
            return None
        if shows(shown, step.update):
            return _outcome(step, State.UPDATED, *_FOUND)
        message = f"The answer was lost, and Sellercloud does not show it: {_in_words(shown)}."
        return _outcome(step, State.FAILED, _NOT_APPLIED, message)

    @staticmethod
    def _refused(step: Step, shown: PoSnapshot | None) -> Outcome | None:
        """The server may have refused a second time what it had taken the first time."""
        found = shown is not None and shows(shown, step.update)
        return _outcome(step, State.UPDATED, *_FOUND) if found else None


def _outcome(step: Step, state: State, code: str, message: str) -> Outcome:
    return Outcome(row=step.row, state=state, code=code, message=message)


def _in_words(shown: PoSnapshot) -> str:
    return (
        f"tracking number {shown.tracking_number or 'none'}, carrier {shown.carrier or 'none'}, "
        f"ship date {shown.shipped_on[:10] or 'none'}"
    )
