"""From a team's name to an address: what is asked, what the answer means, what is tried out."""

import json
import socket

import pytest

from batch_tracker import account
from batch_tracker.account.endpoint import Candidate, read_answer
from batch_tracker.errors import ServerUnusable, SettingsRefused
from batch_tracker.settings import load_settings

pytestmark = pytest.mark.usefixtures("folder")


def known(**settings):
    return load_settings(settings, account.Answers)


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ({"RestApiEndpoint": "https://a.api.sellercloud.us/rest"}, None),
        ({"ApiUrl": " https://a.api.sellercloud.us/rest "}, None),
        ({"ServerID": "a", "RestApiEndpoint": "https://a.api.sellercloud.us/rest"}, None),
        ({"ServerID": "tt"}, "https://tt.api.sellercloud.com/rest"),
        ({"ServerID": "tt", "ApiUrl": ""}, "https://tt.api.sellercloud.com/rest"),
    ],
)
def test_the_look_up_is_read_in_every_shape_it_is_known_to_have(answer, url):
    expected = url or "https://a.api.sellercloud.us/rest"
    assert read_answer(json.dumps(answer).encode()) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"Success": false}',
        b'{"ServerID": "a/../b"}',
        b'{"ServerID": 5, "ApiUrl": ["x"]}',
        b"[" * 100_000,
    ],
)
def test_an_answer_that_names_no_server_is_said_to(body):
    with pytest.raises(ServerUnusable, match="No server was found for this team"):
        read_answer(body)


def test_the_look_ups_own_words_are_told():
    with pytest.raises(ServerUnusable, match=r"this team: Team not found\."):
        read_answer(b'{"Success": false, "Message": "Team not found"}')


def test_a_team_is_looked_up_and_nothing_but_its_name_is_sent(answering):
    body = json.dumps({"RestApiEndpoint": "https://a.api.sellercloud.us/rest"}).encode()
    with answering(body) as (url, asked):
        settings = known(team_lookup=f"{url}/by-team/?team={{team}}", password="canary")
        urls, trouble = account.candidates_for_team("A & Bé", settings)
    assert (urls, trouble) == (["https://a.api.sellercloud.us/rest"], "")
    assert asked == ["/by-team/?team=A%20%26%20B%C3%A9"]


def test_without_an_answer_the_team_is_taken_for_a_server(answering):
    with answering(b"", status=404) as (url, _):
        urls, trouble = account.candidates_for_team("acme", known(team_lookup=url))
    assert urls == ["https://acme.api.sellercloud.com/rest", "https://acme.api.sellercloud.us/rest"]
    assert "No server was found" in trouble
    urls, trouble = account.candidates_for_team("acme", known(team_lookup=url))
    assert "could not be looked up" in trouble
    assert len(urls) == 2


@pytest.mark.parametrize("wrong", ["a.b", "a/b", "-a", "", "a b", "ä", "a@evil", "x" * 64])
def test_what_is_no_part_of_a_host_name_is_no_server(wrong):
    with pytest.raises(SettingsRefused, match="is not a server id"):
        account.guesses(wrong)


def test_addresses_are_tried_out_all_at_once(answering):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
        with answering(b"", status=500) as (url, asked):
            there, gone = account.try_out([url, closed], known())
    assert there == Candidate(f"{url}/rest/api")
    assert asked == ["/"]
    assert "127.0.0.1 can't be reached" in gone.trouble


def test_a_server_without_tls_is_not_trusted(answering):
    with answering() as (url, _):
        (found,) = account.try_out([url.replace("http:", "https:")], known())
    assert "can't be trusted (TLS" in found.trouble


def test_a_silent_server_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        (found,) = account.try_out([url], known(connect_timeout_s=0.1))
    assert "gave no answer within 0.1 s" in found.trouble


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://a.api.sellercloud.com/rest/api", True),
        ("https://a.api.sellercloud.us/rest/api", True),
        ("http://127.0.0.1:5/rest/api", True),
        ("https://a.sellercloud.com.evil.example/rest/api", False),
        ("https://notsellercloud.com/rest/api", False),
        ("https://evil.example/sellercloud.com", False),
    ],
)
def test_sellerclouds_own_addresses_are_known(url, own):
    assert Candidate(url).is_sellercloud is own
