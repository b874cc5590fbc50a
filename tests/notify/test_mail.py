"""Mail, to a real server that speaks SMTP."""

import base64

import pytest

from batch_tracker.model import RunSummary
from batch_tracker.notify import FileResult, NotSent
from batch_tracker.notify.mail import MailNotifier
from batch_tracker.notify.notice import of_alarms, of_files
from batch_tracker.settings.channel import Mailbox
from batch_tracker.stories.outcome import Ended

PASSWORD = "m41l-p455word"


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def notifier(server, **words):
    account = {"username": "robot", "password_env": "MAIL_PASSWORD"}
    given = {"sender": "robot@example.com", "to": ["ann@example.com", "bob@example.com"]}
    mailbox = {"kind": "smtp", "host": "127.0.0.1", "port": server.port, **account, **given}
    return MailNotifier(Mailbox(**{**mailbox, **words}))


@pytest.fixture
def notice(ended, tmp_path):
    workbook = tmp_path / "daily-results.xlsx"
    workbook.write_bytes(b"PK\x03\x04 not really\r\n.\n")
    file = FileResult.of(ended(1, rejected=2, report=str(workbook)))
    return of_files("failure", [file], tmp_path)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_mail_has_the_workbook_with_it_and_travels_encrypted(mail_server, tls, notice, security):
    with mail_server(tls, from_the_start=security == "ssl") as server:
        notifier(server, security=security).send(notice)
    (mail,) = server.mails
    assert mail["Subject"] == "batch-tracker: daily.csv needs a person"
    assert (mail["From"], mail["To"]) == (
        "robot@example.com",
        "ann@example.com, bob@example.com",
    )
    assert mail["Date"]
    assert mail["Message-ID"].endswith("@example.com>")
    assert "rejected  2" in mail.get_body().get_content()
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "daily-results.xlsx"
    assert attached.get_content() == b"PK\x03\x04 not really\r\n.\n"
    assert base64.b64decode(server.passwords[0]) == f"\0robot\0{PASSWORD}".encode()


def test_a_server_without_encryption_never_sees_the_password(mail_server, notice):
    with mail_server() as server, pytest.raises(NotSent, match="STARTTLS"):
        notifier(server).send(notice)
    assert "AUTH" not in server.heard
    assert server.mails == []


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_a_server_nobody_vouches_for_never_sees_the_password(mail_server, tls, notice, security):
    with (
        mail_server(tls, from_the_start=security == "ssl") as server,
        pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        notifier(server, security=security).send(notice)
    assert "AUTH" not in server.heard


def test_a_mail_server_on_this_machine_needs_neither(mail_server, notice):
    with mail_server() as server:
        notifier(server, security="none", username=None, password_env=None).send(notice)
    assert len(server.mails) == 1
    assert "AUTH" not in server.heard


def test_without_encryption_mail_leaves_this_machine_for_nowhere(mail_server):
    with mail_server() as server, pytest.raises(NotSent, match="on this machine"):
        notifier(server, security="none", host="mail.example.com").require_ready()


def test_a_password_that_is_not_set_is_told_by_the_name_of_its_variable(
    mail_server, notice, monkeypatch
):
    monkeypatch.delenv("MAIL_PASSWORD")
    with mail_server() as server, pytest.raises(NotSent, match="MAIL_PASSWORD is not set"):
        notifier(server).send(notice)


def test_a_server_that_is_not_there_is_told(notice, mail_server):
    with mail_server() as server:
        pass
    with pytest.raises(NotSent, match="Connection refused"):
        notifier(server).send(notice)


def test_workbooks_too_large_for_mail_are_only_named(mail_server, notice, monkeypatch):
    monkeypatch.setattr("batch_tracker.notify.mail._LARGEST_ATTACHMENT", 5)
    with mail_server() as server:
        notifier(server, security="none", username=None, password_env=None).send(notice)
    assert list(server.mails[0].iter_attachments()) == []
    assert "daily-results.xlsx" in server.mails[0].get_content()


def test_an_address_with_a_line_break_is_told_and_sends_nothing(mail_server, tmp_path):
    with mail_server() as server, pytest.raises(NotSent):
        notifier(
            server, security="none", username=None, password_env=None, sender="a@b\nBcc: c@d"
        ).send(of_alarms(["Nothing."], tmp_path))
    assert server.mails == []


def test_a_run_that_was_refused_has_no_workbook_to_go_with_the_mail(tmp_path):
    refused = RunSummary.of_nothing("There is no such file.", source="daily.csv")
    result = FileResult.of(Ended(refused, 2), place=tmp_path / "daily.csv")
    notice = of_files("failure", [result], tmp_path)
    assert notice.workbooks == []
    assert "There is no such file." in notice.text
