"""What the doctor finds on this machine and at the server, and that it leaves no trace."""

import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batch_tracker import ledger
from batch_tracker.doctor import examine
from batch_tracker.doctor.filesystem import filesystem_of
from batch_tracker.doctor.remote import clock_finding
from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger import ManifestFacts
from batch_tracker.quota import QUOTA_FILE, Lane, usage
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.sender.probe import Ping
from batch_tracker.settings import Quota

pytestmark = pytest.mark.usefixtures("folder")
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FACTS = ManifestFacts(sheet="", headers=["PO"], text_columns=[0], profile="default", why="")
CANARY = "canary-password-7f3a"


@pytest.fixture
def home(folder):
    (folder / "home").mkdir(mode=0o700)
    return folder / "home"


@pytest.fixture
def account(folder, monkeypatch):  # noqa: ARG001 - made first
    """An account in the environment, at a server that is not there."""
    for name, value in {
        "URL": "http://127.0.0.1:9",
        "USERNAME": "clerk",
        "PASSWORD": CANARY,
    }.items():
        monkeypatch.setenv(f"SELLERCLOUD_{name}", value)


def findings(*, offline=True):
    return {each.check: each for each in examine({}, offline=offline)}


def states(**given):
    return {name: each.status for name, each in findings(**given).items()}


@pytest.mark.usefixtures("account", "home")
def test_all_is_well(folder):
    found = findings()
    assert {each.status for each in found.values()} == {"ok"}
    assert "url http://127.0.0.1:9/rest/api (SELLERCLOUD_URL)" in found["settings"].message
    assert CANARY not in str(found)
    assert list((folder / "home").iterdir()) == []


@pytest.mark.usefixtures("account", "home")
def test_a_channel_without_its_secret_is_found_before_the_night(settings_file, monkeypatch):
    assert "notices" not in findings()
    settings_file.write_text("[[notify]]\nkind = 'slack'\nurl_env = 'SLACK_URL'\n", "utf-8")
    found = findings()["notices"]
    assert (found.status, "SLACK_URL is not set" in found.message) == ("fail", True)
    assert "[[notify]]" in found.hint
    monkeypatch.setenv("SLACK_URL", f"https://hooks.example/{CANARY}")
    found = findings()
    assert found["notices"].status == "ok"
    assert CANARY not in str(found)


@pytest.mark.usefixtures("home")
def test_an_account_that_is_not_complete_is_no_reason_to_call(settings_file):
    settings_file.write_text("username = 'clerk'", "utf-8")
    found = findings(offline=False)
    assert found["settings"].status == found["password"].status == "fail"
    assert f"username clerk ({settings_file})" in found["settings"].message
    assert "Missing: url" in found["settings"].message
    assert "batch-tracker init" in found["settings"].hint
    assert found["connection"].status == "warn"
    assert "login" not in found


def test_settings_that_can_not_be_read_are_told(settings_file):
    settings_file.write_text("wrokers = 3", "utf-8")
    found = findings()
    assert found.keys() == {"versions", "settings"}
    assert found["settings"].message == (
        f"There is no setting wrokers. Did you mean workers? It is in {settings_file}."
    )


@pytest.mark.usefixtures("account")
def test_commands_and_profiles_are_named_and_not_shown(settings_file):
    secret = f"password_command = ['printf', '{CANARY}']\nworkers = 3\n[profiles.daily]"
    settings_file.write_text(secret, "utf-8")
    message = findings()["settings"].message
    assert f"password_command *** ({settings_file})" in message
    assert f"workers 3 ({settings_file})" in message
    assert CANARY not in message


@pytest.mark.usefixtures("account")
def test_a_home_that_others_may_look_into_is_told(home):
    home.chmod(0o750)
    finding = findings()["home"]
    assert finding.status == "warn"
    assert f"chmod 700 {home}" in finding.hint


@pytest.mark.usefixtures("account")
def test_folders_that_can_not_be_made_are_told(folder, monkeypatch):
    (folder / "file").write_text("", "utf-8")
    monkeypatch.setenv("BATCH_TRACKER_OUTPUT", str(folder / "file"))
    monkeypatch.setenv("BATCH_TRACKER_HOME", str(folder / "file" / "home"))
    found = findings()
    assert found["output"].status == found["home"].status == "fail"


@pytest.mark.usefixtures("account")
def test_the_ledgers_unfinished_runs_are_told(home):
    with ledger.open_ledger(home) as db:
        run = ledger.begin_run(
            db, now=NOW, server="s", username="u", source="daily.csv", manifest=FACTS
        )
        ledger.update_run(run, stage="sending")
    finding = findings()["ledger"]
    assert finding.status == "warn"
    assert "1 runs in" in finding.message
    assert f"batch-tracker resume {run.name}" in finding.hint


@pytest.mark.usefixtures("account")
def test_a_damaged_ledger_is_told(home):
    with ledger.open_ledger(home) as db:
        for _ in range(200):
            ledger.begin_run(db, now=NOW, server="s", username="u", source="x", manifest=FACTS)
    path = home / "ledger.db"
    data = bytearray(path.read_bytes())
    data[-8000:-4000] = os.urandom(4000)
    path.write_bytes(data)
    assert findings()["ledger"].status == "fail"
    path.write_bytes(b"no database at all" * 100)
    assert "can't be read" in findings()["ledger"].message


@pytest.mark.usefixtures("account")
def test_a_newer_ledger_is_told(home):
    with ledger.open_ledger(home) as db:
        db.execute("PRAGMA user_version = 99")
    assert "newer version" in findings()["ledger"].message


@pytest.mark.usefixtures("account")
def test_looking_leaves_no_trace(home, folder):
    with ledger.open_ledger(home) as db:
        ledger.begin_run(db, now=NOW, server="s", username="u", source="x", manifest=FACTS)
    Lane(home, name="a", quota=Quota(5, 10.0)).close()

    def seen():
        return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    before = seen()
    assert set(states().values()) == {"ok"}
    assert seen() == before


@pytest.mark.usefixtures("account")
def test_the_quota_that_is_left_is_told_by_user(home, monkeypatch):
    monkeypatch.setenv("BATCH_TRACKER_QUOTA", "3/3600")
    lane = Lane(home, name="https://a.example clerk", quota=Quota(3, 3600))
    lane.take(2)
    finding = findings()["quota"]
    assert finding.status == "ok"
    assert "2 calls made, 1 of 3/3600 left for https://a.example clerk" in finding.message
    lane.take(1)
    assert states()["quota"] == "warn"
    lane.pause(time.time() + 1000)
    assert "paused until" in findings()["quota"].message
    lane.close()
    monkeypatch.setenv("BATCH_TRACKER_QUOTA", "off")
    assert states()["quota"] == "warn"


def test_usage_counts_each_lane_apart_and_within_the_window(home):
    now = [1000.0]
    lanes = {
        name: Lane(home, name=name, quota=Quota(10, 100.0), clock=lambda: now[0])
        for name in ("a", "b", "c")
    }
    lanes["a"].take(4)
    now[0] = 1050.0
    lanes["a"].take(3)
    lanes["b"].take(1)
    lanes["c"].pause(1200.0)
    for lane in lanes.values():
        lane.close()
    assert usage(home, seconds=100, now=1060) == [("a", 7, None), ("b", 1, None), ("c", 0, 1200)]
    assert usage(home, seconds=100, now=1101) == [("a", 3, None), ("b", 1, None), ("c", 0, 1200)]
    assert usage(home, seconds=100, now=1300) == [("a", 0, None), ("b", 0, None), ("c", 0, None)]
    assert usage(home / "elsewhere", seconds=100, now=0) == []
    (home / QUOTA_FILE).write_bytes(b"no database" * 100)
    with pytest.raises(LedgerRefused, match="can't be read"):
        usage(home, seconds=100, now=0)


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


MOUNTS = """\
rootfs / rootfs rw 0 0
/dev/vda1 / ext4 rw,relatime 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb1 /home/me/local ext4 rw 0 0
//nas/my\\040files /mnt/my\\040files cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "filesystem"),
    [
        ("/var/x", "ext4"),
        ("/home/me", "nfs4"),
        ("/home/me/local/x", "ext4"),
        ("/home2", "ext4"),
        ("/mnt/my files/x", "cifs"),
    ],
)
def test_the_deepest_mount_tells_the_file_system(folder, filesystem):
    assert filesystem_of(Path(folder), MOUNTS) == filesystem


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
    serve().script("token", "throttled")
    assert findings(offline=False)["login"].status == "fail"
    (lane,) = usage(home, seconds=3600, now=time.time())
    assert lane.paused_until > time.time()


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
