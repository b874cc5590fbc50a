"""Accounts side by side: an inbox with a folder for each account, all of them run at once.

Each account's manifests are run one after the other, in a thread of its own. What stops one account
holds up no other.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import BatchTrackerError, SettingsRefused, SourceRefused
from batch_tracker.interrupt import is_asked_to_stop, side_by_side
from batch_tracker.loader import find_manifests, is_manifest
from batch_tracker.model import Progress
from batch_tracker.settings import Settings
from batch_tracker.stories.outcome import Checked, Ended, not_run
from batch_tracker.stories.run import run, run_each
from batch_tracker.stories.send import Confirm


class Inbox(NamedTuple):
    """The manifests of an inbox by account, and what in it belongs to none, with the reason."""

    manifests: Mapping[str, Sequence[Path]]
    misplaced: Sequence[Ended]

    @property
    def files(self) -> int:
        """How many manifests belong to an account."""
        return sum(map(len, self.manifests.values()))


class News(NamedTuple):
    """What is told of an account: how far it is, what it is about to send, how a file ended."""

    account: str
    told: Progress | Checked | Ended


def look_into(folder: Path, accounts: Collection[str]) -> Inbox:
    """Look which manifests lie in the folders of accounts; the oldest of each comes first.

    Raises:
        SourceRefused: it is no folder, or holds no manifest at all.
    """
    _require_folder(folder)
    manifests = {}
    for name in sorted(accounts):
        entry = folder / name
        if entry.is_dir() and any(map(is_manifest, entry.iterdir())):
            manifests[name] = find_manifests([str(entry)])
    inbox = Inbox(manifests, misplaced(folder, accounts))
    if not (inbox.manifests or inbox.misplaced):
        raise SourceRefused(
            f"{folder}: no account's folder has a manifest.",
            hint="Its folders are to be called as the accounts; batch-tracker account list.",
        )
    return inbox


def make_folders(folder: Path, accounts: Collection[str]) -> dict[str, Path]:
    """Return the folders of the accounts in an inbox, and make those that are missing.

    Raises:
        SourceRefused: the inbox is no folder, or can't be written to.
    """
    _require_folder(folder)
    folders = {name: folder / name for name in accounts}
    try:
        for each in folders.values():
            each.mkdir(exist_ok=True)
    except OSError as error:
        raise SourceRefused(
            f"No folder can be made in {folder}: {error.strerror}.",
            hint="Let the watcher's user write to it.",
        ) from error
    return folders


def misplaced(folder: Path, accounts: Collection[str]) -> list[Ended]:
    """Return what in an inbox belongs to no account, with the reason.

    Raises:
        OSError: the folder can't be read.
    """
    entries = (each for each in sorted(folder.iterdir()) if each.name not in accounts)
    return [not_run(each, error) for each in entries if (error := _why_misplaced(each, accounts))]


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise SourceRefused(f"{folder} is no folder.", hint="Name one with a folder per account.")


def _why_misplaced(entry: Path, accounts: Collection[str]) -> BatchTrackerError | None:
    """Return why a manifest or a folder is left alone; None for what is no one's business."""
    if is_manifest(entry):
        return SourceRefused(
            f"{entry} lies in no account's folder.", hint="Move it into one. Nothing was sent."
        )
    if not entry.is_dir() or entry.name.startswith("."):
        return None
    near = get_close_matches(entry.name, accounts, n=1)
    return SettingsRefused(
        f"{entry}: there is no account {entry.name}."
        + (f" Did you mean {near[0]}?" if near else ""),
        hint="batch-tracker account list shows them all. Nothing in it was sent.",
    )


def run_accounts(
    manifests: Mapping[str, Sequence[Path]],
    settings_of: Mapping[str, Settings],
    *,
    force: bool,
) -> Iterator[News]:
    """Run the manifests of several accounts at once, and tell what happens as it comes.

    An account that is stopped begins no other of its files. The first Ctrl-C stops all gently.
    """
    return side_by_side(
        partial(_run_account, name, paths, settings_of[name], force)
        for name, paths in manifests.items()
    )


def _run_account(
    name: str,
    paths: Sequence[Path],
    settings: Settings,
    force: bool,
    tell: Callable[[News], None],
) -> None:
    def news(told: Progress | Checked) -> None:
        tell(News(name, told))

    def ended(one: Ended) -> None:
        tell(News(name, one._replace(summary=replace(one.summary, account=name))))

    send = partial(run, force=force, on_progress=news, confirm=Confirm(news))
    try:
        for each in run_each(paths, settings, send):
            ended(each)
            if is_asked_to_stop():
                return
    except BatchTrackerError as error:
        ended(not_run(paths[0].parent, error))
