"""Who may use the page: a link that works once, exchanged for a cookie of the browser."""

import secrets

_BYTES = 32


class Sessions:
    """The links that were handed out and not used yet, and the cookies they were exchanged for.

    Both live as long as the server: a new start knows none of the old ones.
    """

    def __init__(self) -> None:
        self._links: set[str] = set()
        self._cookies: set[str] = set()
        self._secrets: set[str] = set()

    def new_secret(self) -> str:
        """Return a secret by which the program itself is known."""
        secret = secrets.token_urlsafe(_BYTES)
        self._secrets.add(secret)
        return secret

    def knows_secret(self, secret: str) -> bool:
        """Whether the secret was handed out by this server."""
        return _found(secret, self._secrets) is not None

    def new_link(self) -> str:
        """Return a token that can be exchanged once."""
        token = secrets.token_urlsafe(_BYTES)
        self._links.add(token)
        return token

    def exchange(self, token: str) -> str | None:
        """Return the value of a new cookie; None where the token is unknown or was used before."""
        known = _found(token, self._links)
        if known is None:
            return None
        self._links.discard(known)
        cookie = secrets.token_urlsafe(_BYTES)
        self._cookies.add(cookie)
        return cookie

    def knows(self, cookie: str) -> bool:
        """Whether the cookie was handed out by this server."""
        return _found(cookie, self._cookies) is not None


def _found(given: str, known: set[str]) -> str | None:
    """Compare in a time that does not tell how much of a guess is right."""
    encoded = given.encode("utf-8", "replace")
    return next((each for each in known if secrets.compare_digest(each.encode(), encoded)), None)
