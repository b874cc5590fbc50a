"""What the doctor finds on this machine, and that it leaves no trace."""

import os
from datetime import UTC, datetime

import pytest

from batch_tracker import ledger
from batch_tracker.doctor import examine
from batch_tracker.ledger import ManifestFacts
from batch_tracker.quota import Lane
from batch_tracker.settings import Quota

pytestmark = pytest.mark.usefixtures("folder")
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FACTS = ManifestFacts(sheet="", headers=["PO"], text_columns=[0], profile="default", why="")
CANARY = "canary-password-7f3a"


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


@pytest.mark.usefixtures("account", "home")
@pytest.mark.parametrize(("mode", "status"), [(0o600, "ok"), (0o640, "warn"), (0o602, "warn")])
def test_a_password_file_that_others_may_read_is_told(folder, monkeypatch, mode, status):
    (folder / "secret").write_text(CANARY, "utf-8")
    (folder / "secret").chmod(mode)
    monkeypatch.setenv("SELLERCLOUD_PASSWORD_FILE", str(folder / "secret"))
    assert findings()["password"].status == "ok", "the variable outranks the file"
    monkeypatch.delenv("SELLERCLOUD_PASSWORD")
    found = findings()["password"]
    assert found.status == status
    assert ("chmod 600" in found.hint) is (status == "warn")


SYNCED = [
    "OneDrive/tracker",
    "OneDrive - Acme Ltd/tracker",
    "Dropbox",
    "Dropbox (Personal)/a/b",
    "My files/Google Drive/tracker",
    "Library/CloudStorage/OneDrive-Acme/tracker",
    "Library/Mobile Documents/com~apple/tracker",
    "Nextcloud/tracker",
]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("where", [*SYNCED, "files/.stfolder"])
def test_a_home_in_a_folder_that_is_copied_elsewhere_is_told(folder, monkeypatch, where):
    home = folder / where
    home.mkdir(parents=True, mode=0o700)
    if home.name.startswith("."):  # a sign of such a folder, not a part of its path
        home = home.with_name("home")
        home.mkdir(mode=0o700)
    monkeypatch.setenv("BATCH_TRACKER_HOME", str(home))
    found = findings()["home"]
    assert (found.status, "BATCH_TRACKER_HOME" in found.hint) == ("warn", True)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("where", ["box of things", "dropboxes", "my-onedrive", "megabytes"])
def test_a_home_in_any_other_folder_is_not_told(folder, monkeypatch, where):
    (folder / where).mkdir(mode=0o700)
    monkeypatch.setenv("BATCH_TRACKER_HOME", str(folder / where))
    assert findings()["home"].status == "ok"


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
    lane.pause(1000)
    assert "paused until" in findings()["quota"].message
    lane.close()
    monkeypatch.setenv("BATCH_TRACKER_QUOTA", "off")
    assert states()["quota"] == "warn"


@pytest.mark.usefixtures("account")
def test_calls_that_are_counted_in_another_home_are_told(home, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert states()["quota"] == "ok"
    Lane(tmp_path / "me" / ".batch-tracker", name="a", quota=Quota(5, 10.0)).close()
    finding = findings()["quota"]
    assert finding.status == "warn"
    assert f"counted in {home}" in finding.message
