"""How the rows of a manifest come into the ledger, once and, where they have to wait, once more."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from batch_tracker.ledger.cell_blocks import pos_in, to_line
from batch_tracker.ledger.cells import StoredCells, store_cells
from batch_tracker.ledger.database import storable
from batch_tracker.ledger.runs import Run
from batch_tracker.ledger.values import shipped_ms
from batch_tracker.model import Cell, Issue, Record
from batch_tracker.sqlite_file import insert_rows, transaction

_PAGE = 1000


def stage_rows(run: Run, first: int, records: Sequence[Record]) -> None:
    """Write a chunk of rows; `first` is the position of its first row in the run, from 1."""
    numbered = list(enumerate(records, start=first))
    with transaction(run.ledger):
        insert_rows(run.ledger, "rows", [_row_values(run, *each) for each in numbered])
        store_cells(run, first, [record.cells for record in records])
        _note_unread_pos(run, numbered)
        _settle_without_call(run, numbered)


def pending_rows(run: Run) -> Iterator[tuple[int, int, list[Cell]]]:
    """Stream the rows to be judged again: position, source row, cells.

    They may be restaged meanwhile: no query is open between the rows of two pages.
    """
    cells, after = StoredCells(run), 0
    while page := run.ledger.execute(
        "SELECT row, source_row FROM rows"
        " WHERE run = ? AND row > ? AND pending ORDER BY row LIMIT ?",
        (run.id, after, _PAGE),
    ).fetchall():
        for row, number in page:
            yield row, number, cells[row]
        after = page[-1][0]


def restage_rows(run: Run, numbered: Sequence[tuple[int, Record]]) -> None:
    """Replace rows by what they came to on second judgement; their cells stay."""
    with transaction(run.ledger):
        run.ledger.executemany(
            "INSERT OR REPLACE INTO rows VALUES (?,?,?,?,?,?,?,?,?)",
            [_row_values(run, row, record) for row, record in numbered],
        )
        _note_unread_pos(run, numbered)
        _settle_without_call(run, numbered)


def _row_values(run: Run, row: int, record: Record) -> tuple[object, ...]:
    update = record.update
    return (
        run.id,
        row,
        record.number,
        update and update.po,
        update and update.tracking_number,
        update and update.carrier,
        update and shipped_ms(update.shipped_on),
        _issues_json(record.issues),
        record.pending,
    )


def _note_unread_pos(run: Run, numbered: Iterable[tuple[int, Record]]) -> None:
    """Note the POs that rows which were not read as an update may name, so that they are found."""
    run.ledger.executemany(
        "INSERT OR IGNORE INTO unread_pos VALUES (?, ?, ?)",
        [
            (run.id, po, row)
            for row, record in numbered
            if record.update is None
            for po in pos_in(record.cells, run.manifest.text_columns)
        ],
    )


def _settle_without_call(run: Run, numbered: Iterable[tuple[int, Record]]) -> None:
    run.ledger.executemany(
        "INSERT INTO outcomes (run, row, state, code, message) VALUES (?,?,?,?,?)",
        [
            (run.id, row, record.state, record.code, storable(record.message))
            for row, record in numbered
            if record.state
        ],
    )


def _issues_json(issues: Sequence[Issue]) -> str | None:
    return to_line([asdict(issue) for issue in issues]).decode() if issues else None
