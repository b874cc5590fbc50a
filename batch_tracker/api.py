"""The commands `check`, `run` and `resume` for Python programs: notebooks, Airflow, services.

All three return when they are done. `results` gives the rows of a run as a pandas table.

Settings come from the environment and the settings file, or are given; what is given outranks
both: `run("manifest.csv", Settings(workers=4))`.

They work in any thread. Where an event loop runs in the calling thread already, as in a notebook,
the work is done in a thread of its own while the caller waits, and so does that loop. Inside a
coroutine that must not hold up its loop: `await asyncio.to_thread(run, "manifest.csv")`.

Ctrl-C in the main thread, or a notebook's stop button, lets the calls under way end and returns
the summary of a run that is stopped; `resume` goes on from there. Elsewhere nobody can ask.
"""

import asyncio
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from batch_tracker.errors import Defect
from batch_tracker.interrupt import in_a_thread
from batch_tracker.model import Progress, RunSummary
from batch_tracker.settings import Settings, load_settings
from batch_tracker.stories.check import check as check_story
from batch_tracker.stories.history import results as results_story
from batch_tracker.stories.outcome import Checked, Ended, OnProgress
from batch_tracker.stories.resume import resume as resume_story
from batch_tracker.stories.run import run as run_story

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Checked", "check", "results", "resume", "run"]

_Result = TypeVar("_Result")


def _ignore(_progress: Progress) -> None:
    """Tell nobody."""


def check(
    manifest: str | PathLike[str],
    settings: Settings | None = None,
    *,
    force: bool = False,
    compare: bool = False,
    on_progress: OnProgress = _ignore,
) -> Checked:
    """Say what `run` would do with a manifest. Nothing is sent and nothing is kept.

    Args:
        manifest: the path of a CSV file or a workbook.
        settings: None: those of the environment and the settings file.
        force: count rows that the ledger knows as applied as rows to send.
        compare: log in and look at the POs, too: what they hold now.
        on_progress: is called with each `Progress`, from the thread that does the work.

    Returns:
        The counts (`.summary`), the calls and the time they take (`.plan`), and the first rows
        that need a person (`.problems`).

    Raises:
        Refused: the file or the settings can't be used.
    """
    path = Path(manifest)
    return _told(
        lambda: check_story(
            path, _known(settings), force=force, look=compare, on_progress=on_progress
        )
    )


def run(
    manifest: str | PathLike[str],
    settings: Settings | None = None,
    *,
    force: bool = False,
    on_progress: OnProgress = _ignore,
) -> RunSummary:
    """Send a manifest and write its results workbook.

    Args:
        manifest: the path of a CSV file or a workbook.
        settings: None: those of the environment and the settings file.
        force: send rows that the ledger knows as applied, too.
        on_progress: is called with each `Progress`, from the thread that does the work.

    Returns:
        `status` is `success`, `partial` (some rows need a person) or `stopped` (`message` says
        why; `resume` goes on); `report` is the path of the workbook.

    Raises:
        Refused: the file or the settings can't be used; nothing was sent.
        ReportFailed: the run is in the ledger, but its workbook can't be written.
        Defect: something is wrong in this program itself; `resume` goes on.
    """
    path = Path(manifest)
    return _told(
        lambda: _summary(run_story(path, _known(settings), force=force, on_progress=on_progress))
    )


def resume(
    run: str | None = None,
    settings: Settings | None = None,
    *,
    again: bool = False,
    on_progress: OnProgress = _ignore,
) -> RunSummary:
    """Send what a stopped run has left: the run of that name, or the newest unfinished one.

    With `again` the rows that failed or are in doubt are sent once more, and without a name the
    newest run is meant. Arguments, result and errors otherwise as those of `run`.
    """
    return _told(
        lambda: _summary(resume_story(run, _known(settings), again=again, on_progress=on_progress))
    )


def results(run: str | None = None, settings: Settings | None = None) -> "DataFrame":
    """Return what became of every row of a run, of the newest one without a name.

    It has the rows of the workbook's Results sheet, and the manifest's own cells are text:
    `pandas.read_excel` takes long tracking numbers for floats and changes them.

    Raises:
        Refused: there is no such run, or its rows were pruned.
    """
    return results_story(run, _known(settings))


def _summary(ended: Ended) -> RunSummary:
    if ended.failure:
        raise ended.failure
    if isinstance(ended.stopped_by, Defect):
        raise ended.stopped_by
    return ended.summary


def _known(settings: Settings | None) -> Settings:
    return load_settings({}) if settings is None else settings


def _told(story: Callable[[], _Result]) -> _Result:
    """Tell a story here, or in a thread of its own where an event loop is at work here."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return story()
    return in_a_thread(story)
