"""Send what is open, whatever happens meanwhile, and tell what became of it."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from batch_tracker import ledger, sender
from batch_tracker.errors import (
    BatchTrackerError,
    Defect,
    Interrupted,
    LookUpFailed,
    SameRefusal,
    Stopped,
)
from batch_tracker.interrupt import finishing, interruptible
from batch_tracker.ledger import Run
from batch_tracker.ledger.journal import utc_now
from batch_tracker.model import Judgement, PoSnapshot, RunStatus, Step
from batch_tracker.planner import compare, plan
from batch_tracker.settings import Settings
from batch_tracker.stories import outcome
from batch_tracker.stories.outcome import Checked, Ended, OnProgress
from batch_tracker.traceback_file import keep_traceback

_CHANGES_SHOWN = 20


class Confirm(NamedTuple):
    """Who is told what will be sent, before it is."""

    tell: Callable[[Checked], None]
    """Raises NotConfirmed where it is not to be sent."""
    looks: bool = False
    """Whether the POs are looked at for that: one login more, for old and new values."""


def send_and_report(
    run: Run, settings: Settings, on_progress: OnProgress, confirm: Confirm | None = None
) -> Ended:
    """Send the open steps; whatever happens meanwhile, the workbook tells what became of them.

    Raises:
        NotConfirmed: `confirm` did not agree. Nothing was sent.
    """
    try:
        return _send_and_report(run, settings, on_progress, confirm)
    except sqlite3.Error as error:
        return outcome.broken_off(run, settings, _ledger_trouble(error))
    except BatchTrackerError:
        raise
    except Exception as error:  # noqa: BLE001 - calls may have been made: what is known is told
        return outcome.broken_off(run, settings, Defect(keep_traceback(error)))


def _send_and_report(
    run: Run, settings: Settings, on_progress: OnProgress, confirm: Confirm | None
) -> Ended:
    began = time.monotonic()
    run = ledger.update_run(run, stage="sending", username=settings.username)
    notes: list[str] = []
    stopped_by = _ask(run, settings, on_progress, confirm)
    stopped_by = stopped_by or _send(run, settings, on_progress, notes.append)
    comparison = comparison_of(run)
    told = [str(stopped_by or ""), comparison.sentence() if comparison else "", *notes]
    run = ledger.update_run(
        run,
        finished_at=utc_now(),
        seconds=run.seconds + time.monotonic() - began,
        message=" ".join(filter(None, told)),
        notes_json=[*run.notes, *notes],
        status=status_reached(run),
    )
    with finishing() as is_asked:
        ended = outcome.write_workbook_or_say_why(run, settings, on_progress)
    if is_asked() and not stopped_by:
        stopped_by = Interrupted("Interrupted while the workbook was written. It is whole.")
        told = [ended.summary.message, str(stopped_by)]
        ended = ended._replace(summary=replace(ended.summary, message=" ".join(filter(None, told))))
    exit_code = stopped_by.exit_code if stopped_by else ended.exit_code
    return ended._replace(comparison=comparison, exit_code=exit_code, stopped_by=stopped_by)


def _ask(
    run: Run, settings: Settings, on_progress: OnProgress, confirm: Confirm | None
) -> Stopped | None:
    """Tell what will be sent, and have it confirmed; return what stopped that."""
    if confirm is None or not ledger.open_steps(run):
        return None
    try:
        comparison = look_first(run, settings, on_progress) if confirm.looks else None
    except LookUpFailed:
        comparison = None  # sending says why, and whether it goes on without
    except Stopped as stopped:
        return stopped
    if ledger.open_steps(run):
        confirm.tell(outcome.foresee(run, settings, comparison))
    return None


def _ledger_trouble(error: sqlite3.Error) -> Stopped:
    return Stopped(
        f"The ledger can't be used any more: {error}.",
        hint="Nothing recorded is lost. Free or repair the disk, then resume.",
    )


def look_first(run: Run, settings: Settings, on_progress: OnProgress) -> compare.Comparison | None:
    """Look at the POs of the open steps without sending anything, where the run is to look."""
    judge = _judge(run)
    if judge is None:
        return None
    stop = sender.StopSignal()

    async def look() -> None:
        with interruptible(stop.set):
            await sender.look_first(
                run,
                settings,
                stop=stop,
                judge=judge,
                on_progress=on_progress,
                open_lanes=_ways_out(settings),
            )

    asyncio.run(look())
    if ledger.count_unread(run):
        raise Interrupted("Interrupted while POs were looked up.", hint="Nothing was sent.")
    return comparison_of(run)


def _ways_out(settings: Settings) -> sender.OpenLanes:
    """Return how calls get out: from this process, or by way of a cluster."""
    if not settings.cluster:
        return sender.open_lanes
    from batch_tracker import cluster  # noqa: PLC0415 - an extra

    return cluster.open_lanes


def _judge(run: Run) -> Callable[[Step, PoSnapshot], Judgement] | None:
    handling = run.manifest.findings
    if handling is None:
        return None
    return lambda step, before: compare.judge(step, before, handling)


def comparison_of(run: Run) -> compare.Comparison | None:
    """Return what looking at the POs first has shown; None where nobody looked."""
    handling = run.manifest.findings
    if handling is None:
        return None
    comparison = compare.compare(ledger.compared_rows(run), handling, show=_CHANGES_SHOWN)
    return comparison if comparison.rows else None


def _send(
    run: Run, settings: Settings, on_progress: OnProgress, on_note: Callable[[str], None]
) -> Stopped | None:
    """Send what is open, and return what ended it early, if anything did."""
    total = ledger.open_steps(run)
    if not total:
        return None
    stop = sender.StopSignal()

    async def send() -> None:
        with interruptible(stop.set):
            await sender.send(
                run,
                settings,
                total=total,
                stop=stop,
                judge=_judge(run),
                on_progress=on_progress,
                on_note=on_note,
                open_lanes=_ways_out(settings),
            )

    try:
        asyncio.run(send())
    except SameRefusal as stopped:
        ledger.mark_same_refusal(run, stopped.rows)
        return stopped
    except Stopped as stopped:
        return stopped
    plan.hold_overtaken(run)  # a later run may have written to its POs meanwhile
    if ledger.open_steps(run):
        return Interrupted("Interrupted.", hint="batch-tracker resume sends the rest.")
    if stop.is_set and settings.verify and ledger.unverified_steps(run, after=0, limit=1):
        return Interrupted(
            "Interrupted while rows were read back.",
            hint="Every row was sent. The workbook says which were read back.",
        )
    return None


def status_reached(run: Run) -> RunStatus:
    """Return how a run stands by its rows."""
    if ledger.open_steps(run):
        return "stopped"
    counts = ledger.counts(run)
    partial = any(count for state, count in counts.items() if state.needs_attention)
    return "partial" if partial else "success"
