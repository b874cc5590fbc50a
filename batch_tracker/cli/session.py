"""What commands have in common: settings, a progress bar, telling how it ended."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from batch_tracker.cli import options
from batch_tracker.cli.notices import send_notices
from batch_tracker.cli.output import print_json, print_text

if TYPE_CHECKING:
    from batch_tracker.cli.progress import ProgressBar
    from batch_tracker.settings import Settings
    from batch_tracker.stories.outcome import Checked, Ended

# A pretend server needs no rest between two tries.
_REHEARSED_BACKOFF_S = 0.05


@contextmanager
def progress() -> Iterator["ProgressBar"]:
    """Show a progress bar meanwhile, where there is a terminal to show it on."""
    from batch_tracker.cli.progress import ProgressBar

    with ProgressBar() as bar:
        yield bar


@contextmanager
def read_settings(flags: Mapping[str, Any], *, rehearse: bool = False) -> Iterator["Settings"]:
    """Read the settings; for a rehearsal, those of a pretend server that runs meanwhile."""
    from batch_tracker.settings import load_settings

    _quiet_libraries()
    flags = {**flags, **options.config_given()}
    settings = load_settings(flags)
    if not rehearse:
        yield settings
        return
    from tempfile import TemporaryDirectory

    from batch_tracker.sandbox import REHEARSAL, Sandbox

    # Apart from the real ledger, and gone afterwards: what a pretend server took was never applied.
    with (
        TemporaryDirectory(prefix="batch-tracker-") as home,
        Sandbox(REHEARSAL).running() as url,
    ):
        account = {"url": url, "username": "rehearsal", "password": "rehearsal"}
        rehearsed = {"home": home, "backoff_s": _REHEARSED_BACKOFF_S, "notify": ()}
        yield load_settings({**flags, **account, **rehearsed}).for_rehearsal()


def _quiet_libraries() -> None:
    """Keep from the terminal what Python and libraries find odd while they clean up.

    Whatever went wrong before that was told in a sentence already.
    """
    import logging

    logging.lastResort = None
    sys.unraisablehook = lambda _: None


def say_warnings(checked: "Checked") -> None:
    """List the warnings of what is about to be sent."""
    from batch_tracker.cli.terminal import warnings_lines

    if checked.warnings:
        print_text("\n".join(warnings_lines(checked)), err=True)


def end(ended: "Ended", *, as_json: bool, settings: "Settings | None" = None) -> NoReturn:
    """Tell how a command ended, and exit; with settings, tell those too who are not there."""
    from batch_tracker.reporter import summary_json, summary_text

    summary = ended.summary
    if as_json:
        print_json(summary_json(summary))
    else:
        print_text(summary_text(summary))
    if settings:
        send_notices([ended], settings)
    sys.exit(ended.exit_code)


def end_each(
    endings: Iterable["Ended"],
    *,
    files: int,
    as_json: bool,
    settings: "Settings",
) -> NoReturn:
    """Tell the end of each of several files as it comes, then exit for all of them."""
    from batch_tracker.reporter import summaries_json, summary_text

    ended = []
    for each in endings:
        ended.append(each)
        if not as_json:
            print_text(summary_text(each.summary) + "\n")
    if as_json:
        print_json(summaries_json([each.summary for each in ended]))
    if len(ended) < files:
        print_text(f"Error: {files - len(ended)} of {files} files were not begun.", err=True)
    send_notices(ended, settings)
    sys.exit(max(each.exit_code for each in ended))


def end_check(checked: list["Checked"], *, as_json: bool) -> NoReturn:
    """Tell what checks found, and exit."""
    from batch_tracker.cli.terminal import check_text
    from batch_tracker.reporter import summaries_json, summary_json

    summaries = [each.summary for each in checked]
    if as_json:
        one = len(summaries) == 1
        print_json(summary_json(summaries[0]) if one else summaries_json(summaries))
    else:
        print_text("\n\n".join(map(check_text, checked)))
    sys.exit(max(each.exit_code for each in checked))
