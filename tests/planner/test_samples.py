"""The shipped samples are not sent to a real server, whatever was done to them."""

import shutil

import pytest
from openpyxl import load_workbook

from batch_tracker import ledger
from batch_tracker.errors import SourceRefused
from batch_tracker.settings import Settings
from batch_tracker.stories.run import run
from tests.samples import list_sample_rows

DAILY = list_sample_rows.ROOT / "samples" / "daily-manifest.xlsx"


@pytest.fixture
def send(tmp_path):
    """Run a file for a server that is not on this machine; nothing gets there."""

    def send(path, url="https://xx.api.sellercloud.example/rest"):
        settings = Settings(
            url=url,
            username="clerk",
            password="secret",
            home=tmp_path / "home",
            output=tmp_path / "reports",
            give_up_s=0.01,
            connect_timeout_s=0.01,
        )
        try:
            return run(path, settings, force=True, on_progress=lambda _: None)
        finally:
            with ledger.open_ledger(settings.home) as db:
                send.runs = ledger.list_runs(db)

    return send


def test_every_row_of_the_samples_is_known():
    hint = "run: python -m tests.samples.list_sample_rows"
    assert list_sample_rows.FILE.read_text("utf-8") == list_sample_rows.text(), hint


@pytest.mark.parametrize("name", ["daily-manifest.csv", "daily-manifest.xlsx"])
def test_a_sample_is_refused(send, name):
    with pytest.raises(SourceRefused, match="not sent to a real server"):
        send(list_sample_rows.ROOT / "samples" / name)
    assert send.runs == []


def test_a_sample_is_known_by_one_row_in_another_format(send, tmp_path):
    """Such as the results workbook of a rehearsal, corrected."""
    path = tmp_path / "mine.xlsx"
    shutil.copyfile(DAILY, path)
    book = load_workbook(path)
    sheet = book["Shipped"]
    sheet.delete_rows(5, 200)
    sheet.append([999_001, "T000000001", "ACME"])
    book.save(path)
    with pytest.raises(SourceRefused, match="not sent to a real server"):
        send(path)


def test_no_other_file_is_taken_for_a_sample(send, tmp_path):
    """Neither its POs nor its numbers alone make it one."""
    sheet = load_workbook(DAILY)["Shipped"]
    pos = [row[0] for row in sheet.iter_rows(min_row=4, max_row=9, values_only=True)]
    path = tmp_path / "mine.csv"
    path.write_text("PO,Tracking Number\n" + "".join(f"{po},T{po}\n" for po in pos), "utf-8")
    ended = send(path, url="http://127.0.0.1:9/rest")
    assert ended.summary.status == "stopped"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("batch_tracker.stories.run.send_and_report", lambda *_: "sent")
        assert send(path) == "sent"


def test_a_sample_can_be_sent_to_a_server_on_this_machine(send):
    assert send(DAILY, url="http://127.0.0.1:9/rest").summary.status == "stopped"
