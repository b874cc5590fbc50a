"""A request to end, whoever makes it and whenever it comes; and a look beside a run."""

import signal
import sqlite3
import subprocess
from contextlib import closing

import pytest
from openpyxl import load_workbook

ENDS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
ROWS = 4_000


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_run_that_is_asked_to_end_ends_gently_and_is_resumed(program, serve, number):
    server = serve(latency_s=0.01)
    server.hold(after=10)
    process = program.start("run", program.manifest(40), "--workers", "4")
    server.until_held()
    process.send_signal(number)
    server.release()
    said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    assert "Interrupted" in said
    assert len(list(program.folder.glob("reports/*.xlsx"))) == 1
    assert program.json("resume")["counts"]["updated"] == 40
    assert server.calls.puts.total() == 40


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_while_the_file_is_read_nothing_was_sent_and_nothing_is_left(program, server, number):
    process = subprocess.Popen(
        program.command("run", program.manifest(60_000)),
        cwd=program.folder,
        env=program.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    ledger = program.folder / "home" / "ledger.db"
    while not _rows(ledger):
        pass
    process.send_signal(number)
    _, complaints = process.communicate()
    assert process.returncode == 130, complaints
    assert "Nothing was sent" in complaints
    assert not len(server.calls)
    assert program.json("runs")["runs"] == []


def _rows(ledger):
    if not ledger.exists():
        return 0
    with closing(sqlite3.connect(ledger)) as db:
        return db.execute("SELECT COUNT(*) FROM rows").fetchone()[0]


def test_a_report_beside_a_run_that_sends_does_not_end_it(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=30)
    process = program.start("run", program.manifest(60), "--workers", "4", "--json")
    server.until_held()
    looked = program.json("report", code=3)
    assert looked["rows"] == 60
    assert 0 < looked["counts"]["updated"] < 60
    (run,) = program.json("runs")["runs"]
    assert run["status"] == "stopped"
    server.release()
    process.communicate()
    assert process.returncode == 0
    assert program.json("report")["counts"]["updated"] == 60


def test_a_report_while_rows_are_read_back_does_not_end_the_run(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=2 + 5)  # a login, a look, and the rows: the reading back is held
    process = program.start("run", program.manifest(5), "--workers", "1", "--verify", "--json")
    server.until_held()
    program("report")
    with closing(sqlite3.connect(program.folder / "home" / "ledger.db")) as db:
        assert db.execute("SELECT stage FROM runs").fetchone() == ("sending",)
    server.release()
    process.communicate()
    assert process.returncode == 0


@pytest.mark.parametrize("number", ENDS, ids=lambda number: number.name)
def test_a_workbook_that_is_being_written_is_finished_first(program, server, number):
    manifest = program.manifest(ROWS)
    manifest.write_text(manifest.read_text("utf-8").replace(",T0", ",some words T0"), "utf-8")
    process = program.start("run", manifest)
    while not list(program.folder.glob("reports/.batch-tracker-*.tmp/*.xlsx")):
        assert process.poll() is None
    process.send_signal(number)
    said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    assert "Interrupted while the workbook was written. It is whole." in said
    (workbook,) = program.folder.joinpath("reports").iterdir()
    with closing(load_workbook(workbook, read_only=True)) as book:
        assert len(list(book["Results"].rows)) == 1 + ROWS
    assert not len(server.calls)
    assert program.json("runs")["runs"][0]["status"] == "partial"
