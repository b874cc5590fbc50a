"""Markup that cannot be broken out of: whatever is not `Html` already is escaped on its way in."""

import re
from collections.abc import Iterable
from html import escape


class Html(str):
    """Markup that is safe as it stands. Only this module and the page's own files make it."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: object) -> Html:
    """Return an element; plain text among its children is shown, never obeyed.

    An underscore in an attribute's name stands for a hyphen (`aria_label`), one at its end for
    nothing (`class_`). An attribute that is None is left out.
    """
    opened = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{shown(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{opened}>{joined(children)}</{name}>")


def joined(parts: Iterable[str]) -> Html:
    """Return the parts one after the other."""
    return Html("".join(part if isinstance(part, Html) else shown(part) for part in parts))


def shown(text: str) -> Html:
    """Return a text as markup that shows it, and names what could not be seen.

    So are control characters (`[U+0007]`), what turns the direction of text around or has no width
    (`[U+202E]`), and what is no character at all.
    """
    seen = _UNSEEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", text.replace("\r\n", "\n"))
    return Html(escape(seen))


_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
