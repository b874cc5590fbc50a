"""Where a manifest goes when its run has ended, and what is put beside it.

The manifest is moved last. Whatever stands in the way of that, it is still in the folder, its run
is finished in the ledger, and the next round only files it away.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import NamedTuple

from batch_tracker import ledger
from batch_tracker.model import RunSummary
from batch_tracker.reporter import summary_json
from batch_tracker.reporter.release import move
from batch_tracker.settings import Settings
from batch_tracker.stories import history
from batch_tracker.stories.outcome import Ended, OnProgress
from batch_tracker.stories.run_files import register_of
from batch_tracker.watch.alarms import Alarm

DONE, ATTENTION = "done", "attention"


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


def file_away(handled: Handled, settings: Settings, on_progress: OnProgress) -> Handled:
    """Move a manifest out of the way, its workbook and its JSON object beside it.

    Raises:
        OSError: one of them can't be moved; a later call goes on from there.
        ReportFailed: the workbook was gone, and can't be written again.
    """
    path, ended = handled.path, handled.ended
    target = path.parent / (DONE if ended.exit_code == 0 else ATTENTION)
    summary = ended.summary
    if summary.run:
        summary = _with_workbook(summary, target, settings, on_progress)
    place = next(each for each in _places(target / path.name, summary.run) if not each.exists())
    filed = handled._replace(path=place, ended=ended._replace(summary=summary))
    _write(place.with_name(place.name + ".json"), json.dumps(filed.json(), indent=2) + "\n")
    path.rename(place)
    return filed


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
        place = place.with_stem(f"{place.stem}-{run}")
        yield place
    yield from (place.with_stem(f"{place.stem}-{n}") for n in count(2))


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, "utf-8")
    draft.replace(path)
