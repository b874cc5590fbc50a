"""POST /token: user name and password in, a bearer token out."""

from typing import Never

from batch_tracker.sandbox.replies import server_time
from batch_tracker.sandbox.settings import SandboxSettings
from batch_tracker.sandbox.tokens import Tokens
from batch_tracker.sandbox.update import Declined


def log_in(tokens: Tokens, settings: SandboxSettings, body: dict[str, object]) -> dict[str, object]:
    """The documented answer. Declined with 400 for a wrong shape, as set for wrong credentials.

    `expires_in` is a double in Sellercloud's Swagger.
    """
    if body.keys() != {"Username", "Password"}:
        raise Declined(400, "Username and Password are required, and nothing else.")
    user, password = body["Username"], body["Password"]
    if not isinstance(user, str) or not isinstance(password, str):
        raise Declined(400, "Username and Password must be strings.")
    if not _accepted(settings, user, password):
        _refuse(settings)
    token = tokens.issue(user)
    return {
        "access_token": token.text,
        "token_type": "Bearer",
        "username": user,
        "expires_in": settings.token_lifetime_s,
        ".issued": server_time(settings, token.issued),
        ".expires": server_time(settings, token.expires),
    }


def _accepted(settings: SandboxSettings, user: str, password: str) -> bool:
    if settings.users is None:
        return bool(user.strip() and password.strip())
    return settings.users.get(user) == password


def _refuse(settings: SandboxSettings) -> Never:
    raise Declined(settings.wrong_credentials_status, "The user name or password is incorrect.")
