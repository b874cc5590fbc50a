"""What people hear who are not there: the `[[notify]]` tables at work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from batch_tracker.cli.output import print_text

if TYPE_CHECKING:
    from batch_tracker.notify import Dispatcher
    from batch_tracker.settings import Settings
    from batch_tracker.stories.outcome import Ended


def dispatcher(settings: "Settings") -> "Dispatcher":
    """Return what tells the channels of the settings, and complains on stderr."""
    from batch_tracker.notify import Dispatcher

    return Dispatcher(settings, lambda complaint: print_text(complaint, err=True))


def send_notices(endings: Sequence["Ended"], settings: "Settings") -> None:
    """Tell how the runs of one folder's manifests ended, if anybody wants to know."""
    source = endings[0].summary.source
    if settings.notify and source:
        dispatcher(settings).runs_ended(endings, Path(source).parent)


@contextmanager
def errors_noticed(settings: "Settings", source: Path, folder: Path) -> Iterator[None]:
    """Tell of an error, too, that leaves no run behind; `source` is what was to be run."""
    from batch_tracker.errors import BatchTrackerError, NotConfirmed
    from batch_tracker.model import RunSummary
    from batch_tracker.stories.outcome import Ended

    try:
        yield
    except NotConfirmed:
        raise
    except BatchTrackerError as error:
        summary = RunSummary.of_refusal(error, source=str(source))
        dispatcher(settings).runs_ended([Ended(summary, error.exit_code)], folder)
        raise
