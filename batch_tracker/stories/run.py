"""Run: read a manifest into the ledger, plan, send what is open, report on every row."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from batch_tracker import ledger
from batch_tracker.errors import (
    BatchTrackerError,
    Defect,
    Interrupted,
    NotConfirmed,
    SourceRefused,
)
from batch_tracker.model import Correction
from batch_tracker.planner.chosen_rows import Ranges
from batch_tracker.settings import Settings
from batch_tracker.stories.outcome import Ended, OnProgress, not_run, require_output
from batch_tracker.stories.send import Confirm, send_and_report
from batch_tracker.stories.stage import refuse_if_being_sent, require_no_sample, stage
from batch_tracker.traceback_file import keep_traceback


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
    paths: Sequence[Path], settings: Settings, send: Callable[[Path, Settings], Ended]
) -> Iterator[Ended]:
    """Run manifests, each by `send`: what is wrong with one holds up none of the others.

    What would stop the others, too, ends it: the login, the server, the ledger, an interrupt.
    """
    settings.require_account()
    for path in paths:
        try:
            ended = send(path, settings)
        except BatchTrackerError as error:
            ended = not_run(path, error)
        except KeyboardInterrupt:
            ended = not_run(path, Interrupted("Interrupted.", hint="Run the file again."))
        except Exception as error:  # noqa: BLE001 - one file's trouble is no other's
            ended = not_run(path, Defect(keep_traceback(error)))
        yield ended
        if ended.ends_all:
            return
