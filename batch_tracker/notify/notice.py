"""A notice, and what a way of sending it has to offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from batch_tracker.model import RunSummary
from batch_tracker.reporter import summary_text
from batch_tracker.settings.channel import Occasion

_TITLES: dict[Occasion, str] = {
    "failure": "{} needs a person",
    "recovery": "{} went well again",
    "finish": "{} is done",
    "alarm": "something is unusual in {}",
}


class NotSent(Exception):
    """A notice could not be sent; the reason in a few words, no secret among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is told, once. `files` are the runs it speaks of; an alarm speaks of none."""

    occasion: Occasion
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


def of_runs(occasion: Occasion, files: Sequence[RunSummary], folder: Path) -> Notice:
    """Return the notice that runs have ended."""
    names = [Path(each.source).name for each in files if each.source]
    what = names[0] if len(names) == 1 else f"{len(files)} files in {folder.name}"
    return Notice(
        occasion=occasion,
        title=_title(occasion, what),
        text="\n\n".join(map(summary_text, files)),
        folder=str(folder),
        files=tuple(files),
    )


def of_alarms(messages: Sequence[str], folder: Path) -> Notice:
    """Return the notice that something is not as it usually is."""
    return Notice(
        occasion="alarm",
        title=_title("alarm", folder.name),
        text="\n".join(messages),
        folder=str(folder),
    )


def _title(occasion: Occasion, what: str) -> str:
    """Return one line: a file's name may hold several."""
    return "batch-tracker: " + " ".join(_TITLES[occasion].format(what).split())
