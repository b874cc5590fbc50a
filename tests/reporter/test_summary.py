"""A run as closing lines, as JSON, and as a sheet."""

import json
from datetime import UTC, datetime

import pytest

from batch_tracker.model import ManifestColumn, State
from batch_tracker.reporter import summary_json, summary_text
from batch_tracker.reporter.columns import column_lines
from batch_tracker.reporter.summary import duration

MIXED = {State.UPDATED: 9_950, State.INVALID: 30, State.FAILED: 20}


@pytest.fixture
def mixed(summarize):
    def build(counts=MIXED, **changes):
        every = dict.fromkeys(State, 0) | counts
        facts = {"counts": every, "calls": 9_990, "seconds": 3_432.0, "message": "39 are not done."}
        return summarize(**(facts | changes))

    return build


@pytest.fixture
def sheet(written, row, summarize):
    """Writes the Summary sheet of a run and returns it."""

    def build(**changes):
        rows = [row(2), row(3, state=State.FAILED)]
        return written(rows, summary=summarize(rows, **changes))["Summary"]

    return build


def lines(sheet):
    return [[cell for cell in row if cell is not None] for row in sheet.values]


COLUMNS = (
    ManifestColumn("A", "Ship Date", "shipped_on", "read", "2026-11-20"),
    ManifestColumn("B", "PO #", "po", "read", "1001"),
    ManifestColumn("C", "Status", None, "checked", "Shipped"),
    ManifestColumn("D", "City", None, "known"),
    ManifestColumn("E", "Wagon\nref", None, "not understood", "7"),
    ManifestColumn("F", "", None, "ignored", "x"),
)
LINES = [
    'PO: B "PO #", such as 1001',
    'ship date: A "Ship Date", such as 2026-11-20',
    (
        'Checked for voids only: C "Status". Not needed: D "City". Ignored, as told: F. '
        'Not understood: E "Wagon ref".'
    ),
]


def test_every_column_is_accounted_for(mixed, sheet):
    assert list(column_lines(COLUMNS)) == LINES
    told = summary_text(mixed(columns=COLUMNS)).splitlines()
    assert f"  columns   {LINES[0]}" in told
    assert f"            {LINES[2]}" in told
    rows = lines(sheet(columns=COLUMNS))
    at = rows.index(["Columns", LINES[0]])
    assert rows[at + 1 : at + 3] == [[LINES[1]], [LINES[2]]]
    assert rows[at + 3] == ["The letters are those of the source file."]


def test_the_json_object_is_the_contract(mixed):
    column = ManifestColumn("B", "Tracking #", "tracking_number", "read", "1Z9")
    assert json.loads(
        json.dumps(
            summary_json(
                mixed(columns=(column,), server="https://xx.api.example/rest/api", username="clerk")
            )
        )
    ) == {
        "run": "daily-1",
        "status": "success",
        "source": "daily.csv",
        "report": "reports/daily-1.xlsx",
        "rows": 10_000,
        "counts": {
            "updated": 9_950,
            "unchanged": 0,
            "duplicate": 0,
            "skipped": 0,
            "invalid": 30,
            "conflict": 0,
            "rejected": 0,
            "failed": 20,
            "in doubt": 0,
            "not sent": 0,
        },
        "calls": 9_990,
        "seconds": 3_432.0,
        "message": "39 are not done.",
        "server": "https://xx.api.example/rest/api",
        "username": "clerk",
        "account": "",
        "columns": [
            {
                "letter": "B",
                "header": "Tracking #",
                "read_as": "tracking_number",
                "status": "read",
                "sample": "1Z9",
            }
        ],
        "warnings": 0,
    }


def test_the_closing_lines_say_what_happened_and_what_to_do(mixed):
    assert summary_text(mixed()).splitlines() == [
        "39 are not done.",
        "  run       daily-1",
        "  file      daily.csv",
        "  updated   9,950",
        "  invalid   30",
        "  failed    20",
        "  calls     9,990 in 57 min 12 s",
        "  workbook  reports/daily-1.xlsx",
        (
            "Next: On the workbook's sheet Results, correct the coloured cells. Save it and run it "
            "like any manifest. Only what is unfinished is sent."
        ),
        "Next: batch-tracker retry daily-1 sends the failed and doubtful rows again.",
    ]


@pytest.mark.parametrize(
    ("warnings", "held", "line"),
    [
        (1, 0, "1 row"),
        (1, 1, "1 row, held back"),
        (1_200, 0, "1,200 rows"),
        (1_200, 12, "1,200 rows, 12 of them held back"),
    ],
)
def test_warnings_are_told_at_the_end(mixed, warnings, held, line):
    assert f"  warnings  {line}" in summary_text(mixed(warnings=warnings, held=held)).splitlines()
    assert summary_json(mixed(warnings=warnings))["warnings"] == warnings
    hint = "run the file with --warnings send" in summary_text(mixed(warnings=9, held=held))
    assert hint == bool(held)


def test_a_run_without_a_workbook_names_none(mixed):
    assert "workbook" not in summary_text(mixed(counts={}, report=None, run=None))


@pytest.mark.parametrize("state", State)
def test_there_is_a_next_step_for_every_row_that_needs_one(mixed, state):
    assert ("Next: " in summary_text(mixed(counts={state: 1}))) == state.needs_attention


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({State.INVALID: 1}, "Results, correct the coloured cells. Save it"),
        ({State.CONFLICT: 1}, "Results, resolve the conflicts as their messages say. Save it"),
        (
            {State.CONFLICT: 1, State.INVALID: 1},
            "correct the coloured cells and resolve the conflicts as their messages say. Save it",
        ),
    ],
)
def test_a_conflict_marks_no_cell_and_is_told_apart(mixed, counts, words):
    assert words in summary_text(mixed(counts=counts))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (2.54, "2.5 s"),
        (59.97, "1 min 0 s"),
        (61.4, "1 min 1 s"),
        (3_599.6, "1 h 0 min"),
        (5_400, "1 h 30 min"),
    ],
)
def test_durations_read_the_way_people_say_them(seconds, words):
    assert duration(seconds) == words


def test_the_sheet_tells_what_ran(sheet, in_zone):
    in_zone("UTC0")
    found = lines(
        sheet(
            started_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
            finished_at=datetime.fromisoformat("2026-03-04T06:07:08+01:00"),
            server="https://test.example/rest",
            sheet="Export",
            profile="ups",
            profile_reason="its headers fit",
            quota="10800/3600",
        )
    )
    assert found[:12] == [
        ["Run", "daily-1"],
        ["Status", "success"],
        ["Message", "All rows are done."],
        ["Source", "daily.csv"],
        ["Sheet", "Export"],
        ["Profile", "ups (its headers fit)"],
        ["Server", "https://test.example/rest"],
        ["Started", "2026-03-04 05:06:07 UTC"],
        ["Finished", "2026-03-04 05:07:08 UTC"],
        ["Duration", "1 min 1 s"],
        ["Calls", "2"],
        ["Quota", "10,800 calls in 3600 seconds"],
    ]


def test_the_sheet_counts_every_state_and_says_what_it_means(sheet):
    found = lines(sheet())
    start = found.index(["Result", "Meaning", "Rows"])
    table = found[start + 1 : start + 12]
    assert [line[0] for line in table] == [*State, "all rows"]
    assert [line[-1] for line in table] == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2]
    assert all(line[1].endswith(".") for line in table[:10])


def test_the_sheet_lists_next_steps_notes_and_settings(sheet):
    found = lines(sheet(notes=("Read as UTF-8.", "=2 rows are hidden."), settings={"workers": "4"}))
    tail = found[found.index(["all rows", 2]) + 1 :]
    assert tail == [
        [],
        ["Next", "batch-tracker retry daily-1 sends the failed and doubtful rows again."],
        [],
        ["Notes", "Read as UTF-8."],
        ["=2 rows are hidden."],
        ["Rows and cells in these notes are those of the source file."],
        [],
        ["Settings", "workers = 4"],
    ]


def test_a_long_line_of_the_sheet_is_wrapped_in_a_row_high_enough_for_it(sheet):
    summary = sheet(profile="ups", profile_reason="its headers fit " * 10, notes=("Short.",))
    heights = {row[1].value: summary.row_dimensions[row[1].row].height for row in summary}
    assert heights["Short."] is None
    assert heights[f"ups ({'its headers fit ' * 10})"] == 30
    assert {row[1].alignment.wrap_text for row in summary if isinstance(row[1].value, str)} == {
        True
    }


def test_the_chart_draws_the_table_of_counts(sheet):
    summary = sheet(server="https://test.example")
    (chart,) = summary._charts
    (series,) = chart.series
    names, counts = (
        source.f.rpartition("!")[2] for source in (series.cat.numRef, series.val.numRef)
    )
    assert [cell.value for (cell,) in summary[names]] == list(State)
    assert sum(cell.value for (cell,) in summary[counts]) == 2


def test_no_text_of_the_sheet_is_live(sheet):
    summary = sheet(source="=1+1", notes=("=1+1", "\x07"), settings={"=a": "b"})
    assert {cell.data_type for row in summary for cell in row} <= {"s", "n"}
