"""Write a ledger that holds something of everything, with the code of the version at hand.

    python tests/ledger/versions/make.py FILE

Run it with the package as it was: in a `git worktree` of the last commit of that version, with the
folder of that worktree as PYTHONPATH. What it writes is kept as `tests/ledger/versions/N.db`.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.sandbox.rules import MAGIC_ENDINGS, EndingRule

SERVER = "https://example.invalid/rest/api"
HEADERS = "PO,Tracking Number,Carrier,Ship Date,Void"
FIRST = [
    "1001,T1001,ACME,2026-03-04,",
    "1001,T1001,ACME,2026-03-04,",
    "1002,T1002,ACME,2026-03-04,",
    "1003,,,,",
    "1004,T1004,ACME,someday,",
    "1005,T1005,ACME,2026-03-04,",
    "1005,T1005B,ACME,2026-03-04,",
    "1006,T1006,ACME,2026-03-04,yes",
    "1404,T1404,ACME,2026-03-04,",
    "1500,T1500,ACME,2026-03-04,",
    "1408,T1408,ACME,2026-03-04,",
    "1503,T1503,ACME,2026-03-04,",
]
SECOND = ["1001,T1001,ACME,2026-03-04,", "1002,T1002B,ACME,2026-03-05,"]
REFUSED = [f"{po}404,T{po},ACME,2026-03-06," for po in (4, 5, 6)]
KILLED = [f"{po},T{po},ACME,2026-03-06," for po in range(2001, 2011)]
HANGING = (EndingRule("2005", "never answers", faults=("hang-after",)),)


def start(url: str, *words: str, **settings: str) -> subprocess.Popen[bytes]:
    """Start a command in the present folder."""
    account = {"SELLERCLOUD_URL": url, "SELLERCLOUD_USERNAME": "clerk"}
    account |= {"SELLERCLOUD_PASSWORD": "secret", "BATCH_TRACKER_HOME": "home"}
    quick = {"BATCH_TRACKER_BACKOFF_S": "0.01", "BATCH_TRACKER_ATTEMPTS": "2"}
    command = [sys.executable, "-m", "batch_tracker", *words]
    return subprocess.Popen(command, env=os.environ | account | quick | settings)


def manifest(name: str, rows: list[str]) -> str:
    """Write a manifest into the present folder."""
    Path(name).write_text("\n".join([HEADERS, *rows, ""]), "utf-8")
    return name


@contextlib.contextmanager
def ledger() -> Iterator[sqlite3.Connection]:
    """Open what the runs have left."""
    with contextlib.closing(sqlite3.connect("home/ledger.db")) as file, file:
        yield file


def make() -> None:
    """Make the runs, and have their ledger speak of a server that is nowhere."""
    with Sandbox(SandboxSettings(rules=MAGIC_ENDINGS, default_company=7)).running() as url:
        start(url, "run", manifest("first.csv", FIRST)).wait()
    port = urlsplit(url).port or 0
    with Sandbox(SandboxSettings(rules=(*HANGING, *MAGIC_ENDINGS))).running(port) as url:
        start(url, "run", manifest("old.csv", ["3001,T3001,ACME,2026-03-04,"])).wait()
        with ledger() as file:
            file.execute(
                "UPDATE runs SET finished_at = '2020-01-01T00:00:00+00:00'"
                " WHERE source LIKE '%old.csv'"
            )
        start(url, "prune", "--older-than", "1000d", "--yes").wait()
        start(url, "run", manifest("second.csv", SECOND), "--compare").wait()
        stopped = [*REFUSED, *KILLED[:2]]
        refused = manifest("refused.csv", stopped)
        start(url, "run", refused, "--workers", "1", BATCH_TRACKER_SAME_REFUSALS="2").wait()
        killed = start(url, "run", manifest("killed.csv", KILLED), "--workers", "1")
        while True:
            with ledger() as file:
                found = file.execute(
                    "SELECT COUNT(*) FROM attempts a JOIN rows r USING (run, row)"
                    " WHERE r.po = 2005 AND a.answer IS NULL"
                ).fetchone()
            if found[0]:
                break
            time.sleep(0.05)
        killed.kill()
        killed.wait()
    with ledger() as file:
        file.execute("UPDATE runs SET server = ?", (SERVER,))
        file.execute("UPDATE applied SET server = ?", (SERVER,))
        for table, column in (("runs", "source"), ("runs", "report"), ("rows", "issues_json")):
            file.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, '')", (f"{Path.cwd()}/",)
            )
    with ledger() as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        make()
        shutil.copyfile("home/ledger.db", target)
