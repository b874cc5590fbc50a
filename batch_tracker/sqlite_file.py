"""SQLite's write-ahead log, which the ledger and the quota both keep their files in."""

import sqlite3
import time


def switch_to_wal(file: sqlite3.Connection, *, timeout_s: float) -> None:
    """Let readers and a writer work side by side; SQLite itself does not wait its turn here.

    Raises:
        sqlite3.OperationalError: the file can't be used, or others held it for `timeout_s`.
    """
    end = time.monotonic() + timeout_s
    while True:
        try:
            file.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
