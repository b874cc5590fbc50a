import asyncio
import json

import pytest

from batch_tracker.errors import LoginRefused, ServerUnusable
from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.token import TokenSource


def reply(answer=Answer.ACCEPTED, message=""):
    return Verdict(answer=answer, code="", message=message, status=200)


class Server:
    """A login that answers what it is told, and counts."""

    def __init__(self, *bodies, answer=Answer.ACCEPTED, message=""):
        self.bodies = list(bodies)
        self.verdict = reply(answer, message)
        self.logins = 0

    async def log_in(self):
        self.logins += 1
        await asyncio.sleep(0)
        body = self.bodies.pop(0) if self.bodies else token(f"t{self.logins}")
        return self.verdict, body if isinstance(body, bytes) else json.dumps(body).encode()


def token(text, **fields):
    return {"access_token": text, "expires_in": 3600.0, **fields}


def source(server, clock):
    return TokenSource(server.log_in, clock=clock.timestamp)


def test_many_who_ask_at_once_share_one_login(clock):
    async def story():
        server = Server()
        tokens = source(server, clock)
        await asyncio.gather(*(tokens.ensure() for _ in range(32)))
        assert (tokens.current, server.logins) == ("t1", 1)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("expires_in", "used_s"),
    [
        (3600, 3480),
        (3600.5, 3480.5),
        ("1800", 1680),
        (600, 540),
        (10, 9),
        (None, 3480),
        (0, 3480),
        (-5, 3480),
        (0.001, 3480),
        ("soon", 3480),
        ([], 3480),
    ],
)
def test_a_token_is_renewed_before_it_ends(clock, expires_in, used_s):
    async def story():
        server = Server(token("first", expires_in=expires_in))
        tokens = source(server, clock)
        await tokens.ensure()
        clock.advance(used_s - 0.01)
        assert tokens.current == "first"
        clock.advance(0.02)
        assert tokens.current == ""
        await tokens.ensure()
        assert (tokens.current, server.logins) == ("t2", 2)

    asyncio.run(story())


@pytest.mark.parametrize(
    "number",
    [b'{"access_token": "a", "expires_in": NaN}', b'{"access_token": "a", "expires_in": 1e999}'],
)
def test_a_life_that_is_no_number_is_taken_for_the_documented_hour(clock, number):
    async def story():
        tokens = source(Server(number), clock)
        await tokens.ensure()
        clock.advance(3479)
        assert tokens.current == "a"
        clock.advance(2)
        assert tokens.current == ""

    asyncio.run(story())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"token"',
        b"\xff\xfe",
        b"[" * 100_000,
        b"<html></html>",
        {},
        {"access_token": None},
        {"access_token": 5},
        {"access_token": ""},
        {"access_token": "a b"},
        {"access_token": "a\r\nX-Evil: 1"},
        {"access_token": "a\n"},
        {"access_token": "\u00e9"},
    ],
)
def test_an_answer_without_a_token_that_fits_a_header_ends_the_run(clock, body):
    async def story():
        server = Server(body)
        with pytest.raises(ServerUnusable, match="without a token"):
            await source(server, clock).ensure()
        assert server.logins == 1

    asyncio.run(story())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer.REFUSED, LoginRefused),
        (Answer.UNAUTHORIZED, LoginRefused),
        (Answer.UNAVAILABLE, ServerUnusable),
        (Answer.LOST, ServerUnusable),
    ],
)
def test_a_login_that_fails_ends_the_run_in_the_servers_words(clock, answer, error):
    async def story():
        server = Server(answer=answer, message="The words.")
        with pytest.raises(error, match="The words\\."):
            await source(server, clock).ensure()
        assert server.logins == 1

    asyncio.run(story())


def test_a_refused_token_is_renewed_once_however_many_say_so(clock):
    async def story():
        server = Server()
        tokens = source(server, clock)
        await tokens.ensure()
        assert tokens.prove("t1")
        assert all(tokens.refuse("t1") for _ in range(32))
        await asyncio.gather(*(tokens.ensure() for _ in range(32)))
        assert tokens.refuse("t1")  # a straggler
        assert (tokens.current, server.logins) == ("t2", 2)

    asyncio.run(story())


def test_after_two_tokens_that_never_worked_no_third_is_asked_for(clock):
    async def story():
        server = Server()
        tokens = source(server, clock)
        await tokens.ensure()
        assert tokens.refuse("t1")
        await tokens.ensure()
        assert not tokens.refuse("t2")
        await tokens.ensure()
        assert (tokens.current, server.logins) == ("t2", 2)

    asyncio.run(story())


def test_a_token_that_worked_may_be_refused_any_number_of_times(clock):
    async def story():
        tokens = source(Server(), clock)
        for number in range(1, 6):
            await tokens.ensure()
            assert tokens.prove(f"t{number}")
            assert tokens.refuse(f"t{number}")

    asyncio.run(story())


def test_a_late_answer_to_an_old_token_says_nothing_about_the_current_one(clock):
    async def story():
        tokens = source(Server(), clock)
        await tokens.ensure()
        assert tokens.refuse("t1")
        await tokens.ensure()
        assert not tokens.prove("t1")
        assert not tokens.is_proven("t2")
        assert tokens.any_proven
        assert tokens.refuse("t2")  # t1 did work, so t2 is the first in a row that did not

    asyncio.run(story())
