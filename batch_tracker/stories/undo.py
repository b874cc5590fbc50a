"""Undo: give POs back what they held before a run, as far as the API can.

What a run has changed is known where it looked at the POs first. The way back is a manifest like
any other: the quota, the ledger and the reports hold for it, too.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from batch_tracker import ledger
from batch_tracker.errors import Refused
from batch_tracker.ledger import Run
from batch_tracker.ledger.written import WrittenRow, written_rows
from batch_tracker.model import RESTORE_SHEET, Field, PoSnapshot, RunSummary, State
from batch_tracker.model.wording import command_line, plural
from batch_tracker.planner.compare import Change, changes
from batch_tracker.reporter.restoration import (
    PROFILE,
    Lost,
    Reversal,
    Written,
    write_restoration,
)
from batch_tracker.settings import Settings
from batch_tracker.stories import run_files

# An earlier one is what databases and programs write for no date at all; no manifest may hold it.
_EARLIEST_YEAR = 2000

_DOUBTFUL = "The answer was lost, so it is not known what the PO holds now. Look it up."
_NOT_LOOKED_AT = "The run did not look at this PO before it sent."
_NOT_SHOWN = "Sellercloud did not show this PO before."
_UNSURE = "A later run may have changed it. Look the PO up."
_NO_CLEARING = "It was empty, and the API can't empty a field. Do it by hand in Sellercloud."
_NO_MOMENT = "Sellercloud showed this date without a time zone, so the exact time is not known."


_UNKNOWN = PoSnapshot(found=False)


class Undone(NamedTuple):
    """What a restore manifest holds, as the JSON object tells it; nothing was sent."""

    summary: RunSummary
    exit_code: int


def undo(name: str, settings: Settings) -> Undone:
    """Write the manifest that restores what the run called `name` has changed.

    Raises:
        LedgerRefused: there is no such run.
        Refused: the run did not look at its POs first, or has changed nothing.
        ReportFailed: the manifest can't be written.
    """
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name)
        _require_before_images(run)
        path = run_files.path_of(run, settings, "undo")
        kept = run_files.kept_files(run, path)
        reversals = _something(run, _reversals(run))
        written = write_restoration(path, reversals, run_files.register_of(run))
    summary = RunSummary(
        run=run.name,
        status="partial" if written.lost else "success",
        source=run.source,
        report=str(written.path),
        counts=dict.fromkeys(State, 0) | {State.NOT_SENT: written.restored},
        calls=0,
        seconds=0.0,
        message=f"{kept} {_in_words(written, settings)}".strip(),
    )
    return Undone(summary, int(bool(written.lost)))


def reverse(row: WrittenRow) -> Reversal:
    """Return what a PO can be given back of what a row has changed, and why not the rest."""
    values: dict[Field, str] = {}
    lost = []
    for change in changes(row.update, row.before or _UNKNOWN):
        if why := _hindrance(row, change):
            lost.append(Lost(*change, why))
        else:
            values[change.field] = _given_back(change)
    return Reversal(row.update.po, values, tuple(lost))


def _require_before_images(run: Run) -> None:
    if run.is_pruned:
        raise Refused(f"The rows of run {run.name} were deleted by prune, so it can't be undone.")
    if run.manifest.findings is None:
        raise Refused(
            f"Run {run.name} did not look at its POs before it sent. What they held is not known.",
            hint="It was made with --no-compare, or its server does not show POs.",
        )


def _reversals(run: Run) -> Iterator[Reversal]:
    return (each for each in map(reverse, written_rows(run)) if each.values or each.lost)


def _something(run: Run, reversals: Iterator[Reversal]) -> Iterator[Reversal]:
    first = next(reversals, None)
    if first is None:
        raise Refused(f"Run {run.name} has changed nothing, so there is nothing to undo.")
    return chain([first], reversals)


def _hindrance(row: WrittenRow, change: Change) -> str:
    """Say why a field can't be given its old value; "" where it can."""
    hindrances = (
        (row.is_doubtful, _DOUBTFUL),
        (row.later, f"The later run {row.later} has written to this PO since."),
        (row.known[change.field] != change.new, _UNSURE),
        (row.before is None, _NOT_LOOKED_AT),
        (row.before and not row.before.found, _NOT_SHOWN),
        (not change.old, _NO_CLEARING),
        (change.field is Field.SHIPPED_ON and _moment(change.old) is None, _NO_MOMENT),
    )
    return next((why for is_so, why in hindrances if is_so), "")


def _given_back(change: Change) -> str:
    moment = _moment(change.old) if change.field is Field.SHIPPED_ON else None
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z" if moment else change.old


def _moment(shown: str) -> datetime | None:
    """Return the moment (UTC) of a date the server has shown, where it is one for certain."""
    try:
        moment = datetime.fromisoformat(shown)
    except ValueError:
        return None
    certain = moment.tzinfo is not None and moment.year >= _EARLIEST_YEAR
    return moment.astimezone(UTC) if certain else None


def _in_words(written: Written, settings: Settings) -> str:
    pos = plural(written.restored, "PO")
    values = plural(written.lost, "value")
    told = (
        f'{values} can\'t be undone. The sheet "Cannot be undone" says why. '
        if written.lost
        else ""
    )
    if not written.restored:
        return f"Nothing can be restored. {told}".strip()
    command = command_line(*_command(written, settings))
    return f"{pos} can be restored. {told}Nothing was sent yet. To send it: {command}"


def _command(written: Written, settings: Settings) -> list[str]:
    """Return the words that send it, also where the settings say how another file is read."""
    words = ["batch-tracker", "run", str(written.path)]
    if settings.is_rehearsal:
        words += ["--sandbox"]
    if settings.profile:
        words += ["--profile", PROFILE]
    if settings.sheet:
        words += ["--sheet", RESTORE_SHEET]
    return words
