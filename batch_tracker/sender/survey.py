"""The survey: what POs hold before anything is sent to them, 50 to a call."""

from collections.abc import Callable, Sequence

from batch_tracker import ledger
from batch_tracker.errors import LookUpFailed
from batch_tracker.ledger import Journal, Run
from batch_tracker.model import Judgement, PoSnapshot, Step
from batch_tracker.sender.look_up import LookUp
from batch_tracker.sender.orders import PAGE
from batch_tracker.sender.stop import StopSignal
from batch_tracker.sender.worker_group import WorkerGroup

_NOT_SHOWN = PoSnapshot(found=False)
_MOST_IN_VAIN = 20 * PAGE
"""POs of which the list may show none before it is given up: the first may be another company's."""

Judge = Callable[[Step, PoSnapshot], Judgement]


def holds_unknown(steps: Sequence[Step], judge: Judge) -> bool:
    """Whether such steps are held where their POs are not shown."""
    return any(judge(step, _NOT_SHOWN).outcome for step in steps[:1])


def _shows_none() -> LookUpFailed:
    return LookUpFailed(
        "Sellercloud shows none of the POs asked for.",
        hint="The user may not see them, or they do not exist.",
    )


class Survey:
    """Looks up every open row of a run that was not looked up yet, and keeps what it shows.

    Once asked to stop, or after an error, the look-ups under way end and no other starts.
    """

    def __init__(
        self,
        run: Run,
        *,
        workers: int,
        look_up: LookUp,
        journal: Journal,
        stop: StopSignal,
        judge: Judge,
    ) -> None:
        self._run = run
        self._workers = workers
        self._look_up = look_up
        self._journal = journal
        self._stop = stop
        self._judge = judge
        self._after = 0
        self.done = 0
        """Rows looked up so far."""
        self.held = 0
        """Those of them that are not to be sent."""
        self._shows_any = False
        self._in_vain: list[tuple[Step, PoSnapshot]] = []
        """Rows of which none was shown, kept until the list shows any PO at all."""
        self._failure: LookUpFailed | None = None

    async def look(self) -> None:
        """Look until every open row was looked up, or the run is asked to stop.

        Raises:
            LookUpFailed: the server shows no list, or none of the POs that were asked for.
            Stopping: the run was asked to stop before the first look-up.
            sqlite3.Error: the ledger could not be written.
        """
        group = WorkerGroup(self._stop)
        await group.run(*(self._work() for _ in range(self._workers)))
        group.check()
        if self._in_vain and not self._stop.is_set:
            self._failure = self._failure or _shows_none()
        if self._failure:
            raise self._failure

    async def _work(self) -> None:
        """Look until nothing is left. A list that fails ends the looking and not the run."""
        try:
            await self._look_at_pages()
        except LookUpFailed as failure:
            self._failure = failure

    async def _look_at_pages(self) -> None:
        self._stop.check()
        while steps := self._next():
            shown = await self._look_up.orders(step.update.po for step in steps)
            self._shows_any |= bool(shown) or holds_unknown(steps, self._judge)
            images = [(step, shown.get(step.update.po, _NOT_SHOWN)) for step in steps]
            if self._shows_any:
                images, self._in_vain = [*self._in_vain, *images], []
                await self._keep(images)
            else:
                self._wait_with(images)
            self._stop.check()

    async def _keep(self, images: Sequence[tuple[Step, PoSnapshot]]) -> None:
        seen = [(step, image, self._judge(step, image)) for step, image in images]
        await self._journal.looked_at(seen)
        self.done += len(seen)
        self.held += sum(judgement.outcome is not None for *_, judgement in seen)

    def _wait_with(self, images: Sequence[tuple[Step, PoSnapshot]]) -> None:
        """Keep nothing yet of a list that shows no PO: then its absence proves nothing."""
        self._in_vain += images
        if len(self._in_vain) >= _MOST_IN_VAIN:
            raise _shows_none()

    def _next(self) -> list[Step]:
        if self._failure:
            return []
        steps = ledger.unread_steps(self._run, after=self._after, limit=PAGE)
        self._after = steps[-1].row if steps else self._after
        return steps
