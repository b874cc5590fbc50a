"""What a reply means: one pure function from status, headers and body to a `Verdict`.

Documented by Sellercloud for the PUT: 200, 400 bad request, 401 invalid token, 500 error; for any
call over the quota a body with `RateLimitResetTime`, under a status that is not documented.
Observed: a 200 with an empty body; a 500 that carries a plain business message.
"""

import re
from collections.abc import Collection, Mapping
from http import HTTPStatus

from batch_tracker.model import Answer, Verdict
from batch_tracker.sender.body import Body, presentable
from batch_tracker.sender.rate_limited import throttled

# A 500 with these words is the server in trouble; with any other words it is a refusal.
_TROUBLE = re.compile(
    r"an error has occurred|an error occurred|unexpected error|internal server error"
    r"|timed?[ -]?out|deadlock|try again|temporar|unavailable|overload|connection"
    r"|object reference not set|outofmemory|out of memory|maintenance|sqlexception",
    re.IGNORECASE,
)

_ALWAYS_TROUBLE = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}


NO_CONNECTION = "no-connection"
"""The code of a verdict on a call that never left; no row is to blame for it."""


def classify(
    status: int, headers: Mapping[str, str], content: bytes, secrets: Collection[str] = ()
) -> Verdict:
    """Say what the reply to any call means. `headers` is case-insensitive, `content` is raw.

    `secrets` are left out of the message, as that goes to the ledger and the workbook.
    """
    body = Body(content)
    wait = throttled(status, headers, body.field("RateLimitResetTime"))
    if wait:
        return wait
    if 200 <= status < 300:  # noqa: PLR2004 - the 2xx range
        return _success(status, headers, body)
    if 300 <= status < 400:  # noqa: PLR2004 - the 3xx range
        return _redirected(status, presentable(headers.get("Location", ""), secrets))
    said = presentable(body.message(), secrets)
    answer, code = _failure(status, said)
    return Verdict(answer=answer, code=code, message=said or _phrase(status), status=status)


def not_sent(error: Exception) -> Verdict:
    """Return the verdict on a call for which there was no connection."""
    return Verdict(
        answer=Answer.UNAVAILABLE,
        code=NO_CONNECTION,
        message=f"The server could not be reached ({error}).",
    )


def lost(reason: str) -> Verdict:
    """Return the verdict on a call that was sent and got no whole reply."""
    return Verdict(
        answer=Answer.LOST,
        code="answer-lost",
        message=f"Sent, but the answer was lost ({reason}).",
    )


def _success(status: int, headers: Mapping[str, str], body: Body) -> Verdict:
    """Whoever else answers with a success (a proxy, a sign-in page) may have let the call through.

    So what is no answer of the API says as little as an answer that was lost.
    """
    if body.is_success(headers.get("Content-Type", "")):
        return Verdict(answer=Answer.ACCEPTED, code="", message="", status=status)
    page = "A web page, perhaps a proxy or a login page, answered"
    what, code = (page, "web-page") if body.has_markup else ("Something answered", "not-the-api")
    return Verdict(
        answer=Answer.LOST,
        code=code,
        message=f"{what} instead of the API. Check SELLERCLOUD_URL.",
        status=status,
    )


def _redirected(status: int, target: str) -> Verdict:
    return Verdict(
        answer=Answer.REFUSED,
        code="redirect",
        message=f"The server redirects to {target or 'another address'}. Redirects are not "
        "followed. Check SELLERCLOUD_URL.",
        status=status,
    )


def _failure(status: int, said: str) -> tuple[Answer, str]:
    if status == HTTPStatus.UNAUTHORIZED:
        return Answer.UNAUTHORIZED, "unauthorized"
    if _is_trouble(status, said):
        return Answer.UNAVAILABLE, "server-trouble"
    return Answer.REFUSED, f"http-{status}"


def _is_trouble(status: int, said: str) -> bool:
    if status in _ALWAYS_TROUBLE or status > 505:  # noqa: PLR2004 - 520 and others come from proxies
        return True
    if status < 500:  # noqa: PLR2004 - the 4xx range
        return False
    return not said or bool(_TROUBLE.search(said))


def _phrase(status: int) -> str:
    try:
        return f"The server answered {status} ({HTTPStatus(status).phrase}) and said nothing else."
    except ValueError:
        return f"The server answered {status} and said nothing else."
