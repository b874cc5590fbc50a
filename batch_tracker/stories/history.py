"""The stories that look back: nothing in them sends, and only the ledger is asked.

report   write a run's workbook once more, and a page to look at
page     that page as text
runs     every run
show     one run
results  every row of a run, as a table for programs
find     one PO, in all runs
prune    let go of the rows of runs long past
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from batch_tracker import ledger
from batch_tracker.errors import BeingWorkedOn, Refused
from batch_tracker.ledger import Run
from batch_tracker.ledger.journal import utc_now
from batch_tracker.model import ResultRow, RunSummary
from batch_tracker.settings import Settings
from batch_tracker.stories import outcome
from batch_tracker.stories.outcome import Ended, OnProgress

if TYPE_CHECKING:
    from pandas import DataFrame

_PROBLEMS_SHOWN = 20


def report(
    name: str | None, settings: Settings, *, on_progress: OnProgress, page: bool = False
) -> Ended:
    """Write the results workbook of a run once more, and its page if wanted. Raises as `run`."""
    with _run_with_rows(name, settings) as run, _if_nobody_is_at_it(run, settings) as is_free:
        ended = outcome.write_workbook(run, settings, on_progress, ends=is_free)
        return outcome.add_page(run, settings, ended) if page else ended


@contextmanager
def _run_with_rows(name: str | None, settings: Settings) -> Iterator[Run]:
    """Open the ledger at a run, the newest without a name; a pruned one is refused."""
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name)
        require_rows(run)
        yield run


@contextmanager
def _if_nobody_is_at_it(run: Run, settings: Settings) -> Iterator[bool]:
    """Hold a run meanwhile, and say whether that could be done: somebody else may be sending it."""
    with ExitStack() as held:
        is_free = True
        try:
            held.enter_context(ledger.working_on(run, settings.home))
        except BeingWorkedOn:
            is_free = False
        yield is_free


def page(name: str, settings: Settings) -> str:
    """Return the page of a run as text, and write nothing.

    Raises:
        LedgerRefused: there is no such run.
        Refused: its rows were pruned.
    """
    with _run_with_rows(name, settings) as run:
        return outcome.render_page(run, settings)


def add_page(ended: Ended, settings: Settings) -> Ended:
    """Write the page of a run that has just ended, beside its workbook."""
    with ledger.open_ledger(settings.home) as db:
        return outcome.add_page(ledger.find_run(db, ended.summary.run), settings, ended)


def runs(
    settings: Settings, *, account: str | None = None, last: int | None = None
) -> list[RunSummary]:
    """Return every run of the ledger or so many of the last, or of one account; newest first."""
    with ledger.open_ledger(settings.home) as db:
        found = (
            outcome.summarise(run, settings)
            for run in ledger.list_runs(db, last=None if account else last)
        )
        return list(islice((each for each in found if account in {None, each.account}), last))


def show(name: str | None, settings: Settings) -> tuple[RunSummary, list[ResultRow]]:
    """Return how a run (the newest without a name) stands, and its first rows for a person."""
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name)
        return outcome.summarise(run, settings), ledger.problems(run, _PROBLEMS_SHOWN)


def results(name: str | None, settings: Settings) -> "DataFrame":
    """Return what became of every row of a run by now, as a table. Raises as `page`."""
    from batch_tracker.reporter.data_frame import data_frame  # noqa: PLC0415 - it loads pandas

    with _run_with_rows(name, settings) as run, ledger.at_one_moment(run.ledger) as db:
        seen = ledger.find_run(db, run.name)
        headers = seen.manifest.headers
        return data_frame(ledger.results(seen), headers, width=ledger.width(seen))


def find(po: int, settings: Settings) -> ledger.PoHistory:
    """Return everything that ever happened to a PO."""
    with ledger.open_ledger(settings.home) as db:
        return ledger.history_of(db, po)


def prune(before: datetime, settings: Settings, *, dry_run: bool) -> ledger.Pruned:
    """Let go of the rows of runs that ended before a moment; what was applied stays known."""
    with ledger.open_ledger(settings.home) as db:
        if dry_run:
            return ledger.prunable(db, before=before)
        return ledger.prune(db, before=before, now=utc_now())


def latest_of(sha256: str, settings: Settings) -> Ended | None:
    """Return how the newest run of a file with these very bytes stands, or none; sends nothing."""
    with ledger.open_ledger(settings.home) as db:
        run = ledger.run_of(db, sha256=sha256, server=settings.url or "")
        if run is None:
            return None
        summary = outcome.summarise(run, settings)
        if run.stage == "sending":  # killed in a retry, it still has its earlier status
            summary = replace(summary, status="stopped")
        return Ended(summary, outcome.EXIT_CODES[summary.status])


def require_rows(run: Run) -> None:
    """Refuse a run whose rows were pruned."""
    if run.is_pruned:
        raise Refused(
            f"The rows of run {run.name} were deleted by prune. Only its counts are left.",
            hint=f"batch-tracker show {run.name} shows them.",
        )
