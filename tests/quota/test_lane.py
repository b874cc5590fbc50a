"""One lane: never over the quota, never slower than it."""

import os
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch_tracker.errors import LedgerRefused, Stopped
from batch_tracker.quota import QUOTA_FILE, Lane, kept_s
from batch_tracker.settings import Quota

START = 1_700_000_000.0


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


class Expected:
    """A sliding window over a plain list of the times at which permits were given."""

    def __init__(self):
        self.times = []

    def take(self, wanted, quota, now):
        window = kept_s(quota)
        inside = [time + window for time in self.times if time + window > now]
        free = min(wanted, quota.calls - len(inside))
        if free <= 0:
            return 0, inside[len(inside) - quota.calls] - now
        self.times += [now] * free
        return free, 0.0


def most_in_a_window(times, seconds):
    """The most of `times` in any half-open window that begins with one of them."""
    return max((sum(start <= t < start + seconds for t in times) for start in times), default=0)


quotas = st.builds(Quota, st.integers(1, 7), st.sampled_from([0.1, 1.0, 7.3, 3600.0]))
moves = st.sampled_from([0.0, 0.001, 0.05, 0.102, 1.02, 1.0, 5.0, 7.446, 3672.0]) | st.floats(0, 9)
wants = st.integers(1, 9)
thorough = settings(max_examples=40)  # each permit waits for the disk


@thorough
@given(
    quota=quotas,
    story=st.lists(st.tuples(st.integers(0, 2), wants, moves), max_size=25),
    obeys_waits=st.booleans(),
)
def test_several_lanes_on_one_file_give_what_one_sliding_window_gives(quota, story, obeys_waits):
    clock, expected = Clock(), Expected()
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        lanes = [
            stack.enter_context(closing(Lane(Path(home), name="a", quota=quota, clock=clock)))
            for _ in range(3)
        ]
        for who, wanted, move in story:
            got = lanes[who].take(wanted)
            assert (got.given, got.wait_s) == expected.take(wanted, quota, clock.now)
            assert got.at == clock.now
            clock.now += got.wait_s if obeys_waits and got.wait_s else move
    assert most_in_a_window(expected.times, quota.seconds) <= quota.calls


@thorough
@given(story=st.lists(st.tuples(quotas, wants, moves), max_size=20))
def test_a_lane_opened_with_another_quota_counts_what_was_given_before(story):
    clock, expected = Clock(), Expected()
    with tempfile.TemporaryDirectory() as home:
        for quota, wanted, move in story:
            with closing(Lane(Path(home), name="a", quota=quota, clock=clock)) as lane:
                got = lane.take(wanted)
            assert (got.given, got.wait_s) == expected.take(wanted, quota, clock.now)
            clock.now += move


@thorough
@given(
    quota=quotas,
    story=st.lists(st.tuples(wants, moves, st.just(0.0) | st.floats(0, 5000)), max_size=20),
)
def test_a_clock_set_back_neither_doubles_permits_nor_holds_them_up(quota, story):
    clock, really = Clock(), 0.0
    given_at = []
    with (
        tempfile.TemporaryDirectory() as home,
        closing(Lane(Path(home), name="a", quota=quota, clock=clock)) as lane,
    ):
        for wanted, move, setback in story:
            clock.now -= setback
            got = lane.take(wanted)
            assert 0 <= got.wait_s <= kept_s(quota) * (1 + 1e-6)
            given_at += [really] * got.given
            clock.now += move
            really += move
        clock.now += kept_s(quota)
        assert lane.take(quota.calls).given == quota.calls
    # The clock counts from 1970 and `really` from 0: the same move is rounded differently.
    assert most_in_a_window(given_at, quota.seconds * (1 - 1e-6) - 1e-6) <= quota.calls


def test_an_unused_lane_gives_the_whole_quota_at_once(tmp_path, clock):
    with closing(Lane(tmp_path, name="a", quota=Quota(10_800, 3600), clock=clock)) as lane:
        assert lane.take(20_000).given == 10_800
        assert lane.take(1).wait_s == pytest.approx(3672.04)


def test_lanes_of_other_users_do_not_share_a_quota(tmp_path, clock):
    for name in ("a", "b"):
        with closing(Lane(tmp_path, name=name, quota=Quota(5, 60), clock=clock)) as lane:
            assert lane.take(9).given == 5


def test_a_pause_holds_for_every_lane_of_the_user_and_the_longest_wins(tmp_path, clock):
    quota = Quota(5, 60)
    with (
        closing(Lane(tmp_path, name="a", quota=quota, clock=clock)) as mine,
        closing(Lane(tmp_path, name="a", quota=Quota(0, 0), clock=clock)) as unlimited,
        closing(Lane(tmp_path, name="b", quota=quota, clock=clock)) as others,
    ):
        mine.pause(clock.now + 90)
        unlimited.pause(clock.now + 30)
        assert unlimited.take(1)[::2] == (0, 90)
        assert mine.take(1)[::2] == (0, 90)
        assert others.take(1).given == 1
        clock.now += 90
        assert mine.take(1).given == 1


def test_a_pause_is_no_longer_where_the_clock_was_set_back(tmp_path, clock):
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60), clock=clock)) as lane:
        lane.pause(clock.now + 30)
        clock.now -= 86_400
        assert lane.take(1).wait_s == 30
        clock.now += 30
        assert lane.take(1).given == 1


def test_without_a_limit_nothing_is_noted(tmp_path, clock, permits_in):
    with closing(Lane(tmp_path, name="a", quota=Quota(0, 0), clock=clock)) as lane:
        assert all(lane.take(1).given for _ in range(50))
    assert permits_in() == 0


def test_the_file_forgets_what_is_older_than_a_day(tmp_path, clock, permits_in):
    with closing(Lane(tmp_path, name="a", quota=Quota(10, 3600), clock=clock)) as lane:
        for _ in range(60):
            assert lane.take(10).given == 10
            clock.now += 3673
    assert permits_in() == 10 * (1 + 86_400 // 3673)


def spoil(home, content):
    (home / QUOTA_FILE).write_bytes(content)


@pytest.mark.parametrize(
    "content", [b"this is no database, but a text long enough to be one" * 99, b"SQLite format 3\0"]
)
def test_a_damaged_file_is_refused_in_words(tmp_path, content):
    spoil(tmp_path, content)
    with pytest.raises(LedgerRefused, match=r"quota\.db can't be used: .*BATCH_TRACKER_HOME"):
        Lane(tmp_path, name="a", quota=Quota(5, 60))


def test_a_home_that_can_not_be_one_is_refused_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LedgerRefused, match="BATCH_TRACKER_HOME"):
        Lane(tmp_path / "file", name="a", quota=Quota(5, 60))
    with pytest.raises(LedgerRefused, match="BATCH_TRACKER_HOME"):
        Lane(tmp_path / "file" / "home", name="a", quota=Quota(5, 60))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_can_not_be_written_is_refused_in_words(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LedgerRefused, match="BATCH_TRACKER_HOME"):
        Lane(tmp_path, name="a", quota=Quota(5, 60))


def test_a_file_that_breaks_in_use_stops_the_run_in_words(tmp_path):
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60))) as lane:
        with closing(sqlite3.connect(tmp_path / QUOTA_FILE)) as file:
            file.execute("DROP TABLE pauses")
        for use in (lambda: lane.take(1), lambda: lane.pause(1.0)):
            with pytest.raises(Stopped, match=r"no such table: pauses.*resume"):
                use()
