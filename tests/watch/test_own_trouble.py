"""What goes wrong with one file of a folder: it holds up no other, and ends in attention/."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from batch_tracker import ledger
from batch_tracker.loader import file_digest
from tests.watch.test_watcher import spend

REFUSED = {"same_refusals": 3, "workers": 1, "compare": False}


def names(handled):
    return [(each.path.parent.name, each.path.name) for each in handled]


def refuse(server, puts):
    server.script("put", *["500-message"] * puts)


def test_a_file_of_somebody_elses_pos_holds_up_no_other(drop, once, server):
    refuse(server, 3)
    drop("a-theirs.csv", rows=9)
    drop("b-ours.csv", first_po=2001)
    done = once(**REFUSED)
    assert names(done.files) == [("inbox", "a-theirs.csv"), ("done", "b-ours.csv")]
    assert done.exit_code == 3


def test_a_file_that_came_to_a_stop_three_times_is_put_aside_and_can_be_resumed(
    drop, once, server, inbox
):
    drop(rows=9)
    ends = []
    for _ in range(3):
        refuse(server, 3)
        (handled,) = once(**REFUSED).files
        ends.append((handled.path.parent.name, handled.is_left))
    assert ends == [("inbox", True), ("inbox", True), ("attention", False)]
    run = handled.ended.summary.run
    assert handled.note == f"It was tried 3 times. batch-tracker resume {run} goes on with it."
    told = json.loads((inbox / "attention" / "daily.csv.json").read_text("utf-8"))
    assert (told["run"], told["status"], told["note"]) == (run, "stopped", handled.note)
    assert once(**REFUSED).is_empty


def test_a_file_that_is_put_aside_and_comes_again_is_tried_as_often_again(drop, once, server):
    path = drop(rows=9)
    for _ in range(3):
        refuse(server, 3)
        (handled,) = once(**REFUSED).files
    handled.path.rename(path)
    refuse(server, 3)
    assert once(**REFUSED).files[0].is_left


def test_a_file_that_came_to_a_stop_rests_longer_each_time_while_others_are_run(
    watcher, drop, server
):
    """It rests only for as long as it is the same file."""
    theirs = drop("theirs.csv", rows=9)

    def meanwhile():
        refuse(server, 3)
        meanwhile.waits += 1
        if meanwhile.waits == 20:
            os.utime(theirs, (1, 1))

    meanwhile.waits = 0
    meanwhile()
    rounds = spend(watcher, 120, meanwhile, poll_s=10, settle_s=0, **REFUSED)
    assert [when for when, _ in rounds] == [0, 190, 790]
    assert [done.files[0].path.parent.name for _, done in rounds] == ["inbox", "inbox", "attention"]


def test_a_defect_that_one_file_meets_is_that_files(watcher, drop):
    drop("a-odd.csv")
    drop("b-plain.csv", first_po=2001)
    met = []

    def fail_once(progress):
        if not met:
            met.append(progress)
            raise ZeroDivisionError("nobody has thought of it")

    with watcher() as one:
        one._on_progress = fail_once
        odd, plain = one.once().files
    assert (odd.path.name, odd.is_left, odd.ended.exit_code) == ("a-odd.csv", True, 3)
    assert "This is a defect of batch-tracker" in odd.ended.summary.message
    written = odd.ended.summary.message.split(" with ")[1].split(". ")[0]
    assert "nobody has thought of it" in Path(written).read_text("utf-8")
    Path(written).unlink()
    assert plain.path.parent.name == "done"


def test_a_file_that_another_process_sends_is_waited_for_and_holds_up_no_other(
    drop, once, settings, server
):
    path = drop("a-being-sent.csv")
    drop("b-plain.csv", first_po=2001)
    digest = file_digest(path)
    settings.home.mkdir()
    with ledger.sending(digest, server=settings.url, home=settings.home):
        for _ in range(4):
            handled = once().files[0]
            assert (handled.path, handled.is_left) == (path, True)
    assert names(once().files) == [("done", "a-being-sent.csv")]
    assert server.calls.puts.total() == 6


def test_a_file_whose_place_is_taken_ends_in_attention_and_holds_up_no_other(drop, once, inbox):
    drop("a.csv")
    (inbox / "done" / "a.csv.json").mkdir(parents=True)
    for number in range(3):
        drop("b.csv", first_po=2001 + number)
        by_name = {each.path.name[0]: each for each in once().files}
        assert by_name["b"].path.parent.name == "done"
    assert by_name["a"].path == inbox / "attention" / "a.csv"
    assert "can't be moved yet" in by_name["a"].note


def test_a_file_that_can_be_moved_nowhere_holds_up_no_other(drop, once, inbox, server):
    drop("a.csv")
    for folder in ("done", "attention"):
        (inbox / folder / "a.csv.json").mkdir(parents=True)
    for number in range(4):
        drop("b.csv", first_po=2001 + number)
        by_name = {each.path.name[0]: each for each in once().files}
        assert by_name["b"].path.parent.name == "done"
        assert by_name["a"].path == inbox / "a.csv"
    assert server.calls.puts.total() == 3 + 4 * 3 - 3 * 2  # each b has one new row


def test_what_can_not_be_remembered_of_a_folder_stops_nothing(drop, once, settings):
    folder = settings.home / "watch"
    once()
    (lock,) = folder.glob("*.lock")
    lock.with_suffix(".new").mkdir()
    drop()
    assert names(once().files) == [("done", "daily.csv")]


@pytest.fixture
def other_disk(tmp_path):
    """A folder on another disk than the test's own."""
    for place in (Path("/dev/shm"), Path.home(), Path.cwd()):
        if place.is_dir() and place.stat().st_dev != tmp_path.stat().st_dev:
            folder = Path(tempfile.mkdtemp(dir=place))
            yield folder
            shutil.rmtree(folder)
            return
    pytest.skip("there is one disk only")


def test_where_done_is_on_another_disk_files_are_copied_there(drop, once, inbox, other_disk):
    (inbox / "done").symlink_to(other_disk)
    text = drop().read_text("utf-8")
    (handled,) = once().files
    assert not handled.is_left
    assert (other_disk / "daily.csv").read_text("utf-8") == text
    assert not (inbox / "daily.csv").exists()
    assert len(list(other_disk.iterdir())) == 3  # with the workbook and the JSON object


@pytest.mark.parametrize("length", [200, 228, 232, 240, 251])
def test_a_name_that_is_as_long_as_a_name_can_be_is_filed_every_day(once, drop, inbox, length):
    name = "x" * length + ".csv"
    for day in range(3):
        drop(name, first_po=1001 + 10 * day)
        (handled,) = once().files
        assert not handled.is_left
        told = json.loads(next((inbox / "done").glob("*.json")).read_text("utf-8"))
        assert told["status"] == "success"
    assert len(list((inbox / "done").glob("*.csv"))) == 3
    assert len(list((inbox / "done").glob("*.json"))) == 3
