"""What the whole file shows against rows: POs unlike nearly all others, and notes that name them.

A PO that has more or fewer digits than nearly all others is of another table, or mistyped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from batch_tracker.model import Issue, PoRange
from batch_tracker.model.references import row_reference

_NEAR = 2
"""Numbers that are given out in order grow by a digit at times: 9999, 10000. But not by tens."""
_FEWEST = 10
"""POs that must agree before one is held for being unlike them."""
_FEW_TO_MANY = 50
_AT_MOST = 3
"""Unlike are at most one PO in fifty, or three where there are ten times as many others."""

_NUMBER = re.compile(r"[A-Za-z0-9]*[0-9]{3}[A-Za-z0-9]*")
"""A PO or a tracking number in a note."""
_UNLIKE_OTHERS = Issue(
    code="po-unlike-others",
    message="Nearly all other POs, in this file and before, have more or fewer digits.",
    hint="Check the PO. If it is right, describe your POs in a profile: po_pattern = "
    "'([0-9]+)' accepts all.",
)


@dataclass(frozen=True, slots=True)
class Doubts:
    """Numbers of digits that hardly any PO has, and the rows of the notes that name a number."""

    lengths: frozenset[int] = frozenset()
    named: Mapping[str, int] = field(default_factory=dict)

    def issues(self, po: int | None, tracking_number: str | None) -> Iterator[Issue]:
        """Say what speaks against a row with these values, all of it about its PO's cell."""
        if po is not None and len(str(po)) in self.lengths:
            yield _UNLIKE_OTHERS
        note = self.named.get(str(po)) or self.named.get(tracking_number or "")
        if note:
            yield Issue(
                code="named-in-a-note",
                message=f"The line in {row_reference(note)} may say that this shipment does not "
                "count.",
                hint="Read it. If the row is right, delete that line and run the file again.",
            )


def numbers_in(note: str) -> list[str]:
    """Return the POs and tracking numbers that a line of text may name."""
    return _NUMBER.findall(note)


def unusual_lengths(pos: Mapping[int, PoRange]) -> frozenset[int]:
    """Return the numbers of digits that hardly any PO has.

    `pos` says which POs have so many digits. None are returned where POs differ for real.
    """
    if not pos:
        return frozenset()
    usual = max(pos, key=lambda digits: pos[digits].size)
    unusual = frozenset(digits for digits in pos if not _is_near(pos[digits], pos[usual]))
    few = sum(pos[digits].size for digits in unusual)
    many = sum(each.size for each in pos.values()) - few
    is_few = few * _FEW_TO_MANY <= many or (few <= _AT_MOST and few * _FEWEST <= many)
    return unusual if many >= _FEWEST and is_few else frozenset()


def _is_near(some: PoRange, others: PoRange) -> bool:
    """Whether POs of two lengths follow one on the other, as far as can be told."""
    smaller, larger = sorted((some, others), key=lambda each: each.least)
    return larger.least <= smaller.most * _NEAR
