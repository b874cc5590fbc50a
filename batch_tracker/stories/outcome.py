"""How a command ends: what it came to, in numbers, in a workbook, on a page."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from batch_tracker import ledger
from batch_tracker.errors import BatchTrackerError, ReportFailed, SettingsRefused
from batch_tracker.ledger import Run
from batch_tracker.ledger.aggregates import Overview
from batch_tracker.model import Progress, ResultRow, RunStatus, RunSummary
from batch_tracker.planner import compare, plan
from batch_tracker.settings import Settings
from batch_tracker.stories import run_files

OnProgress = Callable[[Progress], None]

EXIT_CODES: dict[RunStatus, int] = {"success": 0, "partial": 1, "error": 2, "stopped": 3}
_STOPPED = (3, 130)
_PROBLEMS_SHOWN = 20
_REASONS_SHOWN = 10
_REASONS_ON_PAGE, _ROWS_ON_PAGE = 50, 2000


class Ended(NamedTuple):
    """How a command ended: the summary, and the exit code that scripts go by.

    `failure` is there where all was sent as the summary says, but no workbook could be written,
    and `stopped_by` where something ended it early.
    """

    summary: RunSummary
    exit_code: int
    comparison: compare.Comparison | None = None
    failure: ReportFailed | None = None
    stopped_by: BatchTrackerError | None = None

    @property
    def ends_all(self) -> bool:
        """Whether it makes no sense to begin another file."""
        return self.stopped_by is not None and self.stopped_by.concerns_all


def not_run(path: Path, error: BatchTrackerError) -> Ended:
    """Return how a command ended that has come to nothing."""
    status: RunStatus = "stopped" if error.exit_code in _STOPPED else "error"
    summary = replace(RunSummary.of_refusal(error, source=str(path)), status=status)
    return Ended(summary, error.exit_code, stopped_by=error)


class Checked(NamedTuple):
    """What a run of this file would do. `problems` are the first rows that need a person.

    `reasons` are the commonest of `kinds` reasons for which rows need one. `digest` is that of the
    plan, where the rows are kept.
    """

    summary: RunSummary
    plan: plan.Plan
    problems: tuple[ResultRow, ...]
    exit_code: int
    comparison: compare.Comparison | None = None
    warnings: tuple[ledger.WarningGroup, ...] = ()
    reasons: tuple[ledger.Reason, ...] = ()
    kinds: int = 0
    digest: str = ""


def summarise(run: Run, settings: Settings) -> RunSummary:
    """Return what a run has come to so far."""
    return RunSummary(
        run=run.name,
        status=run.status or "stopped",
        source=run.source,
        report=run.report,
        counts=ledger.counts(run),
        calls=ledger.calls_made(run),
        seconds=round(run.seconds, 1),
        message=run.message,
        server=run.server,
        username=run.username,
        account=settings.account_of(run.server, run.username),
        sheet=run.manifest.sheet,
        profile=run.manifest.profile,
        profile_reason=run.manifest.why,
        quota=str(settings.total_quota),
        started_at=run.started_at,
        finished_at=run.finished_at,
        settings=settings.shown(),
        notes=run.notes,
        columns=run.manifest.columns,
        is_rehearsal=settings.is_rehearsal,
        warnings=ledger.count_warned(run),
        held=ledger.count_held(run),
    )


def broken_off(run: Run, settings: Settings, error: BatchTrackerError) -> Ended:
    """Tell what is known of a run that could not be brought to its end in order."""
    try:
        known = summarise(ledger.find_run(run.ledger, run.name), settings)
    except sqlite3.Error:
        known = replace(RunSummary.of_nothing("", source=run.source), run=run.name)
    summary = replace(known, status="stopped", report=None, message=str(error))
    return Ended(summary, error.exit_code, stopped_by=error)


def foresee(run: Run, settings: Settings, comparison: compare.Comparison | None) -> Checked:
    """Say what sending a planned run will do; `comparison` is what its POs hold, if known.

    `settings` are those that it would be sent with.
    """
    problems = tuple(ledger.problems(run, _PROBLEMS_SHOWN))
    status: RunStatus = "partial" if problems else "success"
    kinds, reasons = ledger.reasons_of(run, _REASONS_SHOWN)
    told = comparison.sentence() if comparison else ""
    summary = replace(summarise(run, settings), status=status, message=told)
    looks = settings.compare and comparison is None
    return Checked(
        summary,
        plan.describe(summary.counts, settings.total_quota, looks=looks),
        problems,
        EXIT_CODES[status],
        comparison,
        ledger.warning_groups(run),
        reasons,
        kinds,
    )


def require_output(settings: Settings) -> None:
    """Find out before the first call that no workbook could be written.

    Raises:
        SettingsRefused: the folder can't be made, or no file can be written into it.
    """
    try:
        settings.output.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=settings.output):
            pass
    except OSError as error:
        raise SettingsRefused(
            f"No workbook can be written into {settings.output}: {error.strerror or error}.",
            hint="Name another folder with --output.",
        ) from error


def write_workbook_or_say_why(run: Run, settings: Settings, on_progress: OnProgress) -> Ended:
    """Write the workbook; where that fails, tell all the same what the run has come to."""
    try:
        return write_workbook(run, settings, on_progress)
    except ReportFailed as failure:
        summary = summarise(run, settings)
        message = f"{summary.message} {failure}".strip()
        code = max(EXIT_CODES[summary.status], failure.exit_code)
        return Ended(replace(summary, report=None, message=message), code, failure=failure)


def write_workbook(
    run: Run, settings: Settings, on_progress: OnProgress, *, ends: bool = True
) -> Ended:
    """Write the workbook from the ledger alone, as it is at one moment, and note where it is.

    A run is finished when its workbook is there, and not before: killed in between, it is resumed.
    Only who holds the run's lock `ends` it.
    """
    from batch_tracker.reporter import workbook  # noqa: PLC0415 - a check needs no openpyxl

    path = run_files.path_of(run, settings, "results")
    with ledger.at_one_moment(run.ledger) as db:
        seen = ledger.find_run(db, run.name)
        summary = with_words(summarise(seen, settings), run_files.kept_corrections(run, path))
        written = workbook.write_workbook(
            path,
            summary=summary,
            headers=seen.manifest.headers,
            width=ledger.width(seen),
            text_columns=seen.manifest.text_columns,
            rows=ledger.results(seen),
            position_of=partial(ledger.position_of, seen),
            compared=seen.manifest.findings is not None,
            on_progress=on_progress,
            register=run_files.register_of(run),
        )
    ledger.note_report(run, str(written), ends=ends)
    return Ended(replace(summary, report=str(written)), EXIT_CODES[summary.status])


def with_words(summary: RunSummary, words: str) -> RunSummary:
    """Return a summary that says something more."""
    return replace(summary, message=f"{summary.message} {words}".strip())


def add_page(run: Run, settings: Settings, ended: Ended) -> Ended:
    """Write the page beside the workbook, under the same name."""
    from batch_tracker.reporter.page import write_page  # noqa: PLC0415 - seldom wanted

    path = Path(ended.summary.report or "").with_suffix(".html")
    summary = with_words(ended.summary, run_files.kept_files(run, path))
    written = write_page(
        path,
        summary=summary,
        quota=settings.quota,
        overview=_overview(run, settings),
        register=run_files.register_of(run),
    )
    return ended._replace(summary=replace(summary, page=str(written)))


def render_page(run: Run, settings: Settings) -> str:
    """Return the page of a run as text."""
    from batch_tracker.reporter.page import render  # noqa: PLC0415 - seldom wanted

    return render(summarise(run, settings), _overview(run, settings), settings.quota)


def _overview(run: Run, settings: Settings) -> Overview:
    return ledger.overview(
        run, window_s=settings.quota.seconds, reasons=_REASONS_ON_PAGE, rows=_ROWS_ON_PAGE
    )
