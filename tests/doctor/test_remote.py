"""What the doctor finds at the server, and what that costs."""

import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest

from batch_tracker.doctor import examine
from batch_tracker.doctor.remote import clock_finding
from batch_tracker.quota import QUOTA_FILE, present, usage
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.sender.probe import Ping

pytestmark = pytest.mark.usefixtures("folder")
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
CANARY = "canary-password-7f3a"


def findings(*, offline=True):
    return {each.check: each for each in examine({}, offline=offline)}


@pytest.mark.parametrize(
    ("ahead_s", "status", "words"),
    [
        (0, "ok", "agrees"),
        (60, "ok", "agrees"),
        (-60, "ok", "agrees"),
        (61, "warn", "61 s ahead of the server's"),
        (-7200, "warn", "7,200 s behind the server's"),
    ],
)
def test_a_clock_that_is_off_is_told(ahead_s, status, words):
    finding = clock_finding(Ping(0.1, NOW), NOW + timedelta(seconds=ahead_s))
    assert finding.status == status
    assert words in finding.message


def test_a_server_that_does_not_tell_the_time_is_no_fault():
    assert clock_finding(Ping(0.1, None), NOW).status == "ok"


@pytest.fixture
def serve(monkeypatch):
    """Start a pretend Sellercloud that the doctor finds in the environment."""
    running = []

    def serve(**settings):
        sandbox = Sandbox(SandboxSettings(users={"clerk": CANARY}, **settings))
        context = sandbox.running()
        for name, value in {
            "URL": context.__enter__(),
            "USERNAME": "clerk",
            "PASSWORD": CANARY,
        }.items():
            monkeypatch.setenv(f"SELLERCLOUD_{name}", value)
        running.append(context)
        return sandbox

    yield serve
    for context in running:
        context.__exit__(None, None, None)


def counted(home):
    with sqlite3.connect(home / QUOTA_FILE) as file:
        (calls,) = file.execute("SELECT COUNT(*) FROM permits").fetchone()
    file.close()
    return calls


def test_at_the_server_one_login_and_one_look_are_made_and_counted(serve, home):
    server = serve()
    found = findings(offline=False)
    assert {each.status for each in found.values()} == {"ok"}
    assert list(found)[-4:] == ["connection", "clock", "login", "list"]
    assert dict(server.calls.by_endpoint) == {"elsewhere": 1, "token": 1, "list": 1}
    assert counted(home) == 2


def test_a_refused_login_is_told_with_its_usual_reasons(serve, monkeypatch, home):
    server = serve()
    monkeypatch.setenv("SELLERCLOUD_PASSWORD", "wrong")
    finding = findings(offline=False)["login"]
    assert finding.status == "fail"
    for words in ("second factor", "IP address", "log-on hours", "employee of its own"):
        assert words in finding.hint
    assert (server.calls.logins, counted(home)) == (1, 1)


@pytest.mark.parametrize("fault", ["500-message", "html-200", "401", "503"])
def test_a_list_that_can_not_be_read_is_told(serve, fault):
    serve().script("list", fault)
    found = findings(offline=False)
    assert (found["login"].status, found["list"].status) == ("ok", "fail")
    assert CANARY not in str(found)


@pytest.mark.parametrize("fault", ["500-message", "html-200", "503", "reset-before"])
def test_a_login_without_a_usable_answer_is_told(serve, fault):
    serve().script("token", fault)
    found = findings(offline=False)
    assert found["login"].status == "fail"
    assert "list" not in found


def test_a_used_up_quota_is_not_waited_for(serve, home, monkeypatch):
    server = serve()
    monkeypatch.setenv("BATCH_TRACKER_QUOTA", "1/3600")
    found = findings(offline=False)
    assert (found["login"].status, found["list"].status) == ("ok", "warn")
    assert "The quota is used up for another 36" in found["list"].message
    assert findings(offline=False)["login"].status == "warn"
    assert len([call for call in server.calls if call.endpoint in {"token", "list"}]) == 1
    assert counted(home) == 1


def test_a_throttled_login_holds_every_run_back(serve, home):
    began = time.time()
    serve().script("token", "throttled")
    assert findings(offline=False)["login"].status == "fail"
    (lane,) = usage(home, seconds=3600, now=present())
    assert lane.paused_until > began


@pytest.mark.usefixtures("account", "home")
def test_a_server_that_is_not_there_is_told():
    found = findings(offline=False)
    assert found["connection"].status == "fail"
    assert "127.0.0.1 can't be reached" in found["connection"].message
    assert "login" not in found


@pytest.mark.usefixtures("account", "home")
def test_the_servers_clock_is_read_from_its_answer(answering, monkeypatch):
    with answering(b"{}", status=404, Date="Sun, 01 Mar 2020 00:00:00 GMT") as (url, _):
        monkeypatch.setenv("SELLERCLOUD_URL", url)
        finding = findings(offline=False)["clock"]
    assert finding.status == "warn"
    assert "ahead of the server's" in finding.message
