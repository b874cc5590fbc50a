"""Looking before sending: what the profile makes of it, and the workbook it leaves."""

from batch_tracker.model import BEFORE_COLUMNS, State
from batch_tracker.sandbox import OrderStatus, PurchaseOrder

HELD = PurchaseOrder(1001, tracking_number="OLD1001")
CANCELLED = PurchaseOrder(1002, status=OrderStatus.Cancelled)


def endpoints(clerk):
    return [call.endpoint for call in clerk.sandbox.calls]


def test_such_a_workbook_is_a_manifest_like_any_other(hire):
    clerk = hire(orders=(HELD, CANCELLED))
    first = clerk.run(clerk.standard(1001, 1002, 1003))
    clerk.sandbox.orders[1002] = PurchaseOrder(1002)
    again = clerk.run(first.report)
    assert again.counts[State.UNCHANGED] == again.counts[State.UPDATED] == 1
    assert again.counts[State.REJECTED] == 1
    row = clerk.results(again)["1002"]
    assert list(row)[-4:] == [*BEFORE_COLUMNS]
    assert len(row) == 3 + 4 + 5 + 4


def test_a_run_that_compares_nothing_writes_no_columns_for_it(hire):
    clerk = hire(orders=(HELD,))
    summary = clerk.run(clerk.standard(1001), compare=False)
    assert list(clerk.results(summary)["1001"])[-1] == "Source Row"
    assert endpoints(clerk) == ["token", "put"]
    assert summary.message == ""


def test_rows_that_need_no_call_are_not_looked_at(hire):
    clerk = hire(orders=(HELD,))
    manifest = clerk.standard(1001)
    clerk.run(manifest)
    calls = len(clerk.sandbox.calls)
    summary = clerk.run(manifest)
    assert summary.counts[State.UNCHANGED] == 1
    assert len(clerk.sandbox.calls) == calls
    assert summary.message == ""


def test_the_profile_says_what_a_finding_does(hire):
    clerk = hire(orders=(HELD, CANCELLED))
    path = clerk.folder / "bold.toml"
    path.write_text('findings = {cancelled = "send", "other-number" = "hold"}\n', "utf-8")
    rows = clerk.results(clerk.run(clerk.standard(1001, 1002), profile=str(path)))
    assert rows["1001"]["Code"] == "held-other-number"
    assert rows["1002"]["Result"] == "updated"
    assert clerk.sandbox.orders[1001].tracking_number == "OLD1001"


def test_pos_that_hold_it_all_already_can_be_left_alone(hire):
    clerk = hire(orders=(PurchaseOrder(1001, tracking_number="T1"),))
    path = clerk.folder / "sparing.toml"
    path.write_text('findings = {same = "hold"}\n', "utf-8")
    summary = clerk.run(clerk.manifest(("1001", "T1", "", "")), profile=str(path))
    assert summary.counts[State.UNCHANGED] == 1
    assert endpoints(clerk) == ["token", "list"]
