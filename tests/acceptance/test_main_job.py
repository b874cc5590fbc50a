"""The main job from end to end: a manifest in, truthful results out."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from batch_tracker.model import LEADING_COLUMNS

STATES = [
    "updated",
    "unchanged",
    "duplicate",
    "skipped",
    "invalid",
    "conflict",
    "rejected",
    "failed",
    "in doubt",
    "not sent",
]
SAMPLES = Path(__file__).parents[2] / "samples"
FIRST = len(LEADING_COLUMNS)
"""The column of the workbook, from 0, in which the manifest's own begin."""


def results(path):
    """Read the Results sheet back: a dict a row."""
    book = load_workbook(path)
    heads, *rows = book["Results"].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def puts(sandbox):
    return [call for call in sandbox.calls if call.endpoint == "put"]


def logins(sandbox):
    return sandbox.calls.by_endpoint["token"]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_sample_brings_every_state_about_and_the_counts_add_up(program, suffix):
    sample = SAMPLES / f"daily-manifest.{suffix}"
    ended = program.json("run", sample, "--sandbox", code=1)
    assert list(ended["counts"]) == STATES
    assert sum(ended["counts"].values()) == ended["rows"]
    for state in set(STATES) - {"unchanged", "in doubt", "not sent"}:
        assert ended["counts"][state] > 0, state
    rows = results(program.folder / ended["report"])
    assert [row["Result"] for row in rows].count("updated") == ended["counts"]["updated"]
    assert len(rows) == ended["rows"]


def test_a_rehearsal_leaves_its_workbook_and_a_ledger_of_its_own(program):
    ended = program.json("run", program.manifest(2), "--sandbox")
    assert ended["counts"]["updated"] == 2
    names = [path.name for path in program.folder.iterdir()]
    assert sorted(names) == ["home", "manifest.csv", "reports"]
    assert [path.name for path in (program.folder / "home").iterdir()] == ["rehearsals"]


@pytest.mark.usefixtures("server")
def test_the_workbook_holds_the_manifest_as_it_stood(program):
    sample = SAMPLES / "daily-manifest.csv"
    ended = program.json("run", sample, code=1)
    rows = results(program.folder / ended["report"])
    with sample.open(encoding="utf-8", newline="") as file:
        source = list(csv.DictReader(file))
    original = [{name: row[name] or "" for name in source[0]} for row in rows]
    assert original == source
    assert [row["Source Row"] for row in rows] == list(range(2, len(source) + 2))


def test_no_cell_of_the_workbook_is_alive_and_numbers_stay_text(program):
    ended = program.json("run", SAMPLES / "daily-manifest.xlsx", "--sandbox", code=1)
    book = load_workbook(program.folder / ended["report"])
    for sheet in book:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    for row in book["Results"].iter_rows(min_row=3, max_row=30):
        assert [cell.data_type for cell in row[FIRST : FIRST + 2]] == ["s", "s"]
        assert [cell.number_format for cell in row[FIRST : FIRST + 2]] == ["@", "@"]


@pytest.mark.parametrize("ending", ["", "/", "/api"])
def test_one_login_and_one_put_a_row(program, server, ending):
    base = program.environment["SELLERCLOUD_URL"]
    program.environment["SELLERCLOUD_URL"] = base + ending
    program("run", program.manifest(20), "--workers", "5")
    assert logins(server) == 1
    assert sorted(call.po for call in puts(server)) == list(range(1001, 1021))
    assert {call.headers["Authorization"].split()[0] for call in puts(server)} == {"Bearer"}
    assert server.orders[1001].tracking_number == "T000001001"


@pytest.mark.usefixtures("server")
def test_the_address_may_leave_rest_out(program):
    url = program.environment["SELLERCLOUD_URL"]
    program.environment["SELLERCLOUD_URL"] = url.removesuffix("/rest")
    assert program.json("run", program.manifest(2))["counts"]["updated"] == 2


def test_a_body_holds_only_what_the_row_has(program, server):
    manifest = program.folder / "partial.csv"
    manifest.write_text(
        "PO,Tracking Number,Carrier,Ship Date\n"
        "1,T1,,\n2,,ACME,\n3,,,2026-03-04\n4,T4,ACME,2026-03-04\n",
        "utf-8",
    )
    assert program.json("run", manifest)["counts"]["updated"] == 4
    assert {call.po: call.body for call in puts(server)} == {
        1: {"TrackingNumber": "T1"},
        2: {"ShippedViaCarrier": "ACME"},
        3: {"ShippedOn": "2026-03-04T12:00:00.000Z"},
        4: {
            "TrackingNumber": "T4",
            "ShippedViaCarrier": "ACME",
            "ShippedOn": "2026-03-04T12:00:00.000Z",
        },
    }


def test_nothing_follows_a_redirect(program, serve):
    server = serve(fault_every="redirect", redirect_to_other_host=True)
    ended = program.json("run", program.manifest(3), code=1)
    assert ended["counts"]["rejected"] == 3
    assert server.calls.redirects_followed == 0
    assert len(puts(server)) == 3


def test_the_same_file_again_sends_nothing_and_a_corrected_cell_one_put(program, server):
    manifest = program.manifest(10)
    program.json("run", manifest)
    again = program.json("run", manifest)
    assert (again["counts"]["unchanged"], again["calls"]) == (10, 0)

    manifest.write_text(manifest.read_text("utf-8").replace("T000001004", "T99"), "utf-8")
    corrected = program.json("run", manifest)
    assert (corrected["counts"]["updated"], corrected["counts"]["unchanged"]) == (1, 9)
    assert puts(server)[-1].body["TrackingNumber"] == "T99"
    assert len(puts(server)) == 11

    forced = program.json("run", manifest, "--force")
    assert forced["counts"]["updated"] == 10


def test_a_check_tells_what_a_run_does_and_leaves_no_trace(program, server):
    sample = SAMPLES / "daily-manifest.csv"
    checked = program.json("check", sample, code=1)
    assert checked["run"] is None
    assert len(server.calls) == 0
    assert not (program.folder / "home").exists()
    assert not (program.folder / "reports").exists()
    dry = program.json("run", sample, "--dry-run", code=1)
    assert dry["counts"] == checked["counts"]
    ended = program.json("run", sample, code=1)
    unsent = ("duplicate", "skipped", "invalid", "conflict")
    assert [ended["counts"][state] for state in unsent] == [
        checked["counts"][state] for state in unsent
    ]
    assert len({call.po for call in puts(server)}) == checked["counts"]["not sent"]


def test_a_check_says_how_long_the_quota_makes_it_take(program):
    said = program("check", program.manifest(250), "--quota", "100/60").stdout
    assert "255 calls" in said
    assert "at least 2 min" in said


def test_the_results_workbook_is_a_manifest(program, server):
    """Correct the marked cells in place, run that file: only what is unfinished is sent."""
    manifest = program.manifest(10)
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace("T000001003", "9.40011E+21"), "utf-8")
    ended = program.json("run", manifest, code=1)
    path = program.folder / ended["report"]
    book = load_workbook(path)
    book["Results"]["E4"].value = "T000001003"
    book.save(path)
    before = len(puts(server))
    again = program.json("run", path)
    assert (again["counts"]["updated"], again["counts"]["unchanged"]) == (1, 9)
    assert [call.po for call in puts(server)[before:]] == [1003]


def test_a_token_that_dies_costs_one_login_and_no_row(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=60)
    process = program.start("run", program.manifest(200), "--workers", "8", "--json")
    server.until_held()
    server.revoke_tokens()
    server.release()
    said, _ = process.communicate()
    assert json.loads(said)["counts"]["updated"] == 200
    assert logins(server) == 2
    refused = [call for call in puts(server) if call.status == 401]
    assert 1 <= len(refused) <= 8


def test_wrong_credentials_stop_the_run_after_one_login(program, server):
    program.environment["SELLERCLOUD_PASSWORD"] = "wrong"
    ended = program.json("run", program.manifest(5), code=3)
    assert ended["status"] == "stopped"
    assert ended["counts"]["not sent"] == 5
    assert "does not accept the login" in ended["message"]
    assert (logins(server), puts(server)) == (1, [])
    rows = results(program.folder / ended["report"])
    assert [row["Result"] for row in rows] == ["not sent"] * 5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_drains_reports_and_is_resumed(program, serve, number):
    server = serve(latency_s=0.01)
    server.hold(after=10)
    process = program.start("run", program.manifest(100), "--workers", "4", "--json")
    server.until_held()
    process.send_signal(number)
    server.release()
    said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    stopped = json.loads(said)
    counts = stopped["counts"]
    assert counts["updated"] == len(puts(server))
    assert counts["updated"] + counts["not sent"] == 100
    assert (program.folder / stopped["report"]).exists()

    (program.folder / "manifest.csv").unlink()
    ended = program.json("resume")
    assert ended["run"] == stopped["run"]
    assert ended["counts"]["updated"] == 100
    assert max(server.calls.puts.values()) == 1


def test_an_interrupted_read_back_is_told(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=105)
    process = program.start("run", program.manifest(101), "--workers", "101", "--verify", "--json")
    server.until_held()
    process.send_signal(signal.SIGINT)
    server.release()
    said, complaints = process.communicate()
    assert process.returncode == 130, complaints
    ended = json.loads(said)
    assert ended["counts"]["updated"] == 101
    assert "Interrupted while rows were read back" in ended["message"]
    codes = [row["Code"] for row in results(program.folder / ended["report"])]
    assert (codes.count("verified"), len(codes)) == (50, 101)


def test_the_secrets_are_nowhere(program, server):
    password = program.environment["SELLERCLOUD_PASSWORD"]
    done = program("run", SAMPLES / "daily-manifest.csv")
    token = puts(server)[0].headers["Authorization"].split()[1]
    program("report")
    wrong = program("run", SAMPLES / "daily-manifest.csv", "--workers", "none")
    kept = b"".join(path.read_bytes() for path in program.folder.rglob("*") if path.is_file())
    kept += b"".join(unzipped(path) for path in program.folder.rglob("*.xlsx"))
    for said in (done.stdout, done.stderr, wrong.stdout, wrong.stderr):
        kept += said.encode()
    assert b"2048211" in kept
    for secret in (password, token):
        assert secret.encode() not in kept


def unzipped(path):
    with ZipFile(path) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from batch_tracker.cli.main import cli\n"
        "for words in (['--help'], ['run', '--help'], ['--version']):\n"
        "    cli.main(words, standalone_mode=False)\n"
        "heavy = {'pandas', 'aiohttp', 'openpyxl', 'pydantic', 'tqdm'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_check_without_a_look_loads_neither_http_client_nor_workbook_writer(program):
    code = (
        "import sys\n"
        "from batch_tracker.cli.main import cli\n"
        "try:\n"
        f"    cli.main(['check', {str(program.manifest(3))!r}], standalone_mode=False)\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('heavy', *sorted({'aiohttp', 'openpyxl'} & sys.modules.keys()))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=program.environment, capture_output=True, check=True
    )
    assert ran.stdout.split()[-1] == b"heavy"


def test_ten_bad_cells_corrected_in_place_cost_exactly_ten_puts(program, server):
    manifest = program.manifest(30)
    lines = manifest.read_text("utf-8").splitlines()
    bad = range(3, 23, 2)
    for line in bad:
        lines[line - 1] = lines[line - 1].replace(f"T{999 + line:09d}", "9.40011E+21")
    manifest.write_text("\n".join(lines) + "\n", "utf-8")
    ended = program.json("run", manifest, code=1)
    assert ended["counts"]["invalid"] == 10
    path = program.folder / ended["report"]
    book = load_workbook(path)
    for line in bad:
        book["Results"].cell(line, FIRST + 2).value = f"T{999 + line:09d}"
    book.save(path)
    before = len(puts(server))
    assert program.json("run", path)["counts"]["updated"] == 10
    assert sorted(call.po for call in puts(server)[before:]) == [999 + line for line in bad]
