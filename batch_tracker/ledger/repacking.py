"""The part of a migration that SQL can't do: from version 3 to 4, cells go into blocks.

Times, which were texts, become numbers.
"""

import json
import sqlite3
from datetime import datetime

from batch_tracker.ledger.cell_blocks import blocks, cells_of, pos_in
from batch_tracker.ledger.values import micros

_AT_ONCE = 5000
_ROWS = """
    SELECT row, cells_json, json_array_length(cells_json), po IS NULL FROM old_rows
    WHERE run = ? ORDER BY row
"""


def moment(text: str | None) -> int | None:
    """Return a time, as tables once had it, in microseconds since 1970."""
    return None if text is None else micros(datetime.fromisoformat(text))


def pack_cells(connection: sqlite3.Connection) -> None:
    """Pack the cells of `old_rows`, note which POs its unread rows may name, and drop it."""
    runs = connection.execute("SELECT id, manifest_json FROM runs ORDER BY id").fetchall()
    for run, manifest in runs:
        rows = connection.execute(_ROWS, (run,))
        while part := rows.fetchmany(_AT_ONCE):
            numbers, texts, widths, unread = zip(*part, strict=True)
            packed = blocks(numbers[0], [text.encode() for text in texts], widths)
            connection.executemany(
                "INSERT INTO cell_blocks VALUES (?, ?, ?, ?)", [(run, *each) for each in packed]
            )
            columns = json.loads(manifest)["text_columns"]
            connection.executemany(
                "INSERT INTO unread_pos VALUES (?, ?, ?)",
                [
                    (run, po, row)
                    for row, text, is_unread in zip(numbers, texts, unread, strict=True)
                    if is_unread
                    for po in pos_in(cells_of(text), columns)
                ],
            )
    connection.execute("DROP TABLE old_rows")
