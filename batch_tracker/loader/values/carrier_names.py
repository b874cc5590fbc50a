"""Which carrier a manifest means by the name it uses, for comparison only: never what is sent.

Exact words decide; a name is not stretched to fit. A name that says two carriers (`UPS/USPS`)
or none we know says nothing.
"""

import re
from functools import lru_cache

_ALIASES = {
    # Without the lookbehind, "customer pick-ups" would be a parcel company.
    "UPS": r"(?<!pick )ups(?:n|s|mi|ground|freight)?|united parcel|surepost|mail innovations",
    "FedEx": r"fed ?ex\w*|federal express|fde[gn]?|fxfe|fxnl|smartpost",
    "USPS": r"usps\w*|us mail|(?:us|usa|united states) postal|priority mail|parcel select"
    r"|ground advantage|first class (?:mail|package)",
    "DHL": r"dhl\w*|deutsche post",
    "OnTrac": r"on ?trac",
    "LaserShip": r"laser ?ship",
    "Amazon": r"amazon|amz\w*",
    "Purolator": r"purolator",
    "Canpar": r"canpar",
    "Old Dominion": r"old dominion|odfl",
    "XPO": r"xpo\w?|cnwy|con ?way",
    "YRC": r"yrc\w?|yellow (?:freight|corp\w*|transportation)|roadway|rdwy",
    "DPD": r"dpd",
    "GOFO": r"gofo\w*",
    "YunExpress": r"yun ?express",
    "Spee-Dee": r"spee ?dee",
    "Yodel": r"yodel",
    "Landmark Global": r"landmark global",
    "Canada Post": r"canada ?post|postes? canada",
    "Royal Mail": r"royal ?mail|parcelforce",
    "Australia Post": r"australia post|auspost",
    "China Post": r"china post",
    "Hongkong Post": r"hong ?kong post",
    "India Post": r"india post",
    "Japan Post": r"japan post",
    "Korea Post": r"korea post",
    "La Poste": r"la poste|colissimo",
    "New Zealand Post": r"(?:new zealand|nz) post",
    "PostNL": r"post ?nl",
    "Singapore Post": r"singapore post|sing ?post",
    "Swiss Post": r"swiss post",
}
_NAMES = {carrier: re.compile(rf"\b(?:{alias})\b") for carrier, alias in _ALIASES.items()}
_JOINED_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SPELLED_LETTERS = re.compile(r"(?<=\b[a-z])[. ]+(?=[a-z]\b)")
_NO_WORD = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=1024)
def canonical_carrier(name: str) -> str | None:
    """The carrier meant by `name` in any spelling we know (`U.P.S.`, `FEDEX_GROUND`), or None."""
    words = _words(name)
    meant = [carrier for carrier, alias in _NAMES.items() if alias.search(words)]
    return meant[0] if len(meant) == 1 else None


def _words(name: str) -> str:
    split = _JOINED_WORDS.sub(" ", name).lower().replace("_", " ")
    return _NO_WORD.sub(" ", _SPELLED_LETTERS.sub("", split)).strip()
