"""Rules that make a PO special by the last digits of its id, so that a rehearsal needs no setup."""

from dataclasses import dataclass
from typing import Literal

from batch_tracker.sandbox.purchase_order import ShippingStatus

FaultName = Literal[
    "ok",
    "500",
    "500-generic",
    "500-message",
    "502-html",
    "503",
    "401",
    "throttled",
    "reset-before",
    "reset-after",
    "hang-before",
    "hang-after",
    "truncated",
    "empty-200",
    "html-200",
    "not-applied-200",
    "redirect",
    "slow",
]
"""What can go wrong with one call; `faults.FAULTS` says what each does."""


@dataclass(frozen=True, slots=True)
class EndingRule:
    """What is special about every PO whose id ends with `ending`.

    `faults` hit its first, second, ... PUT; the last one also hits all that follow.
    """

    ending: str
    meaning: str
    exists: bool = True
    shipping_status: ShippingStatus = ShippingStatus.FullyShipped
    faults: tuple[FaultName, ...] = ()


MAGIC_ENDINGS = (
    EndingRule("404", "does not exist", exists=False),
    EndingRule(
        "400",
        "has shipping status None, so a ship date is refused",
        shipping_status=ShippingStatus.NotShipped,
    ),
    EndingRule(
        "408", "takes every update and breaks off before answering", faults=("reset-after",)
    ),
    EndingRule("500", "always answers 500 without a message", faults=("500",)),
    EndingRule("503", "answers 503 once, then works", faults=("503", "ok")),
)
"""The rehearsal's whole rule book: what a PO id ending in these digits shows."""
