"""The file itself: whose it is, and what happens where it can't be used."""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from batch_tracker import ledger
from batch_tracker.errors import LedgerRefused
from batch_tracker.ledger import database
from batch_tracker.ledger.database import LEDGER_FILE
from batch_tracker.ledger.migration import SCHEMA_VERSION

SERVER = "https://a.example/rest/api"
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")


@pytest.fixture
def as_nobody():
    """Root may write anywhere, so be somebody else meanwhile."""

    @contextmanager
    def as_nobody():
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        try:
            if not os.access(database.__file__, os.R_OK, effective_ids=True):
                pytest.skip("the package stands where only root may read")
            yield
        finally:
            os.seteuid(user)

    return as_nobody


def mode(path):
    return path.stat().st_mode & 0o777


@posix
def test_the_ledger_belongs_to_its_owner_alone(tmp_path, begin):
    home = tmp_path / "new" / "home"
    with ledger.open_ledger(home) as db:
        begin(db)
        found = {path.name: mode(path) for path in home.iterdir()}
    assert mode(home) == 0o700
    assert found == dict.fromkeys([LEDGER_FILE, f"{LEDGER_FILE}-wal", f"{LEDGER_FILE}-shm"], 0o600)


def test_an_empty_file_becomes_a_ledger(tmp_path, begin):
    (tmp_path / LEDGER_FILE).touch()
    with ledger.open_scratch(tmp_path) as db:
        assert ledger.list_runs(db) == []
    with ledger.open_ledger(tmp_path) as db:
        assert begin(db).id == 1


SCHEMA_DIGESTS = {
    1: "edaf2eda2b35de70",
    2: "da52710d5e4d18e8",
    3: "17c43662ba586c3f",
    4: "64e7f0786958b072",
}


def test_other_tables_have_another_version():
    """Else a ledger of the version before is opened, and fails somewhere in the middle.

    Raise SCHEMA_VERSION, lead ledgers of the last version to the new one, and add its digest here.
    """
    schema = Path(database.__file__).with_name("schema.sql").read_text("utf-8")
    words = " ".join(re.sub("--.*", "", schema).split())
    assert SCHEMA_DIGESTS[SCHEMA_VERSION] == sha256(words.encode()).hexdigest()[:16]


def newer(path):
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


def damaged(path):
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)


def no_text(path):
    """Damage the text that defines a table, in bytes that are no text themselves."""
    content = path.read_bytes()
    path.write_bytes(
        content.replace(
            b"state           TEXT NOT NULL", b"state           TEXT NOT \xe8\xe8\xe8\xe8"
        )
    )


def no_database(path):
    path.write_text("PO,Tracking Number\n" * 99)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (newer, "written by a newer version.*Update batch-tracker"),
        (damaged, "malformed.*Move the file away"),
        (no_text, "malformed.*Move the file away"),
        (no_database, "not a database.*Move the file away"),
    ],
)
@pytest.mark.parametrize("open_", [ledger.open_ledger, ledger.open_scratch])
def test_a_file_that_can_not_be_used_is_refused_in_words(tmp_path, open_, spoil, words, begin):
    with ledger.open_ledger(tmp_path) as db:
        begin(db)
    spoil(tmp_path / LEDGER_FILE)
    with (
        pytest.raises(LedgerRefused, match=f"{tmp_path.name}.*{LEDGER_FILE}.*{words}"),
        open_(tmp_path) as db,
    ):
        db.execute("SELECT * FROM applied").fetchall()


def test_a_home_that_can_not_be_a_folder_is_refused_in_words(tmp_path):
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with (
            pytest.raises(LedgerRefused, match=r"can't be written: .*BATCH_TRACKER_HOME"),
            ledger.open_ledger(home),
        ):
            pass


@posix
@pytest.mark.parametrize("has_ledger", [True, False], ids=["ledger", "no ledger"])
def test_a_home_that_can_only_be_read_is_refused_in_words(has_ledger, begin, as_nobody):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if has_ledger:
            with ledger.open_ledger(home) as db:
                begin(db)
            (home / LEDGER_FILE).chmod(0o444)
        home.chmod(0o555)
        with (
            as_nobody(),
            pytest.raises(LedgerRefused, match="BATCH_TRACKER_HOME"),
            ledger.open_ledger(home) as db,
        ):
            begin(db)
        home.chmod(0o700)


def test_trouble_that_is_not_the_ledgers_is_not_blamed_on_it(tmp_path):
    with pytest.raises(PermissionError, match="manifest"), ledger.open_ledger(tmp_path):
        raise PermissionError("manifest")


def test_trouble_that_shows_only_later_is_told_in_words_too(db, begin):
    db.execute("DROP TABLE attempts")
    run = begin(db)
    with (
        pytest.raises(LedgerRefused, match=f"{LEDGER_FILE} can't be used: no such table"),
        database._in_words(Path(LEDGER_FILE)),
    ):
        ledger.calls_made(run)


def test_a_transaction_is_kept_whole_or_not_at_all(db):
    def insert_and_fail():
        with ledger.transaction(db):
            db.execute("INSERT INTO servers VALUES (1, 's')")
            raise KeyError

    with pytest.raises(KeyError):
        insert_and_fail()
    assert not db.in_transaction
    assert db.execute("SELECT COUNT(*) FROM servers").fetchone() == (0,)


BEGIN_TEN_RUNS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from batch_tracker import ledger

facts = ledger.ManifestFacts(sheet="", headers=[], text_columns=[], profile="", why="")
now = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
sys.stdin.read(1)
for _ in range(10):
    with ledger.open_ledger(Path(sys.argv[1])) as db:
        run = ledger.begin_run(db, now=now, server="", username="", source="", manifest=facts)
        print(run.name)
"""


def test_two_processes_may_make_the_ledger_at_once_and_no_two_runs_share_a_name(tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", BEGIN_TEN_RUNS, tmp_path / "home"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    names = [name for each in processes for name in each.communicate("x")[0].splitlines()]
    expected = ["20260304-050607", *(f"20260304-050607-{n}" for n in range(2, 21))]
    assert sorted(names) == sorted(expected)


def applied(db, po=1):
    return db.execute(
        "SELECT tracking_number FROM servers s JOIN applied a ON a.server = s.id"
        " WHERE s.name = ? AND po = ?",
        (SERVER, po),
    ).fetchall()


def apply(db, *pos):
    db.execute("INSERT INTO servers VALUES (1, ?)", [SERVER])
    known = "INSERT INTO applied VALUES (1, ?, '1Z', NULL, NULL, 0, 1)"
    db.executemany(known, [(po,) for po in pos])


def test_a_scratch_ledger_knows_what_was_applied_and_leaves_no_trace(tmp_path, begin):
    with ledger.open_ledger(tmp_path) as db:
        apply(db, 1)
    before = (tmp_path / LEDGER_FILE).read_bytes()
    with ledger.open_scratch(tmp_path) as db:
        begin(db)
        assert applied(db) == [("1Z",)]
        with pytest.raises(sqlite3.OperationalError):
            db.execute("DELETE FROM applied")
        (folder,) = (
            Path(file).parent
            for _, name, file in db.execute("PRAGMA database_list")
            if name == "main"
        )
    assert (tmp_path / LEDGER_FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER_FILE]
    assert not folder.exists()
    with ledger.open_ledger(tmp_path) as db:
        assert ledger.list_runs(db) == []


def test_a_scratch_ledger_sees_what_a_run_under_way_has_applied(tmp_path, db):
    apply(db, 1)
    with ledger.open_scratch(tmp_path) as scratch:
        assert applied(scratch) == [("1Z",)]


@posix
def test_a_scratch_ledger_looks_at_a_ledger_that_can_only_be_read(as_nobody):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with ledger.open_ledger(home) as db:
            apply(db, 1)
        (home / LEDGER_FILE).chmod(0o444)
        home.chmod(0o555)
        with as_nobody(), ledger.open_scratch(home) as scratch:
            assert applied(scratch) == [("1Z",)]
        home.chmod(0o700)


def test_a_scratch_ledger_bears_a_run_that_begins_meanwhile(tmp_path, begin):
    with ledger.open_ledger(tmp_path):
        pass
    with ledger.open_scratch(tmp_path) as scratch:
        assert applied(scratch) == []
        with ledger.open_ledger(tmp_path) as db:
            begin(db, server="another")
            db.execute("DELETE FROM servers")
            apply(db, *range(1, 5000))
        assert applied(scratch, 4999) == [("1Z",)]


def test_a_scratch_ledger_does_without_a_ledger(tmp_path, begin):
    with ledger.open_scratch(tmp_path / "none") as db:
        assert applied(db) == []
        begin(db)
    assert not (tmp_path / "none").exists()


def test_a_ledger_of_no_bytes_beside_a_quota_that_is_used_was_lost(tmp_path):
    (tmp_path / "ledger.db").touch()
    (tmp_path / "quota.db").write_bytes(b"used")
    with pytest.raises(LedgerRefused, match=r"is empty \(0 bytes\)"), ledger.open_ledger(tmp_path):
        pass


def test_a_ledger_is_made_whole_or_not_at_all(tmp_path):
    with ledger.open_ledger(tmp_path):
        pass
    assert (tmp_path / "ledger.db").stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_damage_is_told_on_opening_after_a_process_was_killed(tmp_path):
    with ledger.open_ledger(tmp_path) as db:
        db.executescript(
            "CREATE TABLE filler (text); CREATE INDEX by_text ON filler (text);"
            " WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
            " INSERT INTO filler SELECT hex(randomblob(20)) || i FROM n"
        )
    path = tmp_path / "ledger.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size - 8192)
        file.write(b"\xff" * 4096)
    with ledger.open_ledger(tmp_path):
        pass  # nobody looks at every page each time
    path.with_name("ledger.db-wal").touch()
    with pytest.raises(LedgerRefused, match="malformed"), ledger.open_ledger(tmp_path):
        pass
