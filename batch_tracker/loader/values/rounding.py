"""Tells of long numbers that went through a program which keeps only a number's first digits.

Excel keeps 15 digits and writes zeros for the rest. Everything else that takes a number for one
(JSON, pandas, JavaScript, databases) keeps a binary double: of the 22-digit numbers one in a
million is one. It is written out in full, or with its first 17 digits and zeros.
"""

import math
from decimal import Decimal
from functools import lru_cache

LONG = 17
"""Digits that tell any double from its neighbours (IEEE 754)."""

_MOST_DIGITS = 300
"""Longer numbers than this are beyond a double."""

NEARLY_SURE = 1 / 50_000
"""The chance of an accident below which a number alone is taken for rounded."""
_ODD = frozenset("13579")
_REMARKABLE = 1 / 50
_FEW = 0.05
"""Share of remarkable numbers in a column below which they are taken for accidents."""
_SURELY_NO_ACCIDENT = 1e-6
_MOST_REMEMBERED = 64
"""Different numbers kept: that many 18-digit ones are doubles by accident once in 10**100."""


@lru_cache(maxsize=8)  # each number is asked about by its cell, and then by its column
def chance(number: str) -> float:
    """How likely a true number would look as rounded as this one; 1 where it does not look so.

    One 18-digit number in 16 to 128 is a double, and one in a hundred ends in two zeros. A number
    that ends in zeros is the likelier to be a double, which is allowed for.
    """
    if number[-1:] in _ODD or not _is_long(number):
        return 1.0
    value, double = int(number), float(number)
    zeros = len(number) - len(number.rstrip("0"))
    if int(double) == value:
        return min(1.0, math.ldexp(1, zeros) / math.ulp(double))
    cut = len(number) - LONG
    if cut and zeros >= cut and Decimal(repr(double)) == value:
        return math.pow(10, -zeros)
    return 1.0


def _is_long(number: str) -> bool:
    """Whether a program that takes this for a number could lose digits of it, and nothing else."""
    is_number = number.isdigit() and number.isascii() and number[0] != "0"
    return is_number and LONG <= len(number) <= _MOST_DIGITS


class LongNumbers:
    """What the long tracking numbers of a column say together about each other.

    A program that rounds one rounds all of them. So where others have kept their digits, one that
    looks rounded now and then is an accident; and where all look so, none needs to be sure alone.
    """

    def __init__(self) -> None:
        self._seen = self._odd = self._remarkable = 0
        self._different: dict[str, tuple[str, float]] = {}

    def looks_rounded(self, number: str) -> bool:
        """Take in a number, and say whether it looks rounded in the company of those before it."""
        if len(number) < LONG or not (number.isdigit() and _is_long(number)):
            return False
        self._seen += 1
        likely = chance(number)
        if len(self._different) < _MOST_REMEMBERED:
            self._remember(number, likely)
        if likely == 1:
            return False
        self._odd += 1
        if likely > _REMARKABLE:
            return False
        self._remarkable += 1
        return self._remarkable > self._seen * max(_FEW, 10 * likely)

    def _remember(self, number: str, likely: float) -> None:
        """Keep numbers that bear witness apart: by the end that makes them a double or not."""
        end = number[-int(math.log2(math.ulp(float(number)))) :]
        self._different[end] = (number, likely)

    def all_rounded(self) -> tuple[str, ...]:
        """Up to three of the numbers where all of them look rounded, and by no accident."""
        together = math.prod(likely for _, likely in self._different.values())
        if not self._seen or self._odd < self._seen or together > _SURELY_NO_ACCIDENT:
            return ()
        return tuple(number for number, _ in self._different.values())[:3]
