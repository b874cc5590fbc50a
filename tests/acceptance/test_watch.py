"""A watched folder, with real processes: what comes in, what goes out, and what is cut short."""

import ctypes
import json
import shutil
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS
from batch_tracker.sandbox import Sandbox, SandboxSettings


@pytest.fixture
def inbox(program):
    program.environment |= {"BATCH_TRACKER_SETTLE_S": "0.05", "BATCH_TRACKER_POLL_S": "0.05"}
    folder = program.folder / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def drop(program, inbox):
    """Put a whole manifest into the folder at once."""

    def drop(name="daily.csv", rows=3, first_po=1001):
        made = program.manifest(rows, first_po=first_po, name=f"{name}.part")
        return made.rename(inbox / name)

    return drop


@pytest.fixture
def once(program, inbox):
    def once(*words, code=0):
        return program.json("watch", inbox, "--once", *words, code=code)

    return once


@pytest.fixture
def watching(program, inbox):
    """Start watchers; those still at work at the end are killed."""
    started = []

    def watching(*words):
        started.append(program.start("watch", inbox, *words))
        return started[-1]

    yield watching
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def holding(serve):
    """A server that keeps back all answers but the first few, the login's among them."""
    server = serve(latency_s=0.01)
    server.hold(after=8)
    return server


def files_in(folder):
    return sorted(each.name for each in folder.iterdir() if each.is_file())


def puts(sandbox):
    return sandbox.calls.puts.total()


def ends_by(process, number):
    """Ask a process to end, and return how it ended and what it said."""
    process.send_signal(number)
    said, complained = process.communicate()
    return process.returncode, said, complained


def test_two_files_at_once_and_one_of_them_twice(program, drop, once, inbox, server):
    server.script(1002, "500-message")
    drop("a.csv")
    drop("b.csv", first_po=2001)
    drop("a copy.csv")
    ended = once(code=1)
    assert ended["status"] == "partial"
    assert (ended["rows"], ended["counts"]["updated"]) == (6, 5)  # the copy is not counted again
    assert [each["status"] for each in ended["files"]] == ["partial", "success", "partial"]
    assert ended["files"][2]["note"] == f"Already run as {ended['files'][0]['run']}."
    assert {"b.csv", "b.csv.json"} < set(files_in(inbox / "done"))
    assert {"a.csv", "a copy.csv"} < set(files_in(inbox / "attention"))
    assert len(program.json("runs")["runs"]) == 2
    assert puts(server) == 6


@pytest.mark.usefixtures("server")
def test_a_file_that_is_no_manifest_holds_up_nothing(drop, program, inbox):
    (inbox / "minutes.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    drop()
    done = program("watch", inbox, "--once")
    assert done.returncode == 2
    assert "minutes.csv: none of the first 30 rows has a header for the PO" in done.stdout
    assert f"moved to  {inbox / 'done' / 'daily.csv'}" in done.stdout
    assert files_in(inbox / "attention") == ["minutes.csv", "minutes.csv.json"]


def as_an_ordinary_user():
    """Let the process obey a file's rights even where the tests are run by root; Linux only."""
    for capability in (1, 2):  # to override them in writing, and in reading
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def test_a_file_that_may_not_be_read_is_told_and_holds_up_nothing(program, drop, inbox, server):
    drop("a.csv").chmod(0)
    drop("b.csv", first_po=2001)
    words = ("watch", inbox, "--once", "--json")
    done = program.alone(*words, preexec_fn=as_an_ordinary_user)
    assert done.returncode == 2, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert "a.csv: the file can't be read (Permission denied)." in told["message"]
    assert files_in(inbox) == ["a.csv"]
    assert "b.csv" in files_in(inbox / "done")
    (inbox / "a.csv").chmod(0o600)
    assert program.alone(*words, preexec_fn=as_an_ordinary_user).returncode == 0
    assert puts(server) == 6


def test_a_file_that_may_not_be_read_has_not_come(program, drop, inbox, server):
    drop("a.csv").chmod(0)
    done = program.alone(
        *("watch", inbox, "--once", "--json", "--expect-by", "00:00"),
        preexec_fn=as_an_ordinary_user,
    )
    told = json.loads(done.stdout)
    assert [alarm["kind"] for alarm in told.get("alarms", ())] == ["late"], told
    assert puts(server) == 0


def test_killed_in_mid_run_it_goes_on_with_that_run(program, holding, drop, once, watching):
    drop(rows=40)
    process = watching("--workers", "4")
    holding.until_held()
    process.kill()
    holding.release()
    process.communicate()
    ended = once("--workers", "4")["files"][0]
    assert (ended["rows"], ended["counts"]["updated"], ended["note"]) == (40, 40, "")
    assert len(program.json("runs")["runs"]) == 1
    assert puts(holding) <= 44  # the rows under way at the kill are repeated, no other
    rows = load_workbook(ended["report"])["Results"].iter_rows(min_row=2, values_only=True)
    assert [int(row[len(LEADING_COLUMNS)]) for row in rows] == list(range(1001, 1041))
    assert Path(ended["file"]).parent.name == "done"


@pytest.mark.usefixtures("server")
def test_a_folder_that_disappears_is_waited_for(drop, inbox, watching):
    process = watching("--json")
    drop()
    process.stdout.readline()
    away = inbox.rename(inbox.with_name("away"))
    assert process.stderr.readline().startswith(f"Waiting for {inbox}: No such file")
    away.rename(inbox)
    assert process.stderr.readline() == f"{inbox} is back.\n"
    drop("next.csv", first_po=2001)
    assert json.loads(process.stdout.readline())["files"][0]["status"] == "success"
    assert ends_by(process, signal.SIGTERM) == (0, "", "")


def test_a_folder_that_disappears_during_a_run_costs_no_row(
    program, holding, drop, inbox, watching
):
    process = watching("--json", "--workers", "4")
    drop(rows=30)
    holding.until_held()
    away = inbox.rename(inbox.with_name("away"))
    holding.release()
    ended = json.loads(process.stdout.readline())["files"][0]
    assert ended["counts"]["updated"] == 30
    assert ended["note"] == "The file was changed or removed meanwhile."
    assert not inbox.exists()
    ends_by(process, signal.SIGTERM)
    away.rename(inbox)
    program("watch", inbox, "--once")
    assert len(files_in(inbox / "done")) == 3
    assert puts(holding) == 30


@pytest.mark.usefixtures("server")
def test_a_folder_that_is_not_there_is_told_by_the_exit_code(program, inbox):
    done = program("watch", inbox / "typo", "--once")
    assert done.returncode == 2
    assert "typo can't be watched: No such file or directory." in done.stderr


def test_a_stopped_run_leaves_its_file_and_goes_on_later(program, drop, once, inbox):
    users = {"clerk": program.environment["SELLERCLOUD_PASSWORD"]}
    strict = Sandbox(SandboxSettings(users=users, multiple_tracking=True))
    drop(rows=40)
    drop("next.csv", rows=40, first_po=2001)
    with strict.running() as url:
        program.environment["SELLERCLOUD_URL"] = url
        ended = once("--workers", "4", code=3)
    assert [each["status"] for each in ended["files"]] == ["stopped", "stopped"]
    assert files_in(inbox) == ["daily.csv", "next.csv"]
    with Sandbox(SandboxSettings(users=users)).running(urlsplit(url).port):
        again = once()
    assert [each["counts"]["updated"] for each in again["files"]] == [40, 40]
    assert [each["run"] for each in again["files"]] == [each["run"] for each in ended["files"]]


def test_ctrl_c_ends_the_run_gently_and_the_watcher_with_it(holding, drop, once, inbox, watching):
    drop(rows=40)
    drop("next.csv", first_po=2001)
    process = watching("--json", "--workers", "4")
    holding.until_held()
    process.send_signal(signal.SIGINT)
    holding.release()
    said, complained = process.communicate()
    assert (process.returncode, complained) == (130, "")
    (file,) = json.loads(said)["files"]
    assert (file["status"], file["counts"]["in doubt"]) == ("stopped", 0)
    assert files_in(inbox) == ["daily.csv", "next.csv"]
    assert once()["files"][0]["run"] == file["run"]
    assert puts(holding) == 43


@pytest.mark.usefixtures("server")
def test_a_watcher_that_has_nothing_to_do_ends_at_once_and_well(drop, watching):
    process = watching("--poll", "3600", "--settle", "0", "--json")
    drop()
    process.stdout.readline()
    assert ends_by(process, signal.SIGINT) == (0, "", "")


@pytest.mark.usefixtures("server")
def test_there_is_one_watcher_at_a_time(program, inbox, drop, watching):
    process = watching("--json")
    drop()
    process.stdout.readline()
    overlapping = program("watch", inbox, "--once", "--json")
    assert overlapping.returncode == 0
    assert "Another watcher is at work on" in overlapping.stderr
    assert json.loads(overlapping.stdout)["files"] == []
    assert program("watch", inbox).returncode == 2
    shutil.rmtree(inbox / "done")
    assert ends_by(process, signal.SIGTERM)[0] == 0


def test_without_an_account_nothing_is_watched(program, inbox):
    done = program("watch", inbox)
    assert done.returncode == 2
    assert "SELLERCLOUD_URL is not set" in done.stderr


@pytest.mark.usefixtures("server")
def test_a_profile_there_is_not_is_refused_before_a_manifest_comes(program, inbox):
    done = program("watch", inbox, "--once", "--profile", "nope")
    assert done.returncode == 2
    assert "There is no profile or file named nope." in done.stderr
