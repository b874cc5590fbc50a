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
def read_settings(
    flags: Mapping[str, Any], *, rehearse: bool = False, past_rehearsals: bool = False
) -> Iterator["Settings"]:
    """Read the settings.

    Args:
        flags: what the command line gave.
        rehearse: give those of a pretend server that runs meanwhile.
        past_rehearsals: give those with which earlier rehearsals can be looked back at.
    """
    from batch_tracker import ledger
    from batch_tracker.settings import load_settings

    _quiet_libraries()
    _tell_of_migrations()
    flags = {**flags, **options.given_everywhere()}
    if rehearse:
        flags["account"] = load_settings(flags).account  # its output, workers and so on
        with _pretend_server() as login:
            settings = load_settings({**flags, **login}).for_rehearsal()
            with ledger.open_ledger(settings.home) as db:
                ledger.forget_applied(db)
            yield settings
        return
    settings = load_settings(flags)
    yield settings.for_rehearsal() if past_rehearsals else settings


@contextmanager
def _pretend_server() -> Iterator[dict[str, Any]]:
    """Run a pretend Sellercloud; give the settings with which it is used."""
    from batch_tracker.sandbox import REHEARSAL, Sandbox

    with Sandbox(REHEARSAL).running() as url:
        login = {"url": url, "username": "rehearsal", "password": "rehearsal"}
        yield {**login, "backoff_s": _REHEARSED_BACKOFF_S, "notify": (), "addresses": ()}


def _quiet_libraries() -> None:
    """Keep from the terminal what Python and libraries find odd while they clean up.

    Whatever went wrong before that was told in a sentence already.
    """
    import logging

    logging.lastResort = None
    sys.unraisablehook = lambda _: None


def _tell_of_migrations() -> None:
    """Print what the ledger says while it is brought up to date: it may take a minute."""
    import logging

    class Printer(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            print_text(record.getMessage(), err=True)

    logging.getLogger("batch_tracker.ledger.migration").handlers = [Printer()]


def print_warnings(checked: "Checked") -> None:
    """List the warnings of what is about to be sent."""
    from batch_tracker.stories.words import warnings_lines

    if checked.warnings:
        print_text("\n".join(warnings_lines(checked)), err=True)


def open_page(ended: "Ended") -> "Ended":
    """Show the page of a run in the person's browser; return how it ended, as it was."""
    import webbrowser
    from pathlib import Path

    page = Path(ended.summary.page or "").resolve()
    if not webbrowser.open(page.as_uri()):
        print_text(f"No browser could be started. Open {page} yourself.", err=True)
    return ended


def end(ended: "Ended", *, as_json: bool, settings: "Settings | None" = None) -> NoReturn:
    """Tell how a command ended, and exit; with settings, tell those too who are not there."""
    from batch_tracker.reporter import summary_json, summary_text

    summary = ended.summary
    if settings:
        send_notices([ended], settings)  # first: nobody may read what is printed
    if as_json:
        print_json(summary_json(summary))
    else:
        print_text(summary_text(summary))
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
    send_notices(ended, settings)
    if as_json:
        print_json(summaries_json([each.summary for each in ended]))
    if len(ended) < files:
        print_text(f"Error: {files - len(ended)} of {files} files were not begun.", err=True)
    sys.exit(max(each.exit_code for each in ended))


def end_check(checked: list["Checked"], *, as_json: bool, least: int = 0) -> NoReturn:
    """Tell what checks found, and exit with a code that is at least `least`."""
    from batch_tracker.reporter import summaries_json, summary_json
    from batch_tracker.stories.words import check_text

    summaries = [each.summary for each in checked]
    if as_json:
        one = len(summaries) == 1
        print_json(summary_json(summaries[0]) if one else summaries_json(summaries))
    else:
        print_text("\n\n".join(map(check_text, checked)))
    sys.exit(max([least, *(each.exit_code for each in checked)]))
