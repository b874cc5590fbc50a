"""Files that a watched folder does not take are told, once."""

import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook


def told(done):
    return [alarm.message.split()[0] for alarm in done.alarms if alarm.kind == "ignored"]


@pytest.fixture
def put(inbox):
    def put(*names):
        for name in names:
            (inbox / name).write_text("x", "utf-8")

    return put


def test_what_is_not_taken_is_told_once_by_all_watchers_together(once, put, inbox):
    put("a.pdf", "b.zip", "c.dat", "no-ending")
    assert told(once()) == ["a.pdf", "b.zip", "c.dat", "no-ending"]
    assert told(once()) == []
    put("d.json")
    assert told(once()) == ["d.json"]
    (inbox / "a.pdf").unlink()
    assert told(once()) == []
    put("a.pdf")
    assert told(once()) == ["a.pdf"], "another file by this name"


@pytest.fixture
def workbook(drop, once):
    """A results workbook, as it was written."""
    drop()
    return Path(once().files[0].ended.summary.report)


@pytest.mark.parametrize("name", ["daily-results.xlsx", "daily-results (2).xlsx"])
def test_a_results_workbook_is_told_with_what_to_do(once, workbook, inbox, name):
    shutil.copy(workbook, inbox / name)
    done = once()
    (alarm,) = done.alarms
    assert f"batch-tracker run {inbox / name}" in alarm.message
    assert done.files == ()


def test_a_results_workbook_that_a_person_has_named_anew_is_run(once, workbook, inbox):
    shutil.copy(workbook, inbox / "corrected.xlsx")
    (handled,) = once().files
    assert handled.ended.summary.counts["unchanged"] == 3


@pytest.mark.parametrize("name", ["daily-results.csv", "results.csv", "-results.csv"])
def test_a_manifest_that_is_called_results_is_run(once, drop, name):
    drop(name)
    (handled,) = once().files
    assert handled.ended.summary.counts["updated"] == 3


def test_a_workbook_of_somebody_else_that_is_called_results_is_run(once, inbox):
    book = Workbook()
    book.active.title = "Results"
    for row in (["PO", "Tracking Number", "Carrier"], [1001, "T1", "ACME"]):
        book.active.append(row)
    book.save(inbox / "daily-results.xlsx")
    (handled,) = once().files
    assert handled.ended.summary.counts["updated"] == 1


@pytest.mark.parametrize(
    "name", [".hidden", "~$daily.xlsx", ".~lock.daily.ods#", "daily.csv.part", "x.crdownload"]
)
def test_what_programs_put_there_for_a_while_is_not_told(once, put, name):
    put(name)
    assert once().alarms == ()


def test_folders_and_manifests_are_not_told(once, drop, inbox):
    drop()
    (inbox / "folder").mkdir()
    done = once()
    assert (len(done.files), done.alarms) == (1, ())
    assert once().alarms == ()


def test_a_file_that_is_still_copied_is_not_told(watcher, put):
    clock = [0.0]
    with watcher(clock=lambda: clock[0], settle_s=5) as one:
        rounds = one.rounds()
        put("a.pdf")
        assert told(next(rounds)) == []
        clock[0] = 4
        put("b.pdf")
        assert told(next(rounds)) == []
        clock[0] = 6
        assert told(next(rounds)) == ["a.pdf"]
