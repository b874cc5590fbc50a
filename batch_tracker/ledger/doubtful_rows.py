"""Rows whose POs are in doubt: by their number of digits, or because a note names them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping

from batch_tracker.ledger.cells import StoredCells
from batch_tracker.ledger.runs import Run, server_number
from batch_tracker.model import Cell, PoRange

_RANGES = {digits: (10 ** (digits - 1), 10**digits - 1) for digits in range(1, 11)}
_PAGE = 1000

# Along an index: a million rows take a fraction of a second. Of the POs applied before, so many
# tell what is usual; a ledger of years has millions.
_ENOUGH = 100_000
_COUNT = """
    SELECT here + before, MIN(IFNULL(a, c), IFNULL(c, a)), MAX(IFNULL(b, d), IFNULL(d, b)) FROM (
        SELECT COUNT(DISTINCT po) AS here, MIN(po) AS a, MAX(po) AS b
        FROM rows WHERE run = :run AND po BETWEEN :least AND :most
    ), (
        SELECT COUNT(*) FILTER (WHERE NOT EXISTS (
            SELECT 1 FROM rows r WHERE r.run = :run AND r.po = p.po)) AS before
        FROM (
            SELECT po FROM applied WHERE server = :server AND po BETWEEN :least AND :most
            LIMIT :enough) p
    ), (
        SELECT MIN(po) AS c FROM applied WHERE server = :server AND po BETWEEN :least AND :most
    ), (
        SELECT MAX(po) AS d FROM applied WHERE server = :server AND po BETWEEN :least AND :most
    )"""

_OPEN = """
    SELECT row, source_row FROM rows r
    WHERE run = :run AND row > :after AND {condition}
        AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)
    ORDER BY row LIMIT :limit"""
_OF_LENGTH = """po BETWEEN :least AND :most
    AND NOT EXISTS (SELECT 1 FROM applied a WHERE a.server = :server AND a.po = r.po)"""
_WITH_NUMBER = """(CAST(po AS TEXT) IN (SELECT value FROM json_each(:numbers))
    OR tracking_number IN (SELECT value FROM json_each(:numbers)))"""


def po_lengths(run: Run) -> dict[int, PoRange]:
    """Return which POs have so many digits, of the run's and of those applied before."""
    facts = {"run": run.id, "server": server_number(run), "enough": _ENOUGH}
    found = {}
    for digits, (least, most) in _RANGES.items():
        query = {**facts, "least": least, "most": most}
        [values] = run.ledger.execute(_COUNT, query)
        pos = PoRange(*values)
        if pos.size:
            found[digits] = pos
    return found


def rows_of_lengths(run: Run, lengths: Collection[int]) -> Iterator[tuple[int, int, list[Cell]]]:
    """Stream the open rows whose PO has so many digits and was not applied before.

    They come as position, source row and cells, and may be restaged meanwhile.
    """
    for digits in lengths:
        least, most = _RANGES[digits]
        facts = {"server": server_number(run), "least": least, "most": most}
        yield from _open_rows(run, _OF_LENGTH, facts)


def rows_with_numbers(run: Run, numbers: Iterable[str]) -> Iterator[tuple[int, int, list[Cell]]]:
    """Stream the open rows that have one of the numbers as PO or tracking number, likewise."""
    if wanted := list(numbers):
        yield from _open_rows(run, _WITH_NUMBER, {"numbers": json.dumps(wanted)})


def _open_rows(
    run: Run, condition: str, facts: Mapping[str, object]
) -> Iterator[tuple[int, int, list[Cell]]]:
    query, cells, after = _OPEN.format(condition=condition), StoredCells(run), 0
    page_facts = {**facts, "run": run.id, "limit": _PAGE}
    while page := run.ledger.execute(query, {**page_facts, "after": after}).fetchall():
        for row, number in page:
            yield row, number, cells[row]
        after = page[-1][0]
