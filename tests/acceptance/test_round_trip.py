"""The results workbook as a form: corrected in place, saved and run like any manifest."""

import csv
import json
import shutil
import signal
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText

from batch_tracker.model import LEADING_COLUMNS

OFFICE = shutil.which("soffice")
FIRST = len(LEADING_COLUMNS)
"""The column of the workbook, from 0, in which the manifest's own begin."""
HEADINGS = ("PO", "Tracking Number", "Carrier", "Ship Date", "Void", "Ref", "Price", "Paid")
DAY = datetime.fromisoformat("2026-03-04T00:00:00")
BAD = {
    1002: ("Tracking Number", "9.40011E+21"),
    1004: ("Tracking Number", 9.4001118992231972e21),
    1006: ("PO", "1006 / 1007"),
    1008: ("Tracking Number", "Add a tracking number"),
    1010: ("PO", None),
    1012: ("Ship Date", "31/31/2026"),
    1014: ("Ship Date", datetime.fromisoformat("2096-03-04T00:00:00")),
    1016: ("Tracking Number", "#N/A"),
    1018: ("Void", "maybe"),
    1020: ("Carrier", "ACME\N{REPLACEMENT CHARACTER}"),
}
HOSTILE = (
    *("=1+1", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "'=1+1"),
    *("bell\x07bell", "x" * 33_000, "_x0041_", "_x003D_1+1", "<script>alert(1)</script>", "&#61;1"),
    *("https://127.0.0.1:9/", "\u202egpj.1", "\N{FULLWIDTH EQUALS SIGN}1+1", "\ufffe1", "#REF!"),
)


@pytest.fixture
def typed_manifest(program):
    """Writes a workbook with cells of every type, ten of them bad in ten ways."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for po in range(1001, 1031):
        cells = dict(
            zip(HEADINGS, [po, f"T{po:09d}", "ACME", DAY, "N", "0042", 9.95, True], strict=True)
        )
        name, value = BAD.get(po, ("PO", po))
        sheet.append(list((cells | {name: value}).values()))
        sheet.cell(sheet.max_row, 4).number_format = "dd-mmm-yy"
        sheet.cell(sheet.max_row, 7).number_format = '"$"#,##0.00'
    path = program.folder / "typed.xlsx"
    book.save(path)
    return path


def resaved(path):
    """Save a workbook once more in LibreOffice, which writes every cell in its own way."""
    folder = path.parent / "office"
    home = f"-env:UserInstallation={(path.parent / 'office-home').as_uri()}"
    words = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path]
    subprocess.run([OFFICE, home, *words], check=True, capture_output=True)
    return folder / path.name


def correct(path):
    """Type the right value into each bad cell."""
    book = load_workbook(path)
    sheet = book["Results"]
    for po, (name, _) in BAD.items():
        right = {"PO": po, "Tracking Number": f"T{po:09d}", "Carrier": "ACME", "Void": "N"}
        cell = sheet.cell(po - 999, FIRST + HEADINGS.index(name) + 1)
        assert cell.comment, "the cell to correct is marked"
        cell.value = right.get(name, DAY)
    book.save(path)


@pytest.mark.parametrize(
    "save",
    [
        lambda path: path,
        pytest.param(
            resaved, marks=pytest.mark.skipif(not OFFICE, reason="no LibreOffice is installed")
        ),
    ],
    ids=["as written", "saved by LibreOffice"],
)
def test_ten_cells_bad_in_ten_ways_and_corrected_cost_exactly_ten_puts(
    program, server, typed_manifest, save
):
    first = program.json("run", typed_manifest, code=1)
    assert (first["counts"]["updated"], first["counts"]["invalid"]) == (20, 10)
    path = save(program.folder / first["report"])
    as_it_is = program.json("run", path, code=1)
    assert (as_it_is["counts"]["unchanged"], as_it_is["calls"]) == (20, 0)
    correct(path)
    again = program.json("run", save(path))
    assert (again["counts"]["updated"], again["counts"]["unchanged"]) == (10, 20)
    assert sum(server.calls.puts.values()) == 30
    assert set(server.calls.puts) == set(range(1001, 1031))
    assert {server.orders[po].tracking_number for po in BAD} == {f"T{po:09d}" for po in BAD}
    assert {order.shipped_on for order in map(server.orders.get, BAD)} == {
        server.orders[1001].shipped_on
    }


def test_what_needed_no_correction_looks_as_it_did(program, server, typed_manifest):
    path = program.folder / program.json("run", typed_manifest, code=1)["report"]
    before, after = load_workbook(typed_manifest).active, load_workbook(path)["Results"]
    assert sum(server.calls.puts.values()) == 20
    for row in range(2, 32):
        for column in range(3, len(HEADINGS) + 1):
            old, new = before.cell(row, column), after.cell(row, FIRST + column)
            assert new.value == old.value
            assert isinstance(old.value, str) or new.number_format == old.number_format


def test_hostile_cells_run_again_as_they_stand_send_nothing_more(program, server):
    manifest = program.folder / "=1+1 &_x0041_.csv"
    with manifest.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(["PO", "Tracking Number", "Carrier", "Ship Date", *HOSTILE[:4]])
        for n, text in enumerate(HOSTILE):
            write([text, "T1", "ACME", "2026-03-04", *[text] * 4])
            write([2000 + n, text, "ACME", "2026-03-04", *[text] * 4])
            write([3000 + n, f"T{3000 + n}", text, "2026-03-04", *[text] * 4])
            write([4000 + n, f"T{4000 + n}", "ACME", text, *[text] * 4])
    first = program.json("run", manifest, code=1)
    sent = sum(server.calls.puts.values())
    assert 0 < sent == first["counts"]["updated"]
    again = program.json("run", program.folder / first["report"], code=1)
    assert (again["counts"]["unchanged"], again["calls"]) == (sent, 0)
    assert again["counts"]["invalid"] == first["counts"]["invalid"]
    for report in (first["report"], again["report"]):
        book = load_workbook(program.folder / report)
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
        links = [cell.hyperlink for cell in cells if cell.hyperlink]
        assert not [link for link in links if link.target], "no link leaves the workbook"
        assert all(link.location.startswith("Results!") for link in links)


def test_a_conflict_is_settled_by_deleting_the_wrong_row(program, server):
    manifest = program.manifest(3)
    manifest.write_text(manifest.read_text("utf-8") + "1002,OTHER1,ACME,2026-03-04\n", "utf-8")
    first = program.json("run", manifest, code=1)
    assert (first["counts"]["updated"], first["counts"]["conflict"]) == (2, 2)
    path = program.folder / first["report"]
    book = load_workbook(path)
    book["Results"].delete_rows(3)
    book.save(path)
    again = program.json("run", path)
    assert (again["counts"]["updated"], again["counts"]["unchanged"]) == (1, 2)
    assert server.orders[1002].tracking_number == "OTHER1"


def test_the_workbook_of_a_stopped_run_sends_what_is_left(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=15)
    process = program.start("run", program.manifest(60), "--workers", "4")
    server.until_held()
    process.send_signal(signal.SIGINT)
    server.release()
    process.communicate()
    (path,) = program.folder.glob("reports/*.xlsx")
    ended = program.json("run", path)
    assert ended["counts"]["updated"] + ended["counts"]["unchanged"] == 60
    assert ended["counts"]["unchanged"] >= 10
    assert max(server.calls.puts.values()) == 1
    assert len(server.calls.puts) == 60


def test_a_cell_that_was_merged_with_one_above_is_still_missing_in_the_workbook(program, server):
    book = Workbook()
    for cells in (HEADINGS[:3], (1001, "T000001001", "ACME"), (1002, None, "ACME")):
        book.active.append(cells)
    book.active.merge_cells("B2:B3")
    book.save(program.folder / "merged.xlsx")
    first = program.json("run", program.folder / "merged.xlsx", code=1)
    path = program.folder / first["report"]
    again = program.json("run", path, code=1)
    assert (again["counts"]["invalid"], again["calls"]) == (1, 0)
    book = load_workbook(path)
    book["Results"]["E3"].value = "T000001002"
    book.save(path)
    assert program.json("run", path)["counts"]["updated"] == 1
    assert server.orders[1002].tracking_number == "T000001002"


def test_what_is_struck_through_stays_so(program, server):
    case = Path(__file__).with_name("field_cases") / "59-struck-through.xlsx"
    shutil.copy(case, program.folder)
    first = json.loads(program("run", case.name, "--quota", "off", "--json").stdout)
    sent = server.calls.puts.copy()
    again = json.loads(program("run", first["report"], "--quota", "off", "--json").stdout)
    assert again["counts"]["invalid"] == first["counts"]["invalid"] > 0
    assert server.calls.puts == sent
    sheet = load_workbook(program.folder / again["report"], rich_text=True)["Results"]
    assert any(isinstance(cell.value, CellRichText) for row in sheet for cell in row)
    assert any(cell.font.strike for row in sheet for cell in row)
