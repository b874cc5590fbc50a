"""GET /PurchaseOrders: a page of POs, in the server's order and with the server's caps."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeGuard
from zlib import crc32

from multidict import MultiMapping

from batch_tracker.sandbox.orders import Orders
from batch_tracker.sandbox.purchase_order import OrderStatus, PurchaseOrder, ShippingStatus
from batch_tracker.sandbox.settings import SandboxSettings
from batch_tracker.sandbox.update import Declined, parse_po

DEFAULT_PAGE_SIZE = 10
"""Documented."""
LARGEST_PAGE = 50
"""Documented for other lists, and observed: a larger size asked for gives 50."""


def page(orders: Orders, settings: SandboxSettings, query: MultiMapping[str]) -> dict[str, object]:
    """`{Items, TotalResults}` for `model.pOIds`, `model.pageNumber` and `model.pageSize`.

    Any other key is ignored without a word (observed). Without an id the newest POs are shown.
    Ids that do not exist are simply missing. Declined with 400 if a number is none.
    """
    asked = {_id(text) for text in query.getall("model.pOIds", [])}
    found = _found(orders, settings, asked) if asked else orders.newest_ids()
    size = min(_whole(query, "model.pageSize") or DEFAULT_PAGE_SIZE, LARGEST_PAGE)
    skipped = size * (max(1, _whole(query, "model.pageNumber")) - 1)
    repeated = int(settings.repeats_across_pages and 0 < skipped < len(found))
    shown = (orders.get(po) for po in found[skipped - repeated : skipped + size])
    return {
        "Items": [_item(order, settings) for order in shown if _visible(order, settings)],
        "TotalResults": len(found),
    }


def _found(orders: Orders, settings: SandboxSettings, asked: set[int]) -> Sequence[int]:
    """Those of the ids that can be seen, shuffled the same way every time."""
    visible = (po for po in asked if _visible(orders.get(po), settings))
    return sorted(visible, key=lambda po: crc32(f"{settings.seed}:{po}".encode()))


def _visible(order: PurchaseOrder | None, settings: SandboxSettings) -> TypeGuard[PurchaseOrder]:
    company = settings.default_company
    return order is not None and company in {None, order.company_id}


def _id(text: str) -> int:
    try:
        return parse_po(text)
    except Declined as declined:
        raise Declined(400, f"The value '{text}' is not valid for model.pOIds.") from declined


def _whole(query: MultiMapping[str], key: str) -> int:
    text = query.get(key) or "0"
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise Declined(400, f"The value '{text}' is not valid for {key}.")
    return int(text)


def _item(order: PurchaseOrder, settings: SandboxSettings) -> dict[str, Any]:
    shipped_on = _returned_date(order.shipped_on, settings)
    numbers = {
        "ShippedOn": shipped_on,
        "ShippingCarrier": order.courier_service,
        "TrackingNumber": order.tracking_number,
    }
    return {
        "ID": order.id,
        "CompanyID": order.company_id,
        "PurchaseTitle": f"PO {order.id}",
        "PurchaseOrderStatus": _enum(order.status, settings),
        "PurchaseOrdersShippingStatus": _enum(order.shipping_status, settings),
        "TrackingNumber": order.tracking_number,
        "TrackingNumbers": [numbers] if order.tracking_number else [],
        "ShippedOn": shipped_on,
        "CourierService": order.courier_service,
        "DropShipOrderNumber": order.drop_ship_order_number,
    }


def _enum(value: OrderStatus | ShippingStatus, settings: SandboxSettings) -> int | str:
    if settings.enum_shape == "number":
        return int(value)
    return value.api_name if isinstance(value, ShippingStatus) else value.name


def _returned_date(text: str | None, settings: SandboxSettings) -> str | None:
    if text is None or settings.returned_dates == "as-sent":
        return text
    if settings.returned_dates == "without-zone":
        return text.removesuffix("Z")
    local = datetime.fromisoformat(text) + timedelta(hours=settings.server_utc_offset_h)
    return f"{local:%Y-%m-%dT%H:%M:%S}"
