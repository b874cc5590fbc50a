"""A notice, and what a way of sending it has to offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from batch_tracker.model import RunSummary
from batch_tracker.notify.files import FileResult, FileState, counted
from batch_tracker.reporter import summary_text
from batch_tracker.settings.channel import Occasion

_ONE_FILE = {
    FileState.DONE: "{} is done",
    FileState.ATTENTION: "{} needs a person",
    FileState.WAITING: "{} is not done yet",
}
_ALL_WELL = "No file waits for a person any more."


class NotSent(Exception):
    """A notice could not be sent; the reason in a few words, no secret among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told, once. `files` are the runs it speaks of; an alarm speaks of none."""

    occasion: Occasion | Literal["test"]
    title: str
    text: str
    folder: str
    files: tuple[RunSummary, ...] = ()

    @property
    def workbooks(self) -> list[Path]:
        """The results workbooks of the runs it speaks of."""
        return [Path(each.report) for each in self.files if each.report]


class Notifier(Protocol):
    """One way to send a notice."""

    name: str
    on: frozenset[Occasion]

    def require_ready(self) -> None:
        """Raise NotSent where it is already clear that nothing could be sent."""

    def send(self, notice: Notice) -> None:
        """Send a notice; raise NotSent where that fails."""


def of_files(occasion: Occasion | None, files: Sequence[FileResult], folder: Path) -> Notice:
    """Return the notice of a look at a folder; None stands for runs that have ended, no more."""
    texts = [_ALL_WELL] if occasion == "recovery" else []
    texts += ["\n".join(filter(None, [summary_text(each.summary), each.note])) for each in files]
    return Notice(
        occasion=occasion or "finish",
        title=_title(_headline(occasion, files, folder.resolve().name)),
        text="\n\n".join(texts),
        folder=str(folder),
        files=tuple(each.summary for each in files),
    )


def of_alarms(messages: Sequence[str], folder: Path) -> Notice:
    """Return the notice that something is not as it usually is."""
    return Notice(
        occasion="alarm",
        title=_title(f"something is unusual in {folder.name}"),
        text="\n".join(messages),
        folder=str(folder),
    )


def of_test() -> Notice:
    """Return the notice that only shows that notices arrive."""
    return Notice(
        occasion="test",
        title=_title("a test"),
        text="This is a test. Notices of batch-tracker arrive here.",
        folder="",
    )


def _headline(occasion: Occasion | None, files: Sequence[FileResult], folder: str) -> str:
    if occasion == "recovery":
        return f"all is well again in {folder}"
    if len(files) == 1:
        name = Path(files[0].summary.source or "").name
        return _ONE_FILE[files[0].state].format(name)
    return f"{len(files)} files in {folder}: {counted(files)}"


def _title(text: str) -> str:
    """Return one line: a file's name may hold several."""
    return "batch-tracker: " + " ".join(text.split())
