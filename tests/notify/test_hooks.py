"""What is posted, to whom, and what is not told when that fails."""

import pytest

from batch_tracker.notify import FileResult, NotSent
from batch_tracker.notify.hooks import HookNotifier
from batch_tracker.notify.notice import of_alarms, of_files
from batch_tracker.settings.channel import Hook

SECRET = "T0K3N-in-the-address"


@pytest.fixture
def notifier(receiver, monkeypatch):
    def notifier(kind="webhook", url=f"{receiver.url}/{SECRET}"):
        monkeypatch.setenv("HOOK_URL", url)
        return HookNotifier(Hook(kind=kind, url_env="HOOK_URL"))

    return notifier


@pytest.fixture
def notice(ended, tmp_path):
    file = FileResult.of(ended(1, source="in/<a> & b.csv", rejected=2))
    return of_files("failure", [file], tmp_path)


def test_a_webhook_gets_everything_as_json(notifier, receiver, notice, tmp_path):
    notifier().send(notice)
    ((path, kind, body),) = receiver.got
    assert (path, kind) == (f"/{SECRET}", "application/json")
    assert (body["occasion"], body["folder"]) == ("failure", str(tmp_path))
    assert body["title"] == "batch-tracker: <a> & b.csv needs a person"
    assert "rejected  2" in body["text"]
    assert [file["counts"]["rejected"] for file in body["files"]] == [2]


def test_slack_gets_text_in_which_nothing_is_markup(notifier, receiver, notice):
    notifier("slack").send(notice)
    ((_, _, body),) = receiver.got
    assert set(body) == {"text"}
    title, text = body["text"].split("\n", 1)
    assert title == "*batch-tracker: &lt;a&gt; &amp; b.csv needs a person*"
    assert text.startswith("```")
    assert text.endswith("```")
    assert "<" not in text


def test_teams_gets_an_adaptive_card(notifier, receiver, notice):
    notifier("teams").send(notice)
    ((_, _, body),) = receiver.got
    (attachment,) = body["attachments"]
    assert body["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    lines = [block["text"] for block in attachment["content"]["body"]]
    assert lines[0] == notice.title
    assert any("rejected" in line for line in lines[1:])


def test_an_alarm_speaks_of_no_run(notifier, receiver, tmp_path):
    notifier().send(of_alarms(["Nothing has arrived."], tmp_path))
    ((_, _, body),) = receiver.got
    assert (body["occasion"], body["text"], body["files"]) == ("alarm", "Nothing has arrived.", [])


@pytest.mark.parametrize("status", [400, 404, 500, 302, 307, 308])
def test_what_is_no_success_is_told_without_the_address(notifier, receiver, notice, status):
    receiver.status = status
    with pytest.raises(NotSent, match=f"^HTTP {status}$"):
        notifier().send(notice)
    assert len(receiver.got) == 1  # a redirect is not followed


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "the variable HOOK_URL is not set"),
        (f"http://example.com/{SECRET}", "does not begin with https://"),
        (f"file:///etc/{SECRET}", "does not begin with https://"),
        (f"https://127.0.0.1:1/{SECRET}", "Connection refused"),
        (f"http://127.0.0.1:1/{SECRET} x", "can't be used"),
        (f"http://127.0.0.1:port/{SECRET}", "can't be used"),
    ],
)
def test_an_address_that_can_not_be_used_is_not_repeated(notifier, notice, url, words):
    with pytest.raises(NotSent, match=words) as caught:
        notifier(url=url).send(notice)
    assert SECRET not in str(caught.value)


def test_a_server_that_breaks_off_is_told(notifier, receiver, notice, monkeypatch):
    def break_off(handler):
        handler.close_connection = True
        handler.connection.close()

    monkeypatch.setattr(receiver.RequestHandlerClass, "do_POST", break_off)
    monkeypatch.setattr(receiver, "handle_error", lambda *_: None)
    with pytest.raises(NotSent) as caught:
        notifier().send(notice)
    assert SECRET not in str(caught.value)


def test_a_line_break_in_a_files_name_does_not_break_the_title(ended, tmp_path):
    notice = of_files(None, [FileResult.of(ended(source="in/a\nb.csv"))], tmp_path)
    assert notice.title == "batch-tracker: a b.csv is done"


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_what_is_for_this_machine_goes_through_no_proxy(
    notifier, receiver, notice, answering, monkeypatch, *, variable
):
    with answering() as (proxy, asked):
        monkeypatch.setenv(variable, proxy)
        monkeypatch.setenv("NO_PROXY", "")
        notifier().send(notice)
    assert not asked
    assert [path for path, *_ in receiver.got] == [f"/{SECRET}"]
