"""The sender's pen: what is about to be sent, and what came back, durable in the ledger's order.

Many workers write at once, and what they write shares a commit. A worker need not wait for an
outcome by itself: commits are made in order and after a failed one none is made any more, so once
its next intent is on disk, the outcome is too.

A commit is made on the event loop, as every worker waits for it before its next call: handed to
another thread it takes three times as long, most of it waiting for the interpreter's lock. Where
another process holds the ledger, the loop goes on meanwhile.

What is on disk before what, whenever the process is killed:

1. Every row is staged and planned before the run's first call (`staging`, `plan.py`).
2. The intent to call is on disk before the call is made (`journal`), and it is not made where
   another run has applied the same values, or has a call for the same PO under way (`other_runs`).
3. The outcome of a row is on disk before it is counted, and before its worker makes another call
   (`journal`).
4. What a run changed is forgotten as known before a call and known again with its outcome, so no
   row is taken for unchanged that may not be (`journal`).
5. A workbook is complete, read back, and in agreement with the ledger's counts before it gets its
   name (`reporter/release.py`).

So a row whose call may have reached the server has an attempt, and at most one row per worker has
an attempt without an answer.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from batch_tracker.ledger.database import LOCK_TIMEOUT_S, storable, wait_for_others
from batch_tracker.ledger.other_runs import Need, OtherRuns
from batch_tracker.ledger.runs import Run, server_number
from batch_tracker.ledger.values import micros, shipped_ms
from batch_tracker.model import Judgement, Outcome, PoSnapshot, State, Step, Update, Verdict
from batch_tracker.sqlite_file import transaction

Clock = Callable[[], datetime]
_Row = tuple[str | int | None, ...]
_Statement = tuple[str, _Row]

# How often a ledger that another process holds is tried.
_LOCK_POLL_S = 0.001

_OTHER_CALL = "UPDATE runs SET other_calls = other_calls + 1 WHERE id = ?"

_NO_OTHER_CALL = "UPDATE runs SET other_calls = other_calls - 1 WHERE id = ?"

_INTEND = "INSERT INTO attempts (run, row, number, started_at) VALUES (?, ?, ?, ?)"

_WITHDRAW = "DELETE FROM attempts WHERE run = ? AND row = ? AND number = ?"

_ANSWER = """
    UPDATE attempts SET finished_at = ?4, answer = ?5, status = ?6, message = ?7
    WHERE run = ?1 AND row = ?2 AND number = ?3
"""

_SETTLE = """
    INSERT INTO outcomes (run, row, state, code, message, status, completed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""

# A run may have been reported, and so finished, while its rows were still read back.
_RECOUNT = "UPDATE runs SET counts_json = NULL WHERE id = ? AND pruned_at IS NULL"

_REVISE = """
    UPDATE outcomes SET state = ?3, code = ?4, message = ?5, completed_at = ?6
    WHERE run = ?1 AND row = ?2
"""

_KEEP = f"""
    INSERT INTO before_images (run, row, {", ".join(PoSnapshot._fields)})
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - our own names

_WARN = """
    UPDATE rows SET issues_json = (
        SELECT json_group_array(json(value)) FROM (
            SELECT value FROM json_each(COALESCE(rows.issues_json, '[]'))
            UNION ALL SELECT value FROM json_each(?3)))
    WHERE run = ?1 AND row = ?2
"""

_FORGET = """
    UPDATE applied SET
        tracking_number = iif(?3 IS NULL, tracking_number, NULL),
        carrier = iif(?4 IS NULL, carrier, NULL),
        shipped_on = iif(?5 IS NULL, shipped_on, NULL)
    WHERE server = ?1 AND po = ?2 AND COALESCE(run, 0) <= ?6
"""

# The intent has cleared the fields: where another value stands in one by now, calls of two runs
# have overlapped, and nobody knows whose the server took last.
_REMEMBER = """
    INSERT INTO applied (server, po, tracking_number, carrier, shipped_on, applied_at, run)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (server, po) DO UPDATE SET
        tracking_number = iif(
            tracking_number <> excluded.tracking_number, NULL,
            COALESCE(excluded.tracking_number, tracking_number)),
        carrier = iif(carrier <> excluded.carrier, NULL, COALESCE(excluded.carrier, carrier)),
        shipped_on = iif(
            shipped_on <> excluded.shipped_on, NULL, COALESCE(excluded.shipped_on, shipped_on)),
        applied_at = excluded.applied_at,
        run = max(COALESCE(run, 0), excluded.run)
"""


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class _Commit(asyncio.Future[None]):
    """Rows by the statement that takes them; done once they are on disk together.

    Whoever is cancelled while waiting for it learns so afterwards: others wait for it, too.
    """

    def __init__(self, since: float) -> None:
        super().__init__()
        self.since = since
        """When it was first asked for, by the loop's clock."""
        self.rows: dict[str, list[_Row]] = {}
        self.intents: list[tuple[Step, int | None, int]] = []
        """Steps, the numbers of the calls that are about to be made, if any are, and when."""
        self.needs: dict[int, Need] = {}
        """Whether the rows of the intents still needed their calls."""

    def cancel(self, msg: object = None) -> bool:  # noqa: ARG002 - the signature of Future
        """Refuse."""
        return False


class Journal:
    """Writes one run's attempts and outcomes. Use it as an async context manager.

    Every method returns once what it wrote is on disk. Raises sqlite3.Error where that failed,
    or another process held the ledger for `patience_s` seconds; the ledger's context manager puts
    it into words.
    """

    def __init__(
        self,
        run: Run,
        *,
        clock: Clock = utc_now,
        patience_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        self._run = run
        self._clock = clock
        self._patience_s = patience_s
        self._loop = asyncio.get_running_loop()
        self._server = server_number(run)
        self._other_runs = OtherRuns(run, self._server)
        self._next: _Commit | None = None
        self._next_at = 0.0
        self.settled = 0
        """Rows of this session whose outcome is on disk."""

    async def __aenter__(self) -> Self:
        wait_for_others(self._run.ledger, 0)  # the loop goes on instead
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(Exception):  # who wrote it has heard of it
            await self.flush()
        wait_for_others(self._run.ledger, LOCK_TIMEOUT_S)

    async def other_call(self) -> None:
        """Note that a call is about to be made that is no attempt at a row: a login, a look-up."""
        await self._join((_OTHER_CALL, (self._run.id,)))

    async def no_other_call(self) -> None:
        """Take back that another call is about to be made: it was not made."""
        await self._join((_NO_OTHER_CALL, (self._run.id,)))

    async def looked_at(self, seen: Iterable[tuple[Step, PoSnapshot, Judgement]]) -> None:
        """Keep what POs held before anything was sent, together with what follows from it."""
        await self._join(
            *(statement for each in seen for statement in self._look(*each)),
        )

    def need_of(self, step: Step) -> Need:
        """Say whether a row still needs its call now, as far as is known without a look.

        Most of the time no other run is there. `intend` looks in any case.
        """
        if not self._other_runs.may_matter():
            return Need.NOW
        self._other_runs.look()
        return self._other_runs.need_of(step)

    async def settle_if_applied(self, step: Step) -> Need:
        """Settle a row whose values another run has applied; return whether it needs its call."""
        return await self._intend(step, None)

    async def intend(self, step: Step, number: int) -> Need:
        """Note that call `number` for this row is about to be made, where it is needed now.

        From here on the fields it sends are no longer known to be what an earlier call made them.
        Where it is not needed, nothing is noted but that it is settled, and no call may be made.
        """
        return await self._intend(step, number)

    async def _intend(self, step: Step, number: int | None) -> Need:
        commit = self._join()
        commit.intents.append((step, number, self._now()))
        await commit
        return commit.needs[step.row]

    async def withdraw(self, step: Step, number: int) -> None:
        """Take back that a call for this row is about to be made: it was not made."""
        await self._join((_WITHDRAW, (self._run.id, step.row, number)))

    async def answered(self, step: Step, number: int, verdict: Verdict) -> None:
        """Note the answer to a call after which the row is not settled yet."""
        await self._join(self._answer(step, number, verdict, self._now()))

    def settle(
        self, step: Step, number: int, verdict: Verdict, outcome: Outcome
    ) -> asyncio.Future[None]:
        """Note the answer to a row's last call and what the row came to, together.

        Returns the commit, which may be waited for. It holds the error where it failed.
        """
        now = self._now()
        statements = [self._answer(step, number, verdict, now), self._outcome(outcome, now)]
        if outcome.state is State.UPDATED:
            statements.append(self._remember(step.update, now))
        return self._join(*statements)

    async def revise(self, step: Step, outcome: Outcome) -> None:
        """Change what a settled row came to, after its PO was looked up."""
        now = self._now()
        end = (outcome.state, outcome.code, storable(outcome.message), now)
        is_updated = outcome.state is State.UPDATED
        known = self._remember(step.update, now) if is_updated else self._forget(step.update)
        revised = _REVISE, (self._run.id, outcome.row, *end)
        await self._join(revised, known, (_RECOUNT, (self._run.id,)))

    def _now(self) -> int:
        return micros(self._clock())

    def _answer(self, step: Step, number: int, verdict: Verdict, now: int) -> _Statement:
        answer = (now, verdict.answer, verdict.status, storable(verdict.message))
        return _ANSWER, (self._run.id, step.row, number, *answer)

    def _outcome(self, outcome: Outcome, now: int) -> _Statement:
        end = (outcome.state, outcome.code, storable(outcome.message), outcome.status)
        return _SETTLE, (self._run.id, outcome.row, *end, now)

    def _look(self, step: Step, before: PoSnapshot, judgement: Judgement) -> Iterator[_Statement]:
        at = (self._run.id, step.row)
        yield _KEEP, (*at, *(storable(v) if isinstance(v, str) else v for v in before))
        if judgement.warnings:
            yield _WARN, (*at, json.dumps([asdict(each) for each in judgement.warnings]))
        if judgement.outcome:
            held = judgement.outcome
            yield _SETTLE, (*at, held.state, held.code, storable(held.message), None, None)

    def _forget(self, update: Update) -> _Statement:
        values = (update.tracking_number, update.carrier, update.shipped_on)
        return _FORGET, (self._server, update.po, *values, self._run.id)

    def _remember(self, update: Update, now: int) -> _Statement:
        shipped_on = shipped_ms(update.shipped_on)
        values = (update.po, update.tracking_number, update.carrier, shipped_on)
        return _REMEMBER, (self._server, *values, now, self._run.id)

    async def flush(self) -> None:
        """Wait until all that was written is on disk."""
        if self._next:
            await self._next

    def _join(self, *statements: _Statement) -> _Commit:
        """Have statements carried out by the next commit, and return it."""
        if self._next is None:
            self._next = _Commit(self._loop.time())
            self._loop.call_at(self._next_at, self._commit, self._next)
        for sql, row in statements:
            self._next.rows.setdefault(sql, []).append(row)
        return self._next

    def _commit(self, commit: _Commit) -> None:
        """Write what has joined so far; the loop stands still meanwhile."""
        began = self._loop.time()
        try:
            with transaction(self._run.ledger):
                self._write(commit)
        except Exception as error:  # noqa: BLE001 - whoever waits has to hear of it
            self._repeat_or_fail(commit, error, began)
        else:
            # Half of the time is not the ledger's: the longer a commit takes, the later the next
            # one is made, and the more rows share it.
            took_s = self._loop.time() - began
            self._next, self._next_at = None, began + 2 * took_s
            self.settled += len(commit.rows.get(_SETTLE, ()))
            self.settled += list(commit.needs.values()).count(Need.APPLIED)
            commit.set_result(None)

    def _repeat_or_fail(self, commit: _Commit, error: Exception, began: float) -> None:
        """Try again where another process holds the ledger, as long as patience lasts.

        A failed commit stays the next one for ever, so nothing is written after it.
        """
        if _is_held(error) and began - commit.since < self._patience_s:
            self._loop.call_later(_LOCK_POLL_S, self._commit, commit)
        else:
            commit.set_exception(error)
            commit.exception()  # lest asyncio complain where nobody waits

    def _write(self, commit: _Commit) -> None:
        for sql, rows in commit.rows.items():
            self._run.ledger.executemany(sql, rows)
        if not commit.intents:
            return
        self._other_runs.look()
        written = self._other_runs.written([step.update.po for step, *_ in commit.intents])
        intended = []
        for step, number, now in commit.intents:
            is_written = step.update.po in written
            need = commit.needs[step.row] = self._other_runs.need_of(step, is_written=is_written)
            if need is Need.NOW and number is not None:
                intended.append((step, number, now))
            elif need is Need.APPLIED:
                self._other_runs.settle(step)
        calls = [(self._run.id, step.row, number, now) for step, number, now in intended]
        self._run.ledger.executemany(_INTEND, calls)
        known = [step.update for step, *_ in intended if step.update.po in written]
        forgotten = [self._forget(update)[1] for update in known]
        self._run.ledger.executemany(_FORGET, forgotten)


def _is_held(error: Exception) -> bool:
    """Whether another process is writing to the ledger."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
