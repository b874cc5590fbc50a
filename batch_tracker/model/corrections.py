"""Cells that a person has corrected: what stood there, what is read instead."""

from datetime import datetime
from typing import NamedTuple

CORRECTED = "corrected"
"""The code of the note that a corrected cell has."""


class Correction(NamedTuple):
    """One cell of a file. `row` is its number in the file, `column` its place from 0.

    `old` is the text that stands in the file, `new` what is read instead; `at` is in UTC.
    """

    row: int
    column: int
    old: str
    new: str
    who: str
    at: datetime
