"""Cells that a person has corrected: read instead of the file's, judged alike, and marked."""

from datetime import UTC, datetime
from functools import partial

import pytest
from openpyxl import load_workbook

from batch_tracker import ledger
from batch_tracker.ledger import Shown
from batch_tracker.model import LEADING_COLUMNS, Correction, State
from batch_tracker.reporter.corrected import write_corrected
from batch_tracker.stories.check import check
from batch_tracker.stories.run import run

ROWS = (
    ("1001", "9.40011E+21", "ACME", "2026-03-04"),
    ("1002", "T0000001002", "ACME", "2026-03-04"),
    ("PO 7 / 8", "T0000001003", "ACME", "2026-03-04"),
)
AT = datetime(2026, 3, 5, tzinfo=UTC)


def correction(row, column, old, new):
    return Correction(row, column, old, new, "clerk", AT)


CORRECTED = (correction(2, 1, "9.40011E+21", "T0000001001"), correction(4, 0, "PO 7 / 8", "1003"))


@pytest.fixture
def told(hire):
    clerk = hire()
    path = clerk.manifest(*ROWS)
    story = {"force": False, "on_progress": lambda _: None}
    return clerk, partial(check, path, clerk.settings, **story), partial(run, path, **story)


def test_a_corrected_cell_is_read_and_judged_like_any_other(told):
    _, look, _ = told
    assert look().summary.counts[State.INVALID] == 2
    assert look(corrections=CORRECTED).summary.counts[State.NOT_SENT] == 3
    worse = [*CORRECTED, correction(3, 0, "1002", "none of them")]
    assert look(corrections=worse).summary.counts[State.INVALID] == 1


def test_a_cell_that_the_row_lacks_can_be_filled(hire):
    clerk = hire()
    path = clerk.folder / "short.csv"
    path.write_text("PO,Tracking Number,Carrier\n1001\n1002,T2,ACME\n", "utf-8")
    checked = check(
        path,
        clerk.settings,
        force=False,
        on_progress=lambda _: None,
        corrections=[correction(2, 2, "", "ACME")],
    )
    assert checked.summary.counts[State.NOT_SENT] == 2


def test_what_was_corrected_is_sent_and_marked_in_the_workbook(told):
    clerk, _, send = told
    ended = send(clerk.settings, corrections=CORRECTED)
    assert ended.summary.counts[State.UPDATED] == 3
    assert clerk.sandbox.orders.get(1001).tracking_number == "T0000001001"
    cell = load_workbook(ended.summary.report)["Results"].cell(2, len(LEADING_COLUMNS) + 2)
    assert (cell.value, cell.data_type) == ("T0000001001", "s")
    assert cell.comment.text.startswith('Corrected by clerk on 2026-03-05; it was "9.40011E+21".')
    assert cell.fill.fgColor.rgb != "00000000"


def test_the_plan_that_was_looked_at_is_known_again(told, tmp_path):
    _, look, _ = told
    folders = [tmp_path / name for name in "abc"]
    for each in folders:
        each.mkdir()
    first, again, other = (
        look(keep=folder, corrections=corrections)
        for folder, corrections in zip(folders, (CORRECTED, CORRECTED, ()), strict=True)
    )
    assert first.digest == again.digest != other.digest
    assert look().digest == ""


def test_rows_are_kept_to_be_paged_through_filtered_and_searched(told, tmp_path):
    _, look, _ = told
    look(keep=tmp_path, corrections=CORRECTED[:1])
    with ledger.read_scratch(tmp_path) as db:
        scratch = ledger.find_run(db)
        tally = ledger.tally(scratch)
        assert {shown: tally[shown] for shown in tally if tally[shown]} == {
            Shown.ALL: 3,
            Shown.ATTENTION: 1,
            Shown.OPEN: 2,
            Shown.CORRECTED: 1,
        }
        browse = partial(ledger.browse, scratch)
        assert [row.result.number for row in browse(Shown.OPEN).rows] == [2, 3]
        assert browse(Shown.ALL, search="po 7").rows[0].po is None
        assert browse(Shown.ALL, search="t0000001002").total == 1
        assert browse(Shown.ALL, search="%").total == 0
        assert browse(Shown.ALL, search='"').total == 0
        page = browse(Shown.ALL, offset=1, limit=1)
        assert (page.total, [row.po for row in page.rows]) == (3, [1002])
        assert [row.result.number for row in browse(Shown.ALL, begin=3).rows] == [3, 4]


def test_cells_with_the_same_fault_are_known(hire, tmp_path):
    clerk = hire()
    path = clerk.manifest(*((str(po), "9.40011E+21", "UPS", "2026-03-04") for po in (1, 2, 3)))
    check(path, clerk.settings, force=False, on_progress=lambda _: None, keep=tmp_path)
    with ledger.read_scratch(tmp_path) as db:
        scratch = ledger.find_run(db)
        ((fault, rows),) = ledger.alike(scratch).items()
        assert (fault.column, fault.text, rows) == (1, "9.40011E+21", 3)
        assert ledger.rows_with(scratch, fault) == [2, 3, 4]


def test_the_corrected_file_is_a_table_like_the_first(told, tmp_path):
    clerk, look, _ = told
    (tmp_path / "kept").mkdir()
    look(keep=tmp_path / "kept", corrections=CORRECTED)
    path = tmp_path / "corrected.xlsx"
    with ledger.read_scratch(tmp_path / "kept") as db:
        scratch = ledger.find_run(db)
        facts = scratch.manifest
        write_corrected(
            path, facts.headers, ledger.results(scratch), text_columns=facts.text_columns
        )
    cells = list(load_workbook(path).active.values)
    assert cells[0] == ("PO", "Tracking Number", "Carrier", "Ship Date")
    assert [row[:2] for row in cells[1:]] == [
        ("1001", "T0000001001"),
        ("1002", "T0000001002"),
        ("1003", "T0000001003"),
    ]
    assert clerk.run(path).counts[State.UPDATED] == 3
