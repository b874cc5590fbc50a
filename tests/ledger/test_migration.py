"""Ledgers of earlier versions: they go on, and nothing in them is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from batch_tracker import ledger
from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger import migration
from batch_tracker.ledger.cell_blocks import lines_of
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.health import health
from batch_tracker.ledger.migration import SCHEMA_VERSION
from batch_tracker.ledger.values import moment_of, shipped_on_of
from batch_tracker.model import Answer, State
from batch_tracker.planner import plan
from batch_tracker.sandbox import Sandbox, SandboxSettings
from batch_tracker.settings import Settings
from batch_tracker.stories import history
from batch_tracker.stories.resume import resume

HERE = Path(__file__).parent
EARLIER = range(1, SCHEMA_VERSION)
SERVER = "https://example.invalid/rest/api"
posix = pytest.mark.skipif(os.name != "posix", reason="fork, and POSIX permissions")


@pytest.fixture(params=EARLIER)
def version(request):
    return request.param


@pytest.fixture
def home(tmp_path, version):
    """A home with a ledger of an earlier version, as the code of then has left it."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(HERE / "versions" / f"{version}.db", home / LEDGER_FILE)
    return home


def read(path):
    """Every table with its rows, each by its columns, and the version."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        file.row_factory = sqlite3.Row
        names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = {name: list(map(dict, file.execute(f"SELECT * FROM {name}"))) for (name,) in names}
        return rows, file.execute("PRAGMA user_version").fetchone()[0]


def shape(db):
    """What the tables are, in all that matters."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    pragmas = ("table_xinfo", "index_list", "foreign_key_list")
    found = {name: [list(db.execute(f"PRAGMA {p}({name})")) for p in pragmas] for name in tables}
    strict = {name: (wr, strict) for _, name, _, _, wr, strict in db.execute("PRAGMA table_list")}
    return {name: (found[name], strict[name]) for name in tables}


def copy_of(home, version):
    return home / f"ledger-version-{version}.db"


def test_there_is_a_ledger_of_every_earlier_version():
    assert {path.stem for path in (HERE / "versions").glob("*.db")} == set(map(str, EARLIER))


def test_an_old_ledger_gets_the_tables_of_a_new_one(home, tmp_path):
    with ledger.open_ledger(home) as old, ledger.open_ledger(tmp_path / "new") as new:
        assert shape(old) == shape(new)
        assert old.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert old.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_ledger_without_its_indexes_gets_them(home, tmp_path):
    """They hold no data. Some ledgers of version 3 were made before one of them was added."""
    with closing(sqlite3.connect(home / LEDGER_FILE)) as file:
        made = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        for (name,) in file.execute(made).fetchall():
            file.execute(f"DROP INDEX {name}")
    with ledger.open_ledger(home) as old, ledger.open_ledger(tmp_path / "new") as new:
        assert shape(old) == shape(new)


def test_no_row_and_no_value_is_lost(home):
    before, _ = read(home / LEDGER_FILE)
    with ledger.open_ledger(home):
        pass
    after, version = read(home / LEDGER_FILE)
    assert version == SCHEMA_VERSION
    said = said_in(after)
    for table, rows in before.items():
        assert len(rows) == len(said[table])
        for old, new in zip(rows, said[table], strict=True):
            if old.get("answer") == "weather":
                old["answer"] = "server trouble"
            if table == "runs" and old["stage"] == "finished" and not old["pruned_at"]:
                assert json.loads(old["counts_json"] or "{}").items() <= counted(new).items()
                old["counts_json"] = new["counts_json"]
            assert {name: new[name] for name in old} == old


def counted(run):
    """The numbers kept with a run, of which one is its attempts."""
    counts = json.loads(run["counts_json"])
    assert "attempts" in counts
    return counts


def said_in(tables):
    """What the tables say, spelled as in version 3."""
    lines = {
        (block["run"], row): line.decode()
        for block in tables["cell_blocks"]
        for row, line in enumerate(lines_of(block["lines"]), block["first"])
    }
    servers = {each["id"]: each["name"] for each in tables["servers"]}
    sent = {}
    for each in tables["rows"]:
        each["cells_json"] = lines[each["run"], each["row"]]
        each["shipped_on"] = spelled_date(each["shipped_on"])
        fields = ("tracking number", "carrier", "ship date")
        values = (each["tracking_number"], each["carrier"], each["shipped_on"])
        names = [field for field, value in zip(fields, values, strict=True) if value]
        sent[each["run"], each["row"]] = f"Sent {', '.join(names)}."
    for each in tables["outcomes"]:
        each["completed_at"] = spelled(each["completed_at"])
        if each["state"] == "updated" and not each["message"]:
            each["message"] = sent[each["run"], each["row"]]
    for each in tables["attempts"]:
        each["started_at"] = spelled(each["started_at"])
        each["finished_at"] = spelled(each["finished_at"])
    for each in tables["applied"]:
        each["server"] = servers[each["server"]]
        each["shipped_on"] = spelled_date(each["shipped_on"])
        each["applied_at"] = spelled(each["applied_at"])
    return tables


def spelled(micros):
    return None if micros is None else moment_of(micros).isoformat()


def spelled_date(milliseconds):
    return None if milliseconds is None else shipped_on_of(milliseconds)


def test_a_copy_of_the_old_ledger_stays_beside_the_new_one(home, version):
    before = read(home / LEDGER_FILE)
    for _ in range(2):
        with ledger.open_ledger(home):
            pass
        assert sorted(path.name for path in home.iterdir()) == [
            copy_of(home, version).name,
            LEDGER_FILE,
        ]
    assert read(copy_of(home, version)) == before


@posix
def test_the_copy_belongs_to_its_owner_alone(home, version):
    with ledger.open_ledger(home):
        pass
    assert copy_of(home, version).stat().st_mode & 0o777 == 0o600


def test_without_its_copy_the_ledger_stays_as_it_is(home, version):
    before = read(home / LEDGER_FILE)
    (copy_of(home, version) / "in the way").mkdir(parents=True)
    with pytest.raises(LedgerRefused, match=r"can't be copied to ledger-version"):
        ledger.open_ledger(home).__enter__()
    assert read(home / LEDGER_FILE) == before


@posix
def test_killed_anywhere_it_is_the_old_ledger_or_the_new_one(home, version, tmp_path):
    old = read(home / LEDGER_FILE)
    command = [sys.executable, HERE / "kill_migrations.py", home / LEDGER_FILE, tmp_path / "left"]
    (tmp_path / "left").mkdir()
    subprocess.run(command, check=True)
    with ledger.open_ledger(home):
        pass
    new = read(home / LEDGER_FILE)
    versions = set()
    for left in (tmp_path / "left").iterdir():
        if copy_of(left, version).exists():
            assert read(copy_of(left, version)) == old
        with closing(sqlite3.connect(left / LEDGER_FILE)) as db:
            versions.add(db.execute("PRAGMA user_version").fetchone()[0])
        state = read(left / LEDGER_FILE)  # its log is written back now
        assert state in (old, new)
        assert state == old or copy_of(left, version).exists()
        with ledger.open_ledger(left):
            pass
        assert read(left / LEDGER_FILE) == new
        assert read(copy_of(left, version)) == old
    assert versions == {version, SCHEMA_VERSION}


def test_two_processes_may_open_it_at_once(home):
    code = (
        "import sys; from pathlib import Path; from batch_tracker import ledger\n"
        "sys.stdin.read(1)\n"
        "with ledger.open_ledger(Path(sys.argv[1])) as db: print(len(ledger.list_runs(db)))"
    )
    command = [sys.executable, "-c", code, home]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(3)]
    assert [each.communicate("x")[0] for each in processes] == ["5\n"] * 3


def test_who_only_looks_leaves_it_as_it_is(home, version, begin, shipment):
    before = (home / LEDGER_FILE).read_bytes()
    assert health(home).version == version
    assert health(home).unfinished
    with ledger.open_scratch(home) as db:
        run = ledger.update_run(begin(db), server=SERVER)
        ledger.stage_rows(
            run, 1, [shipment(2, 1001, "T1001", carrier="ACME"), shipment(3, 7, "T7")]
        )
        plan.plan_rows(run, on_conflict="hold", force=False)
        assert ledger.counts(run)[State.UNCHANGED] == 1
    assert (home / LEDGER_FILE).read_bytes() == before
    assert [path.name for path in home.iterdir()] == [LEDGER_FILE]


def test_an_answer_is_told_in_plain_words(home):
    with ledger.open_ledger(home) as db:
        (mention,) = ledger.history_of(db, 1500).mentions
        answers = {each.answer for each in mention.attempts}
    assert answers == {Answer.UNAVAILABLE}
    with ledger.open_ledger(home) as db:
        known = {*Answer, None}
        assert {each for (each,) in db.execute("SELECT DISTINCT answer FROM attempts")} <= known


def test_its_runs_stand_as_they_stood(home):
    with ledger.open_ledger(home) as db:
        for run in ledger.list_runs(db):
            kept = ledger.counts(run)
            assert (run.counts is not None) == (run.stage == "finished")
            if not run.is_pruned:
                assert sum(kept.values()) == sum(1 for _ in ledger.results(run))


@pytest.mark.parametrize("source", ["killed.csv", "refused.csv"])
def test_its_open_runs_are_resumed_and_reported(home, tmp_path, source):
    with Sandbox(SandboxSettings(users=None)).running() as url:
        settings = Settings(
            url=url, username="clerk", password="secret", home=home, output=tmp_path / "reports"
        )
        with ledger.open_ledger(home) as db:
            db.execute("UPDATE runs SET server = ?", (settings.url,))
            db.execute("UPDATE servers SET name = ?", (settings.url,))
            (name,) = db.execute("SELECT name FROM runs WHERE source = ?", (source,)).fetchone()
            rows = ledger.open_steps(ledger.find_run(db, name))
        ended = resume(name, settings, again=False, on_progress=lambda _: None)
        assert rows
        assert ended.summary.status == "success"
        sent = (State.UPDATED, State.UNCHANGED)
        assert sum(ended.summary.counts[state] for state in sent) == ended.summary.rows
        for run in history.runs(settings):
            if run.run != name and "old" not in run.source:
                history.report(run.run, settings, on_progress=lambda _: None)


def test_a_new_ledger_has_no_earlier_one_beside_it(tmp_path):
    with ledger.open_ledger(tmp_path):
        pass
    folder = tmp_path / "kept"
    folder.mkdir()
    with ledger.open_scratch(tmp_path, folder):
        pass
    assert not list(tmp_path.rglob("*-version-*"))


def test_a_large_ledger_says_how_long_it_takes(home, caplog, monkeypatch):
    monkeypatch.setattr(migration, "_ANNOUNCED_BYTES", 0)
    with ledger.open_ledger(home):
        pass
    (said,) = caplog.messages
    assert said.startswith("The ledger is brought up to this version once.")
    caplog.clear()
    with ledger.open_ledger(home):
        assert not caplog.messages


def test_what_it_no_longer_needs_is_given_back(home):
    with ledger.open_ledger(home) as db:
        assert db.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert db.execute("PRAGMA auto_vacuum").fetchone() == (2,)
