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
from batch_tracker.quota import QUOTA_FILE, Lane, Moment, kept_s, usage
from batch_tracker.settings import Quota

START = 1_700_000_000.0


class Clock:
    """Both clocks of a machine; `set_by` is how far the one that can be set is off."""

    def __init__(self):
        self.now = START
        self.set_by = 0.0
        self.boot = "first"

    def __call__(self):
        return Moment(self.now + self.set_by, self.now, self.boot)


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
            assert got[::2] == pytest.approx(expected.take(wanted, quota, clock.now))
            assert got.at == clock()
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
            assert got[::2] == pytest.approx(expected.take(wanted, quota, clock.now))
            clock.now += move


setting = st.sampled_from([-86_400.0, -9.0, -0.3, 0.0, 0.3, 9.0, 86_400.0]) | st.floats(-9e3, 9e3)


@thorough
@given(
    quota=quotas,
    story=st.lists(st.tuples(wants, moves, st.just(0.0) | setting), max_size=20),
)
def test_a_clock_that_is_set_neither_doubles_permits_nor_holds_them_up(quota, story):
    clock, given_at = Clock(), []
    with (
        tempfile.TemporaryDirectory() as home,
        closing(Lane(Path(home), name="a", quota=quota, clock=clock)) as lane,
    ):
        for wanted, move, set_by in story:
            clock.set_by += set_by
            got = lane.take(wanted)
            assert 0 <= got.wait_s <= kept_s(quota) * (1 + 1e-6)
            given_at += [clock.now - START] * got.given
            clock.now += move
        clock.now += kept_s(quota) + 1e-6
        assert lane.take(quota.calls).given == quota.calls
    # A move is rounded: the clocks count from 1970.
    assert most_in_a_window(given_at, quota.seconds * (1 - 1e-6) - 1e-6) <= quota.calls


def test_a_clock_set_forward_frees_no_permit(tmp_path, clock):
    with closing(Lane(tmp_path, name="a", quota=Quota(20, 60), clock=clock)) as lane:
        assert lane.take(20).given == 20
        clock.set_by += 3 * 86_400
        clock.now += 1
        assert lane.take(1)[::2] == (0, pytest.approx(60.24))
        clock.now += 60.25
        assert lane.take(20).given == 20


def test_a_clock_set_forward_ends_no_pause(tmp_path, clock):
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60), clock=clock)) as lane:
        lane.pause(30)
        clock.set_by += 86_400
        assert lane.take(1).wait_s == 30
        clock.now += 30
        assert lane.take(1).given == 1


def test_after_a_new_start_of_the_machine_the_clock_on_the_wall_counts(tmp_path, clock):
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60), clock=clock)) as lane:
        assert lane.take(5).given == 5
        clock.set_by, clock.boot = 1_700_000_050.0, "second"
        clock.now = 20.0
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60), clock=clock)) as lane:
        assert clock().unix - START == 70
        assert lane.take(5).given == 5


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
        mine.pause(90)
        unlimited.pause(30)
        assert unlimited.take(1)[::2] == (0, 90)
        assert mine.take(1)[::2] == (0, 90)
        assert others.take(1).given == 1
        clock.now += 90
        assert mine.take(1).given == 1


def test_a_pause_is_no_longer_where_the_clock_was_set_back(tmp_path, clock):
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60), clock=clock)) as lane:
        lane.pause(30)
        clock.set_by -= 86_400
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


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
@pytest.mark.parametrize("there", [False, True])
def test_the_file_is_for_its_owner_alone(tmp_path, there):
    if there:
        Lane(tmp_path, name="a", quota=Quota(5, 60)).close()
        (tmp_path / QUOTA_FILE).chmod(0o644)
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60))) as lane:
        lane.take(1)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("quota.db", "quota.db-wal", "quota.db-shm"), 0o600)


OF_VERSION_1 = """
CREATE TABLE permits (
    lane TEXT, number INTEGER, given_at REAL NOT NULL, PRIMARY KEY (lane, number)
) WITHOUT ROWID;
CREATE TABLE pauses (
    lane TEXT PRIMARY KEY, until REAL NOT NULL, noted_at REAL NOT NULL
) WITHOUT ROWID;
"""


def test_a_file_of_version_1_is_read_and_goes_on_counting(tmp_path, clock):
    with closing(sqlite3.connect(tmp_path / QUOTA_FILE, isolation_level=None)) as file:
        file.executescript(OF_VERSION_1)
        file.executemany("INSERT INTO permits VALUES ('a', ?, ?)", [(n, START) for n in (1, 2, 3)])
        file.execute("INSERT INTO pauses VALUES ('a', ?, ?)", (START + 20, START))
    clock.now += 10
    assert usage(tmp_path, seconds=60, now=clock()) == [("a", 3, START + 20)]
    with closing(Lane(tmp_path, name="a", quota=Quota(5, 60), clock=clock)) as lane:
        assert lane.take(9).wait_s == 10
        clock.now += 10
        assert lane.take(9).given == 2
        assert lane.take(9).wait_s == pytest.approx(41.24)
    assert usage(tmp_path, seconds=60, now=clock()) == [("a", 5, None)]


def test_a_file_of_a_newer_version_is_refused_in_words(tmp_path):
    with closing(sqlite3.connect(tmp_path / QUOTA_FILE, isolation_level=None)) as file:
        file.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerRefused, match="written by a newer version"):
        Lane(tmp_path, name="a", quota=Quota(5, 60))


@thorough
@given(
    quota=quotas,
    story=st.lists(
        st.tuples(st.integers(0, 2), wants, moves, st.integers(0, 9), st.booleans()), max_size=25
    ),
)
def test_permits_that_are_given_back_are_as_if_never_given(quota, story):
    """Whoever gives back, in whatever order: the others' calls count from when they were made."""
    clock, expected = Clock(), Expected()
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        lanes = [
            stack.enter_context(closing(Lane(Path(home), name="a", quota=quota, clock=clock)))
            for _ in range(3)
        ]
        held = [[] for _ in lanes]
        for who, wanted, move, unused, at_once in story:
            lane, batches = lanes[who], held[who]
            back = {}
            for got in batches[: unused and 1]:
                count = min(unused, got.given)
                back = {got.batch: count}
                batches[0] = got._replace(given=got.given - count)
                for _ in range(count):
                    expected.times.remove(got.at.unix)
            if at_once:
                lane.give_back(back)
                back = {}
            got = lane.take(wanted, back)
            assert got[::2] == pytest.approx(expected.take(wanted, quota, clock.now))
            batches[:0] = [got] if got.given else []
            clock.now += move


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
        for use in (lambda: lane.take(1), lambda: lane.pause(1.0), lambda: lane.take(1, {1: 1})):
            with pytest.raises(Stopped, match=r"no such table: pauses.*resume"):
                use()
