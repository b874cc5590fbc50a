"""Which fault meets which call: scripted, by a PO's rule, on every PUT, or at random."""

from collections import Counter, deque
from hashlib import blake2b
from typing import Literal, get_args

from batch_tracker.sandbox.orders import Orders
from batch_tracker.sandbox.rules import FaultName
from batch_tracker.sandbox.settings import SandboxSettings

Target = int | Literal["put", "token", "list"]
"""A PO's PUTs, or one endpoint's calls whatever PO they name."""

_NAMES = frozenset(get_args(FaultName))


class Schedule:
    """The faults to come. A PO's script goes before its endpoint's, and both before the rest."""

    def __init__(self, settings: SandboxSettings, orders: Orders) -> None:
        self._settings = settings
        self._orders = orders
        self._scripts: dict[Target, deque[FaultName]] = {}
        self._turns: Counter[int] = Counter()
        self.every = settings.fault_every

    def script(self, target: Target, *names: FaultName) -> None:
        """Add faults, one to be met by each coming call. ValueError for an unknown name."""
        if unknown := set(names) - _NAMES:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        self._scripts.setdefault(target, deque()).extend(names)

    def for_endpoint(self, endpoint: Literal["token", "list"]) -> FaultName:
        """What this call to the endpoint meets."""
        return self._scripted(endpoint) or "ok"

    def for_put(self, po: int) -> FaultName:
        """What this PUT to the PO meets."""
        self._turns[po] += 1
        return (
            self._scripted(po)
            or self._scripted("put")
            or self._ruled(po)
            or self.every
            or self._drawn(po)
        )

    def _scripted(self, target: Target) -> FaultName | None:
        script = self._scripts.get(target)
        return script.popleft() if script else None

    def _ruled(self, po: int) -> FaultName | None:
        rule = self._orders.rule(po)
        if not rule or not rule.faults:
            return None
        return rule.faults[min(self._turns[po], len(rule.faults)) - 1]

    def _drawn(self, po: int) -> FaultName:
        """Drawn by seed, PO and turn, so that the number of workers changes nothing."""
        if not self._settings.fault_shares:
            return "ok"
        key = f"{self._settings.seed}:{po}:{self._turns[po]}".encode()
        draw = int.from_bytes(blake2b(key, digest_size=8).digest()) / 2**64
        for name, share in self._settings.fault_shares.items():
            draw -= share
            if draw < 0:
                return name
        return "ok"
