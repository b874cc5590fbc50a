"""The body of a reply: what the server says in it, whatever shape it chose.

Sellercloud's own .NET client reads JSON, problem+json, plain text, HTML and nothing at all, so its
servers are taken to send all of these (reference for the names and their order).
"""

import json
import re
from collections.abc import Iterable

from batch_tracker.sender.masking import masked

_LONGEST_MESSAGE = 500

# The order in which Sellercloud's own .NET client looks for the message, then the keys of the
# throttled answer and of the token endpoint.
_MESSAGE_KEYS = (
    "errormessage",
    "exceptionmessage",
    "message",
    "error_description",
    "title",
    "detail",
    "error",
)

# A page may begin with a comment or an XML declaration; what begins later is not looked for.
_PAGE_HEAD = 2000
_PREAMBLE = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_PAGE = re.compile(r"<(!doctype|html|head|body|title|meta|script)\b", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-z/!?]", re.IGNORECASE)

# Of a longer text only the beginning is looked at: it holds more than is kept.
_LONGEST_TEXT = 5000


class Body:
    """A reply's body, read as far as it can be. Nothing in it raises."""

    def __init__(self, content: bytes) -> None:
        self._text = content.decode("utf-8-sig", "replace").strip()
        self._json = _json(self._text)
        self._fields = (
            {key.casefold(): value for key, value in self._json.items()}
            if isinstance(self._json, dict)
            else {}
        )

    @property
    def is_web_page(self) -> bool:
        """Whether this is HTML, which the API never answers."""
        if not self._text:
            return False
        head = _PREAMBLE.sub("", self._text[:_PAGE_HEAD]).lstrip("\ufeff \r\n\t")
        return bool(_PAGE.match(head))

    def is_success(self, content_type: str) -> bool:
        """Whether this is what the API answers when all is well.

        That is nothing at all, JSON, or a few plain words, and not by its type something else.
        """
        if not self._text:
            return True
        kind = content_type.partition(";")[0].strip().lower()
        if kind and kind != "text/plain" and not kind.endswith("json"):
            return False
        return self._json is not None or self._is_plain

    @property
    def has_markup(self) -> bool:
        """Whether there is a tag anywhere in it."""
        return bool(_MARKUP.search(self._text))

    @property
    def _is_plain(self) -> bool:
        """Whether these are a few words, and no page, no binary and no JSON that was cut."""
        is_text = "\ufffd" not in self._text and " ".join(self._text.split()).isprintable()
        is_short = len(self._text) <= _LONGEST_MESSAGE
        return is_text and is_short and not self.has_markup and self._text[0] not in '{["'

    def field(self, name: str) -> object:
        """Return a field of the JSON object, whatever the case of its name; None without one."""
        return self._fields.get(name.casefold())

    def message(self) -> str:
        """Return the server's own words, or "" where it said nothing a person can use."""
        if self._json is None:
            return "" if self.is_web_page else self._text
        if self._fields:
            named = (self._fields.get(key) for key in _MESSAGE_KEYS)
            return " ".join([*[*_words(named)][:1], *self._field_errors()])
        return " ".join(_words([self._json]))

    def _field_errors(self) -> Iterable[str]:
        """Return what ASP.NET says field by field, in either of its two shapes."""
        errors = self.field("Errors") or self.field("ModelState")
        return _words(errors.values() if isinstance(errors, dict) else [errors])


def presentable(text: str, secrets: Iterable[str]) -> str:
    """Return text fit for a cell and a database.

    It is one line, not long, without control characters, and without the secrets that a server
    may repeat.
    """
    shown = masked(_beginning(text), secrets)
    printable = "".join(each if each.isprintable() else " " for each in shown)
    words = " ".join(printable.split())
    return words if len(words) <= _LONGEST_MESSAGE else words[: _LONGEST_MESSAGE - 1] + "…"


def _beginning(text: str) -> str:
    """Return as much of a text as may be shown. A word is not cut: it may be a secret."""
    text = text.strip()
    if len(text) <= _LONGEST_TEXT:
        return text
    return text[:_LONGEST_TEXT].rsplit(maxsplit=1)[0]


def _words(values: Iterable[object]) -> Iterable[str]:
    """Return the texts among the values, and among the lists in them."""
    for value in values:
        if isinstance(value, str) and value.strip():
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str) and each.strip())


_NOTHING: dict[str, object] = {}


def _json(text: str) -> object:
    """Return the parsed JSON (null as an empty object), or None where it is none."""
    if not text:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _NOTHING if content is None else content
