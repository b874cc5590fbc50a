"""Check: what `run` would do with a manifest; nothing is kept and nothing is sent."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from batch_tracker import ledger
from batch_tracker.errors import BatchTrackerError, Defect
from batch_tracker.ledger import Run
from batch_tracker.model import Correction
from batch_tracker.planner import plan
from batch_tracker.planner.chosen_rows import Ranges
from batch_tracker.planner.compare import Comparison
from batch_tracker.settings import Settings
from batch_tracker.stories import outcome
from batch_tracker.stories.outcome import Checked, OnProgress
from batch_tracker.stories.stage import stage
from batch_tracker.traceback_file import keep_traceback


def check(
    path: Path,
    settings: Settings,
    *,
    force: bool,
    look: bool = False,
    on_progress: OnProgress,
    chosen: Ranges = (),
    corrections: Sequence[Correction] = (),
    keep: Path | None = None,
) -> Checked:
    """Say what `run` would do with this file, or with the chosen rows of it.

    With `look`, log in and look at its POs for that. Where a folder to `keep` them in is given,
    the rows stay there, to be looked at one by one.

    Raises:
        Refused: the file or the settings can't be used.
        Stopped: the POs can't be looked at.
    """
    if look:
        settings.require_account()
    with ledger.open_scratch(settings.home, keep) as db:
        looking = settings.model_copy(update={"compare": look})
        run = stage(
            db,
            path,
            looking,
            on_progress=on_progress,
            force=force,
            chosen=chosen,
            corrections=corrections,
        )
        digest = plan.digest(run) if keep else ""
        comparison = _look(run, settings, on_progress) if look else None
        checked = outcome.foresee(run, settings, comparison)
        # The run is gone with the scratch ledger: nobody could resume it by its name.
        return checked._replace(summary=replace(checked.summary, run=None), digest=digest)


def _look(run: Run, settings: Settings, on_progress: OnProgress) -> Comparison | None:
    from batch_tracker.stories.send import look_first  # noqa: PLC0415 - offline, no HTTP client

    return look_first(run, settings, on_progress)


def check_each(
    paths: Sequence[Path], settings: Settings, look_at: Callable[[Path, Settings], Checked]
) -> Iterator[Checked]:
    """Check manifests, each by `look_at`; what is wrong with one holds up none of the others.

    Raises as `look_at` does where that would stop the others, too.
    """
    for path in paths:
        try:
            yield look_at(path, settings)
        except BatchTrackerError as error:
            if error.concerns_all:
                raise
            yield _not_checked(path, settings, error)
        except Exception as error:  # noqa: BLE001 - one file's trouble is no other's
            yield _not_checked(path, settings, Defect(keep_traceback(error)))


def _not_checked(path: Path, settings: Settings, error: BatchTrackerError) -> Checked:
    summary = outcome.not_run(path, error).summary
    return Checked(summary, plan.describe(summary.counts, settings.quota), (), error.exit_code)
