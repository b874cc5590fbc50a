"""The lock of a run, where none can be made."""

import pytest

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger import sending
from batch_tracker.ledger.lock import is_worked_on


def test_a_folder_of_locks_that_is_none_is_refused_in_words(tmp_path):
    (tmp_path / "locks").write_text("a file")
    with (
        pytest.raises(LedgerRefused, match=r"No lock can be made in .*BATCH_TRACKER_HOME"),
        sending("file", server="a", home=tmp_path),
    ):
        pass
    with pytest.raises(LedgerRefused, match="No lock can be made"):
        is_worked_on("run", tmp_path)


def test_a_lock_that_is_a_folder_is_refused_in_words(tmp_path):
    (tmp_path / "locks" / "run.lock").mkdir(parents=True)
    with pytest.raises(LedgerRefused, match="No lock can be made"):
        is_worked_on("run", tmp_path)
