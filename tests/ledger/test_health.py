"""How the ledger's file is, whole or by a sample."""

import pytest

from batch_tracker import ledger
from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.health import health
from batch_tracker.model import Record, Update

PAGE = 4096


@pytest.fixture
def home(tmp_path, begin):
    """A home with thirty runs of forty rows."""
    with ledger.open_ledger(tmp_path) as db:
        for _ in range(30):
            run = begin(db)
            rows = [
                Record(n, [str(n)], Update(po=n, tracking_number="T" * 200)) for n in range(1, 41)
            ]
            ledger.stage_rows(run, 1, rows)
    return tmp_path


@pytest.mark.parametrize("checked_whole", [0, 10**9], ids=["a sample", "whole"])
def test_a_sound_ledger_is_undamaged(home, checked_whole):
    found = health(home, checked_whole=checked_whole)
    assert (found.runs, found.damage, found.is_sample) == (30, "", checked_whole == 0)


@pytest.mark.parametrize("checked_whole", [0, 10**9], ids=["a sample", "whole"])
def test_damage_all_over_the_file_is_found(home, checked_whole):
    path = home / LEDGER_FILE
    pages = bytearray(path.read_bytes())
    for start in range(40 * PAGE, len(pages), PAGE):
        pages[start : start + 100] = b"\xff" * 100
    path.write_bytes(pages)
    with pytest.raises(LedgerRefused, match="malformed"):
        health(home, checked_whole=checked_whole)
