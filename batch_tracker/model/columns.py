"""What became of a file's columns: which are read, which are not, and why."""

from typing import Literal, NamedTuple

ColumnStatus = Literal["read", "checked", "known", "ignored", "not understood"]
"""`checked` is a column that is looked at for voids, `known` one that is none of ours, `ignored`
one that a person said to pass over."""


class ManifestColumn(NamedTuple):
    """One column of a manifest.

    `letter` is that of a spreadsheet (A, B, …, AA); `header` as it stands; `read_as` the field
    that it is read as, or None; `sample` the first cell that is not blank.
    """

    letter: str
    header: str
    read_as: str | None
    status: ColumnStatus
    sample: str = ""
