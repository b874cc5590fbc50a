"""From a team's name or a server's id to the address of its REST API.

Documented in Sellercloud's REST overview: the address reads `https://{server}.api.sellercloud.com/
rest`, and a page into which the team's name is inserted answers JSON that names it. Observed: that
JSON has it as `RestApiEndpoint`, and says `Success: false` with a `Message` for an unknown team;
older documentation calls the field `ApiUrl`, another page gives the `ServerID` only. Some accounts
live under `.us`, with the team's name as the server's id.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import aiohttp

from batch_tracker.account.answers import Answers
from batch_tracker.errors import ServerUnusable, SettingsRefused, Stopped
from batch_tracker.sender.probe import ping
from batch_tracker.settings import Settings, is_loopback, load_settings

_HOSTS = ("sellercloud.com", "sellercloud.us")
_LONGEST_ANSWER = 64 * 1024
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)


class Candidate(NamedTuple):
    """An address that may be the right one. `trouble` says why it can't be used, if so."""

    url: str
    trouble: str = ""

    @property
    def is_sellercloud(self) -> bool:
        """Whether the address lies in one of Sellercloud's own domains, or on this machine."""
        host = urlsplit(self.url).hostname or ""
        return is_loopback(host) or host.endswith(tuple(f".{each}" for each in _HOSTS))


def guesses(server: str) -> list[str]:
    """Return the addresses that a server id, or a team's name, stands for.

    Raises:
        SettingsRefused: it can't be part of a host name.
    """
    if not _NAME.fullmatch(server):
        raise SettingsRefused(
            f"{server!r} is not a server id. It has letters, digits and hyphens only.",
            hint="It is the first part of your Sellercloud address. Or give the whole address "
            "with --url.",
        )
    return [f"https://{server.lower()}.api.{host}/rest" for host in _HOSTS]


def candidates_for_team(team: str, settings: Settings) -> tuple[list[str], str]:
    """Ask where a team's server is; return the addresses to try, and why the answer is missing.

    Without an answer the name is taken for a server's id. Only the team's name is sent.
    """
    try:
        return [asyncio.run(_look_up(team, settings))], ""
    except ServerUnusable as error:
        return guesses(team), str(error)


def try_out(urls: Sequence[str], settings: Settings) -> list[Candidate]:
    """Say of each address whether a server answers there. No secret is sent."""

    async def knock(url: str) -> Candidate:
        root = load_settings({"url": url}, Answers).url or ""
        try:
            await ping(root, timeout_s=settings.connect_timeout_s)
        except Stopped as error:
            return Candidate(root, str(error))
        return Candidate(root)

    async def knock_at_all() -> list[Candidate]:
        return await asyncio.gather(*map(knock, urls))

    return asyncio.run(knock_at_all())


async def _look_up(team: str, settings: Settings) -> str:
    address = settings.team_lookup.replace("{team}", quote(team, safe=""))
    timeout = aiohttp.ClientTimeout(total=settings.connect_timeout_s)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(address, allow_redirects=False) as reply,
        ):
            body = await reply.content.read(_LONGEST_ANSWER)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise ServerUnusable(f"The team's server could not be looked up ({error}).") from error
    return read_answer(body)


def read_answer(body: bytes) -> str:
    """Return the address that the answer names.

    Raises:
        ServerUnusable: it names none; the server's own words are in the message.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    fields = answer if isinstance(answer, dict) else {}
    for name in ("RestApiEndpoint", "ApiUrl"):
        if isinstance(url := fields.get(name), str) and url.strip():
            return url.strip()
    server = fields.get("ServerID")
    if isinstance(server, str) and _NAME.fullmatch(server):
        return guesses(server)[0]
    words = fields.get("Message")
    said = f": {words}" if isinstance(words, str) and words.isprintable() else ""
    raise ServerUnusable(f"No server was found for this team{said}.")
