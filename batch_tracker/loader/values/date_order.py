"""Which part of a file's numeric dates comes first, as far as its column proves it.

Dates with one mark (`/`) are of one hand. Where dates with another mark (`.`) prove another order,
each keeps its own; where only some prove an order, it holds for all.
"""

from collections.abc import Collection, Iterable

from batch_tracker.errors import ColumnsRefused
from batch_tracker.settings.profile import DateOrder

ORDER_NAMES: dict[DateOrder, str] = {
    "mdy": "month/day/year",
    "dmy": "day/month/year",
    "ymd": "year/month/day",
}
_ASK = "Say which part comes first with --date-order mdy, dmy or ymd (date_order in the profile)."


class OrderEvidence:
    """What the dates read so far say of their order; `told` is the order that somebody named."""

    def __init__(self, told: DateOrder | None) -> None:
        self.told = told
        self.is_decided = told is not None
        self._proofs: dict[str, dict[DateOrder, str]] = {}
        self._ambiguous: dict[tuple[str, tuple[DateOrder, ...]], str] = {}
        self._trusted: dict[str, DateOrder] = {}
        self._against_told, self._is_for_told = "", False

    def order_of(self, mark: str) -> DateOrder | None:
        """The order told, or proved by dates with this mark, or else by all others alike."""
        if self.told is not None:
            return self.told
        if own := self._proofs.get(mark):
            return next(iter(own))
        proved = {order for orders in self._proofs.values() for order in orders}
        return proved.pop() if len(proved) == 1 else None

    def note_proof(self, mark: str, order: DateOrder, text: str) -> None:
        """Take in a date that can be meant in one order only."""
        self._proofs.setdefault(mark, {}).setdefault(order, text)

    def note_ambiguous(self, mark: str, orders: Collection[DateOrder], text: str) -> None:
        """Take in a date that can be meant in several orders."""
        self._ambiguous.setdefault((mark, tuple(orders)), text)

    def trust(self, mark: str, orders: Collection[DateOrder]) -> DateOrder | None:
        """The order by which to read an ambiguous date at once, if one is proved; see `confirm`."""
        order = self.order_of(mark)
        if order is None or order not in orders:
            return None
        self._trusted.setdefault(mark, order)
        return order

    def note_told(self, text: str, *, fits: bool, is_alone: bool) -> None:
        """Take in whether a date fits the order told, and whether it fits no other."""
        if not fits:
            self._against_told = self._against_told or text
        elif is_alone:
            self._is_for_told = True

    def confirm(self) -> None:
        """Say, when every date has been read, that the order trusted meanwhile was right.

        Raises:
            ColumnsRefused: a later date proves another, or every telling date is against `told`.
        """
        if self.told and self._against_told and not self._is_for_told:
            raise _not_as_told(self.told, self._against_told)
        for mark, order in self._trusted.items():
            if self.order_of(mark) != order or len(self._proofs.get(mark, ())) > 1:
                raise self._contradiction()

    def decide(self) -> None:
        """Fix the order by what the column has proved.

        Raises:
            ColumnsRefused: ambiguous dates of which none, or more than one, order is proved.
        """
        if self.is_decided:
            return
        proved = {order for orders in self._proofs.values() for order in orders}
        for (mark, orders), text in self._ambiguous.items():
            order = self.order_of(mark)
            if len(self._proofs.get(mark, ())) > 1 or (order is None and len(proved) > 1):
                raise self._contradiction()
            if order not in orders:
                raise _unclear(text, orders)
        self.is_decided = True

    def _contradiction(self) -> ColumnsRefused:
        texts = {order: text for orders in self._proofs.values() for order, text in orders.items()}
        cases = (f"{text!r} is {ORDER_NAMES[order]}" for order, text in texts.items())
        message = f"The ship dates contradict each other: {', but '.join(cases)}."
        return ColumnsRefused(message, hint=_ASK)


def _not_as_told(order: DateOrder, text: str) -> ColumnsRefused:
    """Say that every date that can tell is against the order that was told.

    The dates of the month's first twelve days would be read all the same, and wrongly.
    """
    return ColumnsRefused(
        f"The ship date {text!r} is not a date when read as {ORDER_NAMES[order]}, as the "
        "profile or --date-order says. No date in the column needs that order.",
        hint=f"{_ASK.removesuffix('.')}, or correct that date.",
    )


def _unclear(text: str, orders: Iterable[DateOrder]) -> ColumnsRefused:
    meanings = " or ".join(ORDER_NAMES[order] for order in orders)
    message = f"The ship date {text!r} can be {meanings}. No date in the column shows which."
    return ColumnsRefused(message, hint=_ASK)
