"""A purchase order as the API's list shows it."""

from dataclasses import dataclass
from enum import IntEnum

INT32_MAX = 2_147_483_647
"""The largest PO id: ids are int32 in Sellercloud's Swagger (documented)."""


class OrderStatus(IntEnum):
    """`PurchaseOrderStatus`, with the numbers of Sellercloud's Swagger (documented)."""

    Saved = 0
    Ordered = 1
    Pending = 2
    Received = 3
    Cancelled = 4
    Completed = 5


class ShippingStatus(IntEnum):
    """`PurchaseOrdersShippingStatus`, with the numbers of Sellercloud's Swagger (documented).

    The server calls status 0 `None`, which is no name for a member in Python.
    """

    NotShipped = 0
    PartiallyShipped = 1
    FullyShipped = 2

    @property
    def api_name(self) -> str:
        """The name the server uses."""
        return "None" if self is ShippingStatus.NotShipped else self.name


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """One PO as it stands. `shipped_on` is the text that was sent, or None."""

    id: int
    status: OrderStatus = OrderStatus.Ordered
    shipping_status: ShippingStatus = ShippingStatus.FullyShipped
    tracking_number: str | None = None
    courier_service: str | None = None
    """What a PUT calls `ShippedViaCarrier` and the list calls `CourierService`."""
    shipped_on: str | None = None
    drop_ship_order_number: int | None = None
    company_id: int = 1
