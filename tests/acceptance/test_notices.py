"""Notices of unattended runs, sent by real processes to a real server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from batch_tracker.sandbox import Sandbox, SandboxSettings

SECRET = "hook-s3cr3t-91c2"
TABLE = '[[notify]]\nkind = "webhook"\nurl_env = "HOOK_URL"\n'


class Heard(NamedTuple):
    occasion: str
    title: str
    text: str


@pytest.fixture
def heard(program):
    """A server that is told of runs, and what it heard: occasion and text of each notice."""

    class Notices(list):
        def wants(self, *occasions):
            """Say which occasions are told; without that, all but finish."""
            program.settings_file.write_text(f"{TABLE}on = {list(occasions)}\n", "utf-8")

    notices = Notices()

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            notices.append(Heard(body["occasion"], body["title"], body["text"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeper) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        program.settings_file.write_text(TABLE, "utf-8")
        program.environment["HOOK_URL"] = f"http://127.0.0.1:{server.server_port}/{SECRET}"
        yield notices
        server.shutdown()
        thread.join()


def occasions(heard):
    return [notice.occasion for notice in heard]


def test_a_run_from_cron_tells_of_failure_and_recovery(program, server, heard):
    server.script(1002, "500-message", "500-message")
    path = program.manifest(3)
    codes = [program("run", path, "--force").returncode for _ in range(3)]
    assert codes == [1, 1, 0]
    assert occasions(heard) == ["failure", "recovery"]
    assert "rejected  1" in heard[0].text


@pytest.mark.usefixtures("server")
def test_a_file_that_is_refused_is_told_too_and_not_every_day_anew(program, heard):
    assert program("run", "missing.csv").returncode == 2
    assert program("run", "missing-too.csv").returncode == 2
    assert occasions(heard) == ["failure"]
    assert "there is no such file" in heard[0].text


@pytest.mark.usefixtures("server")
def test_several_files_are_told_of_at_once(program, heard):
    program.manifest(2, name="a.csv")
    (program.folder / "b.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    assert program("run", "a.csv", "b.csv").returncode == 2
    assert occasions(heard) == ["failure"]


@pytest.fixture
def inbox(program):
    folder = program.folder / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def look(program, inbox, heard):
    """Look at the folder once, and return the titles of the notices that led to."""

    def look():
        heard.clear()
        done = program("watch", inbox, "--once", "--settle", "0")
        assert done.stderr.count("was not sent") == 0
        return [notice.title.removeprefix("batch-tracker: ") for notice in heard]

    return look


@pytest.mark.usefixtures("server")
def test_a_watcher_tells_of_runs_and_alarms(program, heard, inbox):
    (inbox / "a.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    program("watch", inbox, "--once", "--settle", "0")
    (inbox / "none.csv").write_text("PO,Tracking Number,Void\n1,T1,yes\n", "utf-8")
    done = program("watch", inbox, "--once", "--settle", "0")
    assert done.returncode == 0
    assert occasions(heard) == ["failure", "alarm"]
    assert "none.csv has no row to send." in heard[1].text
    assert "none.csv has no row to send." in done.stderr


def test_a_file_whose_run_is_stopped_is_not_done(program, heard, look):
    """The server is down for three looks, and then it is back."""
    heard.wants("finish", "failure", "recovery")
    users = {"clerk": program.environment["SELLERCLOUD_PASSWORD"]}
    with Sandbox(SandboxSettings(users=users)).running() as url:
        program.environment["SELLERCLOUD_URL"] = url
    program.environment["BATCH_TRACKER_GIVE_UP_S"] = "0.05"
    program.manifest(10, name="inbox/night.csv")
    assert look() == ["night.csv is not done yet"]
    assert heard[0].occasion == "failure"
    assert look() == look() == []
    server = Sandbox(SandboxSettings(users=users))
    with server.running(urlsplit(url).port):
        assert look() == ["all is well again in inbox"]
        assert look() == []
    assert sum(server.calls.puts.values()) == 10


def test_a_stopped_run_is_not_over_because_its_file_is_gone(program, heard, look):
    heard.wants("failure", "recovery")
    path = program.manifest(10, name="inbox/night.csv")
    program.environment["SELLERCLOUD_URL"] = "http://127.0.0.1:1"
    program.environment["BATCH_TRACKER_GIVE_UP_S"] = "0.05"
    assert look() == ["night.csv is not done yet"]
    path.unlink()
    assert look() == []


def test_who_wants_only_the_end_hears_nothing_of_a_run_that_is_stopped(program, heard, look):
    heard.wants("finish")
    program.manifest(10, name="inbox/night.csv")
    program.environment["SELLERCLOUD_URL"] = "http://127.0.0.1:1"
    program.environment["BATCH_TRACKER_GIVE_UP_S"] = "0.05"
    assert look() == look() == []


@pytest.mark.usefixtures("server")
def test_one_good_file_does_not_end_the_trouble_of_others(program, heard, look, inbox):
    heard.wants("finish", "failure", "recovery")
    bad = "PO,Tracking Number\nx,T1\n"
    for name in ("a.csv", "b.csv"):
        (inbox / name).write_text(bad + f"{name},T2\n", "utf-8")
    assert look() == ["2 files in inbox: 2 for a person"]
    program.manifest(2, name="inbox/good.csv")
    assert look() == ["good.csv is done"]
    assert heard[0].occasion == "finish"
    assert look() == []
    (inbox / "attention" / "a.csv").unlink()
    program.manifest(2, name="inbox/good-too.csv", first_po=3001)
    assert look() == ["good-too.csv is done"]
    (inbox / "attention" / "b.csv").unlink()
    assert look() == ["all is well again in inbox"]
    assert heard[0].text == "No file waits for a person any more."
    assert look() == []


def test_a_run_that_a_person_has_brought_to_its_end_is_over(program, server, heard, look):
    heard.wants("failure", "recovery")
    server.script(1002, *["500"] * 5)
    path = program.manifest(3, name="inbox/daily.csv")
    assert look() == ["daily.csv needs a person"]
    assert not path.exists()
    assert look() == []
    assert program("retry").returncode == 0
    assert [notice.title for notice in heard] == ["batch-tracker: all is well again in inbox"]
    assert look() == []


def test_a_test_notice_is_sent_to_every_channel(program, heard):
    done = program("notify", "--test")
    assert (done.returncode, done.stdout) == (0, "webhook (HOOK_URL): sent\n")
    (notice,) = heard
    assert (notice.occasion, notice.title) == ("test", "batch-tracker: a test")
    program.settings_file.write_text(TABLE + TABLE.replace("HOOK", "OTHER"), "utf-8")
    told = program.json("notify", "--test", code=1)
    assert told["status"] == "error"
    assert [bool(each["trouble"]) for each in told["channels"]] == [False, True]
    assert "OTHER_URL is not set" in told["channels"][1]["trouble"]
    assert SECRET not in str(told)
    program.settings_file.unlink()
    assert program("notify", "--test").returncode == 2


def test_a_rehearsal_is_nobodys_business(program, heard):
    assert program("run", "missing.csv", "--sandbox").returncode == 2
    assert heard == []


@pytest.mark.usefixtures("server", "heard")
def test_that_nobody_can_be_told_fails_nothing(program):
    program.environment["HOOK_URL"] = f"http://127.0.0.1:1/{SECRET}"
    (program.folder / "a.csv").write_text("PO,Tracking Number\nx,T1\n", "utf-8")
    done = program("run", "a.csv")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "The notice was not sent by webhook (HOOK_URL): [Errno" in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.usefixtures("server")
def test_a_watcher_that_could_tell_nobody_does_not_begin(program, heard):
    del program.environment["HOOK_URL"]
    done = program("watch", program.folder, "--once")
    assert done.returncode == 2
    assert "Notices can't be sent by webhook (HOOK_URL)" in done.stderr
    assert heard == []


@pytest.mark.usefixtures("server")
def test_that_a_watcher_has_no_password_is_told_too(program, heard):
    del program.environment["SELLERCLOUD_PASSWORD"]
    assert program("watch", program.folder, "--once").returncode == 2
    assert occasions(heard) == ["failure"]
    assert "No password is set." in heard[0].text


def test_each_account_has_notices_of_its_own_that_name_it(heard, agency):
    for name in ("acme", "bolt"):
        table = f'[[accounts.{name}.notify]]\nkind = "webhook"\nurl_env = "HOOK_URL"\n'
        agency.add(name, table + 'on = ["finish"]\n' if name == "acme" else table)
        agency.drop(name, 1)
    agency.servers["bolt"].always("400")
    assert agency.program("run", "inbox", "--accounts").returncode == 1
    told = {notice.occasion: notice.text for notice in heard}
    assert told.keys() == {"finish", "failure"}
    assert "  account   acme\n" in told["finish"]
    assert "  account   bolt\n" in told["failure"]
