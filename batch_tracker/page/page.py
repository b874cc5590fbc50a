"""What the page holds while it is served: settings, manifests, runs at work."""

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from batch_tracker import ledger
from batch_tracker.errors import Refused
from batch_tracker.model import State
from batch_tracker.model.wording import plural
from batch_tracker.page.manifests import DroppedManifest, Sending
from batch_tracker.page.uploads import Upload, Uploads
from batch_tracker.reporter.restoration import PROFILE
from batch_tracker.settings import Settings
from batch_tracker.stories.outcome import Ended, OnProgress
from batch_tracker.stories.resume import resume
from batch_tracker.stories.undo import undo

_FOLDER = "page"
_Place = tuple[bool, object]
_NO_FLAGS: Mapping[str, object] = MappingProxyType({})
_KEPT = timedelta(days=30)


class Page:
    """The state of the server, shared by all its tabs.

    Args:
        load: reads the settings anew, with these flags: an account set up meanwhile is found.
        rehearsal: the settings with which the pretend Sellercloud is used.
        flags: what the command line gave.
    """

    def __init__(
        self,
        load: Callable[[Mapping[str, object]], Settings],
        rehearsal: Settings,
        flags: Mapping[str, object] = _NO_FLAGS,
    ) -> None:
        self.flags = flags
        self._load = load
        self._rehearsal = rehearsal
        self._account = flags.get("account")
        self.home = self.account.home
        self.is_rehearsing = not self.has_account
        folder = self.home / _FOLDER
        self.uploads = Uploads(folder / "uploads", kept=_KEPT)
        self._looks = folder / "looks"
        shutil.rmtree(self._looks, ignore_errors=True)  # those of a server that was killed
        self._manifests: dict[tuple[str, _Place], DroppedManifest] = {}
        self._resumed: dict[tuple[str, _Place], Sending] = {}
        self._lock = threading.Lock()

    @property
    def settings(self) -> Settings:
        """The settings at hand: those of the account, or of the rehearsal."""
        return self._rehearsal if self.is_rehearsing else self.account

    @property
    def account(self) -> Settings:
        """The settings of the account in force, also while rehearsing."""
        return self._settings_of(self._account)

    def _settings_of(self, account: object) -> Settings:
        return self._load({**self.flags, "account": account})

    def use(self, account: str) -> None:
        """Work with another account from now on.

        Raises:
            Refused: there is none of that name.
        """
        if account not in self.account.accounts:
            raise Refused(f"There is no account {account}.")
        self._account, self.is_rehearsing = account, False

    @property
    def _place(self) -> "_Place":
        """Where things go now: to the pretend server, or to an account."""
        return self.is_rehearsing, self._account

    @property
    def has_account(self) -> bool:
        """Whether there is something to log in with, as far as the settings tell."""
        return has_account(self.account)

    def rehearse(self, *, on: bool) -> None:
        """Rehearse, or work with the real server.

        Raises:
            Refused: there is no account yet.
        """
        if not (on or self.has_account):
            raise Refused("There is no account yet.", hint="batch-tracker init sets one up.")
        self.is_rehearsing = on

    def manifest(self, digest: str) -> DroppedManifest | None:
        """Return the dropped file with this digest; None where there is none."""
        upload = self.uploads.find(digest)
        return self._manifest(upload) if upload else None

    def _manifest(self, upload: Upload) -> DroppedManifest:
        key = upload.sha256, self._place
        with self._lock:
            if key not in self._manifests:
                self._manifests[key] = DroppedManifest(
                    upload,
                    self._reader(),
                    corrections_home=self.home,
                    looks=self._looks,
                )
            return self._manifests[key]

    def _reader(self) -> Callable[[], Settings]:
        """Return what reads the settings of the present place, wherever one goes later."""
        if self.is_rehearsing:
            return lambda: self._rehearsal
        return partial(self._settings_of, self._account)

    @property
    def going(self) -> list[Sending]:
        """The runs at work, also of the server that is not at hand."""
        return [each for each in self._all() if each.is_going]

    def sending(self, run: str) -> Sending | None:
        """Return the run of this name where it is, or was, at work here: the last time it was."""
        with self._lock:
            resumed = self._resumed.get((run, self._place))
        if resumed:
            return resumed
        return next((each for each in self._all() if each.run == run), None)

    def _all(self) -> list[Sending]:
        with self._lock:
            sent = [each.sending for each in self._manifests.values() if each.sending]
            return [*self._resumed.values(), *sent]

    def go_on(self, run: str, *, again: bool) -> Sending:
        """Send what a run has left; with `again`, what failed or is in doubt, too."""
        settings = self.settings
        with self._lock:
            earlier = self._resumed.get((run, self._place))
            if earlier and earlier.is_going:
                return earlier
            story = partial(_resume, run, settings, again)
            sending = self._resumed[run, self._place] = Sending(story, run)
            return sending

    def take_back(self, run: str, rows: int) -> tuple[str, str]:
        """Write the manifest that restores what a run has changed; nothing is sent.

        `rows` is how many rows the person knows it has changed. Return what is said of it, and
        the manifest's digest: it is here as if it had been dropped.

        Raises:
            Refused: the run has not changed that many, or can't be taken back.
        """
        settings = self.settings
        with ledger.open_ledger(settings.home) as db:
            changed = ledger.counts(ledger.find_run(db, run))[State.UPDATED]
        if rows != changed:
            raise Refused(f"The run has changed {plural(changed, 'row')}, not {rows:,}.")
        summary = undo(run, settings).summary
        upload = self.uploads.copy(Path(summary.report or ""))
        manifest = self._manifest(upload)
        if settings.profile:
            manifest.reading = {"profile": PROFILE}
        return summary.message, upload.sha256

    def stop(self, seconds: float) -> None:
        """Ask every run at work to stop, and wait for that so long at the most."""
        going = self.going
        for each in going:
            each.stop()
        end = time.monotonic() + seconds
        for each in going:
            each.wait(max(0.0, end - time.monotonic()))
        shutil.rmtree(self._looks, ignore_errors=True)


def has_account(settings: Settings) -> bool:
    """Whether the settings name a server, a user and a place where the password is."""
    password = (
        settings.password
        or settings.password_file
        or settings.password_command
        or settings.password_keyring
    )
    return bool(settings.url and settings.username and password)


def _resume(
    run: str, settings: Settings, again: bool, _sending: Sending, on_progress: OnProgress
) -> Ended:
    return resume(run, settings, again=again, on_progress=on_progress)
