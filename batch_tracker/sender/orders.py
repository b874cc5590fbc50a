"""What Sellercloud shows of POs: a page of its list.

`GET /api/PurchaseOrders?model.pOIds=…` gives up to 50 POs a call (documented), sometimes fewer than
asked and in an order of its own (observed), so they are matched by their ID. The field names are
those of Sellercloud's Swagger and of its documented 2024 sample.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from batch_tracker.model import PoSnapshot
from batch_tracker.model.snapshots import POS_A_CALL

PAGE = POS_A_CALL

# Documented numbers (Sellercloud's Swagger); the server gives them or the names (observed).
_STATUSES = ("Saved", "Ordered", "Pending", "Received", "Cancelled", "Completed")
_SHIPPING_STATUSES = ("None", "PartiallyShipped", "FullyShipped")


class Page(NamedTuple):
    """One page of a list: its POs by their ID, and how many POs all pages have, if it says so."""

    orders: dict[int, PoSnapshot]
    total: int | None = None


def read_page(body: bytes) -> Page | None:
    """Return a page of a list, or None where the answer is no list."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    items = answer.get("Items") if isinstance(answer, dict) else None
    if not isinstance(items, list):
        return None
    found = [item for item in items if isinstance(item, dict)]
    orders = {item["ID"]: _shown(item) for item in found if isinstance(item.get("ID"), int)}
    total = answer.get("TotalResults")
    return Page(orders, total if isinstance(total, int) else None)


def _shown(item: Mapping[str, object]) -> PoSnapshot:
    return PoSnapshot(
        _text(item.get("TrackingNumber")),
        _text(item.get("CourierService")),
        _text(item.get("ShippedOn")),
        _name(item.get("PurchaseOrderStatus"), _STATUSES),
        _name(item.get("PurchaseOrdersShippingStatus"), _SHIPPING_STATUSES),
        _number(item.get("DropShipOrderNumber")),
    )


def _name(value: object, names: Sequence[str]) -> str:
    """Return an enum's name, for its name in any case or its number as a number or a text."""
    text = str(value).strip() if isinstance(value, int | str) else ""
    if text.isdecimal() and int(text) < len(names):
        return names[int(text)]
    return next((name for name in names if name.casefold() == text.casefold()), text)


def _number(value: object) -> str:
    """Return an order's number; 0 stands for none."""
    text = str(value).strip() if isinstance(value, int | str) else ""
    return "" if text in {"0", "False"} else text


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
