"""The command that works unattended."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.notices import dispatcher, errors_noticed
from batch_tracker.cli.watch_accounts import watch_accounts
from batch_tracker.cli.watch_console import WatchConsole

if TYPE_CHECKING:
    from batch_tracker.watch import Watcher


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@options.option("--once", is_flag=True, help="Look once, then exit as run does. For schedulers.")
@options.option(
    "--settle",
    "settle_s",
    type=float,
    metavar="S",
    help="Wait until a file has not changed for S seconds [5].",
)
@options.option(
    "--poll", "poll_s", type=float, metavar="S", help="Look at FOLDER every S seconds [10]."
)
@options.option(
    "--expect-by",
    metavar="HH:MM",
    help="Send an alarm if no manifest has come today by this local time.",
)
@options.reading
@options.compare
@options.sending
@options.option(
    "--accounts",
    is_flag=True,
    help="Watch a folder for each account in FOLDER. Missing ones are made.",
)
@options.as_json
def watch(folder: Path, *, once: bool, accounts: bool, as_json: bool, **flags: Any) -> None:
    """Run every manifest that is put into FOLDER, until Ctrl-C.

    A manifest is run when nobody writes to it any more. Then it is moved to FOLDER/done, or to
    FOLDER/attention if it needs a person. Its results workbook and a JSON file go with it. If its
    run was stopped, the manifest stays, and the next look resumes the run. After three stops for a
    reason of its own it goes to attention/, too. The same file is not run twice, whatever its name.

    Notices go where the [[notify]] tables of the settings file say. With --json, each look that
    found something prints an object in a line of its own. With --once, there is exactly one.

    With --accounts, each folder in FOLDER is called as an account. The accounts work at the same
    time, and what stops one holds up no other.
    """
    from batch_tracker.stories.stage import named_profile
    from batch_tracker.watch import AlreadyWatched, Round, Watcher, lock_folder

    folder = folder.absolute()
    if accounts:
        watch_accounts(folder, flags, once=once, as_json=as_json)
    with (
        session.progress() as progress,
        session.read_settings(flags) as settings,
    ):
        notices = dispatcher(settings)
        notices.require_ready()
        console = WatchConsole(folder, notices, once=once, as_json=as_json)
        try:
            with (
                lock_folder(folder, settings.home) as state,
                errors_noticed(settings, folder, folder),
            ):
                settings.require_account()
                named_profile(settings)
                watcher = Watcher(folder, settings, state, listener=console, on_progress=progress)
                sys.exit(_watch(watcher, console, once=once))
        except AlreadyWatched as refusal:
            if not once:
                raise
            console.message(str(refusal))
            console.tell_round(Round())


def _watch(watcher: "Watcher", console: WatchConsole, *, once: bool) -> int:
    """Return the exit code. To end a watcher that has nothing to do is no interruption."""
    code = 0
    try:
        for done in [watcher.once()] if once else watcher.rounds():
            console.tell_round(done)
            code = done.exit_code
    except KeyboardInterrupt:
        if once or watcher.is_at_work:
            raise
        code = 0
    return code
