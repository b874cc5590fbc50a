"""The cells of a run's rows, out of their blocks."""

from collections.abc import Iterator, Sequence

from batch_tracker.ledger.cell_blocks import blocks, cells_of, lines_of, to_line, to_lines
from batch_tracker.ledger.runs import Run
from batch_tracker.model import Cell

_INSERT = "INSERT INTO cell_blocks VALUES (?, ?, ?, ?)"
_BLOCKS = "SELECT first, lines FROM cell_blocks WHERE run = ? ORDER BY first"
_BLOCK_OF = (
    "SELECT first, lines FROM cell_blocks WHERE run = ? AND first <= ? ORDER BY first DESC LIMIT 1"
)


def store_cells(run: Run, first: int, rows: Sequence[Sequence[Cell]]) -> None:
    """Write the cells of rows that follow each other; `first` is the position of the first."""
    packed = blocks(first, to_lines(rows), list(map(len, rows)))
    run.ledger.executemany(_INSERT, [(run.id, *block) for block in packed])


class StoredCells:
    """Reads the cells of a run's rows; in the order of the rows, it reads each block once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._first = 1
        self._lines: list[bytes] = []

    def __getitem__(self, row: int) -> list[Cell]:
        """Return the cells of a row by its position in the run."""
        if not self._first <= row < self._first + len(self._lines):
            values = (self._run.id, row)
            self._first, block = self._run.ledger.execute(_BLOCK_OF, values).fetchone()
            self._lines = lines_of(block)
        return cells_of(self._lines[row - self._first])


def rows_holding(run: Run, text: str) -> Iterator[int]:
    """Stream the positions of the rows with a text in a cell, whatever the case of its letters."""
    spelled = to_line(text)[1:-1].lower()
    for first, block in run.ledger.execute(_BLOCKS, (run.id,)):
        for row, line in enumerate(lines_of(block), first):
            if spelled in line.lower():
                yield row


def width(run: Run) -> int:
    """Return the number of cells of the widest row."""
    query = "SELECT COALESCE(MAX(width), 0) FROM cell_blocks WHERE run = ?"
    return int(run.ledger.execute(query, (run.id,)).fetchone()[0])
