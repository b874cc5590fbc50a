"""PUT /PurchaseOrders/{id}/TrackingNumber: what is checked, what is changed."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Never

from batch_tracker.sandbox.orders import Orders
from batch_tracker.sandbox.purchase_order import (
    INT32_MAX,
    OrderStatus,
    PurchaseOrder,
    ShippingStatus,
)
from batch_tracker.sandbox.settings import Policy, Refusal, SandboxSettings

ATTRIBUTES = {
    "ShippedOn": "shipped_on",
    "ShippedViaCarrier": "courier_service",
    "TrackingNumber": "tracking_number",
}
"""The PUT's documented fields, and what each changes in the PO."""

_DOCUMENTED_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_INT32_DIGITS = len("-2147483648")
_STATUS: dict[Refusal, int] = {"400": 400, "404": 404, "500-message": 500, "ignored": 200}


class Declined(Exception):
    """The call changes nothing. `status` is 200 where the server does not even say so."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def parse_po(text: str) -> int:
    """The path's PO id. Declined with 404 if it is no number, with 400 if it is no int32."""
    if not re.fullmatch(r"-?\d+", text, re.ASCII):
        raise Declined(404, "No HTTP resource was found that matches the request URI.")
    po = int(text[:_INT32_DIGITS])
    if len(text) > _INT32_DIGITS or not -INT32_MAX - 1 <= po <= INT32_MAX:
        raise Declined(400, f"The value '{text}' is not valid for Int32.")
    return po


def carry_out(
    orders: Orders, settings: SandboxSettings, po: int, body: dict[str, object], now: datetime
) -> None:
    """Change one PO, or raise Declined. Null or omitted fields stay (documented)."""
    _check_access(settings)
    changes = _changes(settings, body)
    order = orders.get(po)
    if order is None:
        _decline(settings.unknown_po, f"Purchase order {po} was not found.")
    _check_order(settings, order)
    if "shipped_on" in changes:
        _check_ship_date(settings, order, changes, now)
    orders[po] = replace(order, **changes)


def _decline(policy: Refusal, message: str) -> Never:
    raise Declined(_STATUS[policy], message)


def _object_to(policy: Policy, message: str) -> None:
    if policy != "accepted":
        _decline(policy, message)


def _check_access(settings: SandboxSettings) -> None:
    if settings.put_access == "403":
        raise Declined(403, "You do not have permission to update purchase orders.")
    if settings.put_access == "404":
        raise Declined(404, "No HTTP resource was found that matches the request URI.")
    if settings.multiple_tracking:
        _decline(
            settings.put_while_multiple_tracking,
            "Multiple tracking numbers on PO are enabled for this client.",
        )


def _changes(settings: SandboxSettings, body: dict[str, object]) -> dict[str, Any]:
    if unknown := body.keys() - ATTRIBUTES.keys():
        raise Declined(400, f"Unknown field: {', '.join(sorted(unknown))}.")
    changes: dict[str, Any] = {}
    for name, value in body.items():
        if value is None or (value == "" and settings.empty_text == "ignored"):
            continue
        _check_value(settings, name, value)
        changes[ATTRIBUTES[name]] = value or None
    return changes


def _check_value(settings: SandboxSettings, name: str, value: object) -> None:
    if not isinstance(value, str):
        raise Declined(400, f"{name} must be a string.")
    if not value:
        if settings.empty_text == "400":
            raise Declined(400, f"{name} must not be empty.")
    elif name == "ShippedOn":
        _parse_date(value)
    elif settings.max_text_length and len(value) > settings.max_text_length:
        raise Declined(400, f"{name} is longer than {settings.max_text_length} characters.")


def _parse_date(text: str) -> datetime:
    """Only the shape of the documented example passes: `2024-04-09T12:26:18.210Z`."""
    try:
        if _DOCUMENTED_DATE.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Declined(400, f"ShippedOn {text!r} is not a valid date and time.")


def _check_order(settings: SandboxSettings, order: PurchaseOrder) -> None:
    if order.status is OrderStatus.Cancelled:
        _object_to(settings.cancelled_po, f"Purchase order {order.id} is cancelled.")


def _check_ship_date(
    settings: SandboxSettings, order: PurchaseOrder, changes: dict[str, Any], now: datetime
) -> None:
    """A ship date needs a shipping status other than None (documented; how it fails is not)."""
    if order.shipping_status is ShippingStatus.NotShipped:
        if settings.ship_date_while_not_shipped != "ignored":
            _decline(
                settings.ship_date_while_not_shipped,
                "Shipping date can only be changed while the shipping status is not None.",
            )
        del changes["shipped_on"]
    elif (text := changes["shipped_on"]) and _parse_date(text) > now.astimezone(UTC):
        _object_to(settings.future_ship_date, "Shipping date can not be in the future.")
