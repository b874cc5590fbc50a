"""The purchase orders of the pretend server: which exist, and what each says now."""

from collections.abc import Iterator, MutableMapping, Sequence

from batch_tracker.sandbox.purchase_order import PurchaseOrder
from batch_tracker.sandbox.rules import EndingRule


class Orders(MutableMapping[int, PurchaseOrder]):
    """The POs that exist, by id.

    With `given` only those exist; without, every id of `id_range` does (both ends included),
    except where a rule says otherwise. An order put here later exists in either case.
    Iteration is over the orders that were given, put here or updated.
    """

    def __init__(
        self,
        given: Sequence[PurchaseOrder] | None,
        id_range: tuple[int, int],
        rules: Sequence[EndingRule] = (),
    ) -> None:
        self._held = {order.id: order for order in given or ()}
        first, last = id_range
        self._implied = range(0) if given is not None else range(last, first - 1, -1)
        self._rules = tuple(rules)

    def __getitem__(self, po: int) -> PurchaseOrder:
        if po in self._held:
            return self._held[po]
        rule = self.rule(po)
        if po not in self._implied or (rule and not rule.exists):
            raise KeyError(po)
        return (
            PurchaseOrder(po, shipping_status=rule.shipping_status) if rule else PurchaseOrder(po)
        )

    def __setitem__(self, po: int, order: PurchaseOrder) -> None:
        self._held[po] = order

    def __delitem__(self, po: int) -> None:
        del self._held[po]

    def __iter__(self) -> Iterator[int]:
        return iter(tuple(self._held))

    def __len__(self) -> int:
        return len(self._held)

    def rule(self, po: int) -> EndingRule | None:
        """The first rule whose ending the id has, if any."""
        digits = str(po)
        return next((rule for rule in self._rules if digits.endswith(rule.ending)), None)

    def newest_ids(self) -> Sequence[int]:
        """Every id, highest first: what a list shows when no filter of it is understood."""
        return self._implied or sorted(self._held, reverse=True)
