"""What can become of a row and of a run, and which fields a row has."""

from enum import StrEnum
from typing import Literal, TypeAlias


class State(StrEnum):
    """What became of a row; each row ends in exactly one."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    INVALID = "invalid"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    FAILED = "failed"
    IN_DOUBT = "in doubt"
    NOT_SENT = "not sent"

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look at a row in this state."""
        return self not in {State.UPDATED, State.UNCHANGED, State.DUPLICATE, State.SKIPPED}


class Field(StrEnum):
    """What a column of a manifest can mean to us."""

    PO = "po"
    TRACKING_NUMBER = "tracking_number"
    CARRIER = "carrier"
    SHIPPED_ON = "shipped_on"
    VOID = "void"

    @property
    def label(self) -> str:
        """The field's name in messages for people."""
        return _LABELS[self]


_LABELS = {
    Field.PO: "PO",
    Field.TRACKING_NUMBER: "tracking number",
    Field.CARRIER: "carrier",
    Field.SHIPPED_ON: "ship date",
    Field.VOID: "void flag",
}


RunStatus: TypeAlias = Literal["success", "partial", "error", "stopped"]
"""How a run ended: every row fine, some rows for a person, nothing sent, or stopped early."""
