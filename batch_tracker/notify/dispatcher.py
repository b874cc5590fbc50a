"""Who is told what. That somebody can't be told never fails a run: it is a line on stderr."""

from collections.abc import Callable, Sequence
from pathlib import Path

from batch_tracker.errors import SettingsRefused
from batch_tracker.notify.hooks import HookNotifier
from batch_tracker.notify.mail import MailNotifier
from batch_tracker.notify.notice import Notice, Notifier, NotSent, of_alarms, of_runs
from batch_tracker.notify.status import Statuses, news, reason_of
from batch_tracker.settings import Settings
from batch_tracker.settings.channel import Channel, Hook, Occasion
from batch_tracker.stories.outcome import Ended

_INTERRUPTED = 130


class Dispatcher:
    """Tells the channels of the settings. `complain` gets a line for each that can't be told."""

    def __init__(self, settings: Settings, complain: Callable[[str], None]) -> None:
        self._notifiers = [_notifier(channel) for channel in settings.notify]
        self._statuses = Statuses(settings.home)
        self._profile = settings.profile or ""
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
                    hint="Mend the [[notify]] table, or set the variable it names.",
                ) from None

    def runs_ended(self, endings: Sequence[Ended], folder: Path) -> None:
        """Tell how runs of a folder's manifests ended, if it is news.

        A failure is news when the last runs of this folder with this profile went well, or failed
        for another reason; a success, when they failed. What a person interrupted is no news.
        """
        endings = [each for each in endings if each.exit_code != _INTERRUPTED]
        if not self._notifiers or not endings:
            return
        source = f"{folder.resolve()} {self._profile}".strip()
        reason = reason_of(endings)
        changed = news(reason, self._statuses.last(source))
        occasions: set[Occasion] = {"finish", changed} if changed else {"finish"}
        files = [each.summary for each in endings]
        if self._tell(of_runs(changed or "finish", files, folder), occasions) and changed:
            self._keep(source, reason)

    def alarms_raised(self, messages: Sequence[str], folder: Path) -> None:
        """Tell what is not as it usually is in a folder."""
        if self._notifiers and messages:
            self._tell(of_alarms(messages, folder), {"alarm"})

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

    def _keep(self, source: str, reason: str) -> None:
        try:
            self._statuses.keep(source, reason)
        except OSError as error:
            self._complain(f"That a notice was sent can't be noted: {error}.")


def _notifier(channel: Channel) -> Notifier:
    return HookNotifier(channel) if isinstance(channel, Hook) else MailNotifier(channel)
