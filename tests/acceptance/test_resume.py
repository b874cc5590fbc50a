"""Going on with a run: who may, what is opened again, and what an old run must not undo."""

import json
import signal
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from batch_tracker.sandbox import Sandbox, SandboxSettings


def puts(sandbox):
    return sandbox.calls.puts.total()


@pytest.fixture
def stopped(program, serve):
    """A run that was interrupted after a few rows; gives the sandbox and the run's name."""
    server = serve(latency_s=0.01)
    server.hold(after=10)
    process = program.start("run", program.manifest(60), "--workers", "4", "--json")
    server.until_held()
    process.send_signal(signal.SIGINT)
    server.release()
    said, _ = process.communicate()
    return server, json.loads(said)["run"]


def test_one_process_at_a_time_works_on_a_run(program, stopped):
    server, name = stopped
    server.hold(after=1)
    first = program.start("resume", "--workers", "1", "--json")
    server.until_held()
    second = program("resume", name)
    assert second.returncode == 2
    assert f"Run {name} is in use by another process" in second.stderr
    server.release()
    said, _ = first.communicate()
    assert json.loads(said)["counts"]["updated"] == 60
    assert max(server.calls.puts.values()) == 1


def test_a_file_that_is_being_sent_is_not_sent_a_second_time(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=2)
    manifest = program.manifest(60)
    first = program.start("run", manifest, "--workers", "1", "--json")
    server.until_held()
    server.answer_others()
    second = program("run", manifest)
    assert second.returncode == 2
    assert "This very file is in use by another process" in second.stderr
    other = program("run", program.manifest(1, first_po=5001, name="other.csv"))
    assert other.returncode == 0, other.stderr
    assert first.poll() is None
    server.release()
    said, _ = first.communicate()
    assert json.loads(said)["counts"]["updated"] == 60
    assert max(server.calls.puts.values()) == 1
    assert program.json("run", manifest)["counts"]["unchanged"] == 60


def test_a_killed_process_holds_nothing_back(program, stopped):
    server, name = stopped
    server.hold(after=1)
    first = program.start("resume")
    server.until_held()
    first.kill()
    server.release()
    first.communicate()
    assert program.json("resume", name)["counts"]["updated"] == 60


def test_retry_sends_what_failed_again_and_nothing_else(program, server):
    server.script(1003, *["500"] * 5)
    server.script(1004, "500-message")
    ended = program.json("run", program.manifest(6), code=1)
    assert (ended["counts"]["failed"], ended["counts"]["rejected"]) == (1, 1)
    before = puts(server)
    again = program.json("retry", code=1)
    assert (again["counts"]["failed"], again["counts"]["rejected"]) == (0, 1)
    assert puts(server) == before + 1
    assert again["run"] == ended["run"]


def test_rows_refused_for_no_reason_of_their_own_are_sent_on_resume(program):
    users = {"clerk": program.environment["SELLERCLOUD_PASSWORD"]}
    strict = Sandbox(SandboxSettings(users=users, multiple_tracking=True))
    with strict.running() as url:
        program.environment["SELLERCLOUD_URL"] = url
        stopped = program.json("run", program.manifest(40), "--workers", "4", code=3)
    assert "Enable Multiple Tracking Numbers On PO" in stopped["message"]
    assert puts(strict) <= 14
    with Sandbox(SandboxSettings(users=users)).running(urlsplit(url).port):
        assert program.json("resume")["counts"]["updated"] == 40


def test_an_old_run_does_not_undo_a_newer_one(program, server):
    server.script(1002, *["500"] * 5)
    old = program.manifest(3)
    name = program.json("run", old, code=1)["run"]
    old.write_text(old.read_text("utf-8").replace("T000001002", "NEW1002"), "utf-8")
    program.json("run", old)
    ended = program.json("retry", name, code=1)
    assert ended["counts"]["conflict"] == 1
    assert server.orders[1002].tracking_number == "NEW1002"


def test_a_run_under_way_does_not_undo_a_newer_one(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=4)
    older = program.start("run", program.manifest(60), "--workers", "1", "--json")
    server.until_held()
    server.answer_others()
    newer = program.folder / "correction.csv"
    newer.write_text("PO,Tracking Number,Carrier\n1060,NEW1060,ACME\n", "utf-8")
    assert program.json("run", newer)["counts"]["updated"] == 1
    server.release()
    said, _ = older.communicate()
    counts = json.loads(said)["counts"]
    assert (counts["updated"], counts["conflict"], counts["not sent"]) == (59, 1, 0)
    assert server.orders[1060].tracking_number == "NEW1060"


def test_a_run_that_was_never_read_to_its_end_says_so(program, server, wait_until):
    def names():
        home = program.folder / "home" / "ledger.db"
        with closing(sqlite3.connect(f"{home.as_uri()}?mode=ro", uri=True)) as ledger:
            return [name for (name,) in ledger.execute("SELECT name FROM runs")]

    process = program.start("run", program.manifest(200_000))
    wait_until(lambda: begun(names))
    process.kill()
    process.communicate()
    (name,) = names()
    done = program("resume", name)
    assert done.returncode == 2
    assert "ended while its file was read. Nothing was sent" in done.stderr
    assert "No run is unfinished" in program("resume").stderr
    assert len(server.calls) == 0


def begun(names):
    try:
        return bool(names())
    except sqlite3.Error:
        return False
