"""A manifest that was dropped: how it is read, what a look at it shows, the run that sends it."""

import secrets
import shutil
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from getpass import getuser
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from batch_tracker import ledger
from batch_tracker.account import write_profile
from batch_tracker.errors import (
    BatchTrackerError,
    ColumnsUnclear,
    NotConfirmed,
    Question,
    Refused,
    Stopped,
)
from batch_tracker.ledger import Fault, Shown, rows_with
from batch_tracker.ledger.rows import result_at
from batch_tracker.model import Correction, Progress
from batch_tracker.model.snapshots import look_ups
from batch_tracker.page.jobs import Job
from batch_tracker.page.uploads import Upload
from batch_tracker.planner import plan
from batch_tracker.settings import Settings
from batch_tracker.settings.column_answer import read_answers
from batch_tracker.stories.check import check
from batch_tracker.stories.outcome import Checked, Ended, OnProgress
from batch_tracker.stories.run import run
from batch_tracker.stories.send import Confirm
from batch_tracker.stories.stage import answered_profile

_CHEAP_LOOK = 10
"""So many calls are made again, unasked, after a correction."""

_CHANGED = "What would be sent has changed since you looked. Look again before you send."


class Look(NamedTuple):
    """What a look at a manifest showed: what a run would do, or why there can be none.

    With both, `refusal` says why the POs could not be looked at.

    `folder` holds its rows, `tally` counts them, `alike` those with the same fault. `plan` names
    what was looked at: the file, its corrections, and what would be sent of them.
    """

    checked: Checked | None
    refusal: BatchTrackerError | None
    corrections: tuple[Correction, ...]
    folder: Path
    alike: dict[Fault, int]
    tally: dict[Shown, int]
    plan: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked about the columns."""
        return self.refusal.questions if isinstance(self.refusal, ColumnsUnclear) else ()


class Sending(Job[Ended]):
    """A run at work. `run` is its name, "" until the ledger has given it one."""

    def __init__(self, story: Callable[["Sending", OnProgress], Ended], run: str = "") -> None:
        self.run = run
        super().__init__(partial(story, self))


class DroppedManifest:
    """One file, as one ledger sees it. All that asks for something may come from any thread."""

    def __init__(
        self,
        upload: Upload,
        settings: Callable[[], Settings],
        *,
        corrections_home: Path,
        looks: Path,
    ) -> None:
        self.upload = upload
        self.look: Look | None = None
        self._earlier: Look | None = None
        """The look before: somebody may still be reading its rows."""
        self.sending: Sending | None = None
        self.answers: tuple[str, ...] = ()
        self.reading: dict[str, str] = {}
        self._settings = settings
        self._corrections_home = corrections_home
        self._looks = looks
        self._lock = threading.Lock()
        self._sent: Sending | None = None
        self._asked = 0
        self._compares = False
        self._looking: Job[None] | None = None

    @property
    def settings(self) -> Settings:
        """The settings with which this file is read and sent."""
        given: dict[str, object] = dict(self.reading)
        settings = self._settings()
        given["column"] = read_answers([*settings.column, *self.answers])
        return settings.model_copy(update=given)

    @property
    def working(self) -> Progress | None:
        """How far the look is that is under way; None where none is."""
        with self._lock:
            return self._looking.progress if self._looking else None

    def ensure_look(self) -> None:
        """Look at the file where nobody has, or where a run of it has ended since."""
        with self._lock:
            sending = self.sending
            is_sent = sending is not None and sending is not self._sent and not sending.is_going
            if self._looking or (self.look and not is_sent):
                return
        self.look_again(compare=False)

    def look_again(self, *, compare: bool | None = None) -> None:
        """Look at the file, or once more where that is under way; with `compare`, at its POs."""
        with self._lock:
            self._sent = self.sending
            self._asked += 1
            self._compares = self._compares_cheaply() if compare is None else compare
            if self._looking is None:
                self._looking = Job(self._keep_looking)

    def _compares_cheaply(self) -> bool:
        checked = self.look.checked if self.look else None
        return bool(self._compares and checked and look_ups(checked.plan.steps) <= _CHEAP_LOOK)

    def _keep_looking(self, on_progress: OnProgress) -> None:
        while True:
            asked, compares = self._asked, self._compares
            look = self._look(on_progress, compare=compares)
            with self._lock:
                if asked == self._asked:
                    outdated, self._earlier = self._earlier, self.look
                    self.look, self._looking = look, None
                    break
            shutil.rmtree(look.folder, ignore_errors=True)
        if outdated:
            shutil.rmtree(outdated.folder, ignore_errors=True)

    def _look(self, on_progress: OnProgress, *, compare: bool) -> Look:
        folder = self._looks / secrets.token_hex(8)
        folder.mkdir(mode=0o700, parents=True)
        corrections = self.corrections()
        look = Look(None, None, corrections, folder, {}, {})
        try:
            checked = check(
                self.upload.path,
                self.settings,
                force=False,
                look=compare,
                on_progress=on_progress,
                corrections=corrections,
                keep=folder,
            )
        except Stopped as trouble:  # the POs can't be looked at, but the file can
            return self._look(on_progress, compare=False)._replace(refusal=trouble)
        except BatchTrackerError as refusal:
            return look._replace(refusal=refusal)
        with ledger.read_scratch(folder) as db:
            scratch = ledger.find_run(db)
            look = look._replace(alike=ledger.alike(scratch), tally=ledger.tally(scratch))
        return look._replace(checked=checked, plan=self._bound(checked.digest, corrections))

    def _bound(self, digest: str, corrections: Sequence[Correction]) -> str:
        return sha256(repr((self.upload.sha256, corrections, digest)).encode()).hexdigest()

    def corrections(self) -> tuple[Correction, ...]:
        """Return the corrections of this file."""
        with ledger.open_ledger(self._corrections_home) as db:
            return ledger.corrections_of(db, self.upload.sha256)

    def correct(self, row: int, column: int, text: str, *, like: Fault | None = None) -> None:
        """Take a text for what stands in a cell, or in all cells with the same fault; look again.

        Raises:
            Refused: there is no such cell.
        """
        look = self._rows_looked_at()
        known = {(each.row, each.column): each.old for each in look.corrections}
        with ledger.read_scratch(look.folder) as db:
            scratch = ledger.find_run(db)
            rows = rows_with(scratch, like) if like else [row]
            corrections = [
                Correction(
                    number,
                    column,
                    known.get((number, column), _text_of(scratch, number, column)),
                    text,
                    getuser(),
                    datetime.now(UTC),
                )
                for number in rows
            ]
        with ledger.open_ledger(self._corrections_home) as db:
            ledger.correct(db, self.upload.sha256, corrections)
        self.look_again()

    def undo_correction(self, row: int, column: int) -> None:
        """Let a cell say again what stands in the file; look again."""
        with ledger.open_ledger(self._corrections_home) as db:
            ledger.undo_correction(db, self.upload.sha256, row, column)
        self.look_again()

    def answer(self, answers: Sequence[str]) -> None:
        """Take one of the answers that were offered; look again.

        Raises:
            Refused: it was not offered.
        """
        questions = self.look.questions if self.look else ()
        offered = {option.answers for question in questions for option in question.options}
        if tuple(answers) not in offered:
            raise Refused("This question is answered already.")
        self.answers = (*self.answers, *answers)
        self.look_again()

    def read_as(self, reading: dict[str, str]) -> None:
        """Take another sheet, or another order of day and month; look again."""
        self.reading = {name: value for name, value in reading.items() if value}
        self.look_again()

    def keep_answers(self, name: str) -> Path:
        """Keep the answers as a profile for files with the same headers; return the file."""
        settings = self.settings
        write_profile(settings.settings_file, name, answered_profile(self.upload.path, settings))
        return settings.settings_file

    def send(self, looked_at: str) -> Sending:
        """Send what was looked at; what is being sent already goes on.

        Raises:
            NotConfirmed: it is not what would be sent now.
            Refused: there is no account, or nothing can be sent.
        """
        self.settings.require_account()
        with self._lock:
            if self.sending and self.sending.is_going:
                return self.sending
            look = self.look
            if self._looking or look is None or look.plan != looked_at:
                raise NotConfirmed(_CHANGED)
            self.sending = Sending(partial(self._send, look))
            return self.sending

    def _send(self, look: Look, sending: Sending, on_progress: OnProgress) -> Ended:
        settings = self.settings

        def confirm(checked: Checked) -> None:
            """Hold what is about to be sent against what was looked at."""
            name = checked.summary.run or ""
            with ledger.open_ledger(settings.home) as db:
                planned = plan.digest(ledger.find_run(db, name))
            if self._bound(planned, self.corrections()) != look.plan:
                self.look_again()
                raise NotConfirmed(_CHANGED)
            sending.run = name

        return run(
            self.upload.path,
            settings,
            force=False,
            on_progress=on_progress,
            confirm=Confirm(confirm),
            corrections=look.corrections,
        )

    def _rows_looked_at(self) -> Look:
        if self.look is None or self.look.checked is None:
            raise Refused("This file has no rows to correct.")
        return self.look


def _text_of(scratch: ledger.Run, number: int, column: int) -> str:
    position = ledger.position_of(scratch, number)
    if position is None or not 0 <= column < len(scratch.manifest.columns):
        raise Refused(f"There is no such cell in row {number}.")
    cells = result_at(scratch, position).cells
    cell = cells[column] if column < len(cells) else ""
    return cell if isinstance(cell, str) else cell.raw
