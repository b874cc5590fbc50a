"""What became of a file, as far as people elsewhere are told of it.

state        the file                                           its run
done         is in done/, or was run as a whole                 every row is settled
attention    is in attention/, or was run as a whole            has rows for a person, or could
                                                                not begin
waiting      is still where it was                              stopped, or can't be filed away
interrupted  is still where it was                              a person stopped it
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Self

from batch_tracker.errors import Interrupted
from batch_tracker.model import RunSummary, State
from batch_tracker.stories.outcome import Ended


class FileState(StrEnum):
    """What became of a file; the value is how a title counts such files."""

    DONE = "done"
    ATTENTION = "for a person"
    WAITING = "not done yet"
    INTERRUPTED = "interrupted"


class FileResult(NamedTuple):
    """What became of one file, and where it is now. `note` says what hinders its filing away."""

    state: FileState
    summary: RunSummary
    place: Path
    note: str = ""

    @classmethod
    def of(
        cls, ended: Ended, *, place: Path | None = None, is_left: bool = False, note: str = ""
    ) -> Self:
        """Return what became of a file whose run ended so."""
        summary = ended.summary
        place = place or Path(summary.source or "")
        return cls(_state(ended, is_left=is_left), summary, place.absolute(), note)

    @property
    def is_problem(self) -> bool:
        """Whether a person has to do something about it, or about what holds it up."""
        return self.state in {FileState.ATTENTION, FileState.WAITING}

    @property
    def has_ended(self) -> bool:
        """Whether its run has come to an end, good or bad."""
        return self.state in {FileState.DONE, FileState.ATTENTION}

    @property
    def reason(self) -> str:
        """Why a person is needed; the same trouble gives the same words the next night."""
        summary = self.summary
        if summary.status == "partial":
            states = [state for state in State if state.needs_attention and summary.counts[state]]
            return f"partial: {', '.join(states)}" + f" ({self.note})" * bool(self.note)
        words = f"{summary.status}: {self.note or summary.message}"
        # The names of files and all numbers differ from night to night.
        return re.sub(r"\d+", "#", words.replace(Path(summary.source or " ").name, ""))


def _state(ended: Ended, *, is_left: bool) -> FileState:
    if ended.exit_code == Interrupted.exit_code:
        return FileState.INTERRUPTED
    if is_left or ended.summary.status == "stopped":
        return FileState.WAITING
    return FileState.ATTENTION if ended.exit_code else FileState.DONE


def counted(files: Iterable[FileResult]) -> str:
    """Return how many files are in each state: `2 done, 1 for a person`."""
    states = [each.state for each in files]
    return ", ".join(f"{states.count(state)} {state}" for state in FileState if state in states)
