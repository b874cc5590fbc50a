"""The command that works unattended."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batch_tracker.cli import options, session
from batch_tracker.cli.notices import dispatcher, errors_noticed
from batch_tracker.cli.output import print_json, print_text

if TYPE_CHECKING:
    from batch_tracker.notify import Dispatcher, FileResult
    from batch_tracker.watch import Handled, Round, Watcher


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
@options.as_json
def watch(folder: Path, once: bool, as_json: bool, **flags: Any) -> None:
    """Run every manifest that is put into FOLDER, until Ctrl-C.

    A manifest is run when nobody writes to it any more. Then it is moved to FOLDER/done, or to
    FOLDER/attention if it needs a person. Its results workbook and a JSON file go with it. If its
    run was stopped, the manifest stays, and the next look resumes the run. After three stops for a
    reason of its own it goes to attention/, too. The same file is not run twice, whatever its name.

    Notices go where the [[notify]] tables of the settings file say. With --json, each look that
    found something prints an object in a line of its own. With --once, there is exactly one.
    """
    from batch_tracker.interrupt import ending_as_by_ctrl_c
    from batch_tracker.stories.stage import named_profile
    from batch_tracker.watch import AlreadyWatched, Round, Watcher, lock_folder

    folder = folder.absolute()
    with (
        session.progress() as progress,
        session.read_settings(flags) as settings,
        ending_as_by_ctrl_c(),
    ):
        notices = dispatcher(settings)
        notices.require_ready()
        console = _Console(folder, notices, once=once, as_json=as_json)
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


def _watch(watcher: "Watcher", console: "_Console", *, once: bool) -> int:
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


class _Console:
    """Tells on the terminal what a watcher does, and far away what of it is news."""

    def __init__(self, folder: Path, notices: "Dispatcher", *, once: bool, as_json: bool) -> None:
        self._folder = folder
        self._notices = notices
        self._is_once = once
        self._as_json = as_json

    def message(self, sentence: str) -> None:
        """Tell what a person at the terminal should know."""
        print_text(sentence, err=True)

    def file_handled(self, handled: "Handled") -> None:
        """Tell of one manifest as soon as its run has ended."""
        from batch_tracker.reporter import summary_text

        for sentence in (handled.note, *(alarm.message for alarm in handled.alarms)):
            if sentence:
                self.message(f"{handled.path.name}: {sentence}")
        if not self._as_json:
            where = "left in" if handled.is_left else "moved to"
            print_text(f"{summary_text(handled.ended.summary)}\n  {where:<10}{handled.path}\n")

    def tell_round(self, done: "Round") -> None:
        """Tell of all that one look at the folder led to."""
        self._notices.folder_looked_at([_file_result(each) for each in done.files], self._folder)
        self._notices.alarms_raised(list(done.alarm_messages), self._folder)
        if not done.is_empty or self._is_once:
            self._print(done)

    def _print(self, done: "Round") -> None:
        from batch_tracker.reporter import summaries_json

        for alarm in done.alarms:
            self.message(alarm.message)
        if self._as_json:
            # Two files may be the same one, and then share a run.
            runs = {each.ended.summary.run or each.path: each.ended.summary for each in done.files}
            sums = summaries_json(list(runs.values()))
            files = [each.json() for each in done.files]
            alarms = [alarm._asdict() for alarm in done.alarms]
            print_json({**sums, "files": files, "alarms": alarms})


def _file_result(handled: "Handled") -> "FileResult":
    from batch_tracker.notify import FileResult

    return FileResult.of(
        handled.ended, place=handled.path, is_left=handled.is_left, note=handled.note
    )
