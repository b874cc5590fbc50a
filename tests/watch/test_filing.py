"""What becomes of a manifest, and that it is run once."""

import json
import os

import pytest
from openpyxl import load_workbook

from batch_tracker import ledger
from batch_tracker.stories import history


def test_a_manifest_is_done_with_its_workbook_and_its_outcome_beside_it(
    drop, once, inbox, files_in
):
    drop()
    (handled,) = once().files
    done = inbox / "done"
    workbook = f"daily-{handled.ended.summary.run}-results.xlsx"
    assert files_in(inbox) == []
    assert files_in(done) == [workbook, "daily.csv", "daily.csv.json"]
    outcome = json.loads((done / "daily.csv.json").read_text("utf-8"))
    assert outcome == handled.json()
    assert (outcome["status"], outcome["counts"]["updated"]) == ("success", 3)
    assert outcome["report"] == str(done / workbook)
    assert outcome["file"] == str(done / "daily.csv")
    assert load_workbook(done / workbook)["Results"].max_row == 4
    assert files_in(inbox.parent / "reports") == []


def test_the_ledger_knows_where_the_workbook_has_gone(drop, once, settings):
    drop()
    report = once().files[0].ended.summary.report
    assert [each.report for each in history.runs(settings)] == [report]


def test_the_oldest_file_is_run_first_and_what_is_no_manifest_stays(drop, once, inbox, files_in):
    drop("b.csv")
    drop("a.csv", rows=2)
    os.utime(inbox / "b.csv", (1000, 1000))
    for name in ("notes.pdf", ".hidden.csv"):
        (inbox / name).write_text("x", "utf-8")
    assert [each.path.name for each in once().files] == ["b.csv", "a.csv"]
    assert files_in(inbox) == [".hidden.csv", "notes.pdf"]


def test_the_same_name_every_day_overwrites_nothing(drop, once, inbox, files_in):
    drop(first_po=1001)
    once()
    drop(first_po=2001)
    run = once().files[0].ended.summary.run
    names = {"daily.csv", f"daily-{run}.csv", f"daily-{run}.csv.json"}
    assert names < set(files_in(inbox / "done"))


def test_three_refused_files_of_one_name_are_all_kept(once, inbox, files_in):
    for _ in range(3):
        (inbox / "notes.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
        assert once().exit_code == 2
    names = [name for name in files_in(inbox / "attention") if name.endswith(".csv")]
    assert names == ["notes-2.csv", "notes-3.csv", "notes.csv"]


def test_the_same_bytes_are_not_run_twice_whatever_their_name(
    drop, once, files_in, server, settings
):
    drop("monday.csv")
    drop("monday (1).csv")
    first, copy = once().files
    assert (first.note, copy.note) == ("", f"Already run as {first.ended.summary.run}.")
    calls = len(server.calls)
    drop("again.csv")
    (again,) = once().files
    assert again.note == copy.note
    assert again.ended.summary.report == first.ended.summary.report
    assert len(server.calls) == calls == 5
    assert len(history.runs(settings)) == 1
    assert {"monday.csv", "monday (1).csv", "again.csv"} < set(files_in(again.path.parent))


def test_a_copy_of_what_needs_a_person_needs_one_too(drop, once, inbox, files_in, server):
    server.script(1002, "500-message")
    drop("a.csv")
    assert once().exit_code == 1
    drop("b.csv")
    assert once().exit_code == 1
    assert {"a.csv", "b.csv"} < set(files_in(inbox / "attention"))


def test_what_was_refused_is_tried_again_once_it_can_be_read(once, inbox):
    (inbox / "a.csv").write_text("Auftrag,Sendung\n1001,T1\n", "utf-8")
    assert once().exit_code == 2
    (inbox / "attention" / "a.csv").rename(inbox / "a.csv")
    profile = inbox.parent / "german.toml"
    profile.write_text('[columns]\npo = "Auftrag"\ntracking_number = "Sendung"\n', "utf-8")
    assert once(profile=str(profile)).exit_code == 0


@pytest.fixture
def delivered(drop, once, inbox):
    """A folder whose only manifest is done, and the summary of its run."""
    drop()
    return inbox, once().files[0].ended.summary


@pytest.mark.parametrize(
    "lost",
    ["nothing", "outcome", "workbook", "workbook and its record", "the move of the workbook"],
)
def test_what_was_killed_before_the_file_was_moved_is_only_moved(
    once, delivered, server, settings, lost
):
    inbox, summary = delivered
    calls = len(server.calls)
    (inbox / "done" / "daily.csv").rename(inbox / "daily.csv")
    if lost != "nothing":
        (inbox / "done" / "daily.csv.json").unlink()
    if "workbook" in lost:
        workbook = inbox / "done" / f"daily-{summary.run}-results.xlsx"
        workbook.unlink()
    if "record" in lost:
        with ledger.open_ledger(settings.home) as db:
            ledger.update_run(ledger.find_run(db, summary.run), report=None)
    if "move" in lost:
        history.report(summary.run, settings, on_progress=lambda _: None)
    (again,) = once().files
    assert (again.ended.summary.run, again.ended.summary.report) == (summary.run, summary.report)
    assert len(list((inbox / "done").iterdir())) == 3
    assert load_workbook(again.ended.summary.report)["Results"].max_row == 4
    assert len(server.calls) == calls
    assert not any((inbox.parent / "reports").iterdir())


def test_a_file_that_can_not_be_moved_is_left_and_not_run_again(drop, once, inbox, server):
    drop()
    (inbox / "done" / "daily.csv.json").mkdir(parents=True)
    for _ in range(2):
        (handled,) = (done := once()).files
        assert done.exit_code == 1
        assert handled.is_left
        assert "can't be moved yet" in handled.note
        assert handled.path.exists()
    assert sum(server.calls.puts.values()) == 3
