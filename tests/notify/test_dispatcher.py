"""What is told when: a failure when it begins, not every night."""

import json
import os
from pathlib import Path

import pytest

from batch_tracker.errors import SettingsRefused
from batch_tracker.notify import Dispatcher
from batch_tracker.notify.files import FileResult

HOOK = '[[notify]]\nkind = "webhook"\nurl_env = "HOOK_URL"\n'


@pytest.fixture
def told(receiver, settings, monkeypatch, tmp_path):
    """Tell of a night's runs, and return which occasions the receiver heard of."""
    monkeypatch.setenv("HOOK_URL", receiver.url)
    complaints = []

    def told(*endings, on="", folder=tmp_path, profile=None, hook=HOOK):
        receiver.got.clear()
        named = settings(hook + on).model_copy(update={"profile": profile})
        Dispatcher(named, complaints.append).runs_ended(endings, folder)
        return [body["occasion"] for _, _, body in receiver.got]

    told.complaints = complaints
    return told


def test_a_failure_is_told_when_it_begins_and_its_end_too(told, ended):
    nights = [0, 0, 1, 1, 0, 0]
    heard = [told(ended(code, rejected=code)) for code in nights]
    assert heard == [[], [], ["failure"], [], ["recovery"], []]


def test_another_reason_is_news(told, ended):
    down = ended(3, message="The server answered 503 for 600 s.")
    assert told(ended(1, rejected=1)) == ["failure"]
    assert told(ended(1, rejected=9)) == []
    assert told(ended(1, rejected=1, invalid=1)) == ["failure"]
    assert told(down) == ["failure"]
    assert told(ended(3, message="The server answered 502 for 601 s.")) == []
    assert told(ended(2, message="daily.csv: no PO.")) == ["failure"]
    assert told(ended(2, source="in/d2.csv", message="d2.csv: no PO.")) == []


def test_one_new_reason_among_known_ones_is_news(told, ended):
    known, new = ended(1, rejected=1), ended(1, source="in/d2.csv", invalid=1)
    assert told(known) == ["failure"]
    assert told(known, new) == ["failure"]
    assert told(new, known) == []


def test_several_files_are_one_notice_and_the_bad_ones_count(told, ended, receiver):
    assert told(ended(0), ended(1, invalid=1), ended(0)) == ["failure"]
    assert len(receiver.got[0][2]["files"]) == 3
    assert receiver.got[0][2]["title"].startswith("batch-tracker: 3 files in ")
    assert told(ended(0), ended(0)) == ["recovery"]


def test_each_folder_and_profile_has_a_story_of_its_own(told, ended, tmp_path):
    bad = ended(1, invalid=1)
    assert told(bad) == ["failure"]
    assert told(bad, profile="b") == ["failure"]
    assert told(bad, folder=tmp_path / "other") == ["failure"]
    assert told(ended(0)) == ["recovery"]
    assert told(bad, profile="b") == []


def test_what_a_person_interrupted_is_no_news(told, ended):
    interrupted = ended(3)._replace(exit_code=130)
    assert told(interrupted) == []
    assert told(interrupted, ended(0)) == []
    assert told(ended(1, invalid=1)) == ["failure"]
    assert told(interrupted) == []
    assert told(ended(0)) == ["recovery"]


@pytest.fixture
def known(told, ended, tmp_path):
    """The file of a problem that was told."""
    file = tmp_path / "in" / "daily.csv"
    file.parent.mkdir()
    file.touch()
    assert told(ended(1, rejected=1)) == ["failure"]
    return file


def test_a_problem_is_over_when_its_file_is_gone(told, known):
    assert told() == []
    known.unlink()
    assert told() == ["recovery"]
    assert told() == []


def test_a_problem_is_not_over_while_its_whole_folder_is_away(told, known):
    known.unlink()
    known.parent.rmdir()
    assert told() == []
    known.parent.mkdir()
    assert told() == ["recovery"]


def test_a_look_that_was_interrupted_is_no_recovery(told, ended, known):
    known.unlink()
    assert told(ended(3, source="in/d2.csv")._replace(exit_code=130)) == []
    assert told() == ["recovery"]


def test_a_recovery_says_that_no_file_waits_and_a_failure_does_not(told, known, receiver):
    assert "No file waits" not in receiver.got[0][2]["text"]
    known.unlink()
    assert told() == ["recovery"]
    ((_, _, body),) = receiver.got
    assert body["text"] == "No file waits for a person any more."
    assert body["files"] == []


def test_a_notice_says_what_hinders_a_files_filing_away(
    receiver, settings, ended, monkeypatch, tmp_path
):
    monkeypatch.setenv("HOOK_URL", receiver.url)
    file = FileResult.of(ended(), is_left=True, note="It can't be moved yet: it is open in Excel.")
    Dispatcher(settings(HOOK), print).folder_looked_at([file], tmp_path)
    ((_, _, body),) = receiver.got
    assert body["text"].endswith("\nIt can't be moved yet: it is open in Excel.")


def test_a_folder_is_the_same_by_its_relative_path(told, ended, tmp_path, receiver):
    bad = ended(1, rejected=1), ended(1, source="in/d2.csv", rejected=1)
    assert told(*bad, folder=Path()) == ["failure"]
    assert f" 2 files in {tmp_path.name}: " in receiver.got[0][2]["title"]
    assert told(*bad, folder=tmp_path) == []


def test_a_problem_that_version_0_1_0_kept_is_over_with_the_next_good_run(told, ended, tmp_path):
    (tmp_path / "home").mkdir()
    kept = {str(tmp_path.resolve()): "partial: rejected"}
    (tmp_path / "home" / "notified.json").write_text(json.dumps(kept), "utf-8")
    assert told(ended(1, rejected=1)) == []
    (tmp_path / "home" / "notified.json").write_text(json.dumps(kept), "utf-8")
    assert told(ended(0)) == ["recovery"]


def test_where_nobody_is_to_be_told_nothing_is_remembered(told, ended, tmp_path):
    assert told(ended(1, rejected=1), hook="") == []
    assert not (tmp_path / "home").exists()
    assert told(ended(1, rejected=1)) == ["failure"]


def test_who_wants_every_end_hears_of_it_once(told, ended):
    on = 'on = ["finish", "failure"]\n'
    heard = [told(ended(code, invalid=code), on=on) for code in (0, 1, 1, 0)]
    assert heard == [["finish"], ["failure"], ["finish"], ["recovery"]]


def test_a_failure_that_nobody_wants_to_know_of_has_its_recovery_told(told, ended):
    on = 'on = ["recovery"]\n'
    heard = [told(ended(code, invalid=code), on=on) for code in (1, 1, 0, 0)]
    assert heard == [[], [], ["recovery"], []]


def test_who_wants_every_end_hears_of_it_beside_a_run_that_was_stopped(told, ended):
    on, stopped = 'on = ["finish"]\n', ended(3, message="HTTP 503.")
    assert told(stopped, on=on) == []
    assert told(stopped, ended(0, source="in/d2.csv"), on=on) == ["finish"]


def test_who_wants_only_alarms_hears_of_no_run(told, ended):
    assert told(ended(1, invalid=1), on='on = ["alarm"]\n') == []


def test_what_could_not_be_told_is_told_the_next_time(told, ended, receiver):
    receiver.status = 500
    assert told(ended(1, invalid=1)) == ["failure"]
    assert told.complaints == ["The notice was not sent by webhook (HOOK_URL): HTTP 500."]
    receiver.status = 200
    assert told(ended(1, invalid=1)) == ["failure"]
    assert told(ended(1, invalid=1)) == []


def test_that_one_can_not_be_told_keeps_it_from_nobody_else(told, ended, monkeypatch):
    monkeypatch.setenv("OTHER_URL", "http://127.0.0.1:1/")
    hook = HOOK.replace("HOOK", "OTHER") + HOOK
    assert told(ended(1, invalid=1), hook=hook) == ["failure"]
    assert "OTHER_URL" in told.complaints[0]
    assert told(ended(1, invalid=1), hook=hook) == []


@pytest.mark.parametrize("damage", ["", "{", "5", "[1, 2]", '{"x": 1}'])
def test_a_damaged_memory_is_begun_anew(told, ended, tmp_path, damage):
    told(ended(1, invalid=1))
    (tmp_path / "home" / "notified.json").write_text(damage, "utf-8")
    assert told(ended(1, invalid=1)) == ["failure"]


def test_a_memory_that_can_not_be_written_fails_nothing(told, ended, tmp_path):
    (tmp_path / "home").write_text("in the way", "utf-8")
    assert told(ended(1, invalid=1)) == ["failure"]
    assert "record of sent notices can't be written" in told.complaints[0]


def test_alarms_are_told_together(receiver, settings, monkeypatch, tmp_path):
    monkeypatch.setenv("HOOK_URL", receiver.url)
    dispatcher = Dispatcher(settings(HOOK), print)
    dispatcher.alarms_raised(["One.", "Two."], tmp_path)
    dispatcher.alarms_raised([], tmp_path)
    ((_, _, body),) = receiver.got
    assert (body["occasion"], body["text"]) == ("alarm", "One.\nTwo.")


def test_a_watcher_finds_out_before_it_begins(settings, monkeypatch):
    monkeypatch.delenv("HOOK_URL", raising=False)
    with pytest.raises(SettingsRefused, match="HOOK_URL is not set"):
        Dispatcher(settings(HOOK), print).require_ready()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[notify]]\nkind = "pigeon"', "Setting notify.0: "),
        ('[[notify]]\nkind = "slack"', "Setting notify.0.slack.url_env is missing"),
        (HOOK + 'on = ["sometimes"]', "Setting notify.0.webhook.on.0: "),
        (HOOK + 'url = "https://x.example/s3cr3t"', "There is no setting notify.0.webhook.url."),
        (
            '[[notify]]\nkind = "smtp"\nhost = "a"\nsender = "b"\nto = ["c"]\nusername = "d"',
            "username and password_env go together",
        ),
        ("notify = 5", "Setting notify: "),
    ],
)
def test_a_wrong_table_is_refused_by_the_name_of_its_key(settings, text, words):
    with pytest.raises(SettingsRefused) as caught:
        settings(text)
    assert words in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_no_secret_is_kept(told, ended, tmp_path, receiver):
    os.environ["HOOK_URL"] = f"{receiver.url}/s3cr3t"
    told(ended(1, invalid=1))
    kept = b"".join(p.read_bytes() for p in (tmp_path / "home").rglob("*") if p.is_file())
    assert b"s3cr3t" not in kept
