"""The plan: which rows need a call, and how long the quota makes that take.

The rules are set-based SQL over the ledger (`plan.sql`, `overtaken.sql`), so a million rows cost
no memory.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

from batch_tracker import ledger
from batch_tracker.ledger import Run, transaction
from batch_tracker.model import Field, State, substance
from batch_tracker.model.snapshots import look_ups
from batch_tracker.settings import Quota


class Plan(NamedTuple):
    """What a run comes to before its first call: rows per state, and the calls to make.

    `steps` are PUTs, `look_ups` the calls that look at their POs first. `seconds` is the shortest
    time that the quota allows for all of them and one login, from an unused quota.
    """

    counts: Mapping[State, int]
    steps: int
    seconds: float
    look_ups: int = 0


_VALUES_KNOWN = 10_000


def plan_rows(
    run: Run,
    *,
    on_conflict: str,
    force: bool,
    hold_warnings: bool = False,
    restores: bool = False,
) -> None:
    """Give every row that needs no call its outcome; the rows left without one are the steps.

    With `restores`, the manifest is meant to put older values back.
    """
    _execute(
        run,
        "plan.sql",
        on_conflict=on_conflict,
        force=force,
        hold_warnings=hold_warnings,
        put_back=force or restores,
    )


def hold_overtaken(run: Run) -> None:
    """Settle the open rows of an old run whose POs a later run has written to since."""
    _execute(run, "overtaken.sql")


def _execute(run: Run, name: str, **values: object) -> None:
    run.ledger.create_function("substance", 2, _substance_in(run), deterministic=True)
    script = files("batch_tracker.planner").joinpath(name).read_text("utf-8")
    number = ledger.server_number(run)
    facts = {"run": run.id, "server": run.server, "server_number": number, **values}
    with transaction(run.ledger):
        for statement in script.split(";\n"):
            run.ledger.execute(statement, facts)


def _substance_in(run: Run) -> Callable[[str, str | int | None], str | None]:
    """Return `substance` for the SQL of a run, with NULL for no value."""
    zone = ZoneInfo(run.manifest.zone)

    @lru_cache(_VALUES_KNOWN)
    def known(field: str, value: str | int | None) -> str | None:
        if value is None:
            return None
        text = value if isinstance(value, str) else ledger.shipped_on_of(value)
        return substance(Field(field), text, zone)

    return known


_PLANNED = """
    SELECT r.row, r.source_row, r.po, r.tracking_number, r.carrier, r.shipped_on, o.state
    FROM rows r LEFT JOIN outcomes o ON o.run = r.run AND o.row = r.row
    WHERE r.run = ? ORDER BY r.row"""


def digest(run: Run) -> str:
    """Return a digest of what a planned run would send, to which server and as whom.

    Take it before a look at the POs settles more rows.
    """
    summed = sha256(f"{run.server}\0{run.username}\0".encode())
    for row in run.ledger.execute(_PLANNED, (run.id,)):
        summed.update(repr(row).encode())
    return summed.hexdigest()


def describe(counts: Mapping[State, int], quota: Quota, *, looks: bool = False) -> Plan:
    """Say what a planned run with these numbers of rows will do; with `looks`, at its POs first."""
    steps = counts[State.NOT_SENT]
    first = look_ups(steps) if looks else 0
    return Plan(counts, steps, shortest_time(first + steps, quota), first)


def shortest_time(calls: int, quota: Quota) -> float:
    """Return the seconds that the quota makes so many calls and one login take at the least."""
    if not calls or not quota.calls:
        return 0.0
    return calls // quota.calls * quota.seconds
