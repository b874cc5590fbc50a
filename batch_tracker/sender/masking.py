r"""Secrets left out of what a server says, in whatever spelling it repeats them.

It may repeat them as they are, or as HTML (`&#97;`), a URL (`%61`), JSON or a program (`\u0061`,
`\x61`) would have them, each letter in another way, and all of it written down once more
(`&amp;#97;`).
"""

import html
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

MASK = "***"

# What can be read in more ways, or repeats secrets more often, is no message to a person.
_MOST_READINGS = 60
_MOST_SPELLINGS = 20

_HEX = "[0-9a-fA-F]"
_PERCENT = re.compile(f"(?:%{_HEX}{{2}})+")
_ESCAPE = re.compile(
    rf"(?P<bytes>(?:\\x{_HEX}{{2}})+)"
    rf"|(?P<utf16>(?:[\\%]u{_HEX}{{4}})+)"
    rf"|\\u\{{0*(?P<braced>{_HEX}{{1,5}})\}}"
    rf"|\\U000(?P<long>{_HEX}{{5}})"
    r"|\\(?P<short>.)",
    re.DOTALL,
)
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return the text without the secrets, decoded as far as it takes to find them."""
    forms = {form for each in secrets for form in (each, each.replace(" ", "+"))}
    forms = {form for form in forms if form not in MASK}
    for _ in range(_MOST_SPELLINGS):
        readings = list(islice(_readings(text), _MOST_READINGS + 1))
        if len(readings) > _MOST_READINGS:
            return MASK
        found = next((each for each in readings if any(form in each for form in forms)), None)
        if found is None:
            return text
        for form in sorted(forms, key=len, reverse=True):
            found = found.replace(form, MASK)
        text = found
    return MASK


def _readings(text: str) -> Iterator[str]:
    """Return a text and all that it may stand for, decoded in any order."""
    seen, waiting = {text}, deque([text])
    while waiting:
        reading = waiting.popleft()
        yield reading
        for decode in (html.unescape, _from_url, _from_escapes):
            decoded = decode(reading)
            if decoded not in seen:
                seen.add(decoded)
                waiting.append(decoded)


def _from_url(text: str) -> str:
    return _PERCENT.sub(lambda found: _from_bytes(found[0].replace("%", "")), text)


def _from_escapes(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = escape[escape.lastgroup or 0]
    match escape.lastgroup:
        case "bytes":
            return _from_bytes(code.replace("\\x", ""))
        case "utf16":
            units = bytes.fromhex(re.sub(r"[\\%]u", "", code))
            return units.decode("utf-16-be", "replace")
        case "short":
            return _CONTROLS.get(code, code)
    return chr(int(code, 16))


def _from_bytes(code: str) -> str:
    """Return what bytes, in hexadecimal digits, stand for: UTF-8, or else Latin-1."""
    content = bytes.fromhex(code)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
