"""Where a manifest goes when its run has ended, and what is put beside it.

The manifest is moved last. Whatever stands in the way of that, it is still in the folder, its run
is finished in the ledger, and the next round only files it away.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import NamedTuple

from batch_tracker import ledger
from batch_tracker.model import RunSummary
from batch_tracker.reporter import summary_json
from batch_tracker.reporter.file_names import MOST_BYTES, cut
from batch_tracker.reporter.release import move
from batch_tracker.settings import Settings
from batch_tracker.stories import history
from batch_tracker.stories.outcome import Ended, OnProgress
from batch_tracker.stories.run_files import register_of
from batch_tracker.watch.alarms import Alarm

DONE, ATTENTION = "done", "attention"
_JSON = ".json"
_DRAFT = ".batch-tracker.part"


class Handled(NamedTuple):
    """What became of a manifest: how its run ended, and where the file is now.

    `is_left` says that it is where it was, because its run has not come to an end.
    """

    path: Path
    ended: Ended
    is_left: bool = False
    note: str = ""
    alarms: tuple[Alarm, ...] = ()

    def json(self) -> dict[str, object]:
        """Return the run's `--json` object, and what only a watcher knows."""
        return {
            **summary_json(self.ended.summary),
            "file": str(self.path),
            "note": self.note,
            "alarms": [alarm._asdict() for alarm in self.alarms],
        }


def make_room(folder: Path) -> None:
    """Make the two folders that manifests are moved to, before anything is sent.

    Raises:
        OSError: that can't be done.
    """
    for name in (DONE, ATTENTION):
        (folder / name).mkdir(exist_ok=True)
        if not os.access(folder / name, os.W_OK):
            raise PermissionError(f"{folder / name} can't be written to")


def set_aside(handled: Handled) -> Handled:
    """Move a manifest to attention/ that can't be brought to its end; its workbook stays.

    Raises:
        OSError: it can't be moved.
    """
    return _moved(handled, handled.path.parent / ATTENTION)


def file_away(handled: Handled, settings: Settings, on_progress: OnProgress) -> Handled:
    """Move a manifest out of the way, its workbook and its JSON object beside it.

    Raises:
        OSError: one of them can't be moved; a later call goes on from there.
        ReportFailed: the workbook was gone, and can't be written again.
    """
    ended = handled.ended
    target = handled.path.parent / (DONE if ended.exit_code == 0 else ATTENTION)
    if ended.summary.run:
        summary = _with_workbook(ended.summary, target, settings, on_progress)
        handled = handled._replace(ended=ended._replace(summary=summary))
    return _moved(handled, target)


def _moved(handled: Handled, target: Path) -> Handled:
    path, run = handled.path, handled.ended.summary.run
    place = next(each for each in _places(target / path.name, run) if not each.exists())
    filed = handled._replace(path=place, is_left=False)
    beside = place.with_name(_beside(place.name))
    _write(beside, json.dumps(filed.json(), indent=2) + "\n")
    try:
        _move(path, place)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return filed


def _move(path: Path, place: Path) -> None:
    """Move a file, to another disk too: there it is whole before it has its name."""
    try:
        path.rename(place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        draft = place.with_name(_DRAFT)
        shutil.copy2(path, draft)
        draft.replace(place)
        try:
            path.unlink()
        except OSError:
            place.unlink()
            raise


def _with_workbook(
    summary: RunSummary, target: Path, settings: Settings, on_progress: OnProgress
) -> RunSummary:
    """Bring the run's workbook to the target; one that was brought elsewhere before stays."""
    written = Path(summary.report or "")
    if not written.is_file():
        there = settings.model_copy(update={"output": target})
        return history.report(summary.run, there, on_progress=on_progress).summary
    if written.parent != settings.output.absolute():
        return summary
    with ledger.open_ledger(settings.home) as db:
        run = ledger.find_run(db, summary.run)
        place = move(written, target.absolute() / written.name, register_of(run))
        ledger.update_run(run, report=str(place))
    return replace(summary, report=str(place))


def _places(place: Path, run: str | None) -> Iterator[Path]:
    """The name a manifest came by, or else one that tells it from its namesake of another day."""
    yield place
    if run:
        place = _with_added(place, f"-{run}")
        yield place
    yield from (_with_added(place, f"-{n}") for n in count(2))


def _with_added(place: Path, added: str) -> Path:
    """Return a place whose name has something more at the end of its stem.

    A long one is cut, so that the name of its JSON object need not be: that would be another's.
    """
    room = MOST_BYTES - len(os.fsencode(f"{added}{place.suffix}{_JSON}"))
    return place.with_stem(f"{cut(place.stem, room)}{added}")


def _beside(name: str) -> str:
    """Return the name of the JSON object of a manifest; that of a long one is cut."""
    return cut(name, MOST_BYTES - len(_JSON)) + _JSON


def _write(path: Path, text: str) -> None:
    draft = path.with_name(_DRAFT)
    draft.write_text(text, "utf-8")
    draft.replace(path)
