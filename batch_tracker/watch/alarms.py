"""What is not as it usually is. An alarm is told and stops nothing."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Literal, NamedTuple

from batch_tracker import ledger
from batch_tracker.loader import is_results_workbook
from batch_tracker.model import RunSummary, State
from batch_tracker.settings import Settings

_COMPARED = 10
_FEWEST_COMPARED = 3
"""Runs before these many are no measure of what is usual."""


class Alarm(NamedTuple):
    """What a person should look at, in one sentence."""

    kind: Literal["late", "empty", "smaller", "ignored"]
    message: str


def late(
    folder: object, settings: Settings, *, now: datetime, arrived: datetime | None
) -> Alarm | None:
    """Say that no manifest has come today although it is time; `now` and `arrived` are local."""
    by = settings.expect_by
    if by is None or now.time() < by or (arrived and arrived.date() == now.date()):
        return None
    return Alarm("late", f"No manifest has arrived in {folder} today by {by:%H:%M}.")


def of_run(summary: RunSummary, settings: Settings) -> tuple[Alarm, ...]:
    """Say what is odd about the size of a manifest that was run or refused."""
    if summary.run is None:
        return _of_refused(Path(summary.source or ""))
    if summary.rows == summary.counts[State.SKIPPED]:
        return (Alarm("empty", f"{summary.source} has no row to send."),)
    usual = _usual_rows(summary.run, settings)
    if usual is None or summary.rows >= settings.smaller_than_usual.of(usual):
        return ()
    return (
        Alarm(
            "smaller",
            f"{summary.source} has {summary.rows:,} rows, far fewer than the usual {usual:,}.",
        ),
    )


def of_ignored(path: Path) -> Alarm:
    """Say that a file of a watched folder is not taken."""
    if is_results_workbook(path):
        words = (
            f"{path.name} is a results workbook. Correct it and run it: batch-tracker run {path}"
        )
    else:
        words = f"{path.name} is ignored: its name is not that of a CSV or Excel file."
    return Alarm("ignored", words)


def _of_refused(path: Path) -> tuple[Alarm, ...]:
    """Say that a file which is no manifest has nothing in it at all."""
    with suppress(OSError):  # taken away since
        if path.stat().st_size == 0:
            return (Alarm("empty", f"{path} is empty."),)
    return ()


def _usual_rows(name: str, settings: Settings) -> int | None:
    with ledger.open_ledger(settings.home) as db:
        rows = ledger.usual_rows(ledger.find_run(db, name), last=_COMPARED)
    return round(median(rows)) if len(rows) >= _FEWEST_COMPARED else None
