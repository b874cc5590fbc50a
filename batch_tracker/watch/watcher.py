"""The watcher's day: look at the folder, run what is complete, file it away, rest, look again."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from batch_tracker.errors import (
    BatchTrackerError,
    BeingWorkedOn,
    ColumnsRefused,
    Defect,
    Interrupted,
    ReportFailed,
    SourceRefused,
)
from batch_tracker.loader import file_digest
from batch_tracker.settings import Settings
from batch_tracker.stories import history
from batch_tracker.stories.outcome import Ended, OnProgress, not_run
from batch_tracker.stories.resume import resume
from batch_tracker.stories.run import run
from batch_tracker.traceback_file import keep_traceback
from batch_tracker.watch.alarms import Alarm, late, of_ignored, of_run
from batch_tracker.watch.arrivals import Arrivals
from batch_tracker.watch.filing import Handled, file_away, make_room, set_aside
from batch_tracker.watch.folder_state import FolderState

_MOST_STOPS = 3
"""So often a file comes to a stop of its own before it is put aside."""

_REST_S, _LONGEST_REST_S = 300.0, 3600.0
"""How long nothing is sent after a stop, doubling with each further one: a refused login that is
tried again every few seconds locks the account."""


class Round(NamedTuple):
    """What one look at the folder led to. `alarms` are those of the folder, not of a file."""

    files: tuple[Handled, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.files or self.alarms)

    @property
    def exit_code(self) -> int:
        """The gravest of the files' exit codes."""
        return max((each.ended.exit_code for each in self.files), default=0)

    @property
    def was_interrupted(self) -> bool:
        """Whether somebody wanted the work to end."""
        return self.exit_code == Interrupted.exit_code

    @property
    def alarm_messages(self) -> Iterator[str]:
        """What every alarm says, those of the files first."""
        for alarms in (*(each.alarms for each in self.files), self.alarms):
            yield from (alarm.message for alarm in alarms)


def _local_now() -> datetime:
    return datetime.now().astimezone()


class Listener(Protocol):
    """Who hears of what a watcher does while it does it."""

    def message(self, sentence: str) -> None:
        """Hear a sentence for a person."""

    def file_handled(self, handled: Handled) -> None:
        """Hear how a manifest's run has ended."""


class Watcher:
    """Watches one folder, which only one watcher at a time may do: see `lock_folder`."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        state: FolderState,
        *,
        listener: Listener,
        on_progress: OnProgress,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = _local_now,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._state = state
        self._listener = listener
        self._on_progress = on_progress
        self._clock = clock
        self._sleep = sleep
        self._now = now
        self._arrivals = Arrivals(folder, settle_s=settings.settle_s, clock=clock)
        self.is_at_work = False
        """Whether a manifest is being run or moved; so it stays where that is cut short."""
        self._away = ""
        self._told: set[Path] = set()
        self._stops = 0
        self._rests_until = clock()
        self._resting: dict[Path, tuple[object, float]] = {}
        """Files that came to a stop of their own: what they were then, and until when they rest."""

    def once(self) -> Round:
        """Run what is complete now.

        Raises:
            SourceRefused: the folder is not there, or can't be written to.
        """
        try:
            self._arrivals.look()
            self._sleep(self._settings.settle_s)
            self._arrivals.look()
            if self._arrivals.unended:
                self._sleep(self._arrivals.patience_s - self._settings.settle_s)
            return self._round(self._ready())
        except OSError as error:
            raise SourceRefused(
                f"The folder {self._folder} can't be watched: {error.strerror or error}.",
                hint="Check its name, the network, and that files in it may be moved.",
            ) from error

    def rounds(self) -> Iterator[Round]:
        """Look at the folder until a run is interrupted. A folder that is gone is waited for."""
        while True:
            done = self._round(self._ready_or_away())
            yield done
            if done.was_interrupted:
                return
            self._sleep(self._settings.poll_s)

    def _ready_or_away(self) -> list[Path]:
        try:
            ready = self._ready()
        except OSError as error:
            if not self._away:
                self._away = f"{error.strerror or error}"
                self._listener.message(f"Waiting for {self._folder}: {self._away}.")
            return []
        if self._away:
            self._away = ""
            self._listener.message(f"{self._folder} is back.")
        return ready

    def _ready(self) -> list[Path]:
        ready = self._arrivals.look()
        if not ready or self._clock() < self._rests_until:
            return []
        make_room(self._folder)
        return ready

    def _round(self, ready: list[Path]) -> Round:
        handled: list[Handled] = []
        for path in self._unfinished_first([path for path in ready if not self._rests(path)]):
            self.is_at_work = True
            one = self._handle(path)
            self.is_at_work = False
            if one:
                handled.append(one)
                self._listener.file_handled(one)
                if one.ended.ends_all:
                    break
        self._rest_after(handled)
        handled += self._not_taken()
        return Round(tuple(handled), (*self._ignored(), *self._late()))

    def _not_taken(self) -> Iterator[Handled]:
        """Tell once of every manifest that is complete and can't be taken: it holds up no other."""
        opened, unreadable = self._arrivals.opened, self._arrivals.unreadable
        told, self._told = self._told, opened | unreadable.keys()
        for path in sorted(opened - told):
            self._listener.message(f"{path.name} waits until nobody has it open.")
        for path in sorted(unreadable.keys() - told):
            error = SourceRefused(
                f"{path.name}: the file can't be read ({unreadable[path]}).",
                hint="Give the watcher's user the right to read it.",
            )
            left = Handled(path, not_run(path, error), is_left=True)
            self._listener.file_handled(left)
            yield left

    def _ignored(self) -> Iterator[Alarm]:
        """Tell once of every file that is not taken; also the watchers of later days know."""
        names = {path.name: path for path in self._arrivals.ignored}
        told = self._state.told_ignored
        if names.keys() != told:
            self._state.note_ignored(names)
        yield from (of_ignored(names[name]) for name in sorted(names.keys() - told))

    def _unfinished_first(self, ready: list[Path]) -> list[Path]:
        def is_unfinished(path: Path) -> bool:
            with suppress(BatchTrackerError):
                return _is_stopped(history.latest_of(_digest(path), self._settings))
            return False

        return sorted(ready, key=is_unfinished, reverse=True)

    def _handle(self, path: Path) -> Handled | None:
        """Run a manifest and file it away, or return None: it is gone, or not complete yet."""
        if not (sha256 := _digest(path)):
            return None
        handled = self._handled(path, sha256)
        if handled is None or handled.ended.ends_all:
            return handled
        if handled.is_left:
            return self._left(handled, sha256)
        self._state.forget_stops(sha256)
        return handled

    def _handled(self, path: Path, sha256: str) -> Handled | None:
        try:
            handled = self._run(path, sha256)
            return handled if handled.is_left else self._file_away(handled, sha256)
        except (SourceRefused, ColumnsRefused) as refusal:
            if _digest(path) != sha256:
                return None
            return self._file_away(Handled(path, not_run(path, refusal)), sha256)
        except BatchTrackerError as error:
            return Handled(path, not_run(path, error), is_left=True)
        except Exception as error:  # noqa: BLE001 - one file's trouble is no other's
            return Handled(path, not_run(path, Defect(keep_traceback(error))), is_left=True)

    def _left(self, handled: Handled, sha256: str) -> Handled:
        """Let a file rest that came to a stop of its own; after a few stops put it aside."""
        stops = 1 if _is_being_sent(handled) else self._state.note_stop(sha256)
        path = handled.path
        if stops >= _MOST_STOPS and _digest(path) == sha256:
            run = handled.ended.summary.run
            goes_on = f" batch-tracker resume {run} goes on with it." if run else ""
            with suppress(OSError):
                note = f"{handled.note} It was tried {stops} times.{goes_on}".strip()
                aside = set_aside(handled._replace(note=note))
                self._state.forget_stops(sha256)
                return aside
        self._resting[path] = (_stamp(path), self._clock() + _rest_s(stops - 1))
        return handled

    def _rests(self, path: Path) -> bool:
        stamp, until = self._resting.get(path, (None, 0.0))
        return self._clock() < until and _stamp(path) == stamp

    def _run(self, path: Path, sha256: str) -> Handled:
        """Bring the run of a manifest to its end; one that has ended is not begun again."""
        earlier = history.latest_of(sha256, self._settings)
        if earlier and _is_stopped(earlier):
            ended = resume(
                earlier.summary.run, self._settings, again=False, on_progress=self._on_progress
            )
            return Handled(path, ended, is_left=_is_stopped(ended))
        self._state.note_arrival(self._now())
        if earlier:
            return Handled(path, earlier, note=f"Already run as {earlier.summary.run}.")
        ended = run(path, self._settings, force=False, on_progress=self._on_progress)
        return Handled(path, ended, is_left=_is_stopped(ended))

    def _file_away(self, handled: Handled, sha256: str) -> Handled:
        alarms = of_run(handled.ended.summary, self._settings)
        handled = handled._replace(alarms=alarms)
        if _digest(handled.path) != sha256:
            return _left(handled, "The file was changed or removed meanwhile.")
        try:
            return file_away(handled, self._settings, self._on_progress)
        except (OSError, ReportFailed) as error:
            return _left(handled, f"The file can't be moved yet: {error}")

    def _rest_after(self, handled: list[Handled]) -> None:
        if any(each.ended.ends_all for each in handled):
            self._rests_until = self._clock() + _rest_s(self._stops)
            self._stops += 1
        elif handled:
            self._stops = 0

    def _late(self) -> tuple[Alarm, ...]:
        """Tell once a day that nothing has come; a file that is just coming has."""
        now, told = self._now(), self._state.told_late
        if self._arrivals.unsettled or (told and told.date() == now.date()):
            return ()
        alarm = late(self._folder, self._settings, now=now, arrived=self._state.arrived)
        if alarm is None:
            return ()
        self._state.note_late(now)
        return (alarm,)


def _is_stopped(ended: Ended | None) -> bool:
    return ended is not None and ended.summary.status == "stopped"


def _digest(path: Path) -> str:
    """Return what a file is known by, or "" where it can't be read any more."""
    try:
        return file_digest(path)
    except OSError:
        return ""


def _is_being_sent(handled: Handled) -> bool:
    """Whether another process is at work on this very file: it is not the file's trouble."""
    return isinstance(handled.ended.stopped_by, BeingWorkedOn)


def _rest_s(earlier: int) -> float:
    return min(_LONGEST_REST_S, _REST_S * 2.0 ** min(earlier, 30))


def _stamp(path: Path) -> tuple[int, int] | None:
    with suppress(OSError):
        status = path.stat()
        return status.st_size, status.st_mtime_ns
    return None


def _left(handled: Handled, note: str) -> Handled:
    """Return what became of a manifest whose run has ended, but that is still in the folder."""
    code = max(handled.ended.exit_code, 1)
    return handled._replace(is_left=True, note=note, ended=handled.ended._replace(exit_code=code))
