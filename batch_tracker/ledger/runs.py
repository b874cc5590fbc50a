"""The runs of the ledger: one line each, from the first row staged to the finished workbook."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Literal

from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger.database import storable
from batch_tracker.model import ManifestColumn, RunStatus
from batch_tracker.settings.profile import Finding, Handling
from batch_tracker.sqlite_file import named, transaction

Stage = Literal["staging", "sending", "finished"]

_RUNS_COMPARED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFacts:
    """What the reporter must know of a manifest long after the file is gone.

    `text_columns` are the positions (from 0) of the PO and the tracking number; `sha256` is the
    file's own, by which it is known under any name. `findings` says what is done about what a look
    at the POs shows; it is None where the run sends without looking. `columns` says what became
    of each column; it is empty for runs of earlier versions. `zone` is the time zone whose days
    the ship dates are of.
    `force` says that rows are sent although their values are known as applied.
    `chosen_rows` says which rows alone were to be sent, where that was said: such a run is none of
    the whole file.
    """

    sheet: str
    headers: list[str]
    text_columns: list[int]
    profile: str
    why: str
    sha256: str = ""
    findings: dict[Finding, Handling] | None = None
    columns: tuple[ManifestColumn, ...] = ()
    zone: str = "UTC"
    chosen_rows: str = ""
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the ledger knows it, and that ledger: it is read and written through its run.

    `ledger` is open for as long as whoever opened it says; the other values stay what they were.
    """

    ledger: sqlite3.Connection = field(repr=False, compare=False)

    id: int
    name: str
    stage: Stage
    status: RunStatus | None
    message: str
    started_at: datetime
    finished_at: datetime | None
    seconds: float
    other_calls: int
    server: str
    username: str
    source: str
    manifest: ManifestFacts
    notes: tuple[str, ...]
    report: str | None
    counts: Mapping[str, int] | None
    """Of a finished run: how many rows it has, or had, in each state, with warnings, and held back
    for them. None: count the rows."""
    is_pruned: bool
    """Whether its rows were let go of."""
    report_sha256: str | None
    """The digests of the workbooks and pages written of it, parted by blanks."""


def begin_run(
    ledger: sqlite3.Connection,
    *,
    now: datetime,
    server: str,
    username: str,
    source: str,
    manifest: ManifestFacts,
) -> Run:
    """Open a new run, named after the moment it began."""
    stem = f"{now:%Y%m%d-%H%M%S}"
    with transaction(ledger):
        taken = {
            name
            for (name,) in ledger.execute(
                "SELECT name FROM runs WHERE name = ? OR name LIKE ? || '-%'", (stem, stem)
            )
        }
        name = next(n for n in _names(stem) if n not in taken)
        ledger.execute("INSERT OR IGNORE INTO main.servers (name) VALUES (?)", (_plain(server),))
        ledger.execute(
            "INSERT INTO runs (name, stage, started_at, server, username, source, manifest_json)"
            " VALUES (?, 'staging', ?, ?, ?, ?, ?)",
            (name, *map(_plain, (now, server, username, source)), json.dumps(asdict(manifest))),
        )
    return find_run(ledger, name)


def _names(stem: str) -> Iterator[str]:
    yield stem
    yield from (f"{stem}-{n}" for n in count(2))


def find_run(ledger: sqlite3.Connection, name: str | None = None) -> Run:
    """Return the run called `name`, or the newest one.

    Raises:
        LedgerRefused: there is no such run, or none at all.
    """
    wanted = _plain(name)
    rows = _select(ledger, "WHERE name = ? OR ? IS NULL ORDER BY id DESC LIMIT 1", wanted, wanted)
    if not rows:
        called = f" called {name}" if name else ""
        raise LedgerRefused(
            f"There is no run{called} in the ledger.", hint="batch-tracker runs lists them."
        )
    return rows[0]


def server_number(run: Run) -> int | None:
    """Return the number of the run's server among those that calls were made to, if it has one."""
    found = run.ledger.execute("SELECT id FROM servers WHERE name = ?", (run.server,)).fetchone()
    return found and found[0]  # type: ignore[no-any-return]


def discard(run: Run) -> None:
    """Forget a run for which nothing was sent, as if its file had never been read."""
    with transaction(run.ledger):
        for table in ("before_images", "outcomes", "unread_pos", "cell_blocks", "rows"):
            run.ledger.execute(f"DELETE FROM {table} WHERE run = ?", (run.id,))  # noqa: S608 - our own names
        run.ledger.execute("DELETE FROM runs WHERE id = ?", (run.id,))


def forget_applied(ledger: sqlite3.Connection) -> None:
    """Take nothing for applied any more: what answers next is a server that knows nothing."""
    with transaction(ledger):
        ledger.execute("DELETE FROM applied")


def list_runs(ledger: sqlite3.Connection, *, last: int | None = None) -> list[Run]:
    """Return every run, or so many of the last, the newest first."""
    return _select(ledger, "ORDER BY id DESC LIMIT ?", -1 if last is None else last)


def runs_by_id(ledger: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Run]:
    """Return the runs that have these ids."""
    wanted = json.dumps(sorted(set(ids)))
    found = _select(ledger, "WHERE id IN (SELECT value FROM json_each(?))", wanted)
    return {run.id: run for run in found}


def newest_run(
    ledger: sqlite3.Connection, *, unfinished: bool, login: tuple[str, str] | None = None
) -> Run | None:
    """Return the newest run, or the newest that still has rows to send; None where there is none.

    With `login` (server and username) only its runs are meant.
    """
    rows = _select(
        ledger,
        "WHERE (stage = 'sending' OR NOT ?1) AND (?2 IS NULL OR (server, username) = (?2, ?3))"
        " ORDER BY id DESC LIMIT 1",
        unfinished,
        *(login or (None, None)),
    )
    return rows[0] if rows else None


def run_of(ledger: sqlite3.Connection, *, sha256: str, server: str) -> Run | None:
    """Return the newest run of a file with these very bytes that was read to its end, or none."""
    rows = _select(
        ledger,
        "WHERE json_extract(manifest_json, '$.sha256') = ? AND server = ? AND stage <> 'staging'"
        " AND COALESCE(json_extract(manifest_json, '$.chosen_rows'), '') = ''"
        " ORDER BY id DESC LIMIT 1",
        sha256,
        server,
    )
    return rows[0] if rows else None


def usual_rows(run: Run, *, last: int) -> list[int]:
    """Return how many rows the last runs like this one had: at most `last`, the newest first.

    Alike are finished runs with the same profile, of files whose names differ in digits alone;
    they are looked for among the last few hundred.
    """
    kind = _kind_of(run)
    earlier = _select(
        run.ledger,
        "WHERE id < ? AND server = ? AND stage = 'finished' AND pruned_at IS NULL"
        " ORDER BY id DESC LIMIT ?",
        run.id,
        run.server,
        _RUNS_COMPARED,
    )
    alike = islice((each.id for each in earlier if _kind_of(each) == kind), last)
    count = "SELECT COUNT(*) FROM rows WHERE run = ?"
    return [run.ledger.execute(count, (each,)).fetchone()[0] for each in alike]


def _kind_of(run: Run) -> tuple[str, str]:
    return run.manifest.profile, re.sub(r"\d+", "#", Path(run.source).name)


def update_run(run: Run, **values: object) -> Run:
    """Change columns of a run and return it as it is now."""
    assignments = ", ".join(f"{column} = ?" for column in values)
    with transaction(run.ledger):
        run.ledger.execute(
            f"UPDATE runs SET {assignments} WHERE id = ?",  # noqa: S608 - our own column names
            (*(_plain(value) for value in values.values()), run.id),
        )
    return find_run(run.ledger, run.name)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return storable(value)
    return json.dumps(value) if isinstance(value, list | dict) else value


def _facts(text: str) -> ManifestFacts:
    facts = json.loads(text)
    columns = tuple(ManifestColumn(*each) for each in facts.pop("columns", ()))
    return ManifestFacts(**facts, columns=columns)


def _select(ledger: sqlite3.Connection, clause: str, *values: object) -> list[Run]:
    found = named(ledger, f"SELECT * FROM runs {clause}", values)  # noqa: S608 - clauses of this module
    return [_run(ledger, row) for row in found]


def _run(ledger: sqlite3.Connection, row: sqlite3.Row) -> Run:
    finished_at, counts = row["finished_at"], row["counts_json"]
    return Run(
        ledger=ledger,
        id=row["id"],
        name=row["name"],
        stage=row["stage"],
        status=row["status"],
        message=row["message"],
        started_at=datetime.fromisoformat(row["started_at"]).astimezone(UTC),
        finished_at=datetime.fromisoformat(finished_at) if finished_at else None,
        seconds=row["seconds"],
        other_calls=row["other_calls"],
        server=row["server"],
        username=row["username"],
        source=row["source"],
        manifest=_facts(row["manifest_json"]),
        notes=tuple(json.loads(row["notes_json"])),
        report=row["report"],
        counts=json.loads(counts) if counts else None,
        is_pruned=row["pruned_at"] is not None,
        report_sha256=row["report_sha256"],
    )
