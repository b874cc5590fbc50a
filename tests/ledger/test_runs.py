"""Which run belongs to a file, and what is usual of its kind."""

from datetime import UTC, datetime

import pytest

from batch_tracker import ledger
from batch_tracker.ledger import ManifestFacts
from batch_tracker.model import Record

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SERVER = "https://a.example/rest/api"


@pytest.fixture
def finished(db):
    """Put a run into the ledger that has ended, of so many rows."""

    def finished(rows=1, source="in/daily-0304.csv", stage="finished", server=SERVER, **facts):
        manifest = ManifestFacts(
            sheet="", headers=["PO"], text_columns=[0], why="", **{"profile": "a", **facts}
        )
        run = ledger.begin_run(
            db, now=NOW, server=server, username="clerk", source=source, manifest=manifest
        )
        ledger.stage_rows(run, 1, [Record(n, ["1"]) for n in range(1, rows + 1)])
        return ledger.update_run(run, stage=stage)

    return finished


def test_a_file_is_known_by_its_bytes_whatever_its_name(db, finished):
    finished(sha256="aa")
    newest = finished(sha256="aa", source="other.csv")
    finished(sha256="bb")
    assert ledger.run_of(db, sha256="aa", server=SERVER) == newest


@pytest.mark.parametrize(
    "other", [{"sha256": "bb"}, {"stage": "staging"}, {"server": "https://b.example/rest/api"}]
)
def test_a_run_of_other_bytes_or_elsewhere_or_of_which_nothing_was_sent_is_not_it(
    db, finished, other
):
    finished(**{"sha256": "aa", **other})
    assert ledger.run_of(db, sha256="aa", server=SERVER) is None


def test_a_run_of_before_digests_were_kept_is_no_files(db, begin):
    ledger.update_run(
        begin(db),
        stage="finished",
        manifest_json='{"sheet": "", "headers": [], "text_columns": [], "profile": "", "why": ""}',
    )
    assert ledger.run_of(db, sha256="aa", server=SERVER) is None
    assert ledger.find_run(db).manifest.sha256 == ""


def test_what_is_usual_are_the_rows_of_the_last_runs_of_the_same_kind(finished):
    for rows in (9, 2, 3):
        finished(rows, source=f"in/daily-030{rows}.csv")
    finished(7, source="in/weekly-1.csv")
    finished(7, profile="b")
    finished(7, stage="sending")
    finished(7, server="https://b.example/rest/api")
    run = finished(1, source="elsewhere/daily-9.csv")
    finished(8)
    assert ledger.usual_rows(run, last=2) == [3, 2]
