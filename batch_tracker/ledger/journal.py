"""The sender's pen: what is about to be sent, and what came back, durable in the ledger's order.

Many workers write at once; what they write while a commit is under way shares the next one. A
worker need not wait for an outcome by itself: commits are made in order and after a failed one
none is made any more, so once its next intent is on disk, the outcome is too. The commits run on
one thread of their own, so a slow disk never stalls the event loop.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from batch_tracker.ledger.database import storable, transaction
from batch_tracker.ledger.runs import Run
from batch_tracker.model import BeforeImage, Judgement, Outcome, State, Step, Update, Verdict

Clock = Callable[[], datetime]
_Found = TypeVar("_Found")
_Row = tuple[str | int | None, ...]
_Statement = tuple[str, _Row]


def _for_each(columns: str, statement: str) -> str:
    """Return a statement that sees the rows it is executed for as the table `new`.

    They come as one JSON text. SQLite is entered once for all of them, and not once for each: on
    every return from it this thread has to wait for the event loop's.
    """
    names = columns.split(", ")
    values = ", ".join(f"json_extract(value, '$[{at}]')" for at in range(len(names)))
    return f"WITH new ({columns}) AS (SELECT {values} FROM json_each(?)) {statement}"  # noqa: S608 - columns of this module


_OTHER_CALL = _for_each(
    "run",
    "UPDATE runs SET other_calls = other_calls + (SELECT COUNT(*) FROM new)"
    " WHERE id IN (SELECT run FROM new)",
)

_IS_OVERTAKEN = """
    SELECT 1 FROM applied
    WHERE applied.server = new.server AND applied.po = new.po AND applied.run > new.run
"""

_OVERTAKEN = _for_each(
    "run, row, number, started_at, server, po",
    f"SELECT row FROM new WHERE EXISTS ({_IS_OVERTAKEN})",  # noqa: S608 - the same
)

_INTEND = _for_each(
    "run, row, number, started_at, server, po",
    f"""
    INSERT INTO attempts (run, row, number, started_at)
    SELECT run, row, number, started_at FROM new WHERE NOT EXISTS ({_IS_OVERTAKEN})
    """,  # noqa: S608 - the same
)

_ANSWER = _for_each(
    "run, row, number, finished_at, answer, status, message",
    """
    UPDATE attempts
    SET finished_at = new.finished_at, answer = new.answer, status = new.status,
        message = new.message
    FROM new
    WHERE attempts.run = new.run AND attempts.row = new.row AND attempts.number = new.number
    """,
)

_SETTLE = _for_each(
    "run, row, state, code, message, status, completed_at",
    "INSERT INTO outcomes (run, row, state, code, message, status, completed_at) SELECT * FROM new",
)

_REVISE = _for_each(
    "run, row, state, code, message, completed_at",
    """
    UPDATE outcomes
    SET state = new.state, code = new.code, message = new.message,
        completed_at = new.completed_at
    FROM new WHERE outcomes.run = new.run AND outcomes.row = new.row
    """,
)

_KEEP = _for_each(
    f"run, row, {', '.join(BeforeImage._fields)}",
    "INSERT INTO before_images SELECT * FROM new",
)

_WARN = _for_each(
    "run, row, warnings",
    """
    UPDATE rows SET issues_json = (
        SELECT json_group_array(json(value)) FROM (
            SELECT value FROM json_each(COALESCE(rows.issues_json, '[]'))
            UNION ALL SELECT value FROM json_each(new.warnings)))
    FROM new WHERE rows.run = new.run AND rows.row = new.row
    """,
)

_FORGET = _for_each(
    "server, po, tracking_number, carrier, shipped_on, run",
    """
    UPDATE applied SET
        tracking_number = iif(new.tracking_number IS NULL, applied.tracking_number, NULL),
        carrier = iif(new.carrier IS NULL, applied.carrier, NULL),
        shipped_on = iif(new.shipped_on IS NULL, applied.shipped_on, NULL)
    FROM new
    WHERE applied.server = new.server AND applied.po = new.po
        AND COALESCE(applied.run, 0) <= new.run
    """,
)

# The intent has cleared the fields: where another value stands in one by now, calls of two runs
# have overlapped, and nobody knows whose the server took last.

_REMEMBER = _for_each(
    "server, po, tracking_number, carrier, shipped_on, applied_at, run",
    """
    INSERT INTO applied (server, po, tracking_number, carrier, shipped_on, applied_at, run)
    SELECT * FROM new WHERE true
    ON CONFLICT (server, po) DO UPDATE SET
        tracking_number = iif(
            tracking_number <> excluded.tracking_number, NULL,
            COALESCE(excluded.tracking_number, tracking_number)),
        carrier = iif(carrier <> excluded.carrier, NULL, COALESCE(excluded.carrier, carrier)),
        shipped_on = iif(
            shipped_on <> excluded.shipped_on, NULL, COALESCE(excluded.shipped_on, shipped_on)),
        applied_at = excluded.applied_at,
        run = max(COALESCE(run, 0), excluded.run)
    """,
)


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class _Commit(asyncio.Future[None]):
    """Rows by the statement that takes them; done once they are on disk together.

    Whoever is cancelled while waiting for it learns so afterwards: others wait for it, too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[_Row]] = {}

    def cancel(self, msg: object = None) -> bool:  # noqa: ARG002 - the signature of Future
        """Refuse."""
        return False


class Journal:
    """Writes one run's attempts and outcomes. Use it as an async context manager.

    Every method returns once what it wrote is on disk. Raises sqlite3.Error where that failed;
    the ledger's context manager puts it into words.
    """

    def __init__(self, ledger: sqlite3.Connection, run: Run, *, clock: Clock = utc_now) -> None:
        self._ledger = ledger
        self._run = run
        self._clock = clock
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ledger")
        self._loop = asyncio.get_running_loop()
        self._overtaken: set[int] = set()
        self._under_way: _Commit | None = None
        self._next: _Commit | None = None
        self.settled = 0
        """Rows of this sitting whose outcome is on disk."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with suppress(sqlite3.Error):
                await self.flush()
        finally:
            self._writer.shutdown()  # nobody closes the ledger under its hand

    async def read(self, query: Callable[[sqlite3.Connection], _Found]) -> _Found:
        """Run a query on the writer's thread, the only one that uses the connection."""
        return await self._loop.run_in_executor(self._writer, query, self._ledger)

    async def other_call(self) -> None:
        """Note that a call is about to be made that is no attempt at a row: a login, a look-up."""
        await self._join((_OTHER_CALL, (self._run.id,)))

    async def looked_at(self, seen: Iterable[tuple[Step, BeforeImage, Judgement]]) -> None:
        """Keep what POs held before anything was sent, together with what follows from it."""
        await self._join(
            *(statement for each in seen for statement in self._look(*each)),
        )

    async def intend(self, step: Step, number: int) -> bool:
        """Note that call `number` for this row is about to be made, and return True.

        From here on the fields it sends are no longer known to be what an earlier call made them.
        Where a later run has written to the PO meanwhile, nothing is noted and no call may be made.
        """
        intent = (self._run.id, step.row, number, self._now(), self._run.server, step.update.po)
        await self._join((_INTEND, intent), self._forget(step.update))
        return step.row not in self._overtaken

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
        await self._join((_REVISE, (self._run.id, outcome.row, *end)), known)

    def _now(self) -> str:
        return self._clock().isoformat()

    def _answer(self, step: Step, number: int, verdict: Verdict, now: str) -> _Statement:
        answer = (now, verdict.answer, verdict.status, storable(verdict.message))
        return _ANSWER, (self._run.id, step.row, number, *answer)

    def _outcome(self, outcome: Outcome, now: str) -> _Statement:
        end = (outcome.state, outcome.code, storable(outcome.message), outcome.status)
        return _SETTLE, (self._run.id, outcome.row, *end, now)

    def _look(self, step: Step, before: BeforeImage, judgement: Judgement) -> Iterator[_Statement]:
        at = (self._run.id, step.row)
        yield _KEEP, (*at, *(storable(v) if isinstance(v, str) else v for v in before))
        if judgement.warnings:
            yield _WARN, (*at, json.dumps([asdict(each) for each in judgement.warnings]))
        if judgement.outcome:
            held = judgement.outcome
            yield _SETTLE, (*at, held.state, held.code, storable(held.message), None, None)

    def _forget(self, update: Update) -> _Statement:
        values = (update.tracking_number, update.carrier, update.shipped_on)
        return _FORGET, (self._run.server, update.po, *values, self._run.id)

    def _remember(self, update: Update, now: str) -> _Statement:
        values = (update.po, update.tracking_number, update.carrier, update.shipped_on)
        return _REMEMBER, (self._run.server, *values, now, self._run.id)

    async def flush(self) -> None:
        """Wait until all that was written is on disk."""
        if commit := self._next or self._under_way:
            await commit

    def _join(self, *statements: _Statement) -> _Commit:
        """Have statements carried out by the next commit, and return it."""
        if self._next is None:
            self._next = _Commit()
            if self._under_way is None:
                self._loop.call_soon(self._begin, self._next)  # who writes at this moment joins
        for sql, row in statements:
            self._next.rows.setdefault(sql, []).append(row)
        return self._next

    def _begin(self, commit: _Commit) -> None:
        self._under_way, self._next = commit, None
        committing = self._loop.run_in_executor(self._writer, self._commit, commit.rows)
        committing.add_done_callback(partial(self._end, commit))

    def _end(self, commit: _Commit, committing: asyncio.Future[None]) -> None:
        self._under_way = None
        if error := committing.exception():
            self._next = self._next or _Commit()  # which is never begun: nothing is written now
            for failed in (commit, self._next):
                failed.set_exception(error)
                failed.exception()  # lest asyncio complain where nobody waits
            return
        self.settled += len(commit.rows.get(_SETTLE, ()))
        if self._next:  # at once, as those who waited for this one have much to do now
            self._begin(self._next)
        commit.set_result(None)

    def _commit(self, statements: Mapping[str, Sequence[_Row]]) -> None:
        with transaction(self._ledger):
            for sql, rows in statements.items():
                new = (json.dumps(rows),)
                if sql is _INTEND:
                    self._overtaken.update(row for (row,) in self._ledger.execute(_OVERTAKEN, new))
                self._ledger.execute(sql, new)
