"""What is told though nothing failed."""

from datetime import datetime, time

import pytest
from pydantic import SecretStr

from batch_tracker.settings import Share

NOON = time(12, 0)


def at(text):
    return lambda: datetime.fromisoformat(f"2026-03-{text}:00+01:00")


def kinds(done):
    return [alarm.kind for alarm in done.alarms]


def test_a_day_without_a_manifest_is_told_once_a_day(once):
    assert kinds(once(now=at("04T11:59"), expect_by=NOON)) == []
    assert kinds(once(now=at("04T12:00"), expect_by=NOON)) == ["late"]
    assert kinds(once(now=at("04T18:00"), expect_by=NOON)) == []
    assert kinds(once(now=at("05T11:00"), expect_by=NOON)) == []
    assert kinds(once(now=at("05T12:00"), expect_by=NOON)) == ["late"]
    assert kinds(once(now=at("06T18:00"))) == []


def test_a_manifest_of_today_is_enough_one_of_yesterday_is_not(once, drop):
    drop()
    once(now=at("04T23:59"))
    assert kinds(once(now=at("04T23:59"), expect_by=NOON)) == []
    done = once(now=at("05T12:01"), expect_by=NOON)
    assert kinds(done) == ["late"]
    assert next(done.alarm_messages).endswith("/inbox today by 12:00.")


def test_a_refused_file_has_come_all_the_same(once, inbox):
    (inbox / "a.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    assert once(expect_by=NOON).alarms == ()


def test_a_file_that_is_just_coming_is_not_late(once, drop, inbox):
    drop()
    (inbox / "~$daily.csv").touch()
    assert once(expect_by=NOON).alarms == ()


def test_going_on_with_yesterdays_run_is_no_arrival(once, drop):
    drop()
    assert once(now=at("04T12:00"), password=SecretStr("wrong"), expect_by=NOON).exit_code == 3
    done = once(now=at("05T12:00"), expect_by=NOON)
    assert done.exit_code == 0
    assert kinds(done) == ["late"]


def test_a_state_that_is_damaged_is_begun_anew(once, settings):
    once(expect_by=NOON)
    (state,) = (settings.home / "watch").glob("*.json")
    for damage in ("", "5", "[1]", '{"told_late": 5}', '{"told_late": "soon"}'):
        state.write_text(damage, "utf-8")
        assert kinds(once(expect_by=NOON)) == ["late"]


@pytest.fixture
def three_days(drop, once):
    for day, rows in enumerate((8, 10, 40)):
        drop(f"daily-{day}.csv", rows=rows, first_po=1001 + 100 * day)
    assert list(once().alarm_messages) == []


def alarms_of(done):
    (handled,) = done.files
    assert handled.ended.exit_code == 0
    return [alarm.kind for alarm in handled.alarms]


@pytest.mark.usefixtures("three_days")
@pytest.mark.parametrize(("rows", "told"), [(4, ["smaller"]), (5, [])])
def test_less_than_half_of_what_is_usual_is_told_and_sent(once, drop, rows, told):
    drop("daily-3.csv", rows=rows, first_po=5001)
    assert alarms_of(once()) == told


@pytest.mark.usefixtures("three_days")
def test_how_few_is_too_few_is_a_setting(once, drop):
    drop("daily-3.csv", rows=4, first_po=5001)
    assert alarms_of(once(smaller_than_usual=Share(0))) == []


@pytest.mark.usefixtures("three_days")
@pytest.mark.parametrize("name", ["weekly-3.csv", "daily-3.txt"])
def test_files_of_another_name_are_another_matter(once, drop, name):
    drop(name, rows=1, first_po=5001)
    assert alarms_of(once()) == []


def test_two_days_are_no_measure(drop, once):
    for day, rows in enumerate((10, 10, 1)):
        drop(f"daily-{day}.csv", rows=rows, first_po=1001 + 100 * day)
        assert alarms_of(once()) == []


@pytest.mark.parametrize("row", ["", "1001,T1,void\n"])
def test_a_manifest_without_a_row_to_send_is_told(once, inbox, row):
    (inbox / "a.csv").write_text("PO,Tracking Number,Void\n" + row, "utf-8")
    done = once()
    assert alarms_of(done) == ["empty"]
    assert next(done.alarm_messages).endswith("a.csv has no row to send.")


def test_a_file_of_no_bytes_is_told_as_empty_too(once, inbox):
    (inbox / "a.csv").touch()
    done = once()
    assert done.exit_code == 2
    assert [message.endswith("/a.csv is empty.") for message in done.alarm_messages] == [True]
