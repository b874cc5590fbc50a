"""Check-digit rules of carriers and standards: each takes a whole number and says if it holds.

A number is upper-case ASCII of the shape its format asks for (see `tracking_formats`), its check
digit last unless a rule says otherwise. Weights run from the right, next to the check digit first:
so one rule serves every length, and a rule that two carriers share is written once.
"""

from collections.abc import Callable
from operator import mul
from typing import TypeAlias

Check: TypeAlias = Callable[[str], bool]

_DIGITS = b"0123456789"
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALPHANUMERIC = _DIGITS + _LETTERS

_FACE = bytes.maketrans(_ALPHANUMERIC, bytes(range(36)))
"""0-9 are 0 to 9, A-Z are 10 to 35."""

_UPS = bytes.maketrans(_ALPHANUMERIC, bytes([*range(10), *((c - 3) % 10 for c in _LETTERS)]))

_ISO_6346 = bytes.maketrans(
    _ALPHANUMERIC, bytes([*range(10), *(n for n in range(10, 39) if n % 11)])
)
"""Letters from 10 upwards without the multiples of 11, which would vanish modulo 11."""

_FEDEX_WEIGHTS = (1, 3, 7) * 5
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_ISO_6346_WEIGHTS = tuple(2**place for place in range(10))


def _weighted(values: bytes, weights: tuple[int, ...]) -> int:
    total: int = sum(map(mul, values, weights))
    return total


def gs1(number: str) -> bool:
    """Modulo 10 with weights 3 and 1: USPS (Publication 199), FedEx Ground, Canada Post, GS1."""
    values = number.encode().translate(_FACE)
    return (sum(values[::-2]) + 3 * sum(values[-2::-2])) % 10 == 0


def tail(length: int, check: Check) -> Check:
    """The rule `check`, for numbers of which only the last `length` characters count."""

    def check_tail(number: str) -> bool:
        return check(number[-length:])

    return check_tail


def usps_20(number: str) -> bool:
    """The label leaves off `91` (older) or `92`, and the digit may have been made with it."""
    return any(gs1(prefix + number) for prefix in ("", "91", "92"))


def usps_91(number: str) -> bool:
    """As `usps_20`, with the `91` printed."""
    return gs1(number) or gs1(number[2:])


def ups(number: str) -> bool:
    """Modulo 10 with weights 1 and 2 from the left, a letter counting (its code - 3) modulo 10.

    Without `1Z` (UPS), without the letter (UPS waybill), with it (OnTrac).
    """
    values = number.encode().translate(_UPS)
    weighted = sum(values[:-1:2]) + 2 * sum(values[1:-1:2])
    return number[-1].isdigit() and (weighted + values[-1]) % 10 == 0


def fedex_express(number: str) -> bool:
    """Weights 1, 3, 7; the sum modulo 11, and 10 becomes 0."""
    values = number.encode().translate(_FACE)
    return _weighted(values[-2::-1], _FEDEX_WEIGHTS) % 11 % 10 == values[-1]


def modulo_7(number: str) -> bool:
    """The digits before the last one, read as a number, modulo 7: DHL Express, XPO."""
    digits = number.replace("-", "")
    return int(digits[:-1]) % 7 == int(digits[-1])


def luhn(number: str) -> bool:
    """Every second digit doubled, and the digits of the product added: Purolator, Old Dominion."""
    values = number.encode().translate(_FACE)
    doubled = sum(2 * value - 9 * (value > 4) for value in values[-2::-2])  # noqa: PLR2004 - two digits from 5 on
    return (sum(values[::-2]) + doubled) % 10 == 0


def s10(number: str) -> bool:
    """The UPU's S10: the ninth digit checks the eight before it, modulo 11."""
    digits = number[2:11].encode().translate(_FACE)
    check = 11 - _weighted(digits, _S10_WEIGHTS) % 11
    return {10: 0, 11: 5}.get(check, check) == digits[8]


def iso_6346(number: str) -> bool:
    """A container's number: weights 1, 2, 4, 8… from the left, modulo 11, and 10 becomes 0."""
    values = number.replace("-", "").encode().translate(_ISO_6346)
    return _weighted(values, _ISO_6346_WEIGHTS) % 11 % 10 == values[-1]


def iso_7064(number: str) -> bool:
    """ISO 7064 modulo 37, 36: DPD."""
    remainder = 36
    for value in number[:-1].encode().translate(_FACE):
        remainder = 2 * ((remainder + value) % 36 or 36) % 37
    return (remainder + number[-1:].encode().translate(_FACE)[0]) % 36 == 1


def yrc(number: str) -> bool:
    """A PRO's last character checks the six before it, modulo 11; 10 is written X."""
    digits = number.replace("-", "")
    return "0X987654321"[int(digits[3:9]) % 11] == digits[-1]
