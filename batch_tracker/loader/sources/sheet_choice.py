"""Which sheet of a workbook is the manifest."""

import re
from collections.abc import Callable, Sequence
from itertools import count, takewhile
from typing import NamedTuple

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.source import listed

HEADER_WITHIN = 30
"""Rows from the top in which the column headers are looked for."""

_OWN_RESULTS, _OWN_EXTRACT = "Results", "Needs attention"
"""Sheets of our own results workbook; the second repeats rows of the first, as does `Warnings`."""
_OWN = re.compile(rf"(?:{_OWN_RESULTS}|{_OWN_EXTRACT}|Warnings)(?: [1-9][0-9]*)?")
"""Each may continue on further sheets, such as `Results 2`."""


class Sheet(NamedTuple):
    """A sheet by name; charts and macro sheets are not tables."""

    name: str
    visible: bool = True
    is_table: bool = True


def choose_sheet(
    sheets: Sequence[Sheet], wanted: str | None, has_header: Callable[[Sheet], bool]
) -> Sheet:
    """The sheet to read.

    The one named; else the only visible one in which `has_header` finds known column headers;
    else the only visible one. Raises SourceRefused where that leaves none or several.
    """
    if wanted is not None:
        return _named(sheets, wanted)
    visible = [sheet for sheet in sheets if sheet.visible and sheet.is_table]
    if len(visible) == 1:
        return visible[0]
    if not visible:
        raise SourceRefused("it has no visible sheet with cells.", hint=_hint(_tables(sheets)))
    candidates = [sheet for sheet in visible if has_header(sheet)]
    if len(candidates) == 1:
        return candidates[0]
    return _own_results(candidates) or _refuse(candidates, visible)


def continuations(sheets: Sequence[Sheet], chosen: Sheet) -> list[str]:
    """The sheets on which the list of a results workbook goes on, in their order."""
    names = {sheet.name for sheet in sheets if sheet.visible and sheet.is_table}
    if chosen.name != _OWN_RESULTS or _OWN_EXTRACT not in names:
        return []
    further = (f"{_OWN_RESULTS} {number}" for number in count(2))
    return list(takewhile(names.__contains__, further))


def others_note(sheets: Sequence[Sheet], read: Sequence[str]) -> list[str]:
    """A note on the visible sheets that are not read, if any."""
    others = [s.name for s in sheets if s.visible and s.is_table and s.name not in read]
    if not others:
        return []
    are = "sheet {} is" if len(read) == 1 else "sheets {} are"
    return [f"Only the {are.format(listed(read))} read; not read: {listed(others)}."]


def _named(sheets: Sequence[Sheet], wanted: str) -> Sheet:
    # Excel itself does not tell sheet names apart by case.
    found = [sheet for sheet in sheets if sheet.name.casefold() == wanted.strip().casefold()]
    if not found:
        raise SourceRefused(f'it has no sheet "{wanted}".', hint=_hint(_tables(sheets)))
    if not found[0].is_table:
        raise SourceRefused(
            f'its sheet "{wanted}" is a chart, not a table.', hint=_hint(_tables(sheets))
        )
    return found[0]


def _own_results(candidates: Sequence[Sheet]) -> Sheet | None:
    by_name = {sheet.name: sheet for sheet in candidates}
    ours = _OWN_EXTRACT in by_name and all(map(_OWN.fullmatch, by_name))
    return by_name.get(_OWN_RESULTS) if ours else None


def _refuse(candidates: Sequence[Sheet], visible: Sequence[Sheet]) -> Sheet:
    if candidates:
        message = "more than one sheet looks like a manifest."
    else:
        message = "it has several sheets, and none has column headers that are known."
    raise SourceRefused(message, hint=_hint(candidates or visible))


def _tables(sheets: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.is_table]


def _hint(sheets: Sequence[Sheet]) -> str:
    if not sheets:
        return "Save the table as a sheet of an Excel workbook, or as CSV."
    return f"Name the one to read with --sheet; there is {listed([s.name for s in sheets])}."
