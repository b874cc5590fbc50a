"""Resume: send what a run has left open, and report; a retry opens failed rows first."""

import sqlite3

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
    meant. Where there are accounts, only runs of this account are. Raises as `run` does.
    """
    settings.require_account()
    require_output(settings)
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, name) if name else _newest(db, settings, again=again)
        _require_resumable(run, settings)
        with ledger.working_on(run, settings.home):
            run = ledger.reopen(run, failed=again)
            plan.hold_overtaken(run)
            return send_and_report(run, settings, on_progress)


def _newest(db: sqlite3.Connection, settings: Settings, *, again: bool) -> Run:
    """Return the newest run, or the newest unfinished one, of the account in force."""
    login = (settings.url or "", settings.username or "") if settings.account else None
    if run := ledger.newest_run(db, unfinished=not again, login=login):
        return run
    what = "in the ledger" if again else "unfinished"
    of_account = f" of the account {settings.account}" if settings.account else ""
    raise Refused(f"No run{of_account} is {what}.", hint="batch-tracker runs lists them all.")


def _login(run: Run) -> tuple[str, str]:
    return run.server, run.username


def _require_resumable(run: Run, settings: Settings) -> None:
    require_rows(run)
    if run.stage == "staging":
        raise Refused(
            f"Run {run.name} ended while its file was read. Nothing was sent.",
            hint=f"Run the file again: {run.source}.",
        )
    other = settings.account_of(*_login(run))
    if other != (settings.account or ""):
        raise SettingsRefused(
            f"Run {run.name} is a run of {_described(run, other)}.",
            hint=f"Give --account {other}." if other else "Give no account.",
        )
    if run.server != settings.url:
        raise SettingsRefused(
            f"Run {run.name} was for {run.server}, but SELLERCLOUD_URL is {settings.url}.",
            hint="Set SELLERCLOUD_URL to the run's server.",
        )


def _described(run: Run, account: str) -> str:
    return f"the account {account}" if account else f"{run.username} at {run.server}"
