"""Writes the files of `samples/hazards`: one per hazard that a manifest was seen to hold.

    python -m tests.samples.make_hazards [FOLDER]

What must come out of each is said in `tests/loader/test_hazards.py`. The bytes are the same
on every run and every machine.
"""

import sys
from pathlib import Path

from tests.samples import list_sample_rows
from tests.samples.hazards_in_text import TEXTS
from tests.samples.hazards_in_workbooks import WORKBOOKS

FOLDER = Path(__file__).parents[2] / "samples" / "hazards"


def write(folder: Path) -> None:
    """Write every file, over those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (TEXTS | WORKBOOKS).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    list_sample_rows.FILE.write_text(list_sample_rows.text(), "utf-8")
