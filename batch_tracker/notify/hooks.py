"""Notices by an HTTP POST, in three shapes."""

import json
import os
from collections.abc import Callable
from http.client import HTTPException, InvalidURL
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from batch_tracker.notify.notice import Notice, NotSent
from batch_tracker.reporter import summary_json
from batch_tracker.settings import is_loopback
from batch_tracker.settings.channel import Hook

_TIMEOUT_S = 10.0


class HookNotifier:
    """Posts to one address. The address is a secret: it is never told, and never left."""

    def __init__(self, hook: Hook) -> None:
        self.name = f"{hook.kind} ({hook.url_env})"
        self.on = hook.on
        self._variable = hook.url_env
        self._shape = _SHAPES[hook.kind]

    def require_ready(self) -> None:
        """Raise NotSent where there is no address that can be used."""
        self._url()

    def send(self, notice: Notice) -> None:
        """Post a notice. Only a 2xx counts as sent.

        Raises:
            NotSent: the other side is not there, declines, or asks to go elsewhere.
        """
        body = json.dumps(self._shape(notice)).encode()
        headers = {"Content-Type": "application/json"}
        try:
            request = Request(self._url(), body, headers)  # noqa: S310 - _url lets http(s) alone by
            with _opener(request.host).open(request, timeout=_TIMEOUT_S):
                pass
        except HTTPError as error:
            error.close()
            raise NotSent(f"HTTP {error.code}") from None
        except (InvalidURL, ValueError):  # their words hold the address
            raise NotSent(f"the address in {self._variable} can't be used") from None
        except (OSError, HTTPException) as error:
            raise NotSent(_in_words(error)) from None

    def _url(self) -> str:
        url = os.environ.get(self._variable, "").strip()
        if not url:
            raise NotSent(f"the variable {self._variable} is not set")
        parts = urlsplit(url)
        if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(f"{parts.hostname}")):
            return url
        raise NotSent(f"the address in {self._variable} does not begin with https://")


def _in_words(error: Exception) -> str:
    return " ".join(str(getattr(error, "reason", error)).split()) or type(error).__name__


def _opener(host: str) -> OpenerDirector:
    """Return what posts and follows no redirect: address and notice are for nobody else.

    What is for this machine goes through no proxy.
    """
    opener = OpenerDirector()
    is_here = is_loopback(urlsplit(f"//{host}").hostname or "")
    for handler in (
        ProxyHandler({} if is_here else None),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _plain(notice: Notice) -> dict[str, object]:
    return {
        "occasion": notice.occasion,
        "title": notice.title,
        "text": notice.text,
        "folder": notice.folder,
        "files": [summary_json(each) for each in notice.files],
    }


def _slack(notice: Notice) -> dict[str, object]:
    """Return the text of an incoming webhook; Slack documents these three characters as its own."""
    title, text = (
        each.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for each in (notice.title, notice.text)
    )
    return {"text": f"*{title}*\n```{text}```"}


def _teams(notice: Notice) -> dict[str, object]:
    """Return an adaptive card in the envelope that a Teams workflow expects.

    Documented by Microsoft for "When a Teams webhook request is received".
    """
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": notice.title, "weight": "Bolder", "wrap": True},
            *(
                {"type": "TextBlock", "text": line, "spacing": "None", "wrap": True}
                for line in notice.text.splitlines()
                if line
            ),
        ],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


_SHAPES: dict[str, Callable[[Notice], dict[str, object]]] = {
    "webhook": _plain,
    "slack": _slack,
    "teams": _teams,
}
