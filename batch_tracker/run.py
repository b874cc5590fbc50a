"""Read this first: what the commands do, as short stories over the stages.

check    read the manifest, plan, tell; nothing is kept and nothing is sent
run      read the manifest into the ledger, plan, send, report
resume   send what a run has left open, report
retry    open failed and doubtful rows again, then as resume

`staging.py` reads and plans, `ending.py` says what a run came to, `past.py` has the stories that
look back.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from batch_tracker import compare, ending, ledger, plan
from batch_tracker.called import let_be_called
from batch_tracker.ending import EXIT_CODES, Checked, Ended, OnProgress
from batch_tracker.errors import (
    ColumnsRefused,
    Interrupted,
    Refused,
    SameRefusal,
    SettingsRefused,
    SourceRefused,
    Stopped,
)
from batch_tracker.interrupt import interruptible
from batch_tracker.ledger import Run
from batch_tracker.ledger.journal import utc_now
from batch_tracker.model import (
    BeforeImage,
    Judgement,
    RunStatus,
    RunSummary,
    Step,
)
from batch_tracker.past import require_rows
from batch_tracker.settings import Settings

_PROBLEMS_SHOWN = _CHANGES_SHOWN = 20


def check(path: Path, settings: Settings, *, force: bool, on_progress: OnProgress) -> Checked:
    """Say what `run` would do with this file; with `settings.compare`, look at its POs for that.

    Raises:
        Refused: the file or the settings can't be used.
        Stopped: the POs can't be looked at.
    """
    from batch_tracker.staging import stage  # noqa: PLC0415 - resume needs no pandas

    if settings.compare:
        require_account(settings)
    with ledger.open_scratch(settings.home) as db:
        run = stage(db, path, settings, on_progress=on_progress, force=force)
        comparison = _look_first(db, run, settings, on_progress)
        found = tuple(ledger.problems(db, run, _PROBLEMS_SHOWN))
        status: RunStatus = "partial" if found else "success"
        told = comparison.sentence() if comparison else ""
        summary = ending.summarise(db, run, settings)
        # The run is gone with the scratch ledger: nobody could resume it by its name.
        summary = replace(summary, run=None, status=status, message=told)
        return Checked(
            summary,
            plan.describe(summary.counts, settings.quota),
            found,
            EXIT_CODES[status],
            comparison,
        )


def check_each(
    paths: Sequence[Path], settings: Settings, *, force: bool, on_progress: OnProgress
) -> Iterator[Checked]:
    """Check manifests one after the other; a refused one does not hold up the others."""
    for path in paths:
        try:
            yield check(path, settings, force=force, on_progress=on_progress)
        except (SourceRefused, ColumnsRefused) as refusal:
            summary = RunSummary.of_nothing(str(refusal), source=str(path))
            yield Checked(
                summary, plan.describe(summary.counts, settings.quota), (), refusal.exit_code
            )


def run(path: Path, settings: Settings, *, force: bool, on_progress: OnProgress) -> Ended:
    """Send a manifest and report on every row.

    Raises:
        Refused: nothing was sent, because the file or the settings can't be used.
        ReportFailed: the run is in the ledger, but its workbook can't be written.
    """
    from batch_tracker.staging import (  # noqa: PLC0415 - resume needs no pandas
        refuse_if_being_sent,
        stage,
    )

    require_account(settings)
    with ledger.open_ledger(settings.home) as db:
        refuse_if_being_sent(path, settings)
        run = stage(db, path, settings, on_progress=on_progress, force=force)
        with ledger.working_on(run, settings.home):
            return _send_and_report(db, run, settings, on_progress)


def run_each(
    paths: Sequence[Path], settings: Settings, *, force: bool, on_progress: OnProgress
) -> Iterator[Ended]:
    """Run manifests one after the other; a refused one does not hold up the others.

    The first run that is stopped is the last: what stopped it would stop the next. Raises as
    `run` does where the reason lies in no single file.
    """
    require_account(settings)
    for path in paths:
        try:
            ended = run(path, settings, force=force, on_progress=on_progress)
        except (SourceRefused, ColumnsRefused) as refusal:
            summary = RunSummary.of_nothing(str(refusal), source=str(path))
            ended = Ended(summary, refusal.exit_code)
        yield ended
        if ended.summary.status == "stopped":
            return


def resume(name: str | None, settings: Settings, *, again: bool, on_progress: OnProgress) -> Ended:
    """Send what a run has left open: the run called `name`, or the newest unfinished one.

    With `again` the rows that failed or are in doubt are opened first, and the newest run is
    meant. Raises as `run` does.
    """
    require_account(settings)
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name) if name or again else ledger.unfinished_run(db)
        if run is None:
            raise Refused("No run is unfinished.", hint="batch-tracker runs lists them all.")
        _require_resumable(run, settings)
        with ledger.working_on(run, settings.home):
            ledger.reopen(db, run, failed=again)
            plan.settle_overtaken(db, run)
            return _send_and_report(db, run, settings, on_progress)


def _send_and_report(
    db: sqlite3.Connection, run: Run, settings: Settings, on_progress: OnProgress
) -> Ended:
    """Send the open steps; whatever happens meanwhile, the workbook tells what became of them."""
    began = time.monotonic()
    run = ledger.update_run(db, run, stage="sending", username=settings.username)
    with _stopped_by_the_ledger():
        stopped_by = _send(db, run, settings, on_progress)
        comparison = _comparison(db, run)
        told = [str(stopped_by or ""), comparison.sentence() if comparison else ""]
        run = ledger.update_run(
            db,
            run,
            finished_at=utc_now(),
            seconds=run.seconds + time.monotonic() - began,
            message=" ".join(filter(None, told)),
            status=_status_reached(db, run),
        )
        ended = ending.write_workbook(db, run, settings, on_progress)
    exit_code = stopped_by.exit_code if stopped_by else ended.exit_code
    return ended._replace(comparison=comparison, exit_code=exit_code)


@contextmanager
def _stopped_by_the_ledger() -> Iterator[None]:
    """Once calls may have been made, trouble with the ledger ends a run that can be resumed."""
    try:
        yield
    except sqlite3.Error as error:
        raise Stopped(
            f"The ledger can't be used any more: {error}.",
            hint="Nothing recorded is lost: free or mend the disk, then resume.",
        ) from error


def _look_first(
    db: sqlite3.Connection, run: Run, settings: Settings, on_progress: OnProgress
) -> compare.Comparison | None:
    """Look at the POs of the open steps without sending anything, where the run is to look."""
    judge = _judge(run)
    if judge is None:
        return None
    from batch_tracker import sender  # noqa: PLC0415 - a plain check needs no aiohttp

    brake = sender.Brake()

    async def look() -> None:
        with interruptible(brake.pull):
            await sender.look_first(
                db, run, settings, brake=brake, judge=judge, on_progress=on_progress
            )

    asyncio.run(look())
    if ledger.count_unread(db, run):
        raise Interrupted("Interrupted while POs were looked up.", hint="Nothing was sent.")
    return _comparison(db, run)


def _judge(run: Run) -> Callable[[Step, BeforeImage], Judgement] | None:
    handling = run.manifest.findings
    if handling is None:
        return None
    return lambda step, before: compare.judge(step, before, handling)


def _comparison(db: sqlite3.Connection, run: Run) -> compare.Comparison | None:
    handling = run.manifest.findings
    if handling is None:
        return None
    comparison = compare.compare(ledger.compared_rows(db, run), handling, show=_CHANGES_SHOWN)
    return comparison if comparison.rows else None


def _send(
    db: sqlite3.Connection, run: Run, settings: Settings, on_progress: OnProgress
) -> Stopped | None:
    """Send what is open, and return what ended it early, if anything did."""
    from batch_tracker import sender  # noqa: PLC0415 - a check needs no aiohttp

    total = ledger.open_steps(db, run)
    if not total:
        return None
    brake = sender.Brake()
    began = utc_now()

    async def send() -> None:
        with interruptible(brake.pull):
            await sender.send(
                db,
                run,
                settings,
                total=total,
                brake=brake,
                judge=_judge(run),
                on_progress=on_progress,
            )

    try:
        asyncio.run(send())
    except SameRefusal as stopped:
        ledger.mark_same_refusal(db, run, since=began)
        return stopped
    except Stopped as stopped:
        return stopped
    plan.settle_overtaken(db, run)  # a later run may have written to its POs meanwhile
    if ledger.open_steps(db, run):
        return Interrupted("Interrupted.", hint="Resume goes on from here.")
    if brake.pulled and settings.verify and ledger.unverified_steps(db, run, after=0, limit=1):
        return Interrupted(
            "Interrupted while rows were read back.",
            hint="Every row was sent; those that were read back say so in the workbook.",
        )
    return None


def _status_reached(db: sqlite3.Connection, run: Run) -> RunStatus:
    if ledger.open_steps(db, run):
        return "stopped"
    counts = ledger.counts(db, run)
    partial = any(count for state, count in counts.items() if state.needs_attention)
    return "partial" if partial else "success"


def require_account(settings: Settings) -> None:
    """Find out before the first row is read that there is nothing to log in with.

    Raises:
        SettingsRefused: the address, the user name or the password is missing.
    """
    for value, name in (
        (settings.url, "SELLERCLOUD_URL"),
        (settings.username, "SELLERCLOUD_USERNAME"),
    ):
        if not value:
            raise SettingsRefused(
                f"{name} is not set.",
                hint="Set it, let batch-tracker init ask for it, or rehearse with --sandbox.",
            )
    settings.secret()


def _require_resumable(run: Run, settings: Settings) -> None:
    require_rows(run)
    if run.stage == "staging":
        raise Refused(
            f"Run {run.name} ended while its file was read, so nothing was sent.",
            hint=f"Run the file again: {run.source}.",
        )
    if run.server != settings.url:
        raise SettingsRefused(
            f"Run {run.name} was for {run.server}, and SELLERCLOUD_URL is {settings.url}.",
            hint="Set SELLERCLOUD_URL to the run's server.",
        )


let_be_called(__name__, function=("batch_tracker.api", "run"))
