"""What the files about a run are called: after its manifest and the run."""

import os
import re
from pathlib import Path
from typing import Literal

Kind = Literal["results", "undo"]

_ADDED = re.compile(r"(?<=.)(?:-\d{8}-\d{6}(?:-\d+)?-(?:results|undo)(?: \(\d+\))*)+\Z", re.DOTALL)
"""What was added to the name of a manifest that is itself a results workbook."""
MOST_BYTES = 255
"""In a name, on the file systems in use; NTFS counts fewer than the bytes of UTF-8."""
_SPARE = " (99)"


def file_name(source: str, run: str, kind: Kind) -> str:
    """Return the name of a run's workbook; that of a long one is cut, and none grows."""
    added = f"-{run}-{kind}"
    stem = _ADDED.sub("", Path(source).stem)
    room = MOST_BYTES - len(os.fsencode(f"{added}{_SPARE}.xlsx"))
    return f"{cut(stem, room)}{added}.xlsx"


def cut(text: str, most_bytes: int) -> str:
    """Return as much of a text as fits, without a part of a character at its end."""
    while len(os.fsencode(text)) > most_bytes:
        text = text[:-1]
    return text
