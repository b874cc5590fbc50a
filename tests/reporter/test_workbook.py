"""The workbook holds every row once, shows what is wrong, and appears whole or not at all."""

import os
import subprocess
import sys
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from batch_tracker.errors import ReportFailed
from batch_tracker.loader import open_manifest
from batch_tracker.model import Issue, Level, PoSnapshot, Progress, State, TypedCell
from batch_tracker.reporter import sheets
from batch_tracker.reporter.release import inspect
from batch_tracker.reporter.sheet_columns import FIRST

HEADERS = ("PO", "Tracking Number", "Carrier", "Note")
EVERY_STATE = list(enumerate(State, start=2))


def values(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def colour(cell):
    return cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type else None


@pytest.fixture
def every_state(row):
    return [row(n, str(n), f"1Z{n}", "UPS", "x", state=state) for n, state in EVERY_STATE]


@pytest.fixture
def marked(written, row):
    """Writes one invalid row with the given issues and returns its cells."""

    def build(*issues, cells=("12x", "1Z", "UPS", "hello"), **options):
        book = written([row(2, *cells, state=State.INVALID, issues=issues)], **options)
        return book["Results"][2][FIRST:]

    return build


@pytest.fixture
def written_at(written, row):
    """Writes a run of one row that began and ended at a moment."""
    return lambda moment: written([row(2, completed_at=moment)], summary_of={"started_at": moment})


def test_a_row_stands_as_it_was_with_its_result_before_it(written, row):
    book = written([row(7, "1001", "1Z9", "UPS", "hello", message="Fine.", code="ok", attempts=2)])
    headings, cells = values(book["Results"])
    assert headings == [
        *("Result", "Cell", "Message"),
        *("PO", "Tracking Number", "Carrier", "Note"),
        *("Code", "HTTP Status", "Attempts", "Completed At", "Source Row"),
    ]
    here = datetime.fromisoformat("2026-03-04T15:06:07+00:00").astimezone()
    assert cells == [
        *("updated", None, "Fine."),
        *("1001", "1Z9", "UPS", "hello"),
        *("ok", 200, 2, here.replace(tzinfo=None), 7),
    ]


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("UTC0", "2026-03-04T23:30:00-05:00", "2026-03-05 04:30:00 UTC"),
        ("CET-1CEST,M3.5.0,M10.5.0", "2026-03-04T12:00:00Z", "2026-03-04 13:00:00 UTC+01:00"),
        ("CET-1CEST,M3.5.0,M10.5.0", "2026-07-04T12:00:00Z", "2026-07-04 14:00:00 UTC+02:00"),
        ("NST3:30NDT,M3.2.0,M11.1.0", "2026-01-04T12:00:00Z", "2026-01-04 08:30:00 UTC-03:30"),
    ],
)
def test_times_are_of_the_person_s_zone_and_name_it(written_at, in_zone, zone, moment, shown):
    in_zone(zone)
    book = written_at(datetime.fromisoformat(moment))
    cell = book["Results"]["K2"]
    assert cell.is_date
    zone_shown = cell.number_format.split()[-1].strip('"')
    assert f"{cell.value} {zone_shown}" == shown
    told = {row[0]: row[1] for row in values(book["Summary"]) if row[0]}
    assert told["Started"] == shown


def test_a_row_that_was_never_sent_has_no_status_and_no_time(written, row):
    cells = values(written([row(2, status=None, attempts=0, completed_at=None)])["Results"])[1]
    assert cells[8:] == [None, 0, None, 2]


def test_the_sheets_stand_in_reading_order(written, every_state):
    assert written(every_state).sheetnames == ["Results", "Needs attention", "Summary"]


def test_needs_attention_repeats_only_the_rows_for_a_person(written, every_state):
    book = written(every_state)
    headings, *everything = values(book["Results"])
    assert [row[0] for row in everything] == list(State)
    wanted = [row for row in everything if State(row[0]).needs_attention]
    assert values(book["Needs attention"]) == [headings, *wanted]


def test_needs_attention_repeats_the_marks_too(written, row):
    issue = Issue(code="po", message="No PO.", column=0)
    book = written(
        [row(2, "x", TypedCell("n", "5"), "", "n", state=State.INVALID, issues=(issue,))]
    )
    first, second = (book[name]["D2"] for name in ("Results", "Needs attention"))
    assert colour(first) == colour(second) is not None
    assert first.comment.text == second.comment.text == "No PO."


def test_short_rows_are_filled_and_wide_rows_get_headings_of_their_own(written, row):
    rows = [row(2, "1"), row(3, "1", "2", "3", "4", "5", "6")]
    sheet = written(rows, width=6)["Results"]
    headings, short, wide = values(sheet)
    assert headings[3:10] == [
        *("PO", "Tracking Number", "Carrier", "Note", "(column 5)", "(column 6)", "Code")
    ]
    assert short[3:10] == ["1", None, None, None, None, None, "accepted"]
    assert wide[3:10] == ["1", "2", "3", "4", "5", "6", "accepted"]
    assert sheet["E2"].number_format == "@", "a number typed here must stay text"


def test_headings_are_text_and_may_be_blank_or_alike(written, row):
    sheet = written([row(2)], headers=("=1+1", "", "Ref", "Ref"))["Results"]
    assert [sheet.cell(1, n).value for n in range(4, 8)] == ["=1+1", None, "Ref", "Ref"]
    assert sheet["D1"].data_type == "s"


def test_the_server_s_words_are_text_too(written, row):
    sheet = written([row(2, message="=1+1\x07", code="@x")])["Results"]
    assert [(sheet[at].value, sheet[at].data_type) for at in ("C2", "H2")] == [
        ("=1+1␇", "s"),
        ("@x", "s"),
    ]


def test_sheets_are_ready_to_work_with(written, row):
    book = written([row(n, str(n), state=State.FAILED) for n in range(2, 5)])
    for sheet in (book["Results"], book["Needs attention"]):
        assert sheet.freeze_panes == "E2"
        assert sheet.auto_filter.ref == "A1:L4"
        assert sheet.print_title_rows == "$1:$1"


def test_sheets_are_printed_on_pages_that_hold_every_column(written, row):
    for sheet in written([row(2)]):
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.oddFooter.center.text == "&A, page &P of &N"


def test_what_is_corrected_in_the_extract_would_not_be_read_so_it_is_locked(written, every_state):
    book = written(every_state, rows_per_sheet=4)
    locked = {sheet.title: sheet.protection.sheet for sheet in book}
    assert {name for name in locked if locked[name]} == {"Needs attention", "Needs attention 2"}
    assert not book["Needs attention"].protection.autoFilter, "rows may be filtered all the same"


def test_a_long_message_is_wrapped_in_a_row_high_enough_for_it(written, row):
    long = "The carrier's own export has the whole number. " * 4
    book = written([row(2), row(3, message=long, state=State.INVALID), row(4, message="a\nb")])
    sheet = book["Results"]
    assert [sheet.row_dimensions[n].height for n in (2, 3, 4)] == [None, 60, 30]
    assert book["Needs attention"].row_dimensions[2].height == 60
    assert sheet["C3"].alignment.wrap_text
    assert {cell.alignment.vertical for cell in sheet[3] if cell.value is not None} == {"top"}


def test_headings_of_several_lines_are_shown_whole(written, row):
    headers = ("PO\nNumber", "Tracking Number", "x" * 50, "Note")
    sheet = written([row(2)], headers=headers)["Results"]
    assert sheet["D1"].value == "PO\nNumber"
    assert (sheet.row_dimensions[1].height, sheet.column_dimensions["D"].width) == (30, 8)


def test_every_text_has_the_font_of_the_workbook(written, every_state):
    for sheet in written(every_state):
        assert {(cell.font.name, cell.font.size) for row in sheet for cell in row} == {
            ("Calibri", 11)
        }


def test_columns_are_as_wide_as_their_first_rows_need(written, row):
    date = TypedCell("d", "2026-03-04T00:00:00", "m/d/yyyy")
    rows = [
        row(2, "1", "x" * 25, "y" * 300, "a\n" * 20, date),
        row(3, TypedCell("n", "1" * 12)),
    ]
    widths = written(rows, width=5, headers=("", "", "", "", ""))["Results"].column_dimensions
    assert widths["D"].width == 14
    assert widths["E"].width == 27
    assert widths["F"].width == 40, "no column takes the whole screen"
    assert widths["G"].width == 8
    assert widths["H"].width == 12, "a day needs less room than a time"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (TypedCell("n", "1234.5", "#,##0.00 [$€-407]"), "1,234.50 €"),
        (
            TypedCell("n", "-1234.5", '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)'),
            "$ (1,234.50)",
        ),
        (TypedCell("n", "5551234567", "(###) ###-####"), "(555) 123-4567"),
        (TypedCell("n", "9.949999999999999", '"$"0.00'), "$9.95"),
        (
            TypedCell("d", "2026-11-25T00:00:00", "[$-409]dddd, mmmm dd, yyyy"),
            "Wednesday, November",
        ),
        (TypedCell("d", "2026-11-25T13:45:30", "yyyy-mm-dd hh:mm:ss"), "2026-11-25 13:45:30"),
    ],
)
def test_a_number_has_room_for_what_its_format_adds(written, row, cell, shown):
    widths = written([row(2, "1", "", "", cell)], headers=("",) * 4)["Results"].column_dimensions
    assert len(shown) < widths["G"].width < 30


@pytest.mark.parametrize("state", State)
def test_a_state_is_a_word_on_a_colour(written, row, state):
    cell = written([row(2, state=state)])["Results"]["A2"]
    assert cell.value == state.value
    assert colour(cell)
    assert cell.font.bold == state.needs_attention


def test_states_for_a_person_differ_in_lightness_from_the_others(written, every_state):
    sheet = written(every_state)["Results"]
    colours = {state: colour(sheet.cell(n, 1)) for n, state in EVERY_STATE}

    def lightness(state):
        red, green, blue = bytes.fromhex(colours[state])
        return 0.299 * red + 0.587 * green + 0.114 * blue

    assert lightness(State.REJECTED) < lightness(State.INVALID) < lightness(State.UPDATED) - 20


def test_the_offending_cell_is_marked_and_says_why(marked):
    issue = Issue(code="po", message="12x is not a PO.", hint="Type the number alone.", column=0)
    offending, *others = marked(issue)[:4]
    assert offending.value == "12x"
    assert offending.number_format == "@"
    assert offending.comment.text == "12x is not a PO. Type the number alone."
    assert [(colour(cell), cell.comment) for cell in others] == [(None, None)] * 3


def test_warnings_are_lighter_and_notes_leave_no_mark(marked):
    error, warning, note, _ = marked(
        Issue(code="a", message="Wrong.", column=0),
        Issue(code="b", message="Odd.", column=1, level=Level.WARNING),
        Issue(code="c", message="Trimmed.", column=2, level=Level.NOTE),
    )[:4]
    assert len({colour(error), colour(warning), None}) == 3
    assert (warning.comment.text, note.comment, colour(note)) == ("Odd.", None, None)


@pytest.mark.parametrize("order", [1, -1])
def test_several_issues_of_a_cell_share_its_comment_and_the_worst_colours_it(marked, order):
    issues = [
        Issue(code="a", message="Odd.", column=3, level=Level.WARNING),
        Issue(code="b", message="Wrong.", column=3),
    ]
    cell = marked(*issues[::order])[3]
    assert sorted(cell.comment.text.split("\n")) == ["Odd.", "Wrong."]
    assert colour(cell) == colour(marked(issues[1])[3])


def test_a_missing_cell_can_be_marked(marked):
    cell = marked(Issue(code="a", message="No note.", column=3), cells=("1",))[3]
    assert (cell.value, cell.comment.text) == (None, "No note.")
    assert colour(cell)


@pytest.mark.parametrize("column", [None, -1, 4, 99])
def test_an_issue_of_no_cell_marks_none(marked, column):
    cells = marked(Issue(code="a", message="Wrong.", column=column))
    assert not any(cell.comment for cell in cells)


def test_a_comment_is_bounded_and_legible(marked):
    cell = marked(Issue(code="a", message="\x07" + "no " * 1_000, column=0))[0]
    assert len(cell.comment.text) <= 600
    assert cell.comment.text.startswith("␇no ")


def test_comments_are_bounded_but_colours_are_not(written, row):
    issue = Issue(code="a", message="Wrong.", column=0)
    rows = [row(n, "x", state=State.UPDATED, issues=(issue,)) for n in range(2, 1_010)]
    sheet = written(rows)["Results"]
    assert [sheet.cell(n, 4).comment is None for n in (2, 1_001, 1_002)] == [False, False, True]
    assert colour(sheet.cell(1_009, 4))


def test_a_full_sheet_continues_on_another(written, row):
    rows = [row(n, str(n), state=State.FAILED if n % 2 else State.UPDATED) for n in range(2, 12)]
    book = written(rows, rows_per_sheet=4)
    assert book.sheetnames == [
        *("Results", "Results 2", "Results 3"),
        *("Needs attention", "Needs attention 2", "Summary"),
    ]
    parts = [values(book[name]) for name in book.sheetnames[:3]]
    assert all(part[0] == parts[0][0] for part in parts)
    assert [line[11] for part in parts for line in part[1:]] == list(range(2, 12))
    assert book["Results 3"].auto_filter.ref == "A1:L3"
    assert book["Results 3"].column_dimensions["D"].width == 8


def test_addresses_are_right_where_the_list_goes_on_on_another_sheet(written, row):
    issue = Issue(code="po", message="No PO.", column=0, address="line 28, column 1 (PO)")
    told = "{Rows 21, 26, 28} do not agree."
    rows = [row(20 + n, str(n)) for n in range(1, 8)]
    rows += [
        row(28, "x", state=State.INVALID, issues=(issue,)),
        row(29, "9", state=State.CONFLICT, message=told),
    ]
    book = written(rows, rows_per_sheet=4)
    first, second = list(book["Needs attention"].iter_rows(min_row=2, max_col=3))
    assert first[1].value == first[1].hyperlink.location == "'Results 2'!D5"
    assert first[2].value == "'Results 2'!D5 [source: line 28, column 1 (PO)]: No PO."
    assert book["Results 2"]["D5"].value == "x"
    assert second[1].hyperlink.location == "'Results 3'!D2"
    assert second[2].value == (
        "Rows 2 of Results and 3, 5 of Results 2 [source: 21, 26, 28] do not agree."
    )
    assert second[2].hyperlink.location == "Results!D2"


def test_a_row_that_is_not_in_the_list_is_named_by_the_source(written, row):
    book = written([row(2, message="{Row 77} wins.")])
    assert book["Results"]["C2"].value == "Row 77 of the source wins."
    assert book["Results"]["C2"].hyperlink is None


def test_links_are_bounded_but_addresses_are_not(written, row, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_LINKS", 3)
    rows = [row(n, "x", state=State.FAILED) for n in range(2, 8)]
    book = written(rows)
    for sheet in (book["Results"], book["Needs attention"]):
        cells = [sheet.cell(n, 2) for n in range(2, 8)]
        assert [bool(cell.hyperlink) for cell in cells] == [True] * 3 + [False] * 3
        assert [cell.font.underline for cell in cells] == ["single"] * 3 + [None] * 3
        assert [cell.value for cell in cells] == [f"Results!D{n}" for n in range(2, 8)]


@pytest.mark.parametrize("state", State)
def test_the_book_opens_on_what_needs_a_person(written, row, state):
    book = written([row(2, state=state)])
    opened = "Needs attention" if state.needs_attention else "Results"
    assert book.active.title == opened
    chosen = [sheet.title for sheet in book if sheet.sheet_view.tabSelected]
    assert chosen == [opened], "with two sheets selected, Excel would write into both"


def test_the_result_stays_in_sight_beside_the_po(written, row):
    headers = [f"Column {n}" for n in range(1, 31)]
    cells = ["x" * 10] * 30
    near = written([row(2, *cells)], headers=headers, width=30, text_columns=(1, 2))
    assert [cell.value for cell in near["Results"][1][:3]] == ["Result", "Cell", "Message"]
    assert near["Results"].freeze_panes == "F2", "both the result and the PO stay"
    far = written([row(2, *cells)], headers=headers, width=30, text_columns=(20, 2))
    assert far["Results"].freeze_panes == "D2", "a small screen has room to move"


def test_warnings_have_a_sheet_and_a_colour_of_their_own(written, row):
    odd = Issue(code="a", message="Odd.", hint="Look.", column=1, level=Level.WARNING)
    whole = Issue(code="b", message="Replaces another.", level=Level.WARNING)
    wrong = Issue(code="c", message="Wrong.", column=0)
    rows = [
        row(2, "1", "1Z"),
        row(3, "2", "1Z", issues=(odd,)),
        row(4, "3", "1Z", issues=(whole,), message="Sent."),
        row(5, "x", "1Z", state=State.INVALID, issues=(wrong, odd)),
        row(6, "5", "1Z", state=State.NOT_SENT),
    ]
    book = written(rows)
    assert book.sheetnames == ["Results", "Needs attention", "Warnings", "Summary"]
    assert [line[11] for line in values(book["Warnings"])[1:]] == [3, 4, 5]
    assert book["Warnings"].protection.sheet, "it is a copy"
    results = book["Results"]
    assert results["C4"].value == "Sent. Warning: Replaces another."
    assert results["B4"].value == "Results!D4", "a warning of the whole row is at its PO"
    warned = {colour(results[at]) for at in ("C3", "E3", "C4", "C5", "E5")}
    others = {colour(results[at]) for at in ("C2", "D5", "A2", "A3", "A5", "A6")}
    assert len(warned) == 1
    assert not warned & (others | {None})


def test_without_warnings_there_is_no_sheet_for_them(written, row):
    assert "Warnings" not in written([row(2)]).sheetnames


def test_a_list_on_several_sheets_is_read_back_as_one(write, row):
    rows = [
        row(
            n,
            str(1000 + n),
            f"T{n:07d}",
            "ACME",
            "x",
            state=State.FAILED if n % 2 else State.UPDATED,
        )
        for n in range(2, 12)
    ]
    path = write(rows, rows_per_sheet=4)
    with open_manifest(path, profile=None, known=[], today=date(2026, 3, 5)) as manifest:
        records = [record for chunk in manifest.chunks() for record in chunk]
    assert manifest.headers == HEADERS
    assert [record.update.po for record in records] == [1000 + n for n in range(2, 12)]
    assert [record.cells for record in records] == [each.cells for each in rows]


def test_a_sheet_that_is_just_full_has_no_empty_sequel(written, row):
    rows = [row(n) for n in range(2, 6)]
    assert written(rows, rows_per_sheet=4).sheetnames[:2] == ["Results", "Needs attention"]


def test_a_manifest_without_rows_has_its_headings(written):
    assert len(values(written([])["Results"])) == 1


def test_progress_counts_the_rows_up_to_the_last(write, row):
    seen = []
    write([row(n) for n in range(2, 2_502)], on_progress=seen.append)
    assert seen == [Progress("writing", done, 2_500) for done in (0, 1_000, 2_000, 2_500)]


def test_more_columns_than_excel_has_are_refused(write, row):
    with pytest.raises(ReportFailed, match="16,377 columns") as refusal:
        write([row(2)], width=16_377)
    assert refusal.value.exit_code == 1


# Checked before it is released


def left_behind(path):
    return sorted(file.name for file in path.parent.iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({State.UPDATED: 2}, "1 rows are updated, where the run counts 2"),
        ({State.UPDATED: 0, State.FAILED: 1}, "1 rows are updated, where the run counts 0"),
        ({State.NOT_SENT: 5}, "0 rows are not sent, where the run counts 5"),
    ],
)
def test_counts_that_do_not_agree_keep_the_workbook_back(write, row, summarize, change, words):
    earlier = write([row(2)])
    content = earlier.read_bytes()
    wrong = summarize(counts=summarize([row(2)]).counts | change)
    with pytest.raises(ReportFailed, match=words):
        write([row(2)], summary=wrong)
    assert left_behind(earlier) == ["results.xlsx"]
    assert earlier.read_bytes() == content


def test_warnings_that_do_not_agree_keep_the_workbook_back(write, row, summarize):
    with pytest.raises(ReportFailed, match="0 rows have warnings, where the run counts 1"):
        write([row(2)], summary=summarize([row(2)], warnings=1))


@pytest.mark.parametrize("numbers", [(3, 2), (2, 2), (0, 1)])
def test_rows_out_of_order_keep_the_workbook_back(write, row, tmp_path, numbers):
    with pytest.raises(ReportFailed, match="came after row"):
        write([row(number) for number in numbers])
    assert left_behind(tmp_path / "results.xlsx") == []


def test_a_row_wider_than_announced_keeps_the_workbook_back(write, row):
    with pytest.raises(ReportFailed, match="Row 2 has 5 cells, but 4 were expected"):
        write([row(2, "1", "2", "3", "4", "5")])


def test_a_file_with_a_row_too_few_is_found_out(write, row):
    path = write([row(2), row(3)])
    inspect(path, {"xl/worksheets/sheet1.xml": 3})
    with pytest.raises(ReportFailed, match=r"sheet1\.xml holds 3 rows instead of 4"):
        inspect(path, {"xl/worksheets/sheet1.xml": 4})
    with pytest.raises(ReportFailed, match=r"sheet9\.xml holds 0 rows instead of 1"):
        inspect(path, {"xl/worksheets/sheet9.xml": 1})


@pytest.mark.parametrize("damaged", ["sheet1.xml", "sheet2.xml", "sheet3.xml"])
def test_rows_that_any_list_has_lost_on_the_disk_keep_the_workbook_back(
    write, row, tmp_path, damaged
):
    """The lists are Results, Needs attention and Warnings; the disk loses what it was given."""
    issue = Issue(code="odd", message="An odd value.", level=Level.WARNING)
    rows = [row(n, "text", state=State.FAILED, issues=(issue,)) for n in range(2, 1_502)]

    def lose(progress):
        if progress.done == 1_000:
            [part] = tmp_path.rglob(damaged)
            os.truncate(part, 0)

    with pytest.raises(ReportFailed, match=rf"{damaged} holds [\d,]+ rows instead of 1,501"):
        write(rows, on_progress=lose)
    assert left_behind(tmp_path / "results.xlsx") == []


def test_rows_are_counted_across_the_pieces_a_file_is_read_in(tmp_path):
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", '<row r="1"/>' * 300_000)
    inspect(path, {"xl/worksheets/sheet1.xml": 300_000})


def test_a_live_cell_is_found_out(tmp_path):
    book = Workbook()
    book.active["A1"] = "=1+1"
    book.save(tmp_path / "live.xlsx")
    with pytest.raises(ReportFailed, match="holds a formula"):
        inspect(tmp_path / "live.xlsx", {})


def test_a_damaged_file_is_found_out(write, row):
    path = write([row(n, "text") for n in range(2, 400)])
    content = bytearray(path.read_bytes())
    start = content.index(b"xl/worksheets/sheet1.xml") + 200
    content[start : start + 20] = bytes(20)
    path.write_bytes(content)
    with pytest.raises(ReportFailed, match="damaged"):
        inspect(path, {})


def test_an_earlier_workbook_survives_a_failure_in_mid_rows(write, row, summarize):
    path = write([row(2)])
    earlier = path.read_bytes()

    def broken():
        yield from (row(n) for n in range(2, 900))
        raise RuntimeError("the ledger is gone")

    with pytest.raises(RuntimeError, match="the ledger is gone"):
        write(broken(), summary=summarize([row(2)]))
    assert path.read_bytes() == earlier
    assert left_behind(path) == ["results.xlsx"]


def test_the_new_workbook_replaces_the_earlier_one(write, row):
    write([row(2)])
    path = write([row(2), row(3)])
    assert load_workbook(path)["Results"].max_row == 3
    assert left_behind(path) == ["results.xlsx"]


# Where it is written


def test_a_missing_folder_is_made(write, row, tmp_path):
    path = tmp_path / "new" / "deep" / "results.xlsx"
    assert write([row(2)], path=path) == path
    assert path.exists()


def test_a_name_that_cannot_be_replaced_gives_way_to_the_next(write, row, tmp_path):
    (tmp_path / "results.xlsx").mkdir()
    (tmp_path / "results (2).xlsx").mkdir()
    path = write([row(2)])
    assert path == tmp_path / "results (3).xlsx"
    assert load_workbook(path)["Results"].max_row == 2


def test_a_folder_that_is_a_file_is_explained(write, row, tmp_path):
    (tmp_path / "reports").write_text("")
    with pytest.raises(ReportFailed, match="can't be written") as failure:
        write([row(2)], path=tmp_path / "reports" / "results.xlsx")
    assert "--output" in failure.value.hint


def test_a_name_no_system_takes_is_explained_and_leaves_nothing(write, row, tmp_path):
    path = tmp_path / ("x" * 300 + ".xlsx")
    with pytest.raises(ReportFailed, match="can't be written: File name too long"):
        write([row(2)], path=path)
    assert left_behind(path) == []


FULL_DISK = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
from batch_tracker.errors import ReportFailed
from batch_tracker.model import ResultRow, RunSummary, State
from batch_tracker.reporter.release import Register
from batch_tracker.reporter.workbook import write_workbook
register = Register(lambda digest: False, lambda digest: None)
rows = (ResultRow(n, ["x" * 50], State.UPDATED, "", "", 200, 1, None, ()) for n in range(1, 3000))
counts = {state: 0 for state in State} | {State.UPDATED: 2999}
summary = RunSummary(run="r", status="success", source="s", report=None, counts=counts,
                     calls=0, seconds=0.0, message="")
try:
    write_workbook(Path(sys.argv[1]), summary=summary, headers=["A"], width=1, text_columns=(),
                   rows=rows, position_of=lambda number: None, register=register,
                   on_progress=lambda _: None)
except ReportFailed as failure:
    print(failure)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a full disk is played with a POSIX limit")
def test_a_full_disk_is_explained_without_a_traceback(tmp_path):
    path = tmp_path / "results.xlsx"
    ended = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path], capture_output=True, text=True, check=True
    )
    assert "can't be written: File too large" in ended.stdout
    assert ended.stderr == ""
    assert left_behind(path) == []


def test_a_compared_run_says_what_each_po_held_before(written, row):
    held = PoSnapshot("00123", "=UPS", "2026-01-02T12:00:00Z", "Ordered")
    rows = [row(2, before=held), row(3, before=PoSnapshot(found=False)), row(4)]
    book = written(rows, compared=True)
    headings, first, second, third = values(book["Results"])
    assert headings[12:] == [
        *("Before: Tracking Number", "Before: Carrier", "Before: Ship Date", "Before: Status")
    ]
    assert first[11:] == [2, "00123", "=UPS", "2026-01-02T12:00:00Z", "Ordered"]
    assert second[12:] == [None, None, None, "not shown"]
    assert third[12:] == [None] * 4
    cells = [book["Results"].cell(2, column) for column in range(13, 17)]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_a_run_that_looked_at_nothing_has_no_columns_for_it(written, row):
    assert values(written([row(2)])["Results"])[0][-1] == "Source Row"
