"""Notices of unattended runs, sent by real processes to a real server."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SECRET = "hook-s3cr3t-91c2"


@pytest.fixture
def heard(program):
    """A server that is told of runs, and what it heard: occasion and text of each notice."""
    notices = []

    class Keeper(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            notices.append((body["occasion"], body["text"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeper) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        table = '[[notify]]\nkind = "webhook"\nurl_env = "HOOK_URL"\n'
        program.settings_file.write_text(table, "utf-8")
        program.environment["HOOK_URL"] = f"http://127.0.0.1:{server.server_port}/{SECRET}"
        yield notices
        server.shutdown()
        thread.join()


def occasions(heard):
    return [occasion for occasion, _ in heard]


def test_a_run_from_cron_tells_of_failure_and_recovery(program, server, heard):
    server.script(1002, "500-message", "500-message")
    path = program.manifest(3)
    codes = [program("run", path, "--force").returncode for _ in range(3)]
    assert codes == [1, 1, 0]
    assert occasions(heard) == ["failure", "recovery"]
    assert "rejected  1" in heard[0][1]


@pytest.mark.usefixtures("server")
def test_a_file_that_is_refused_is_told_too_and_not_every_day_anew(program, heard):
    assert program("run", "missing.csv").returncode == 2
    assert program("run", "missing-too.csv").returncode == 2
    assert occasions(heard) == ["failure"]
    assert "there is no such file" in heard[0][1]


@pytest.mark.usefixtures("server")
def test_several_files_are_told_of_at_once(program, heard):
    program.manifest(2, name="a.csv")
    (program.folder / "b.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    assert program("run", "a.csv", "b.csv").returncode == 2
    assert occasions(heard) == ["failure"]


@pytest.mark.usefixtures("server")
def test_a_watcher_tells_of_runs_and_alarms(program, heard):
    inbox = program.folder / "inbox"
    inbox.mkdir()
    (inbox / "a.csv").write_text("Who,What\nAnn,Tea\n", "utf-8")
    program("watch", inbox, "--once", "--settle", "0")
    (inbox / "none.csv").write_text("PO,Tracking Number,Void\n1,T1,yes\n", "utf-8")
    done = program("watch", inbox, "--once", "--settle", "0")
    assert done.returncode == 0
    assert occasions(heard) == ["failure", "recovery", "alarm"]
    assert "none.csv has no row to send." in heard[2][1]
    assert "none.csv has no row to send." in done.stderr


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
    assert "No password is set." in heard[0][1]
