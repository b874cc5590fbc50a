"""Texts that say that there is no value.

A null is how a program writes a blank: it counts as one. A placeholder is what a person or a
template puts where a value is still missing: somebody has to look.
"""

import re

_BRACKETED = re.compile(r"[(<\[{]\s*(?:null|none|nil|na|n/a|nan|nat|blank|empty|unset)\s*[)>\]}]")
_NULLS = frozenset({r"\n", r"\\n", "#null"})
"""How MySQL and PostgreSQL export a NULL, once and twice escaped."""

PLACEHOLDERS = frozenset(
    {
        "[object object]",  # JavaScript lost the value that stood here
        "add a tracking number",  # ShipHero writes this into its report
        "awaiting",
        "awaiting tracking",
        "n.a",
        "n.a.",
        "n/a",
        "n/d",
        "na",
        "nan",
        "nat",  # pandas' missing date
        "nil",
        "no tracking",
        "no tracking number",
        "none",
        "not applicable",
        "not available",
        "not yet available",
        "null",
        "pending",
        "t.b.a.",
        "t.b.d.",
        "tba",
        "tbd",
        "to be advised",
        "to be determined",
        "to follow",
        "tracking number",
        "undefined",  # JavaScript's missing value
        "unknown",
    }
)
"""Texts (any case) that stand where a value is missing; so does any text of marks only."""

_PROMPT = re.compile(
    r"(?:please )?(?:select|choose|pick|enter|type|add)(?: (?:a|an|one|the|your))?"
    r"(?: (?:carrier|shipper|courier|option|value|item|method|service|name|here))*[ .:…*]*"
    r"|(?:carrier|shipper|courier)(?: (?:name|code|here))?[ .:…*]*"
    r"|auswählen[ .…]*|bitte wählen[ .…]*|seleccion(?:e|ar)\b.*|choisir\b.*"
    r"|selezion(?:a|are)\b.*|请选择.*|[(\[]?select[)\]]?|default(?: carrier)?"
)
"""What a form shows until somebody chooses."""
_UNTOLD = re.compile(
    r"(?:not|un)[ -]?(?:set|specified|assigned|found|provided|defined|selected|given|entered)"
    r"|n\\a|nothing|dbnull|no (?:carrier|courier|shipper|data|value|match)|(?:lookup )?failed"
    r"|kein(?:e[nr]?)?(?: angabe)?|ningun[oa]|aucune?|nessun[oa]?|sin (?:datos|transportista)"
    r"|nicht (?:angegeben|bekannt)|no (?:aplica|asignado)|无|無|空|没有|なし|없음"
)
"""What says in words that no carrier is known."""


def is_null(text: str) -> bool:
    r"""Whether a text without blanks around it is a program's spelling of a blank, such as `\N`."""
    folded = text.casefold()
    return folded in _NULLS or bool(_BRACKETED.fullmatch(folded))


def is_placeholder(text: str) -> bool:
    """Whether a text only says that there is no value."""
    return text.casefold() in PLACEHOLDERS or not any(map(str.isalnum, text))


def is_prompt(text: str) -> bool:
    """Whether a text is a form's or a heading's, or says that no carrier is known."""
    folded = text.casefold().strip("-*<>()[]. ")
    return bool(_PROMPT.fullmatch(folded) or _UNTOLD.fullmatch(folded))
