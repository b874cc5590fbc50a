"""`watch INBOX --accounts`: a watcher for each account's folder, all at work at the same time."""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from batch_tracker.cli import session
from batch_tracker.cli.notices import dispatcher, errors_noticed
from batch_tracker.cli.side_by_side import settings_by_account
from batch_tracker.cli.watch_console import WatchConsole
from batch_tracker.errors import BatchTrackerError, Interrupted

if TYPE_CHECKING:
    from batch_tracker.cli.progress import ProgressBars
    from batch_tracker.model import Progress
    from batch_tracker.settings import Settings
    from batch_tracker.watch import FolderState, Handled, Round

_Act = Callable[[], None]
_Tell = Callable[[_Act], None]
"""How a thread hands on what the main thread is to do: it alone writes to the terminal."""


def watch_accounts(inbox: Path, flags: Mapping[str, Any], *, once: bool, as_json: bool) -> NoReturn:
    """Watch the folders of all accounts until Ctrl-C, or look once at each."""
    from batch_tracker.cli.progress import ProgressBars
    from batch_tracker.interrupt import side_by_side
    from batch_tracker.stories.accounts import make_folders

    settings = settings_by_account(flags)
    folders = make_folders(inbox, settings)
    with session.read_settings(flags) as common, ProgressBars(settings) as bars:
        watches = [
            _AccountWatch(name, folders[name], each, bars, once=once, as_json=as_json)
            for name, each in settings.items()
        ]
        over_all = _InboxWatch(inbox, common, settings, once=once, as_json=as_json)
        for act in side_by_side([over_all.watch, *(each.watch for each in watches)]):
            act()
    if once:
        rounds = [*over_all.rounds, *(done for each in watches for done in each.rounds)]
        over_all.console.print_round(_together(rounds))
    sys.exit(max(each.exit_code for each in watches))


def _together(rounds: "Sequence[Round]") -> "Round":
    """Return what a single look at all folders led to."""
    from batch_tracker.watch import Round

    files = (one for done in rounds for one in done.files)
    return Round(tuple(files), tuple(alarm for done in rounds for alarm in done.alarms))


class _AccountWatch:
    """The watcher of one account: what it tells, and how it ended."""

    def __init__(
        self,
        name: str,
        folder: Path,
        settings: "Settings",
        bars: "ProgressBars",
        *,
        once: bool,
        as_json: bool,
    ) -> None:
        notices = dispatcher(settings)
        notices.require_ready()
        self.console = WatchConsole(folder, notices, once=once, as_json=as_json, account=name)
        self.rounds: list[Round] = []
        self.exit_code = 0
        self._name = name
        self._folder = folder
        self._settings = settings
        self._bars = bars
        self._once = once

    def watch(self, tell: _Tell) -> None:
        """Watch the folder, in a thread of its own."""
        try:
            for done in self._looks(tell):
                tell(partial(self._looked, done))
        except KeyboardInterrupt:  # it rested
            tell(partial(self._end, Interrupted.exit_code if self._once else 0))
        except BatchTrackerError as error:
            tell(partial(self._failed, error))

    def _looks(self, tell: _Tell) -> "Iterator[Round]":
        from batch_tracker.interrupt import rest
        from batch_tracker.stories.stage import named_profile
        from batch_tracker.watch import Watcher, lock_folder

        def on_progress(progress: "Progress") -> None:
            tell(partial(self._bars.show, self._name, progress))

        with lock_folder(self._folder, self._settings.home) as state:
            self._settings.require_account()
            named_profile(self._settings)
            watcher = Watcher(
                self._folder,
                self._settings,
                state,
                listener=_Relay(self.console, tell),
                on_progress=on_progress,
                sleep=rest,
            )
            yield from [watcher.once()] if self._once else watcher.rounds()

    def _looked(self, done: "Round") -> None:
        self.exit_code = done.exit_code
        if self._once:
            self.rounds.append(done)
            self.console.send_notices(done)
        else:
            self.console.tell_round(done)

    def _end(self, code: int) -> None:
        self.exit_code = code

    def _failed(self, error: BatchTrackerError) -> None:
        from batch_tracker.watch import AlreadyWatched

        self.console.message(f"{error}")
        if isinstance(error, AlreadyWatched) and self._once:
            return
        self.exit_code = error.exit_code
        try:
            with errors_noticed(self._settings, self._folder, self._folder):
                raise error
        except BatchTrackerError:
            return


class _Relay:
    """Hears a watcher in its thread, and has the console tell it in the main one."""

    def __init__(self, console: WatchConsole, tell: _Tell) -> None:
        self._console = console
        self._tell = tell

    def message(self, sentence: str) -> None:
        self._tell(partial(self._console.message, sentence))

    def file_handled(self, handled: "Handled") -> None:
        self._tell(partial(self._console.file_handled, handled))


class _InboxWatch:
    """Looks for what lies in no account's folder; that is told once, and never run."""

    def __init__(
        self,
        inbox: Path,
        settings: "Settings",
        accounts: Collection[str],
        *,
        once: bool,
        as_json: bool,
    ) -> None:
        self.console = WatchConsole(inbox, dispatcher(settings), once=once, as_json=as_json)
        self.rounds: list[Round] = []
        self._inbox = inbox
        self._settings = settings
        self._accounts = accounts
        self._once = once

    def watch(self, tell: _Tell) -> None:
        """Look again and again, in a thread of its own."""
        from batch_tracker.interrupt import rest
        from batch_tracker.watch import lock_folder

        try:
            with lock_folder(self._inbox, self._settings.home) as state:
                while True:
                    self._look(state, tell)
                    if self._once:
                        return
                    rest(self._settings.poll_s)
        except KeyboardInterrupt:
            return
        except BatchTrackerError as error:
            tell(partial(self.console.message, f"{error}"))

    def _look(self, state: "FolderState", tell: _Tell) -> None:
        from batch_tracker.stories.accounts import misplaced
        from batch_tracker.watch import Alarm, Round

        with suppress(OSError):  # the inbox may be away for a while
            found = misplaced(self._inbox, self._accounts)
            messages = {f"{each.summary.source}": each.summary.message for each in found}
            told = state.told_ignored
            if messages.keys() != told:
                state.note_ignored(messages)
            new = sorted(messages.keys() - told)
            if new:
                alarms = tuple(Alarm("ignored", messages[source]) for source in new)
                tell(partial(self._looked, Round(alarms=alarms)))

    def _looked(self, done: "Round") -> None:
        if self._once:
            self.rounds.append(done)
            self.console.send_notices(done)
        else:
            self.console.tell_round(done)
