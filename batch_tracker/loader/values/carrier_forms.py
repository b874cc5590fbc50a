"""The forms that a carrier's numbers have, for carriers that have few: any other is a mistake.

Wider than `tracking_formats`, which says what a number proves: here is all that a row may hold
which names the carrier, freight and old forms too. A carrier that numbers in many ways is left
out. Sources: those of `tracking_formats`; FedEx, UPS, USPS and Canada Post, "what does a tracking
number look like" of their help pages.
"""

import re

_POSTAL = r"[0-9]{20}|[0-9]{22}|[0-9]{26}|[0-9]{30}|[0-9]{34}|[0-9]{38}"
_S10 = r"[A-Z]{2}[0-9]{9}[A-Z]{2}"
_FORMS = {
    "UPS": rf"1Z[0-9A-Z]{{16}}|[A-Z][0-9]{{10}}|MI[0-9A-Z]{{6,32}}|[0-9]{{18}}|[0-9]{{12}}"
    rf"|[0-9]{{9,10}}|{_POSTAL}|{_S10}",
    "FedEx": rf"[0-9]{{9,10}}|[0-9]{{12}}|[0-9]{{14,15}}|[0-9]{{32}}|DT[0-9]{{12}}"
    rf"|{_POSTAL}|{_S10}",
    "USPS": rf"(?!9[1-5])[0-9]{{20}}|(?![0-9]{{20}}$)(?:{_POSTAL})|{_S10}",
    "Canada Post": rf"[0-9]{{16}}|{_S10}",
    "Purolator": r"[0-9]{12}|[A-Z]{3}[0-9]{9}",
    "Old Dominion": r"[0-9]{11}",
    "XPO": r"[0-9]{9,11}",
}
_PATTERNS = {carrier: re.compile(form) for carrier, form in _FORMS.items()}
_MARKS = re.compile(r"[-./_]")
_OTHER_BUSINESS = re.compile(
    r"freight|supply ?chain|trade|forward|customs?\b|cargo|ocean|critical|e-?com|parcel"
    r"|global|paket",
    re.IGNORECASE,
)
"""Parts of a carrier's house that number in ways of their own."""


def is_other_business(carrier: str) -> bool:
    """Whether a row names a part of a carrier's house whose numbers are not known."""
    return bool(_OTHER_BUSINESS.search(carrier))


def has_form_of(number: str, carrier: str) -> bool:
    """Whether an upper-case number can be one of a carrier, named as in `carrier_names`.

    True for any number where the carrier's are not all known.
    """
    pattern = _PATTERNS.get(carrier)
    return pattern is None or bool(pattern.fullmatch(_MARKS.sub("", number)))
