import asyncio
import json
from collections import namedtuple

import aiohttp
import pytest

from batch_tracker.sandbox import Sandbox, SandboxSettings

Reply = namedtuple("Reply", "status text headers")  # noqa: PYI024 - three plain values

FULL = {
    "ShippedOn": "2024-04-09T12:26:18.210Z",
    "ShippedViaCarrier": "UPS",
    "TrackingNumber": "1Z999AA10123456784",
}


class Clock:
    """A clock that moves only when told."""

    def __init__(self, now=1_700_000_000.0):
        self.now = now

    def __call__(self):
        return self.now


class Client:
    """An API user with no manners: sends what it is told and returns what came back."""

    def __init__(self, url, session):
        self.url = url
        self.session = session
        # aiohttp would quietly send a PUT again when its kept connection breaks.
        session._retry_connection = False
        self.token = None

    async def send(self, method, path, *, headers=(), **options):
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        options.setdefault("allow_redirects", False)
        async with self.session.request(
            method, self.url + path, headers={**bearer, **dict(headers)}, **options
        ) as response:
            return Reply(response.status, await response.text(), response.headers)

    async def login(self, user="clerk", password="secret"):
        body = {"Username": user, "Password": password}
        reply = await self.send("POST", "/api/token", json=body)
        if reply.status == 200 and reply.text:
            self.token = json.loads(reply.text)["access_token"]
        return reply

    async def put(self, po=1001, body=FULL, **options):
        return await self.send(
            "PUT", f"/api/PurchaseOrders/{po}/TrackingNumber", **({"json": body} | options)
        )

    async def list(self, *pairs):
        return json.loads((await self.send("GET", "/api/PurchaseOrders", params=pairs)).text)


@pytest.fixture
def full():
    return dict(FULL)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def play():
    """Runs a story against a real server: `play(story, quota=5, clock=clock)`."""

    def play(story, *, clock=None, sleep=None, login=True, **settings):
        injected = {"clock": clock, "sleep": sleep}
        injected = {name: value for name, value in injected.items() if value}

        async def scene():
            sandbox = Sandbox(SandboxSettings(**settings), **injected)
            async with sandbox.serve() as url, aiohttp.ClientSession() as session:
                client = Client(url, session)
                if login:
                    await client.login()
                return await story(sandbox, client)

        return asyncio.run(scene())

    return play
