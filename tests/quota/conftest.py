import sqlite3

import pytest

from batch_tracker.quota import QUOTA_FILE


class Clock:
    """A clock that moves only when told."""

    def __init__(self, now=1_700_000_000.0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def permits_in(tmp_path):
    """Return a function that counts the permits noted in the file."""

    def count():
        with sqlite3.connect(tmp_path / QUOTA_FILE) as file:
            (number,) = file.execute("SELECT COUNT(*) FROM permits").fetchone()
        file.close()
        return number

    return count
