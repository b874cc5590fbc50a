"""When a file is complete."""

import os

import pytest

from batch_tracker.watch.arrivals import Arrivals


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def look(inbox, clock):
    arrivals = Arrivals(inbox, settle_s=5, clock=clock)

    def look(seconds=0):
        clock.now += seconds
        found = [path.name for path in arrivals.look()]
        look.unsettled = arrivals.unsettled
        return found

    return look


def test_a_file_is_complete_when_it_has_stayed_as_it_was(drop, look):
    drop("a.csv")
    assert look() == []
    assert look.unsettled
    assert look(4.9) == []
    assert look(0.1) == ["a.csv"]
    assert not look.unsettled


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_text_file_whose_last_line_has_its_end_is_complete(look, inbox, end):
    (inbox / "a.csv").write_bytes(f"PO{end}1{end}".encode())
    (inbox / "b.txt").write_bytes(f"PO{end}1{end}".encode("utf-16-le"))
    (inbox / "c.xlsx").write_bytes(b"PK")
    (inbox / "d.csv").touch()
    look()
    assert look(5) == ["a.csv", "b.txt", "c.xlsx", "d.csv"]


@pytest.mark.parametrize("name", ["a.csv", "a.TSV", "a.txt"])
def test_a_text_file_that_ends_in_mid_line_is_waited_for_twelve_times_as_long(look, inbox, name):
    (inbox / name).write_text("PO,Tracking Number\n1001,T0", "utf-8")
    assert look() == look(5) == look(54.9) == []
    assert look.unsettled
    assert look(0.1) == [name]


def test_a_writer_who_pauses_in_mid_line_is_waited_for(look, inbox):
    (inbox / "a.csv").write_text("PO\n10", "utf-8")
    look()
    assert look(59) == []
    (inbox / "a.csv").write_text("PO\n1001\n", "utf-8")
    assert look(1) == []
    assert look(5) == ["a.csv"]


def test_the_time_begins_anew_with_each_change(drop, look):
    drop("a.csv")
    look()
    drop("a.csv", rows=4)
    assert look(5) == []
    os.utime(drop("a.csv", rows=4), (1000, 1000))
    assert look(5) == []
    assert look(5) == ["a.csv"]


def test_an_old_time_of_change_says_nothing(drop, look):
    os.utime(drop("a.csv"), (1000, 1000))
    assert look() == []


def test_a_file_that_was_away_begins_anew(drop, look):
    drop("a.csv").rename(elsewhere := drop("a.csv").with_name("a.part"))
    look()
    elsewhere.rename(elsewhere.with_name("a.csv"))
    assert look(60) == []
    assert look(5) == ["a.csv"]


@pytest.mark.parametrize("lock", ["~$a.csv", ".~lock.a.csv#"])
def test_a_file_that_somebody_has_open_is_not_complete(drop, look, inbox, lock):
    drop("a.csv")
    drop("b.csv")
    (inbox / lock).touch()
    look()
    assert look(5) == ["b.csv"]
    assert look.unsettled
    (inbox / lock).unlink()
    assert sorted(look()) == ["a.csv", "b.csv"]


def test_a_link_to_nowhere_is_passed_over(look, inbox):
    (inbox / "a.csv").symlink_to(inbox / "nowhere.csv")
    look()
    assert look(5) == []
