"""Who is told what. That somebody can't be told never fails a run: it is a line on stderr."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from batch_tracker.errors import BatchTrackerError, SettingsRefused
from batch_tracker.notify.files import FileResult, FileState
from batch_tracker.notify.hooks import HookNotifier
from batch_tracker.notify.mail import MailNotifier
from batch_tracker.notify.news import Problem, Problems, compare
from batch_tracker.notify.notice import Notice, Notifier, NotSent, of_alarms, of_files, of_test
from batch_tracker.notify.problems import ProblemStore
from batch_tracker.settings import Settings
from batch_tracker.settings.channel import Channel, Hook, Occasion
from batch_tracker.stories import history
from batch_tracker.stories.outcome import Ended


class Dispatcher:
    """Tells the channels of the settings. `complain` gets a line for each that can't be told."""

    def __init__(self, settings: Settings, complain: Callable[[str], None]) -> None:
        self._notifiers = [_notifier(channel) for channel in settings.notify]
        self._settings = settings
        self._store = ProblemStore(settings.home)
        self._complain = complain

    def require_ready(self) -> None:
        """Find out before anything happens that a channel could not be used.

        Raises:
            SettingsRefused: a variable is not set, or a secret would travel unencrypted.
        """
        for notifier in self._notifiers:
            try:
                notifier.require_ready()
            except NotSent as reason:
                raise SettingsRefused(
                    f"Notices can't be sent by {notifier.name}: {reason}.",
                    hint="Correct the [[notify]] table, or set the variable it names.",
                ) from None

    def runs_ended(self, endings: Sequence[Ended], folder: Path) -> None:
        """Tell how runs of a folder's manifests ended, if it is news."""
        self.folder_looked_at([FileResult.of(each) for each in endings], folder)

    def folder_looked_at(self, files: Sequence[FileResult], folder: Path) -> None:
        """Tell what became of the files of a folder, if it is news; `files` may be none.

        Each folder has its own news, and so has each profile. See `news`.
        """
        told = [each for each in files if each.state is not FileState.INTERRUPTED]
        if not self._notifiers or (files and not told):
            return
        source = f"{folder.resolve()} {self._settings.profile or ''}".strip()
        before = self._store.of(source)
        news = compare(before, told, is_open=self._is_open)
        occasions: set[Occasion] = {news.occasion} if news.occasion else set()
        if any(each.has_ended for each in told):
            occasions.add("finish")
        if occasions and not self._tell(of_files(news.occasion, told, folder), occasions):
            return
        if news.problems != before:
            self._keep(source, news.problems)

    def alarms_raised(self, messages: Sequence[str], folder: Path) -> None:
        """Tell what is not as it usually is in a folder."""
        if self._notifiers and messages:
            self._tell(of_alarms(messages, folder), {"alarm"})

    def test(self) -> Iterator[tuple[str, str]]:
        """Send a test notice to every channel; return its name, and why it was not sent, if so."""
        for notifier in self._notifiers:
            try:
                notifier.send(of_test())
            except NotSent as reason:
                yield notifier.name, str(reason)
            else:
                yield notifier.name, ""

    def _is_open(self, place: str, problem: Problem) -> bool:
        """Whether a file still needs a person: by its run, or else as long as it is there."""
        if problem.run:
            with suppress(BatchTrackerError):
                summary, _ = history.show(problem.run, self._settings)
                if summary.status in {"success", "stopped"}:
                    return summary.status == "stopped"
        if not place:
            return False
        path = Path(place)
        return path.exists() or not path.parent.exists()  # its drive may be away for a while

    def _tell(self, notice: Notice, occasions: set[Occasion]) -> bool:
        """Return whether it need not be told again: somebody was told, or nobody wants to know."""
        wanted = [each for each in self._notifiers if each.on & occasions]
        sent = [self._send(each, notice) for each in wanted]
        return any(sent) or not wanted

    def _send(self, notifier: Notifier, notice: Notice) -> bool:
        try:
            notifier.send(notice)
        except NotSent as reason:
            self._complain(f"The notice was not sent by {notifier.name}: {reason}.")
            return False
        return True

    def _keep(self, source: str, problems: Problems) -> None:
        try:
            self._store.keep(source, problems)
        except OSError as error:
            self._complain(f"The record of sent notices can't be written: {error}.")


def _notifier(channel: Channel) -> Notifier:
    return HookNotifier(channel) if isinstance(channel, Hook) else MailNotifier(channel)
