"""The bearer token: one login that all workers share.

Documented: a token is valid for 60 minutes. Observed: `expires_in` is a number, possibly with a
fraction, and the other times in the answer can't be relied on.
"""

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from batch_tracker.errors import LoginRefused, ServerUnusable
from batch_tracker.model import Answer
from batch_tracker.sender.client import Reply

_DEFAULT_LIFE_S = 3600.0
# A token said to live less would mean a login for every call.
_SHORTEST_LIFE_S = 1.0
# A token is renewed this long before it ends, so that no call under way outlives it ...
_LONGEST_MARGIN_S = 120.0
# ... or, where it lives very briefly, after this share of its life.
_USED_SHARE = 0.9

# What may stand in an Authorization header (RFC 6750), and a little more: no space, no control.
_TOKEN = re.compile(r"[!-~]+", re.ASCII)

# No other token is asked for where so many in a row have never worked ...
_MOST_USELESS = 2
# ... or have ended before a permit came to make a call with them.
_MOST_UNUSED = 3

LogIn = Callable[[], Awaitable[Reply]]


class TokenSource:
    """Hands out the current token and renews it, never twice for the same reason.

    `log_in` makes one login, with whatever waiting and retrying it needs. `clock` counts seconds.
    """

    def __init__(self, log_in: LogIn, *, clock: Callable[[], float]) -> None:
        self._log_in = log_in
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0
        self._proven = ""
        self._useless = 0
        self._unused = 0
        self.any_proven = False
        """Whether the server has taken a row with any token."""

    @property
    def current(self) -> str:
        """The token, or "" where there is none that is not about to end."""
        return self._token if self._clock() < self._renew_at else ""

    def use(self) -> str:
        """Return the current token for a call that is made at once."""
        if token := self.current:
            self._unused = 0
        return token

    async def ensure(self) -> None:
        """Log in, unless there is a current token.

        Raises:
            LoginRefused: the server does not accept the credentials.
            ServerUnusable: the login got no usable answer, or tokens end before they can be used.
        """
        if self.current:
            return
        async with self._lock:
            if not self.current:
                await self._renew()

    def prove(self, token: str) -> bool:
        """Take into account that the server took a row; return whether by the current token.

        A late answer to an older token says nothing about the current one.
        """
        self.any_proven = True
        self._useless = self._unused = 0
        if token != self._token:
            return False
        self._proven = token
        return True

    def is_proven(self, token: str) -> bool:
        """Whether the server has taken a row with this token, the last to be proven."""
        return token == self._proven

    def refuse(self, token: str) -> bool:
        """Take a 401 for this token into account; return whether another token may help.

        The current token is then dropped, unless it is one more that has never worked.
        """
        if token != self._token:
            return True  # it was dropped before
        self._useless += not self.is_proven(token)
        if self._useless >= _MOST_USELESS:
            return False
        self._token = ""
        return True

    async def _renew(self) -> None:
        self._token = ""
        if self._unused >= _MOST_UNUSED:
            raise ServerUnusable(
                f"{self._unused} logins in a row were useless: their tokens ended before "
                "the quota allowed a call.",
                hint="Wait until other runs of this user have ended, or raise --quota. Then "
                "resume.",
            )
        verdict, body = await self._log_in()
        if verdict.status == HTTPStatus.NOT_FOUND:
            raise ServerUnusable(
                "The server has no login at this address (404). The address is probably wrong.",
                hint="Check SELLERCLOUD_URL. batch-tracker init finds the right one.",
            )
        if verdict.answer in {Answer.REFUSED, Answer.UNAUTHORIZED}:
            raise LoginRefused(
                f"The server does not accept the login: {verdict.message}",
                hint="Check SELLERCLOUD_USERNAME, the password and SELLERCLOUD_URL. The user "
                "must be able to log in without a second factor.",
            )
        if verdict.answer is not Answer.ACCEPTED:
            raise ServerUnusable(
                f"The login got no usable answer: {verdict.message}",
                hint="Check SELLERCLOUD_URL and the connection. Then resume.",
            )
        self._token, life_s = read_token(body)
        self._unused += 1
        self._renew_at = self._clock() + max(life_s - _LONGEST_MARGIN_S, life_s * _USED_SHARE)


def read_token(body: bytes) -> tuple[str, float]:
    """Return the token of a login's answer, and its life in seconds.

    Raises:
        ServerUnusable: there is none.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    fields = answer if isinstance(answer, dict) else {}
    token = fields.get("access_token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise ServerUnusable(
            "The login was answered without a token.",
            hint="Check that SELLERCLOUD_URL is the address of the REST API.",
        )
    return token, _life_s(fields.get("expires_in"))


def _life_s(expires_in: object) -> float:
    try:
        life_s = float(str(expires_in))
    except ValueError:
        return _DEFAULT_LIFE_S
    return life_s if math.isfinite(life_s) and life_s >= _SHORTEST_LIFE_S else _DEFAULT_LIFE_S
