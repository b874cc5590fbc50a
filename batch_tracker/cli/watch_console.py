"""What a watcher tells: on the terminal, as JSON, and far away."""

from pathlib import Path
from typing import TYPE_CHECKING

from batch_tracker.cli.output import print_json, print_text

if TYPE_CHECKING:
    from batch_tracker.notify import Dispatcher, FileResult
    from batch_tracker.watch import Handled, Round


class WatchConsole:
    """Tells on the terminal what a watcher does, and far away what of it is news."""

    def __init__(
        self,
        folder: Path,
        notices: "Dispatcher",
        *,
        once: bool,
        as_json: bool,
        account: str = "",
    ) -> None:
        self._folder = folder
        self._label = f"{account}: " if account else ""
        self._notices = notices
        self._is_once = once
        self._as_json = as_json

    def message(self, sentence: str) -> None:
        """Tell what a person at the terminal should know."""
        print_text(self._label + sentence, err=True)

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
        self.send_notices(done)
        if not done.is_empty or self._is_once:
            self.print_round(done)

    def send_notices(self, done: "Round") -> None:
        """Tell far away what is news."""
        self._notices.folder_looked_at([_file_result(each) for each in done.files], self._folder)
        self._notices.alarms_raised(list(done.alarm_messages), self._folder)

    def print_round(self, done: "Round") -> None:
        """Print the alarms and, where JSON is wanted, one object."""
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
