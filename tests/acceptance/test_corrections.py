"""Corrections that a person has made in a results workbook survive every command."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS
from batch_tracker.sandbox import PurchaseOrder
from batch_tracker.sandbox.rules import MAGIC_ENDINGS

OFFICE = shutil.which("soffice")
TRACKING = len(LEADING_COLUMNS) + 2
BAD = (1002, 1004, 1006)


@pytest.fixture
def manifest(program):
    """Six rows, three of them with a tracking number that Excel has rounded."""
    path = program.manifest(6)
    text = path.read_text("utf-8")
    for po in BAD:
        text = text.replace(f"T{po:09d}", "9.40011E+21")
    path.write_text(text, "utf-8")
    return path


def correct(path):
    """Type the right tracking numbers into the three cells."""
    book = load_workbook(path)
    for po in BAD:
        book["Results"].cell(po - 999, TRACKING).value = f"T{po:09d}"
    book.save(path)


def saved_by_office(path):
    """Have LibreOffice save it once more, in its own way, in its place."""
    folder = path.parent / "office"
    home = f"-env:UserInstallation={(path.parent.parent / 'office-home').as_uri()}"
    words = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path]
    subprocess.run([OFFICE, home, *words], check=True, capture_output=True)
    (folder / path.name).replace(path)
    folder.rmdir()


def puts(server):
    return sum(server.calls.puts.values())


def workbooks(program):
    return sorted(path.name for path in (program.folder / "reports").iterdir())


@pytest.mark.parametrize(
    "save",
    [
        lambda _: None,
        pytest.param(
            saved_by_office,
            marks=pytest.mark.skipif(not OFFICE, reason="no LibreOffice is installed"),
        ),
    ],
    ids=["saved by openpyxl", "saved by LibreOffice"],
)
def test_a_clerk_s_round_loses_nothing_and_costs_three_calls(program, server, manifest, save):
    path = Path(program.json("run", manifest, code=1)["report"])
    correct(path)
    save(path)
    corrected = path.read_bytes()
    second = path.with_stem(f"{path.stem} (2)")
    for command in ("retry", "report", "resume"):
        run = path.name.removeprefix("manifest-").removesuffix("-results.xlsx")
        ended = program.json(command, run, code=1)
        assert ended["report"] == str(second)
        assert f"{path} was changed after it was written, so it is kept." in ended["message"]
        assert shlex.join(["batch-tracker", "run", str(path)]) in ended["message"]
        assert path.read_bytes() == corrected
    assert workbooks(program) == [second.name, path.name]
    before = puts(server)
    again = program.json("run", path)
    assert (again["counts"]["updated"], again["counts"]["unchanged"]) == (3, 3)
    assert puts(server) - before == 3
    assert {server.orders[po].tracking_number for po in BAD} == {f"T{po:09d}" for po in BAD}


@pytest.mark.usefixtures("server")
def test_the_workbook_itself_says_that_an_earlier_one_holds_corrections(program, manifest):
    path = Path(program.json("run", manifest, code=1)["report"])
    correct(path)
    done = program("report")
    assert f"{path} was changed after it was written" in done.stdout
    told = load_workbook(program.json("report", code=1)["report"])["Summary"]
    words = " ".join(str(cell.value) for row in told for cell in row if cell.value)
    assert f"batch-tracker run {path}" in words


@pytest.mark.usefixtures("server")
def test_corrections_that_were_sent_are_spoken_of_no_more(program, manifest):
    first = program.json("run", manifest, code=1)
    path = Path(first["report"])
    correct(path)
    program.json("run", path)
    ended = program.json("report", first["run"], code=1)
    assert ended["report"] != str(path)
    assert ended["message"] == first["message"]


@pytest.mark.usefixtures("server")
def test_a_workbook_that_nobody_has_changed_is_replaced_in_any_folder(program, manifest):
    path = Path(program.json("run", manifest, code=1)["report"])
    elsewhere = program.json("report", "--output", "elsewhere", code=1)["report"]
    assert Path(elsewhere) == program.folder / "elsewhere" / path.name
    assert program.json("report", code=1)["report"] == str(path)
    assert program.json("report", "--output", "elsewhere", code=1)["report"] == elsewhere
    assert workbooks(program) == [path.name]


@pytest.mark.usefixtures("server")
def test_corrections_in_another_folder_are_told_too(program, manifest):
    program.json("run", manifest, "--output", "elsewhere", code=1)
    (path,) = (program.folder / "elsewhere").iterdir()
    correct(path)
    ended = program.json("retry", code=1)
    assert Path(ended["report"]).parent == program.folder / "reports"
    assert f"batch-tracker run {path}" in ended["message"]


@pytest.mark.usefixtures("server")
def test_the_workbook_of_a_workbook_is_not_called_twice_so(program, manifest):
    path = Path(program.json("run", manifest, code=1)["report"])
    again = program.json("run", path, code=1)
    assert Path(again["report"]).name == f"manifest-{again['run']}-results.xlsx"


@pytest.mark.usefixtures("server")
def test_a_page_that_was_changed_is_kept(program, manifest):
    program.json("run", manifest, code=1)
    page = Path(program.json("report", "--html", code=1)["page"])
    assert program.json("report", "--html", code=1)["page"] == str(page)
    page.write_text(page.read_text("utf-8") + "<!-- noted -->", "utf-8")
    ended = program.json("report", "--html", code=1)
    assert ended["page"] == str(page.with_stem(f"{page.stem} (2)"))
    assert f"{page} was changed after it was written, so it is kept." in ended["message"]
    assert page.read_text("utf-8").endswith("<!-- noted -->")


def test_a_restore_manifest_that_was_changed_is_kept(program, serve):
    serve(orders=(PurchaseOrder(1001, tracking_number="OLD1001"),))
    run = program.json("run", program.manifest(1), "--compare")["run"]
    undone = program.json("undo", run, code=1)
    path = Path(undone["report"])
    assert program.json("undo", run, code=1)["report"] == str(path)
    book = load_workbook(path)
    book["Restore"]["B2"].value = "OLD1001B"
    book.save(path)
    again = program.json("undo", run, code=1)
    assert again["report"] == str(path.with_stem(f"{path.stem} (2)"))
    assert f"{path} was changed after it was written, so it is kept." in again["message"]
    assert load_workbook(path)["Restore"]["B2"].value == "OLD1001B"


def test_a_failed_row_is_retried_while_corrections_wait(program, serve, manifest):
    server = serve(rules=MAGIC_ENDINGS)
    program.environment["BATCH_TRACKER_ATTEMPTS"] = "2"
    manifest.write_text(manifest.read_text("utf-8") + "1500,T000001500,ACME,2026-03-04\n", "utf-8")
    path = Path(program.json("run", manifest, code=1)["report"])
    correct(path)
    assert program.json("retry", code=1)["counts"]["failed"] == 1
    assert load_workbook(path)["Results"].cell(3, TRACKING).value == "T000001002"
    counts = program.json("run", path, code=1)["counts"]
    assert (counts["updated"], counts["unchanged"], counts["failed"]) == (3, 3, 1)
    assert {server.orders[po].tracking_number for po in BAD} == {f"T{po:09d}" for po in BAD}


@pytest.mark.usefixtures("server")
def test_paths_that_are_told_are_right_in_any_folder(program, manifest):
    ended = program.json("run", manifest.name, "--output", "out", code=1)
    assert ended["source"] == str(manifest)
    assert Path(ended["report"]).parent == program.folder / "out"
