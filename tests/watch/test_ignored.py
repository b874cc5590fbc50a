"""Files that a watched folder does not take are told, once."""

import pytest


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


def test_a_results_workbook_is_told_with_what_to_do(once, put, inbox):
    put("daily-results.xlsx")
    (alarm,) = once().alarms
    assert f"batch-tracker run {inbox / 'daily-results.xlsx'}" in alarm.message


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
