"""A pretend Sellercloud API on this machine, for rehearsals and for tests.

It is as strict and as unreliable as the real server is known to be. What is not known about the
real one is a setting (see settings.py); what can go wrong is a fault (see faults.py).

    with Sandbox(REHEARSAL).running() as url: ...          # from ordinary code
    async with Sandbox(SandboxSettings()).serve() as url:  # inside a running event loop
"""

from batch_tracker.sandbox.calls import Call, CallLog
from batch_tracker.sandbox.faults import FAULTS
from batch_tracker.sandbox.purchase_order import OrderStatus, PurchaseOrder, ShippingStatus
from batch_tracker.sandbox.rules import MAGIC_ENDINGS, EndingRule, FaultName
from batch_tracker.sandbox.server import Sandbox
from batch_tracker.sandbox.settings import REHEARSAL, SandboxSettings

__all__ = [
    "FAULTS",
    "MAGIC_ENDINGS",
    "REHEARSAL",
    "Call",
    "CallLog",
    "EndingRule",
    "FaultName",
    "OrderStatus",
    "PurchaseOrder",
    "Sandbox",
    "SandboxSettings",
    "ShippingStatus",
]
