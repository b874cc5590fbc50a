"""Run: read a manifest into the ledger, plan, send what is open, report on every row."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from batch_tracker import ledger
from batch_tracker.errors import ColumnsRefused, NotConfirmed, SourceRefused
from batch_tracker.model import Correction, RunSummary
from batch_tracker.planner.chosen_rows import Ranges
from batch_tracker.settings import Settings
from batch_tracker.stories.outcome import Ended, OnProgress, require_output
from batch_tracker.stories.send import Confirm, send_and_report
from batch_tracker.stories.stage import refuse_if_being_sent, require_no_sample, stage


def run(
    path: Path,
    settings: Settings,
    *,
    force: bool,
    on_progress: OnProgress,
    confirm: Confirm | None = None,
    chosen: Ranges = (),
    corrections: Sequence[Correction] = (),
) -> Ended:
    """Send a manifest, or the chosen rows of it, and report on every row.

    `confirm` is asked first, where it is given. Where cells were corrected, that is sent.

    Raises:
        NotConfirmed: `confirm` did not agree.
        Refused: nothing was sent, because the file or the settings can't be used.
    """
    settings.require_account()
    require_output(settings)
    with ledger.open_ledger(settings.home) as db:
        refuse_if_being_sent(path, settings)
        run = stage(
            db,
            path,
            settings,
            on_progress=on_progress,
            force=force,
            chosen=chosen,
            corrections=corrections,
        )
        try:
            require_no_sample(run)
            with ledger.working_on(run, settings.home):
                return send_and_report(run, settings, on_progress, confirm)
        except (NotConfirmed, SourceRefused):
            ledger.discard(run)
            raise


def run_each(
    paths: Sequence[Path],
    settings: Settings,
    *,
    force: bool,
    on_progress: OnProgress,
    confirm: Confirm | None = None,
) -> Iterator[Ended]:
    """Run manifests one after the other; a refused one does not hold up the others.

    The first run that is stopped is the last: what stopped it would stop the next. Raises as
    `run` does where the reason lies in no single file.
    """
    settings.require_account()
    for path in paths:
        try:
            ended = run(path, settings, force=force, on_progress=on_progress, confirm=confirm)
        except (SourceRefused, ColumnsRefused, NotConfirmed) as refusal:
            summary = RunSummary.of_nothing(str(refusal), source=str(path))
            ended = Ended(summary, refusal.exit_code)
        yield ended
        if ended.summary.status == "stopped":
            return
