import sqlite3

import pytest

from batch_tracker.quota import QUOTA_FILE, Moment


class Clock:
    """Both clocks of a machine; they move only when told, and one of them can be set."""

    def __init__(self, now=1_700_000_000.0):
        self.now = now
        self.set_by = 0.0
        self.boot = "first"

    def __call__(self):
        return Moment(self.now + self.set_by, self.now, self.boot)


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
