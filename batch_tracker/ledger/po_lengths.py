"""How many digits the POs of a run have, and those that its server has taken before."""

from collections.abc import Collection, Iterator

from batch_tracker.ledger.rows import cells_of
from batch_tracker.ledger.runs import Run
from batch_tracker.model import Cell

_RANGES = {digits: (10 ** (digits - 1), 10**digits - 1) for digits in range(1, 11)}
_PAGE = 1000

# Both counts go along an index: a million rows take a fraction of a second.
_COUNT = """
    SELECT (SELECT COUNT(DISTINCT po) FROM rows WHERE run = :run AND po BETWEEN :least AND :most)
        + (SELECT COUNT(*) FROM applied a WHERE a.server = :server AND a.po BETWEEN :least AND :most
            AND NOT EXISTS (SELECT 1 FROM rows r WHERE r.run = :run AND r.po = a.po))"""

_OPEN = """
    SELECT row, source_row, cells_json FROM rows r
    WHERE run = :run AND row > :after AND po BETWEEN :least AND :most
        AND NOT EXISTS (SELECT 1 FROM applied a WHERE a.server = :server AND a.po = r.po)
        AND NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.run = r.run AND o.row = r.row)
    ORDER BY row LIMIT :limit"""


def po_lengths(run: Run) -> dict[int, int]:
    """Return how many POs have so many digits, of the run's and of those applied before."""
    facts = {"run": run.id, "server": run.server}
    counts = {}
    for digits, (least, most) in _RANGES.items():
        query = {**facts, "least": least, "most": most}
        [(count,)] = run.ledger.execute(_COUNT, query)
        if count:
            counts[digits] = count
    return counts


def rows_of_lengths(run: Run, lengths: Collection[int]) -> Iterator[tuple[int, int, list[Cell]]]:
    """Stream the open rows whose PO has so many digits and was not applied before.

    They come as position, source row and cells, and may be restaged meanwhile.
    """
    for digits in lengths:
        least, most = _RANGES[digits]
        facts = {"run": run.id, "server": run.server, "least": least, "most": most}
        after = 0
        while page := run.ledger.execute(
            _OPEN, {**facts, "after": after, "limit": _PAGE}
        ).fetchall():
            for row, number, cells in page:
                yield row, number, cells_of(cells)
            after = page[-1][0]
