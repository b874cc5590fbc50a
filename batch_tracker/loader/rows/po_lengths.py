"""POs that have more or fewer digits than nearly all others: of another table, or mistyped."""

from collections.abc import Mapping

_NEAR = 1
"""Numbers that are given out in order grow by a digit at times: 9999, 10000."""
_FEWEST = 10
"""POs that must agree before one is held for being unlike them."""
_FEW_TO_MANY = 50
_AT_MOST = 3
"""Unlike are at most one PO in fifty, or three where there are ten times as many others."""


def unusual_lengths(counts: Mapping[int, int]) -> frozenset[int]:
    """Return the numbers of digits that hardly any PO has.

    `counts` says how many POs have so many digits. None are returned where POs differ for real.
    """
    if not counts:
        return frozenset()
    usual = max(counts, key=lambda digits: counts[digits])
    unusual = frozenset(digits for digits in counts if abs(digits - usual) > _NEAR)
    few = sum(counts[digits] for digits in unusual)
    many = sum(counts.values()) - few
    is_few = few * _FEW_TO_MANY <= many or (few <= _AT_MOST and few * _FEWEST <= many)
    return unusual if many >= _FEWEST and is_few else frozenset()
