"""Writes down which rows the samples hold, so that the program sends them to no real server.

    python -m tests.samples.list_sample_rows

`make_hazards` does so, too.
"""

import csv
import tempfile
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from batch_tracker import ledger
from batch_tracker.errors import BatchTrackerError
from batch_tracker.settings import Settings
from batch_tracker.stories.stage import stage

ROOT = Path(__file__).parents[2]
FILE = ROOT / "batch_tracker" / "planner" / "sample_rows.csv"


def samples() -> list[Path]:
    """Return every sample that may be a manifest."""
    return sorted(
        path
        for path in (ROOT / "samples").rglob("*")
        if path.is_file() and "schedules" not in path.parts
    )


def rows() -> list[tuple[int, str]]:
    """Return the PO and the tracking number of every row of a sample that could be sent."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=home, url="http://127.0.0.1")
        return sorted({pair for path in samples() for pair in _rows_of(path, settings)})


def _rows_of(path: Path, settings: Settings) -> Iterator[tuple[int, str]]:
    with ledger.open_scratch(settings.home) as db:
        try:
            run = stage(db, path, settings, on_progress=lambda _: None, force=True)
        except BatchTrackerError:
            return
        yield from db.execute(
            "SELECT po, tracking_number FROM rows"
            " WHERE run = ? AND po IS NOT NULL AND tracking_number IS NOT NULL",
            (run.id,),
        )


def text() -> str:
    """Return the whole file."""
    file = StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows())
    return file.getvalue()


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
