"""Make a profile for a file: with what is guessed marked as a guess, or with what was answered."""

import json
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.columns.guess import Guess, fields_recognised
from batch_tracker.loader.columns.header_row import likeliest
from batch_tracker.loader.columns.names import meaning_of, suggest
from batch_tracker.loader.columns.profiles import ANSWERS, Candidates
from batch_tracker.loader.columns.questions import HEADER_ROWS
from batch_tracker.loader.sources.opening import open_source
from batch_tracker.model import Field
from batch_tracker.settings.column_answer import ColumnAnswer
from batch_tracker.settings.profile import Profile

_SETTINGS = """\
# [constants]            # a value for a field that the file has no column for
# carrier = "UPS"

# [carriers]             # what to send for the file's carrier names
# "UPS Ground" = "UPS"

# [skip_rows]            # values that mark a row as no shipment
# "Status" = ["Refunded"]
"""
_TOP = """\
# po_pattern = 'PO-([0-9]+)'    # takes the PO out of a cell that holds more
# date_order = "mdy"            # which part of 03/04/2026 comes first: mdy, dmy or ymd
# zone = "America/New_York"     # of the file's dates and times
# on_conflict = "last"          # which row is sent where rows disagree on a PO
"""


def profile_template(path: Path) -> str:
    """Return a profile for a manifest, in TOML, for a person to complete.

    What is taken from the headers is marked `# guess`.

    Raises:
        SourceRefused: the file can't be read, or is empty.
    """
    header, sheet = _likeliest(path, Candidates(None))
    return "\n".join(
        [
            f"# How to read manifests like {path.name}. Check every guess.",
            f"name = {_quoted(path.stem)}",
            f"headers = {_headers(header)}  # all there: this profile is taken unasked",
            f"header_row = {header.row}  # guess",
            *([f"sheet = {_quoted(sheet)}"] if sheet else []),
            *_ignored(header.names),
            _TOP,
            "[columns]              # a header, or a position counted from 1",
            *(_column(field, header) for field in Field),
            "",
            _SETTINGS,
        ]
    )


def answered_profile(
    path: Path,
    *,
    profile: Profile | None,
    known: Sequence[Profile],
    answers: Sequence[ColumnAnswer],
) -> Profile:
    """Return the profile that reads a manifest, with what was answered about its columns.

    Its `headers` are those of the file, so that it is taken for others like it.

    Raises:
        SourceRefused: the file can't be read, or is empty.
    """
    profiles = Candidates(profile, tuple(known)).overridden({ANSWERS: answers})
    header, _ = _likeliest(path, profiles)
    headers = dict.fromkeys(" ".join(name.split()) for name in header.names) if header.row else {}
    return header.profile.model_copy(update={"headers": tuple(filter(None, headers))})


def _likeliest(path: Path, profiles: Candidates) -> tuple[Guess, str]:
    """Return a file's likeliest header row, and the sheet it is on."""
    read_as = profiles.named or profiles.default
    recognised = partial(fields_recognised, profiles=profiles)
    with open_source(path, read_as, recognised) as source:
        head = list(islice(source.rows(), HEADER_ROWS))
        if not head:
            raise SourceRefused(f"{path.name}: it has no rows.")
        return likeliest(head, profiles), source.sheet


def _column(field: Field, header: Guess) -> str:
    if columns := header.columns.get(field):
        return f"{field} = {_named(header.names, columns[0])}  # guess"
    maybe = suggest(header.names, field)
    if not maybe:
        return f'# {field} = "Header"'
    others = f", or {', '.join(map(_quoted, maybe[1:]))}" if maybe[1:] else ""
    return f"# {field} = {_quoted(maybe[0])}  # guess{others}: take the # in front away to use it"


def _ignored(names: Sequence[str]) -> list[str]:
    """Return a line for the columns that nothing is known of; a person may have them ignored."""
    unknown = [name for name in names if name.strip() and meaning_of(name) is None]
    return [f"# ignore = [{', '.join(map(_quoted, unknown))}]"] if unknown else []


def _named(names: Sequence[str], column: int) -> str:
    """Return the header, or the position where the header is not the only one of its text."""
    return _quoted(names[column]) if names.count(names[column]) == 1 else str(column + 1)


def _headers(header: Guess) -> str:
    mapped = [header.names[column] for column in sorted(c[0] for c in header.columns.values())]
    return f"[{', '.join(map(_quoted, mapped))}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
