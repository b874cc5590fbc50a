"""Trouble with the disk: a clear message, nothing lost, and the run goes on once it is mended."""

import json
import resource
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest


@pytest.mark.parametrize("limit", [200_000, 400_000, 800_000])
def test_a_disk_that_fills_up_in_mid_run(program, serve, limit):
    server = serve(latency_s=0.002)
    manifest = program.manifest(300)

    def fill_up():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = program.alone("run", manifest, "--workers", "4", preexec_fn=fill_up)
    assert done.returncode in ({3} if server.calls.puts else {2, 3}), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    said = done.stdout + done.stderr
    assert "ledger" in said or "quota" in said
    known = updated(program)
    sent_before = dict(server.calls.puts)
    assert all(server.orders[po].tracking_number for po in known)
    assert len(sent_before) - len(known) <= 4  # in doubt: one a worker

    ended = program.json("resume") if done.returncode == 3 else program.json("run", manifest)
    assert ended["counts"]["updated"] + ended["counts"]["unchanged"] == 300
    assert all(server.calls.puts[po] == sent_before[po] for po in known)


def test_the_json_object_tells_what_was_sent_before_the_ledger_failed(program, serve):
    """Of several files too: the first is done, the second broken off, the third not begun."""
    server = serve(latency_s=0.002)
    program.manifest(20, name="a.csv")
    program.manifest(300, name="b.csv", first_po=2001)
    program.manifest(20, name="c.csv", first_po=3001)

    def fill_up():
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    words = ("run", "a.csv", "b.csv", "c.csv", "--workers", "4", "--json")
    done = program.alone(*words, preexec_fn=fill_up)
    assert done.returncode == 3
    told = json.loads(done.stdout)
    first, second = told["files"]
    assert (first["status"], first["counts"]["updated"]) == ("success", 20)
    assert (second["status"], second["rows"], second["report"]) == ("stopped", 300, None)
    assert second["run"]
    assert "The ledger can't be used any more" in second["message"]
    counts = second["counts"]
    assert 0 < counts["updated"] <= server.calls.puts.total() - 20
    assert counts["updated"] + counts["in doubt"] + counts["not sent"] == 300
    assert told["calls"] == first["calls"] + second["calls"] >= server.calls.puts.total()
    assert "1 of 3 files were not begun" in done.stderr


def updated(program):
    with closing(sqlite3.connect(program.folder / "home" / "ledger.db")) as ledger:
        rows = ledger.execute(
            "SELECT po FROM rows JOIN outcomes USING (run, row) WHERE state = 'updated'"
        )
        return {po for (po,) in rows}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: (home / "ledger.db").write_bytes(b"not a database" * 100), "not a database"),
        (lambda home: (home / "ledger.db").mkdir(), "can't be used"),
        (lambda home: (home / "quota.db").write_bytes(b"not a database" * 100), "quota"),
        (lambda home: newer(home / "ledger.db"), "newer version of batch-tracker"),
    ],
)
def test_a_home_that_can_not_be_used_is_refused_in_a_sentence(program, server, spoil, said):
    home = program.folder / "home"
    home.mkdir()
    spoil(home)
    done = program("run", program.manifest(2))
    assert done.returncode in {2, 3}
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert len(server.calls) == 0


def test_a_home_that_is_a_file(program, server):
    (program.folder / "home").write_text("x", "utf-8")
    done = program("run", program.manifest(2))
    assert (done.returncode, len(server.calls)) == (2, 0)
    assert "BATCH_TRACKER_HOME" in done.stderr


@pytest.mark.parametrize("command", ["run", "resume", "retry"])
def test_an_output_folder_that_can_not_be_written_is_found_before_the_first_call(
    program, server, command
):
    (program.folder / "reports").write_text("a file where the folder should be", "utf-8")
    words = [program.manifest(3)] if command == "run" else []
    done = program(command, *words)
    assert done.returncode == 2
    assert "No workbook can be written into reports: " in done.stderr
    assert len(server.calls) == 0
    assert program.json("runs")["runs"] == []


@pytest.mark.parametrize("as_json", [False, True])
def test_a_workbook_that_can_not_be_written_loses_nothing(program, serve, wait_until, as_json):
    """The folder goes while rows are sent."""
    server = serve(latency_s=0.05)
    reports = program.folder / "reports"
    run = program.start("run", program.manifest(9), "--workers", "1", *["--json"] * as_json)
    wait_until(lambda: server.calls.puts.total() >= 2)
    reports.rmdir()
    reports.write_text("a file where the folder was", "utf-8")
    said, complaints = run.communicate(50)
    assert run.returncode == 1
    if as_json:
        told = json.loads(said)
        assert (told["counts"]["updated"], told["report"]) == (9, None)
        assert "reports" in told["message"]
    else:
        assert "  updated   9" in said
        assert "can't be written" in said
    assert "Traceback" not in complaints
    reports.unlink()
    resumed = program.json("resume")
    assert resumed["counts"]["updated"] == 9
    assert (program.folder / resumed["report"]).exists()
    assert program.json("report")["counts"]["updated"] == 9
    assert server.calls.puts.total() == 9
    assert "No run is unfinished" in program("resume").stderr


def test_nothing_that_python_says_of_a_workbook_half_written_reaches_a_person(program, server):
    """On a full disk, openpyxl leaves a zip file that can't be closed any more."""
    assert program("run", program.manifest(4000)).returncode == 0

    def fill_up():
        resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000))

    done = program.alone("report", preexec_fn=fill_up)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: The results workbook")
    assert "File too large" in line
    assert server.calls.puts.total() == 4000


def test_an_output_that_can_not_be_written_is_no_defect_of_ours(program):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            program.command("run", program.manifest(2), "--sandbox"),
            cwd=program.folder,
            env=program.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The output can't be written: No space left on device.")


def newer(path):
    with closing(sqlite3.connect(path)) as ledger:
        ledger.execute("PRAGMA user_version = 99")
