"""What runs on a Dask worker. Its settings and its password are those of its own machine.

Calls are made in a thread with an event loop of its own, so that Dask never waits for them. No
call is repeated here: a shard that comes twice, or to a process that took no part in its session,
is not made.
"""

import asyncio
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Coroutine
from functools import cache
from typing import TypeVar
from uuid import uuid4

import distributed

from batch_tracker import __version__
from batch_tracker.cluster.shard import Call, Greeting, LogIn, Login, Place, Shard, Versions
from batch_tracker.errors import BatchTrackerError, ServerUnusable
from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.client import Client, Reply, Timeouts
from batch_tracker.sender.lanes import why_unusable
from batch_tracker.sender.token import read_token
from batch_tracker.settings import Settings, load_settings

_Result = TypeVar("_Result")

_SHARDS_REMEMBERED = 1000
# A run waits an hour for its quota; a driver that was killed says no goodbye.
_IDLE_S = 86_400.0

VERSIONS = Versions(__version__, str(vars(distributed)["__version__"]))


class _Session:
    """What one driver's calls are made with."""

    def __init__(self, login: Login, settings: Settings) -> None:
        self._login = login
        self._settings = settings
        self._password = settings.secret()
        self._clients: dict[str, Client] = {}
        self._tokens: dict[str, str] = {}
        self._seen: deque[int] = deque(maxlen=_SHARDS_REMEMBERED)
        self.used_at = time.monotonic()

    def greeting(self) -> Greeting:
        host = socket.gethostname()
        label = self._settings.address_label or host
        places = [_place(each) for each in self._settings.addresses] or [Place("", label)]
        return Greeting(host, tuple(places), self._settings.timeout_s)

    async def make(self, shard: Shard) -> list[Reply] | None:
        """Make the calls of a shard, unless it has come before."""
        self.used_at = time.monotonic()
        if shard.number in self._seen:
            return None
        self._seen.append(shard.number)
        client = self._client(shard.address)
        return await asyncio.gather(*(self._reply(client, call) for call in shard.calls))

    async def close(self) -> None:
        for client in self._clients.values():
            await client.__aexit__(None, None, None)

    def _client(self, address: str) -> Client:
        if address not in self._clients:
            self._clients[address] = Client(
                self._login.server,
                username=self._login.username,
                password=self._password,
                timeouts=Timeouts(self._settings.timeout_s, self._settings.connect_timeout_s),
                address=address,
            )
        return self._clients[address]

    async def _reply(self, client: Client, call: Call) -> Reply:
        """Make a call. No secret is in what is returned."""
        if isinstance(call, LogIn):
            return self._named(await call.by(client, ""))
        token = self._tokens.get(call.token)
        if token is None:
            return Reply(_NO_TOKEN)
        reply = await call.by(client, token)
        body = reply.body
        for secret in (token, self._password):
            body = body.replace(secret.encode(), b"*")
        return reply._replace(body=body)

    def _named(self, reply: Reply) -> Reply:
        """Keep the token of a login, and give it a name instead."""
        if reply.verdict.answer is not Answer.ACCEPTED:
            return Reply(reply.verdict)
        try:
            token, life_s = read_token(reply.body)
        except ServerUnusable:
            return Reply(reply.verdict)
        name = uuid4().hex
        self._tokens[name] = token
        body = json.dumps({"access_token": name, "expires_in": life_s})
        return Reply(reply.verdict, body.encode())


_NO_TOKEN = Verdict(
    answer=Answer.UNAUTHORIZED, code="unauthorized", message="The worker has no such token."
)

_sessions: dict[str, _Session] = {}


def greet(session: str, login: Login, driver: Versions) -> Greeting | str:
    """Open a session for a driver; return what it may ask for, or why it may not."""
    if driver != VERSIONS:
        return f"It has {_in_words(VERSIONS)}; here it is {_in_words(driver)}."
    try:
        settings = load_settings({"account": login.account or None})
        if trouble := _why_another(settings, login):
            return trouble
        opened = _Session(login, settings)
    except BatchTrackerError as error:
        return str(error)
    _on_loop(_open(session, opened))
    return opened.greeting()


def make_calls(shard: Shard) -> list[Reply] | None:
    """Make the calls of a shard; return a reply for each, or None where they may be made already.

    They hold up no other shard meanwhile, however many threads the worker has.
    """
    distributed.secede()
    session = _sessions.get(shard.session)
    return _on_loop(session.make(shard)) if session else None


def say_goodbye(session: str) -> None:
    """Close a driver's session."""
    _on_loop(_close(session))


def _place(address: str) -> Place:
    trouble = why_unusable(address)
    return Place(address, address, trouble.message if trouble else "")


def _why_another(settings: Settings, login: Login) -> str:
    own = Login(login.account, settings.url or "", settings.username or "")
    if own == login:
        return ""
    return (
        f"Its settings are for {own.username or 'nobody'} at {own.server or 'no server'}; the run "
        f"is for {login.username} at {login.server}."
    )


def _in_words(versions: Versions) -> str:
    return f"batch-tracker {versions.batch_tracker} and distributed {versions.distributed}"


async def _open(name: str, session: _Session) -> None:
    now = time.monotonic()
    for each in [each for each, one in _sessions.items() if now - one.used_at > _IDLE_S]:
        await _close(each)
    await _close(name)
    _sessions[name] = session


async def _close(name: str) -> None:
    if session := _sessions.pop(name, None):
        await session.close()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="calls", daemon=True).start()
    return loop


def _on_loop(work: Coroutine[None, None, _Result]) -> _Result:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()
