"""Compare: what a PO holds already against what a row asks for. Pure functions.

`changes` is the difference, `findings` is what speaks against sending it, `judge` what follows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from batch_tracker.model import (
    Field,
    Issue,
    Judgement,
    Level,
    Outcome,
    PoSnapshot,
    State,
    Step,
    Tolerance,
    Update,
    differences,
)
from batch_tracker.model.wording import plural
from batch_tracker.settings.profile import Finding, Handling

_OVER = frozenset({"Received", "Completed"})

_COUNTED: Mapping[Finding, str] = {
    "unknown-po": "not shown by Sellercloud",
    "cancelled": "cancelled",
    "received": "received or completed",
    "other-number": "with another tracking number",
    "not-shipped": "with shipping status None",
    "drop-ship": "of a drop-ship order",
    "same": "with these values already",
}
_HANDLED: Mapping[Handling, str] = {"hold": " (held)", "warn": " (warned)", "send": ""}


class Change(NamedTuple):
    """One field of a PO that a row would change; `old` is "" where the PO holds nothing."""

    field: Field
    old: str
    new: str

    def __str__(self) -> str:
        old, new = self.shown()
        return f"{self.field.label} {old} → {new}"

    def shown(self) -> tuple[str, str]:
        """Return old and new as a person reads them: days alone where the days differ."""
        old, new = self.old, self.new
        if self.field is Field.SHIPPED_ON and old[:10] != new[:10]:
            old, new = old[:10], new[:10]
        return old or "none", new


class Changed(NamedTuple):
    """A row, what it would change, what was found; `number` is its number in the file."""

    number: int
    po: int
    changes: tuple[Change, ...]
    found: tuple[Finding, ...]


class Comparison(NamedTuple):
    """All rows of a run that were looked at, and the first of those that change something.

    Where they are too many, those with findings come before those without.
    """

    rows: int
    changing: int
    """How many rows change something on a PO that is shown."""
    first: tuple[Changed, ...]
    found: Mapping[Finding, int]
    handling: Mapping[Finding, Handling]

    def told(self) -> dict[Finding, str]:
        """Return, for each finding there is, how many rows it is true of and what is done."""
        return {
            finding: f"{count:,} {_COUNTED[finding]}{_HANDLED[self.handling[finding]]}"
            for finding, count in self.found.items()
            if count
        }

    def sentence(self) -> str:
        """Say in one sentence what was found, and what is done about it."""
        looked = plural(self.rows, "PO")
        told = ", ".join(self.told().values())
        return f"Looked at {looked} first: {told or 'no problem found'}."


def changes(update: Update, before: PoSnapshot) -> tuple[Change, ...]:
    """Return the fields that the update would change."""
    return tuple(Change(*each) for each in differences(update, before, Tolerance.EXACT))


def findings(update: Update, before: PoSnapshot) -> tuple[Finding, ...]:
    """Return what the look at a PO showed, the gravest first."""
    if not before.found:
        return ("unknown-po",)
    seen: dict[Finding, bool] = {
        "cancelled": before.status == "Cancelled",
        "received": before.status in _OVER,
        "other-number": bool(before.tracking_number)
        and update.tracking_number not in {None, before.tracking_number},
        "not-shipped": before.shipping_status == "None" and update.shipped_on is not None,
        "drop-ship": bool(before.drop_ship),
        "same": not changes(update, before),
    }
    return tuple(finding for finding, is_so in seen.items() if is_so)


def judge(step: Step, before: PoSnapshot, handling: Mapping[Finding, Handling]) -> Judgement:
    """Say what becomes of a row: held, sent with warnings, or sent as it is."""
    found = findings(step.update, before)
    warnings = tuple(
        Issue(code=finding, message=_in_words(finding, step.update, before), level=Level.WARNING)
        for finding in found
        if handling[finding] == "warn"
    )
    held = [finding for finding in found if handling[finding] == "hold"]
    return Judgement(_hold(step, before, held) if held else None, warnings)


def compare(
    rows: Iterable[tuple[int, Update, PoSnapshot]],
    handling: Mapping[Finding, Handling],
    *,
    show: int,
) -> Comparison:
    """Sum up the rows that were looked at; `show` is how many changing ones to keep."""
    counts: Counter[Finding] = Counter()
    noted: list[Changed] = []
    plain: list[Changed] = []
    looked_at = changing = 0
    for number, update, before in rows:
        looked_at += 1
        found = findings(update, before)
        counts.update(found)
        if before.found and (changed := changes(update, before)):
            changing += 1
            alike = noted if found else plain
            if len(alike) < show:
                alike.append(Changed(number, update.po, changed, found))
    first = tuple(sorted((noted + plain)[:show]))
    in_order = {finding: counts[finding] for finding in _COUNTED}
    return Comparison(looked_at, changing, first, in_order, handling)


def _hold(step: Step, before: PoSnapshot, held: list[Finding]) -> Outcome:
    reasons = " ".join(_in_words(finding, step.update, before) for finding in held)
    if held == ["same"]:
        state, message = State.UNCHANGED, f"{reasons} Not sent."
    else:
        state, message = State.CONFLICT, f"{reasons} Not sent{_unsent(step.update, before)}."
    return Outcome(row=step.row, state=state, code=f"held-{held[0]}", message=message)


def _unsent(update: Update, before: PoSnapshot) -> str:
    told = ", ".join(map(str, changes(update, before))) if before.found else ""
    return f": {told}" if told else ""


def _in_words(finding: Finding, update: Update, before: PoSnapshot) -> str:
    po = f"PO {update.po}"
    words: Mapping[Finding, str] = {
        "unknown-po": f"Sellercloud shows no {po}. It does not exist, or this user may not see it.",
        "cancelled": f"{po} is cancelled in Sellercloud.",
        "received": f"{po} is already {before.status.lower()} in Sellercloud.",
        "other-number": (
            f"{po} held another tracking number: {before.tracking_number} → "
            f"{update.tracking_number}."
        ),
        "not-shipped": (
            f"{po} has shipping status None in Sellercloud. A ship date can't be set until "
            "that changes."
        ),
        "drop-ship": (
            f"{po} belongs to drop-ship order {before.drop_ship}. Its tracking is usually "
            "entered on that order."
        ),
        "same": f"{po} has exactly these values already.",
    }
    return words[finding]
