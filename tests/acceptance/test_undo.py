"""The way back: a manifest that restores what a run has changed, and says what it can't."""

import shlex
from datetime import datetime

import pytest
from openpyxl import load_workbook

from batch_tracker.sandbox import PurchaseOrder

HELD = PurchaseOrder(
    1001,
    tracking_number="00123",
    courier_service="FedEx",
    shipped_on="2026-01-02T00:00:00.250Z",
)
PARTLY = PurchaseOrder(1002, tracking_number="1E5", courier_service="ACME")
ZONED = PurchaseOrder(
    1004,
    tracking_number="OLD1004",
    courier_service="Old, Dominion",
    shipped_on="2026-02-03T23:30:00-05:00",
)
ORDERS = (HELD, PARTLY, PurchaseOrder(1003), ZONED)


@pytest.fixture
def orders(serve):
    return serve(orders=ORDERS)


@pytest.fixture
def sheets(program):
    """Reads the rows of a restore manifest's sheets, without their headings."""

    def sheets(path):
        book = load_workbook(program.folder / path)
        assert book.sheetnames == ["Restore", "Cannot be undone"]
        return [list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book]

    return sheets


def held(sandbox, po):
    order = sandbox.orders[po]
    return order.tracking_number, order.courier_service, order.shipped_on


def test_undo_and_its_manifest_bring_everything_back_that_the_api_can(program, orders, sheets):
    name = program.json("run", "--compare", program.manifest(4))["run"]
    calls = len(orders.calls)
    undone = program.json("undo", name, "--output", "way back", code=1)
    assert len(orders.calls) == calls, "undo itself sends nothing"
    assert (undone["run"], undone["status"], undone["calls"]) == (name, "partial", 0)
    assert (undone["rows"], undone["counts"]["not sent"]) == (3, 3)
    command = shlex.split(undone["message"].partition("To send it: ")[2])
    assert command == ["batch-tracker", "run", undone["report"]]

    restore, lost = sheets(undone["report"])
    assert restore == [
        ("1001", "00123", "FedEx", "2026-01-02T00:00:00.250Z"),
        ("1002", "1E5", None, None),
        ("1004", "OLD1004", "Old, Dominion", "2026-02-04T04:30:00.000Z"),
    ]
    assert [row[:3] for row in lost] == [
        ("1002", "ship date", None),
        ("1003", "tracking number", None),
        ("1003", "carrier", None),
        ("1003", "ship date", None),
    ]
    assert lost[1][3] == "T000001003"
    assert {row[4] for row in lost} == {
        "It was empty, and the API can't empty a field. Do it by hand in Sellercloud."
    }

    ended = program.json(*command[1:])
    assert ended["counts"]["updated"] == 3
    assert held(orders, 1001) == ("00123", "FedEx", "2026-01-02T00:00:00.250Z")
    assert held(orders, 1002)[:2] == ("1E5", "ACME")
    number, carrier, moment = held(orders, 1004)
    assert (number, carrier) == ("OLD1004", "Old, Dominion")
    assert datetime.fromisoformat(moment) == datetime.fromisoformat(ZONED.shipped_on)


def test_the_way_back_is_open_where_the_settings_speak_of_another_file(program, orders):
    program.settings_file.write_text(
        'compare = true\nprofile = "acme"\nsheet = "Shipped"\nzone = "America/New_York"\n'
        'ship_time = "09:00"\ndate_order = "dmy"\n[profiles.acme]\nheaders = ["Waybill"]\n'
        'columns = {po = "Order Ref", tracking_number = "Waybill"}\n'
        'carriers = {FedEx = "Federal Express"}\n',
        "utf-8",
    )
    manifest = program.folder / "acme.csv"
    manifest.write_text("Order Ref,Waybill,Carrier,Ship Date\n1001,W1,UPS,04/03/2026\n", "utf-8")
    name = program.json("run", manifest)["run"]
    assert held(orders, 1001)[0] == "W1"
    undone = program.json("undo", name)
    command = shlex.split(undone["message"].partition("To send it: ")[2])
    assert program.json(*command[1:])["counts"]["updated"] == 1
    assert held(orders, 1001) == ("00123", "FedEx", "2026-01-02T00:00:00.250Z")


def test_a_run_that_did_not_look_first_can_not_be_undone(program, server):
    name = program.json("run", "--no-compare", program.manifest(2))["run"]
    done = program("undo", name)
    assert done.returncode == 2
    assert "did not look at its POs before it sent" in done.stderr
    assert "--no-compare" in done.stderr
    assert not list((program.folder / "reports").glob("*undo*"))
    assert len(server.calls.puts) == 2
