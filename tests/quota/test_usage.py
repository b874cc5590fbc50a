"""How much of a quota is used, by what the file says of each lane."""

import pytest

from batch_tracker.errors import LedgerRefused
from batch_tracker.quota import QUOTA_FILE, Lane, Moment, usage
from batch_tracker.settings import Quota


def test_usage_counts_each_lane_apart_and_within_the_window(tmp_path):
    now = [1000.0]

    def at(now):
        return Moment(now, now, "boot")

    lanes = {
        name: Lane(tmp_path, name=name, quota=Quota(10, 100.0), clock=lambda: at(now[0]))
        for name in ("a", "b", "c")
    }
    lanes["a"].take(4)
    now[0] = 1050.0
    lanes["a"].take(3)
    lanes["b"].take(1)
    lanes["c"].pause(150.0)
    for lane in lanes.values():
        lane.close()

    def used(now):
        return usage(tmp_path, seconds=100, now=at(now))

    assert used(now=1060) == [
        ("a", 7, None),
        ("b", 1, None),
        ("c", 0, 1200),
    ]
    assert used(now=1101) == [
        ("a", 3, None),
        ("b", 1, None),
        ("c", 0, 1200),
    ]
    assert used(now=1300) == [
        ("a", 0, None),
        ("b", 0, None),
        ("c", 0, None),
    ]
    assert usage(tmp_path / "elsewhere", seconds=100, now=at(0)) == []
    (tmp_path / QUOTA_FILE).write_bytes(b"no database" * 100)
    with pytest.raises(LedgerRefused, match="can't be read"):
        used(now=0)
