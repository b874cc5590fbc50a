"""Bearer tokens that expire, and can be taken back."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """What a login hands out. Times are in seconds since 1970."""

    text: str
    user: str
    issued: float
    expires: float


class Tokens:
    """The tokens in force."""

    def __init__(self, lifetime_s: float, clock: Callable[[], float]) -> None:
        self._lifetime_s = lifetime_s
        self._clock = clock
        self._issued: dict[str, Token] = {}

    def issue(self, user: str) -> Token:
        """A new token; those issued before stay in force."""
        now = self._clock()
        token = Token(secrets.token_urlsafe(32), user, now, now + self._lifetime_s)
        self._issued[token.text] = token
        return token

    def find(self, text: str) -> Token | None:
        """The token with this text, expired or not; None if unknown or taken back."""
        return self._issued.get(text)

    def in_force(self, token: Token) -> bool:
        """Whether the token has not expired."""
        return self._clock() < token.expires

    def revoke(self) -> None:
        """Take back every token, as a restarted server does."""
        self._issued.clear()
