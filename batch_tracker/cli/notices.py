"""What people hear who are not there: the `[[notify]]` tables at work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from batch_tracker.cli.output import say

if TYPE_CHECKING:
    from batch_tracker.notify import Announcer
    from batch_tracker.settings import Settings
    from batch_tracker.stories.outcome import Ended


def announcer(settings: "Settings") -> "Announcer":
    """Return what tells the channels of the settings, and complains on stderr."""
    from batch_tracker.notify import Announcer

    return Announcer(settings, lambda complaint: say(complaint, err=True))


def announce(endings: Sequence["Ended"], settings: "Settings") -> None:
    """Tell how the runs of one folder's manifests ended, if anybody wants to know."""
    source = endings[0].summary.source
    if settings.notify and source:
        announcer(settings).tell_runs(endings, Path(source).parent)


@contextmanager
def refusals_announced(settings: "Settings", source: Path, folder: Path) -> Iterator[None]:
    """Tell of an error, too, that leaves no run behind; `source` is what was to be run."""
    from batch_tracker.errors import BatchTrackerError
    from batch_tracker.model import RunSummary
    from batch_tracker.stories.outcome import Ended

    try:
        yield
    except BatchTrackerError as error:
        summary = RunSummary.of_nothing(str(error), source=str(source))
        announcer(settings).tell_runs([Ended(summary, error.exit_code)], folder)
        raise
