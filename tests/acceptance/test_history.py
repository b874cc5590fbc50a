"""Looking back: what a run came to, what ever happened to a PO, and letting go of what is old."""

import sqlite3
from contextlib import closing

import click
import pytest

from batch_tracker.cli.main import cli
from batch_tracker.settings import Settings
from batch_tracker.stories.run import run as run_story


@pytest.fixture
def two_days(program, server):
    """A run of three POs, then one that changes the second; 1003 fails for good on both days."""
    server.script(1003, "500-message", "500-message")
    settings = Settings(
        url=program.environment["SELLERCLOUD_URL"],
        username="clerk",
        password=program.environment["SELLERCLOUD_PASSWORD"],
        home=program.folder / "home",
        output=program.folder / "reports",
    )
    monday = program.manifest(3, name="monday.csv")
    tuesday = program.folder / "tuesday.csv"
    tuesday.write_text(monday.read_text("utf-8").replace("T000001002", "NEW1002"), "utf-8")
    return tuple(
        run_story(path, settings, force=False, on_progress=lambda _: None).summary
        for path in (monday, tuesday)
    )


def age(program, days):
    """Let every run have ended so many days earlier."""
    with closing(sqlite3.connect(program.folder / "home" / "ledger.db")) as ledger, ledger:
        for column in ("started_at", "finished_at"):
            ledger.execute(
                f"UPDATE runs SET {column} = strftime('%Y-%m-%dT%H:%M:%f+00:00', {column}, ?)",
                (f"-{days} days",),
            )


def test_the_last_runs_are_listed(program, two_days):
    monday, tuesday = (each.run for each in two_days)
    shown = program("runs", "--last", "1").stdout
    assert [line.split()[0] for line in shown.splitlines()[1:]] == [tuesday]
    assert [each["run"] for each in program.json("runs")["runs"]] == [tuesday, monday]
    assert len(program.json("runs", "--last", "1")["runs"]) == 1


def test_runs_are_listed_with_when_they_began(program, two_days):
    monday, tuesday = two_days
    listed = program.json("runs")["runs"]
    assert [each["run"] for each in listed] == [tuesday.run, monday.run]
    assert all(each["started_at"] <= each["finished_at"] for each in listed)
    header, newest, _ = program("runs", TZ="UTC").stdout.splitlines()
    assert header.split() == ["RUN", "STARTED", "STATUS", "ROWS", "CALLS", "FILE"]
    assert newest.split()[0] == tuesday.run
    assert f"{listed[0]['started_at'][:16].replace('T', ' ')}  partial" in newest


def test_show_tells_a_run_and_its_first_problems(program, two_days):
    monday, tuesday = two_days
    shown = program.json("show", monday.run)
    assert shown["counts"] == monday.counts
    assert (shown["source"], shown["calls"]) == (monday.source, monday.calls)
    (problem,) = shown["problems"]
    assert (problem["row"], problem["state"], problem["http_status"]) == (4, "rejected", 500)
    told = program("show").stdout
    assert tuesday.run in told
    assert f"row 4 is rejected: {problem['message']}" in told


def test_find_tells_everything_about_a_po(program, two_days):
    monday, tuesday = two_days
    found = program.json("find", 1002)
    assert [(each["run"], each["row"], each["state"]) for each in found["rows"]] == [
        (monday.run, 3, "updated"),
        (tuesday.run, 3, "updated"),
    ]
    assert [each["values"]["tracking_number"] for each in found["rows"]] == [
        "T000001002",
        "NEW1002",
    ]
    assert [len(each["attempts"]) for each in found["rows"]] == [1, 1]
    (applied,) = found["applied"]
    assert (applied["run"], applied["values"]["tracking_number"]) == (tuesday.run, "NEW1002")
    told = program("find", "1003").stdout
    assert told.count("rejected") == 2
    assert told.count("try 1 at") == 2
    assert "HTTP 500" in told
    assert "No run in the ledger has it" in program("find", 5).stdout
    assert program("find", "PO-5").returncode == 2


def test_prune_asks_deletes_and_leaves_the_delta(program, two_days, server):
    monday, tuesday = two_days
    source = tuesday.source
    age(program, 91)
    would = program.json("prune", "--older-than", "90d", "--dry-run")
    assert (would["runs"], would["rows"], would["deleted"]) == (2, 6, False)
    told = program("prune", "--older-than", "90d", "--dry-run").stdout
    assert told == "Nothing was deleted: 6 rows of 2 runs would be deleted.\n"
    unanswered = program("prune", "--older-than", "90d")
    assert unanswered.returncode == 2
    assert "Give --yes" in unanswered.stderr
    pruned = program.json("prune", "--older-than", "90d", "--yes")
    assert (pruned["runs"], pruned["rows"], pruned["deleted"]) == (2, 6, True)
    found = program.json("find", 1002)
    assert found["rows"] == []
    assert found["applied"][0]["values"]["tracking_number"] == "NEW1002"
    shown = program.json("show", monday.run)
    assert shown["counts"] == monday.counts
    assert "Its rows were deleted on" in shown["notes"][-1]
    calls = server.calls.puts.total()
    assert program.json("run", source)["counts"]["unchanged"] == 2
    assert server.calls.puts.total() == calls + 1


def test_what_was_pruned_is_neither_resumed_nor_reported(program, two_days):
    age(program, 2)
    program.json("prune", "--older-than", "1d", "--yes")
    for words in (["report"], ["resume", two_days[0].run]):
        done = program(*words)
        assert done.returncode == 2
        assert "were deleted by prune. Only its counts are left" in done.stderr


@pytest.mark.parametrize("wrong", ["0d", "90", "90m", "-5d", "1.5y", "99999y", "d", "forever", ""])
def test_a_nonsense_age_is_refused(wrong):
    with pytest.raises(click.BadParameter, match=r"is not an age\. Write it like 90d, 12w or 2y"):
        cli.main(["prune", "--older-than", wrong, "--yes"], standalone_mode=False)
