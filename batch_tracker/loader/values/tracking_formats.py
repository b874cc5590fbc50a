"""The shapes of tracking numbers, as data.

Origin of most shapes: the tracking_number_data project by Jeff Keen (MIT licence, copyright 2017
Jeff Keen), checked against the carriers' documents where there are any: USPS Publication 199
(IMpb), Postal Bulletin 22290 (mailer ids), UPU S10, ISO 6346, the FedEx Ground "96" label
specification, XPO's and YRC's help pages. Expressed anew here; none of its code or text is used.
"""

import re
from dataclasses import dataclass

from batch_tracker.loader.values.check_digits import (
    Check,
    fedex_express,
    gs1,
    iso_6346,
    iso_7064,
    luhn,
    modulo_7,
    s10,
    tail,
    ups,
    usps_20,
    usps_91,
    yrc,
)


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of tracking number.

    `carrier` is None where the number does not tell it (a container). `pattern` must match the
    whole upper-case number, whose length is one of `lengths`.
    """

    name: str
    carrier: str | None
    pattern: re.Pattern[str]
    lengths: tuple[int, ...]
    check: Check | None = None

    prefixed: bool = False
    """Recognisable by more than its length: of itself a sign of its carrier."""
    strict: bool = False
    """Prefixed, with a check digit documented by those who issue it: a wrong one is a mistype.

    A rule learnt from samples, as OnTrac's, may confirm a number but not refute one.
    """
    documented: bool = False
    """Not prefixed, with a check digit documented likewise: a wrong one is a mistype where the row
    names the carrier, and nowhere else."""
    partners: frozenset[str] = frozenset()
    """Other carriers that a row may name for such a number, and be right."""


_POSTS = {  # Germany is not here: Deutsche Post and DHL both issue its numbers
    "AU": "Australia Post",
    "CA": "Canada Post",
    "CH": "Swiss Post",
    "CN": "China Post",
    "FR": "La Poste",
    "GB": "Royal Mail",
    "HK": "Hongkong Post",
    "IN": "India Post",
    "JP": "Japan Post",
    "KR": "Korea Post",
    "NL": "PostNL",
    "NZ": "New Zealand Post",
    "SG": "Singapore Post",
    "US": "USPS",
}

_ISO_3166 = (
    "AD|AE|AF|AG|AI|AL|AM|AO|AQ|AR|AS|AT|AU|AW|AX|AZ|BA|BB|BD|BE|BF|BG|BH|BI|BJ|BL|BM|BN|BO|BQ|"
    "BR|BS|BT|BV|BW|BY|BZ|CA|CC|CD|CF|CG|CH|CI|CK|CL|CM|CN|CO|CR|CU|CV|CW|CX|CY|CZ|DE|DJ|DK|DM|"
    "DO|DZ|EC|EE|EG|EH|ER|ES|ET|FI|FJ|FK|FM|FO|FR|GA|GB|GD|GE|GF|GG|GH|GI|GL|GM|GN|GP|GQ|GR|GS|"
    "GT|GU|GW|GY|HK|HM|HN|HR|HT|HU|ID|IE|IL|IM|IN|IO|IQ|IR|IS|IT|JE|JM|JO|JP|KE|KG|KH|KI|KM|KN|"
    "KP|KR|KW|KY|KZ|LA|LB|LC|LI|LK|LR|LS|LT|LU|LV|LY|MA|MC|MD|ME|MF|MG|MH|MK|ML|MM|MN|MO|MP|MQ|"
    "MR|MS|MT|MU|MV|MW|MX|MY|MZ|NA|NC|NE|NF|NG|NI|NL|NO|NP|NR|NU|NZ|OM|PA|PE|PF|PG|PH|PK|PL|PM|"
    "PN|PR|PS|PT|PW|PY|QA|RE|RO|RS|RU|RW|SA|SB|SC|SD|SE|SG|SH|SI|SJ|SK|SL|SM|SN|SO|SR|SS|ST|SV|"
    "SX|SY|SZ|TC|TD|TF|TG|TH|TJ|TK|TL|TM|TN|TO|TR|TT|TV|TW|TZ|UA|UG|UM|US|UY|UZ|VA|VC|VE|VG|VI|"
    "VN|VU|WF|WS|YE|YT|ZA|ZM|ZW"
)

# Labels of any parcel carrier are sold through Amazon, and orders then say "Amazon".
_RESELLERS = frozenset({"Amazon"})

# A parcel with a postal number is often named after the carrier that took it from the shipper
# and handed it to a post (SmartPost, Mail Innovations, DHL eCommerce, consolidators), or after
# the post that delivers it at the other end. Only freight and regional carriers never do so.
_POSTAL = _RESELLERS | {
    *_POSTS.values(),
    *("UPS", "FedEx", "DHL", "OnTrac", "LaserShip", "Purolator", "DPD", "Yodel"),
    *("GOFO", "YunExpress", "Landmark Global"),
}


_ZIP = r"(?:420[0-9]{5}|420[0-9]{9})?"
_GS1_22 = tail(22, gs1)
_GS1_26 = tail(26, gs1)
_COMMERCIAL_22 = re.compile(_ZIP + r"9(?:2[0-9]{3}9|3[0-9]{3}[0-8])[0-9]{16}")
_COMMERCIAL_26 = re.compile(_ZIP + r"9(?:2[0-9]{3}9|3[0-9]{3}[0-8])[0-9]{20}")
"""A nine-digit mailer id (after 92) begins with 9, a six-digit one (after 93) does not."""


def _commercial(name: str, carrier: str) -> tuple[Format, ...]:
    """The numbers of commercial mailers: a carrier that hands over to USPS is one of them.

    Nothing in the number says which of these carriers took the parcel from the shipper.
    """
    return tuple(
        Format(name, carrier, pattern, lengths, check, prefixed=True, strict=True, partners=_POSTAL)
        for pattern, lengths, check in (
            (_COMMERCIAL_22, (22, 30, 34), _GS1_22),
            (_COMMERCIAL_26, (26, 34, 38), _GS1_26),
        )
    )


def _postal(country: str, post: str | None) -> Format:
    pattern = re.compile(rf"[A-Z]{{2}}[0-9]{{9}}{country}")
    name = f"{post or 'postal'} S10"
    return Format(name, post, pattern, (13,), s10, prefixed=True, strict=True, partners=_POSTAL)


FORMATS: tuple[Format, ...] = (
    Format(
        "UPS 1Z",
        "UPS",
        re.compile(r"1Z[0-9A-Z]{16}"),
        (18,),
        tail(16, ups),
        prefixed=True,
        strict=True,
        partners=_RESELLERS,
    ),
    Format(
        "UPS SurePost",
        "UPS",
        re.compile(r"1Z[0-9A-Z]{6}Y[A-Z][0-9A-Z]{8}"),
        (18,),
        tail(16, ups),
        prefixed=True,
        strict=True,
        partners=_RESELLERS | {"USPS"},
    ),
    # One letter is no prefix: order numbers look like this too.
    Format("UPS waybill", "UPS", re.compile(r"[AHJKTV][0-9]{10}"), (11,), tail(10, ups)),
    *_commercial("USPS IMpb", "USPS"),
    *_commercial("UPS Mail Innovations", "UPS"),
    *_commercial("FedEx SmartPost", "FedEx"),
    *_commercial("DHL eCommerce (USPS)", "DHL"),
    Format(
        "USPS IMpb",
        "USPS",
        re.compile(_ZIP + r"9[45][0-9]{20}"),
        (22, 30, 34),
        _GS1_22,
        prefixed=True,
        strict=True,
        partners=_POSTAL,
    ),
    # Retired, and made by two rules: no ground to call a number wrong.
    Format("USPS 91", "USPS", re.compile(_ZIP + r"91[0-9]{20}"), (22, 30, 34), tail(22, usps_91)),
    Format("USPS 20", "USPS", re.compile(r"[0-9]{20}"), (20,), usps_20, documented=True),
    *(_postal(country, post) for country, post in _POSTS.items()),
    _postal(rf"(?!{'|'.join(_POSTS)})(?:{_ISO_3166})", None),
    Format(
        "FedEx Express",
        "FedEx",
        re.compile(r"[0-9]{12}"),
        (12,),
        fedex_express,
        documented=True,
    ),
    # What a scanner reads off the label; the tracking number is its end.
    Format(
        "FedEx Express label",
        "FedEx",
        re.compile(r"(?:100[0-9]|96[23]2)[0-9]{30}"),
        (34,),
        tail(14, fedex_express),
        prefixed=True,
        partners=_RESELLERS,
    ),
    Format("FedEx Ground", "FedEx", re.compile(r"[0-9]{15}"), (15,), gs1, documented=True),
    Format(
        "FedEx Ground 96",
        "FedEx",
        re.compile(r"961[0-9]{19}"),
        (22,),
        tail(15, gs1),
        prefixed=True,
        strict=True,
        partners=_RESELLERS,
    ),
    Format("DHL Express", "DHL", re.compile(r"[0-9]{10}"), (10,), modulo_7, documented=True),
    Format("DHL Express", "DHL", re.compile(r"[0-9]{11}"), (11,), modulo_7),
    Format(
        "DHL piece",
        "DHL",
        re.compile(r"JD[0-9]{16,18}|JJD[0-9]{10,20}|JVGL[0-9]{10,20}"),
        tuple(range(13, 25)),
        prefixed=True,
        partners=_RESELLERS | {"Yodel"},
    ),
    Format(
        "Yodel",
        "Yodel",
        re.compile(r"JJ?D[0-9]{16}"),
        (18, 19),
        prefixed=True,
        partners=_RESELLERS | {"DHL"},
    ),
    Format(
        "DHL eCommerce",
        "DHL",
        re.compile(r"(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)[0-9]{10,39}"),
        tuple(range(12, 42)),
    ),
    Format("DHL eCommerce 14", "DHL", re.compile(r"[0-9]{14}"), (14,)),
    Format("Amazon Logistics", "Amazon", re.compile(r"TB[ACM][0-9]{12}"), (15,), prefixed=True),
    Format(
        "OnTrac",
        "OnTrac",
        re.compile(r"[CD][0-9]{14}"),
        (15,),
        ups,
        prefixed=True,
        partners=_RESELLERS | {"LaserShip"},
    ),
    Format(
        "LaserShip LX",
        "LaserShip",
        re.compile(r"LX1[3-8][0-9]{6}"),
        (10,),
        partners=_RESELLERS | {"OnTrac"},
    ),
    Format(
        "LaserShip 1LS",
        "LaserShip",
        re.compile(r"1LS7[12][0-9]{10}|1LS7[12][0-9]{2}01[1-4][0-9]{6}-?1"),
        (15, 17, 18),
        prefixed=True,
        partners=_RESELLERS | {"OnTrac"},
    ),
    Format(
        "Canada Post",
        "Canada Post",
        re.compile(r"[0-9]{16}"),
        (16,),
        gs1,
        documented=True,
    ),
    Format("Purolator", "Purolator", re.compile(r"[0-5][0-9]{11}"), (12,), luhn),
    Format("Purolator PIN", "Purolator", re.compile(r"[A-Z]{3}[0-9]{9}"), (12,)),
    Format("Canpar", "Canpar", re.compile(r"[CDKLSUXZ][0-9]{21}"), (22,)),
    Format("GOFO", "GOFO", re.compile(r"GFUS[0-9]{14}"), (18,), prefixed=True, partners=_POSTAL),
    Format(
        "YunExpress",
        "YunExpress",
        re.compile(r"YT[0-9]{16}"),
        (18,),
        prefixed=True,
        partners=_POSTAL,
    ),
    Format(
        "Landmark Global",
        "Landmark Global",
        re.compile(r"LTN[0-9]{8}N1"),
        (13,),
        prefixed=True,
        partners=_POSTAL,
    ),
    Format("Spee-Dee", "Spee-Dee", re.compile(r"SP[0-9]{18}"), (20,), prefixed=True),
    Format(
        "Old Dominion PRO",
        "Old Dominion",
        re.compile(r"(?:77[78]|072|780|80[0-9])[0-9]{8}"),
        (11,),
        luhn,
    ),
    Format(
        "XPO PRO",
        "XPO",
        re.compile(r"[0-9]{3}-?[0-9]{6}"),
        (9, 10),
        modulo_7,
        documented=True,
    ),
    Format("YRC PRO", "YRC", re.compile(r"[0-9]{3}-?[0-9]{6}-?[0-9X]"), (10, 11, 12), yrc),
    Format("DPD", "DPD", re.compile(r"(?:[0-9]{14}|[0-9]{27})[0-9A-Z]"), (15, 28), iso_7064),
    Format(
        "container",
        None,
        re.compile(r"[A-Z]{3}U-?[0-9]{6}-?[0-9]"),
        (11, 12, 13),
        iso_6346,
        prefixed=True,
        strict=True,
    ),
    # `PROJ` and `ORDR` begin project and order numbers: only U, a box, is sure enough.
    Format("container equipment", None, re.compile(r"[A-Z]{3}[JRZ][0-9]{7}"), (11,), iso_6346),
)
