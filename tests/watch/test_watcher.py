"""How a watcher goes on: order, rest, and a folder that is not there."""

import shutil
from itertools import islice

import pytest
from pydantic import SecretStr

from batch_tracker.errors import SourceRefused
from batch_tracker.settings import Share
from batch_tracker.watch import AlreadyWatched, lock_folder


class Day:
    """A clock that only sleeping moves on; ends the day after so many waits.

    `meanwhile` is called in each of them.
    """

    def __init__(self, waits, meanwhile):
        self.now = 0.0
        self.waits = waits
        self.meanwhile = meanwhile

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.meanwhile()
        self.now += seconds
        self.waits -= 1
        if not self.waits:
            raise KeyboardInterrupt


def spend(watcher, waits, meanwhile=lambda: None, **changed):
    """Return the times at which rounds led to something, and these."""
    day = Day(waits, meanwhile)
    rounds = []
    with watcher(clock=day.clock, sleep=day.sleep, **changed) as one:
        with pytest.raises(KeyboardInterrupt):
            rounds.extend((day.now, done) for done in one.rounds() if not done.is_empty)
        assert not one.is_at_work
    return rounds


def test_a_file_is_run_at_the_first_look_after_it_was_complete(watcher, drop):
    drop()
    ((when, done),) = spend(watcher, 5, settle_s=15, poll_s=10)
    assert when == 20
    assert done.exit_code == 0


def test_a_file_that_is_still_written_is_let_alone(watcher, inbox, drop):
    lines = iter(drop("slow.part", rows=35).read_text("utf-8").splitlines(keepends=True))

    def write_a_line():
        for line in islice(lines, 1):
            with (inbox / "slow.csv").open("a", encoding="utf-8") as file:
                file.write(line)

    ((when, done),) = spend(watcher, 50, write_a_line, settle_s=15, poll_s=10)
    assert when == 380  # the header and 35 rows, and then two looks at the whole
    assert [file.ended.summary.rows for file in done.files] == [35]


def test_a_single_look_waits_for_a_file_that_ends_in_mid_line(watcher, drop):
    path = drop()
    path.write_text(path.read_text("utf-8").rstrip(), "utf-8")
    day = Day(9, lambda: None)
    with watcher(clock=day.clock, sleep=day.sleep, settle_s=5) as one:
        (handled,) = one.once().files
    assert handled.ended.summary.counts["updated"] == 3
    assert day.now == 60


def test_what_stopped_one_run_stops_the_others_and_is_tried_seldom(watcher, drop, server):
    """A login that is refused every ten seconds locks the account."""
    drop("a.csv")
    drop("b.csv", first_po=2001)
    rounds = spend(watcher, 400, poll_s=10, password=SecretStr("wrong"))
    assert [when for when, _ in rounds] == [0, 300, 900, 2100]
    assert [len(done.files) for _, done in rounds] == [1, 1, 1, 1]
    assert server.calls.by_endpoint["token"] == 4


def test_a_stopped_run_is_the_first_to_go_on(drop, once):
    drop("begun.csv")
    stopped = once(password=SecretStr("wrong")).files[0]
    assert (stopped.is_left, stopped.ended.exit_code) == (True, 3)
    drop("a-new-one.csv", first_po=2001)
    begun = stopped.path
    begun.touch()
    first, second = once().files
    assert first.ended.summary.run == stopped.ended.summary.run
    assert (first.path.name, second.path.name) == ("begun.csv", "a-new-one.csv")


def test_a_folder_that_is_not_there_is_waited_for_with_one_sentence(watcher, heard, inbox, drop):
    drop()
    away = inbox.rename(inbox.with_name("away"))
    assert spend(watcher, 5) == []
    assert heard.said == [f"Waiting for {inbox}: No such file or directory."]
    away.rename(inbox)
    assert len(spend(watcher, 5)) == 1


def test_that_somebody_has_a_file_open_is_told_once_each_time(watcher, heard, inbox, drop):
    drop()
    with watcher(settle_s=0) as one:
        for locked in (True, True, False, True):
            lock = inbox / "~$daily.csv"
            lock.touch() if locked else lock.unlink()
            drop()
            one.once()
    assert heard.said == ["daily.csv waits until nobody has it open."] * 2


def test_a_folder_that_can_not_be_written_to_is_no_folder_to_watch(once, drop, inbox, server):
    drop()
    (inbox / "done").write_text("in the way", "utf-8")
    with pytest.raises(SourceRefused, match="can't be watched: File exists"):
        once()
    assert len(server.calls) == 0


def test_a_file_that_goes_away_during_its_run_was_run(watcher, drop, inbox):
    drop()
    with watcher() as one:
        one._on_progress = lambda progress: (
            shutil.rmtree(inbox, ignore_errors=True) if progress.stage == "writing" else None
        )
        done = one.once()
    (handled,) = done.files
    assert handled.ended.summary.counts["updated"] == 3
    assert handled.note == "The file was changed or removed meanwhile."
    assert done.exit_code == 1


def test_a_folder_has_one_watcher_under_any_of_its_names(inbox, tmp_path):
    (tmp_path / "link").symlink_to(inbox)
    with lock_folder(inbox, tmp_path / "home"):
        with pytest.raises(AlreadyWatched), lock_folder(tmp_path / "link", tmp_path / "home"):
            pass
        with lock_folder(tmp_path, tmp_path / "home"):
            pass


def test_a_watcher_that_goes_on_sends_no_row_again_that_failed_or_is_in_doubt(drop, once, server):
    """Only a person says that such a row is sent once more."""
    drop(rows=12)
    server.script(1001, *["500"] * 9)
    server.script(1002, *["reset-before"] * 9)
    server.script("put", *["ok"] * 4, *["500-message"] * 6)
    once(max_failures=Share(3), compare=False, workers=1, attempts=2, same_refusals=0)
    sent = {po: server.calls.puts[po] for po in (1001, 1002)}
    (handled,) = once(compare=False, workers=1, attempts=2, same_refusals=0).files
    assert handled.ended.summary.counts["not sent"] == 0
    assert {po: server.calls.puts[po] for po in (1001, 1002)} == sent
