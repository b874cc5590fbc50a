"""Resume: send what a run has left open, and report; a retry opens failed rows first."""

from batch_tracker import ledger
from batch_tracker.errors import Refused, SettingsRefused
from batch_tracker.ledger import Run
from batch_tracker.planner import plan
from batch_tracker.settings import Settings
from batch_tracker.stories.history import require_rows
from batch_tracker.stories.outcome import Ended, OnProgress, require_output
from batch_tracker.stories.send import send_and_report


def resume(name: str | None, settings: Settings, *, again: bool, on_progress: OnProgress) -> Ended:
    """Send what a run has left open: the run called `name`, or the newest unfinished one.

    With `again` the rows that failed or are in doubt are opened first, and the newest run is
    meant. Raises as `run` does.
    """
    settings.require_account()
    require_output(settings)
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name) if name or again else ledger.unfinished_run(db)
        if run is None:
            raise Refused("No run is unfinished.", hint="batch-tracker runs lists them all.")
        _require_resumable(run, settings)
        with ledger.working_on(run, settings.home):
            run = ledger.reopen(run, failed=again)
            plan.hold_overtaken(run)
            return send_and_report(run, settings, on_progress)


def _require_resumable(run: Run, settings: Settings) -> None:
    require_rows(run)
    if run.stage == "staging":
        raise Refused(
            f"Run {run.name} ended while its file was read. Nothing was sent.",
            hint=f"Run the file again: {run.source}.",
        )
    if run.server != settings.url:
        raise SettingsRefused(
            f"Run {run.name} was for {run.server}, but SELLERCLOUD_URL is {settings.url}.",
            hint="Set SELLERCLOUD_URL to the run's server.",
        )
