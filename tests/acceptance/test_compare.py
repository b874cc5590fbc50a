"""Looking before sending, as the user meets it: --compare with check, with run, and with resume."""

import json
import signal
import sqlite3
from contextlib import closing

import pytest
from openpyxl import load_workbook

from batch_tracker.model import BEFORE_COLUMNS
from batch_tracker.sandbox import OrderStatus, PurchaseOrder, ShippingStatus

ORDERS = (
    PurchaseOrder(
        1001,
        tracking_number="OLD1001",
        courier_service="FedEx",
        shipped_on="2026-01-02T12:00:00.000Z",
    ),
    PurchaseOrder(1002, status=OrderStatus.Cancelled),
    PurchaseOrder(1003, status=OrderStatus.Completed, drop_ship_order_number=77),
    PurchaseOrder(
        1004,
        tracking_number="T000001004",
        courier_service="ACME",
        shipped_on="2026-03-04T12:00:00.000Z",
    ),
    PurchaseOrder(1006, shipping_status=ShippingStatus.NotShipped),
)


@pytest.fixture
def orders(serve):
    """A server with five of the six POs that the manifest names; 1005 is missing."""
    return serve(orders=ORDERS)


def endpoints(sandbox):
    return [call.endpoint for call in sandbox.calls]


@pytest.fixture
def table(program):
    """Reads the rows of a results workbook, each as a dict."""

    def table(report):
        sheet = load_workbook(program.folder / report)["Results"]
        headings, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(headings, row, strict=True)) for row in rows]

    return table


def test_check_compare_shows_old_and_new_and_sends_nothing(program, orders):
    done = program("check", "--compare", program.manifest(6))
    assert done.returncode == 1
    assert endpoints(orders) == ["token", "list"]
    lines = done.stdout.splitlines()
    head = next(line for line in lines if line.startswith("  ROW"))
    first = next(line for line in lines if line.startswith("  2 "))
    assert first.split("  ")[-1].strip() == "2026-01-02 → 2026-03-04"
    for words in ("OLD1001 → T000001001", "FedEx → ACME", "2026-01-02 → 2026-03-04"):
        assert words in first
    assert first.index("OLD1001") == head.index("TRACKING NUMBER")
    assert first.index("other-number") == head.index("FOUND")
    assert first.index("FedEx") == head.index("CARRIER")
    assert not any(line.startswith("  5 ") for line in lines), "PO 1004 has it all already"
    for words in (
        "unknown-po   1 not shown by Sellercloud (warned)",
        "cancelled    1 cancelled (held)",
        "received     1 received or completed (warned)",
        "other-number 1 with another tracking number (warned)",
        "not-shipped  1 with shipping status None (warned)",
        "drop-ship    1 of a drop-ship order (warned)",
        "same         1 with these values already (held)",
        "A run would make 4 calls",
    ):
        assert words in done.stdout


def test_check_compare_leaves_no_trace_but_the_quota_it_used(program, orders):
    assert program.json("check", "--compare", program.manifest(2), code=1)["calls"] == 2
    assert {path.name for path in program.folder.iterdir()} == {"home", "manifest.csv"}
    home = {path.name.partition("-")[0] for path in (program.folder / "home").iterdir()}
    assert home == {"quota.db"}
    with closing(sqlite3.connect(program.folder / "home" / "quota.db")) as quota:
        assert quota.execute("SELECT MAX(number) FROM permits").fetchone() == (2,)
    assert endpoints(orders) == ["token", "list"]


def test_check_compare_needs_an_account(program):
    for name in ("SELLERCLOUD_USERNAME", "SELLERCLOUD_PASSWORD"):
        del program.environment[name]
    done = program("check", "--compare", program.manifest(2))
    assert done.returncode == 2
    assert "SELLERCLOUD_URL is not set" in done.stderr


def test_a_thousand_pos_are_looked_at_in_twenty_calls(program, server):
    checked = program.json("check", "--compare", program.manifest(1000))
    assert endpoints(server) == ["token", *["list"] * 20]
    assert checked["calls"] == 21
    assert checked["message"] == "Looked at 1,000 POs first: no problem found."


def test_what_looking_costs_the_run_is_said(program, server):
    server.script("list", "500-message")
    done = program("check", "--compare", program.manifest(101))
    assert done.returncode == 3
    assert done.stderr.startswith("Error: ")
    done = program("check", "--compare", program.manifest(1))
    assert done.stderr == ""
    assert "A run looks again, in 1 call." in done.stdout


def test_a_run_holds_what_must_not_be_sent_and_says_why(program, orders, table):
    ended = program.json("run", program.manifest(6), code=1)
    assert ended["counts"]["conflict"] == 1
    assert ended["counts"]["updated"] == 2
    assert ended["counts"]["unchanged"] == 1
    assert ended["counts"]["rejected"] == 2
    assert set(orders.calls.puts) == {1001, 1003, 1005, 1006}
    assert "1 not shown by Sellercloud (warned), 1 cancelled (held)" in ended["message"]
    rows = {row["PO"]: row for row in table(ended["report"])}
    assert rows["1002"]["Code"] == "held-cancelled"
    assert "PO 1002 is cancelled in Sellercloud. Not sent:" in rows["1002"]["Message"]
    assert "tracking number none → T000001002" in rows["1002"]["Message"]
    assert "Warning: Sellercloud shows no PO 1005" in rows["1005"]["Message"]
    assert rows["1004"]["Code"] == "held-same"
    assert "Warning: PO 1001 held another tracking number" in rows["1001"]["Message"]
    assert "OLD1001 → T000001001" in rows["1001"]["Message"]
    assert "drop-ship order 77" in rows["1003"]["Message"]
    before = {po: [row[name] for name in BEFORE_COLUMNS] for po, row in rows.items()}
    assert before["1001"] == ["OLD1001", "FedEx", "2026-01-02T12:00:00.000Z", "Ordered"]
    assert before["1002"] == [None, None, None, "Cancelled"]
    assert before["1005"] == [None, None, None, "not shown"]


def test_a_server_that_shows_no_pos_is_told_once_and_the_run_goes_on(program, server):
    server.script("list", "500-message")
    ended = program.json("run", program.manifest(3))
    assert ended["counts"]["updated"] == 3
    assert "does not show the POs" in ended["message"]
    assert "sent without looking" in ended["message"]


def test_nothing_is_looked_at_where_nobody_wants_it(program, server):
    program.json("run", "--no-compare", program.manifest(3))
    assert endpoints(server) == ["token", *["put"] * 3]


def test_a_forced_run_sends_what_the_pos_hold_already(program, server):
    manifest = program.manifest(3)
    program.json("run", manifest)
    assert program.json("run", manifest, "--force")["counts"]["updated"] == 3
    assert server.calls.puts.total() == 6


def test_what_pos_hold_already_costs_no_call(program, server):
    manifest = program.manifest(3)
    program.json("run", manifest)
    elsewhere = {"BATCH_TRACKER_HOME": str(program.folder / "another")}
    ended = json.loads(program("run", manifest, "--json", **elsewhere).stdout)
    assert ended["counts"]["unchanged"] == 3
    assert endpoints(server)[-2:] == ["token", "list"]


def test_an_interrupted_check_says_so(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=1)
    program.environment["BATCH_TRACKER_WORKERS"] = "1"
    process = program.start("check", "--compare", program.manifest(1000))
    server.until_held()
    process.send_signal(signal.SIGINT)
    server.release()
    _, said = process.communicate()
    assert process.returncode == 130
    assert "Interrupted while POs were looked up. Nothing was sent." in said


def test_resume_looks_at_the_rest_and_at_nothing_twice(program, serve):
    server = serve(latency_s=0.01)
    server.hold(after=2)
    process = program.start("run", "--compare", "--workers", "1", program.manifest(150))
    server.until_held()
    process.send_signal(signal.SIGINT)
    server.release()
    process.communicate()
    assert process.returncode == 130
    assert "put" not in endpoints(server)
    ended = program.json("resume", "--workers", "64")
    assert ended["counts"]["updated"] == 150
    assert endpoints(server).count("list") == 3
