"""What a run has changed can be given back, as far as the API can and as far as it is ours."""

import pytest
from openpyxl import load_workbook

from batch_tracker.errors import Refused, ReportFailed
from batch_tracker.model import State
from batch_tracker.sandbox import OrderStatus, PurchaseOrder

HELD = PurchaseOrder(
    1001,
    tracking_number="00123",
    courier_service="FedEx",
    shipped_on="2026-01-02T00:00:00.250Z",
)
OTHER = PurchaseOrder(
    1002,
    tracking_number="1E5",
    courier_service="Old, Dominion",
    shipped_on="2026-02-03T23:30:00-05:00",
)


def test_the_cells_are_text_that_stays_text(hire):
    clerk = hire(orders=(HELD,))
    undone = clerk.undo(clerk.run(clerk.standard(1001)).run)
    cells = load_workbook(undone.report)["Restore"][2]
    assert [cell.value for cell in cells] == [
        *("1001", "00123", "FedEx", "2026-01-02T00:00:00.250Z")
    ]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_only_what_the_row_has_changed_is_given_back(hire):
    clerk = hire(orders=(HELD, OTHER))
    manifest = clerk.manifest(("1001", "", "FedEx", "2026-01-09"), ("1002", "NEW1002", "", ""))
    sheets = clerk.sheets(clerk.undo(clerk.run(manifest).run).report)
    assert sheets["Restore"] == [
        ("1001", None, None, "2026-01-02T00:00:00.250Z"),
        ("1002", "1E5", None, None),
    ]
    assert sheets["Cannot be undone"] == []


def test_an_undoing_is_partial_where_a_value_can_not_be_given_back(hire):
    clerk = hire(orders=(HELD, PurchaseOrder(1002)))
    whole = clerk.undo(clerk.run(clerk.standard(1001)).run)
    assert (whole.status, whole.counts[State.NOT_SENT]) == ("success", 1)
    partial = clerk.undo(
        clerk.run(clerk.manifest(("1001", "NEW1001", "", ""), ("1002", "NEW1002", "", ""))).run
    )
    assert (partial.status, partial.counts[State.NOT_SENT]) == ("partial", 1)


def test_what_a_later_run_has_written_is_left_alone(hire):
    clerk = hire(orders=(HELD, OTHER))
    first = clerk.run(clerk.standard(1001, 1002))
    second = clerk.run(clerk.manifest(("1001", "LATER1001", "", "")), compare=False)
    sheets = clerk.sheets(clerk.undo(first.run).report)
    assert [row[0] for row in sheets["Restore"]] == ["1002"]
    why = f"The later run {second.run} has written to this PO since."
    assert [(row[0], row[1], row[4]) for row in sheets["Cannot be undone"]] == [
        ("1001", "tracking number", why),
        ("1001", "carrier", why),
        ("1001", "ship date", why),
    ]


def test_what_a_later_run_may_have_written_is_left_alone_too(hire):
    clerk = hire(orders=(HELD, OTHER))
    first = clerk.run(clerk.standard(1001, 1002))
    clerk.sandbox.script(1001, *["500"] * 9)
    clerk.run(clerk.manifest(("1001", "LATER1001", "", "")), compare=False)
    sheets = clerk.sheets(clerk.undo(first.run).report)
    assert sheets["Restore"][0] == ("1001", None, "FedEx", "2026-01-02T00:00:00.250Z")
    ((_, field, *_, why),) = sheets["Cannot be undone"]
    assert (field, why) == (
        "tracking number",
        "A later run may have changed it. Look the PO up.",
    )


def test_undoing_twice_finds_the_first_undoing_in_its_way(hire):
    clerk = hire(orders=(HELD,))
    name = clerk.run(clerk.standard(1001)).run
    assert clerk.run(clerk.undo(name).report).counts[State.UPDATED] == 1
    undone = clerk.undo(name)
    assert undone.message.startswith("Nothing can be restored. 3 values can't be undone")
    assert "batch-tracker run" not in undone.message
    assert clerk.sheets(undone.report)["Restore"] == []


def test_an_undoing_can_itself_be_undone(hire):
    clerk = hire(orders=(HELD,))
    way_back = clerk.run(clerk.undo(clerk.run(clerk.standard(1001)).run).report)
    clerk.run(clerk.undo(way_back.run).report)
    order = clerk.sandbox.orders[1001]
    assert (order.tracking_number, order.courier_service) == ("T000001001", "ACME")
    assert order.shipped_on == "2026-03-04T12:00:00.000Z"


@pytest.mark.parametrize("shown", ["without-zone", "server-local"])
def test_a_date_without_a_zone_is_not_guessed_at(hire, shown):
    clerk = hire(orders=(HELD,), returned_dates=shown)
    sheets = clerk.sheets(clerk.undo(clerk.run(clerk.standard(1001)).run).report)
    assert sheets["Restore"] == [("1001", "00123", "FedEx", None)]
    ((_, field, old, _, why),) = sheets["Cannot be undone"]
    assert field == "ship date"
    assert old.startswith("2026-01-0")
    assert "without a time zone" in why


def test_a_row_in_doubt_is_listed_not_restored(hire):
    clerk = hire(orders=(HELD,))
    clerk.sandbox.script(1001, *["reset-after"] * 9)
    clerk.sandbox.script("list", "ok", *["500-message"] * 9)
    sheets = clerk.sheets(clerk.undo(clerk.run(clerk.standard(1001)).run).report)
    assert sheets["Restore"] == []
    assert {row[4].partition(",")[0] for row in sheets["Cannot be undone"]} == {
        "The answer was lost"
    }


def test_rows_that_were_held_or_refused_are_no_part_of_it(hire):
    clerk = hire(orders=(HELD, OTHER))
    clerk.sandbox.script(1002, "500-message")
    clerk.sandbox.orders[1003] = PurchaseOrder(1003, status=OrderStatus.Cancelled)
    run = clerk.run(clerk.standard(1001, 1002, 1003))
    assert run.counts[State.CONFLICT] == run.counts[State.REJECTED] == 1
    sheets = clerk.sheets(clerk.undo(run.run).report)
    assert [row[0] for row in sheets["Restore"]] == ["1001"]
    assert sheets["Cannot be undone"] == []


def test_a_po_that_was_not_shown_is_listed_as_such(hire):
    clerk = hire(orders=(HELD, PurchaseOrder(1002, company_id=2)), default_company=1)
    run = clerk.run(clerk.standard(1001, 1002))
    assert run.counts[State.UPDATED] == 2
    lost = clerk.sheets(clerk.undo(run.run).report)["Cannot be undone"]
    assert "Sellercloud did not show this PO before." in {row[4] for row in lost}


def test_rows_that_were_sent_without_a_look_are_listed_as_such(hire):
    """The list shows no PO at all, so the run goes on without."""
    clerk = hire(default_company=1, orders=(PurchaseOrder(1001, company_id=2),))
    run = clerk.run(clerk.standard(1001))
    assert run.counts[State.UPDATED] == 1
    undone = clerk.undo(run.run)
    assert undone.message.startswith("Nothing can be restored. 3 values can't be undone")
    sheets = clerk.sheets(undone.report)
    assert sheets["Restore"] == []
    assert [row[1] for row in sheets["Cannot be undone"]] == [
        "tracking number",
        "carrier",
        "ship date",
    ]
    assert {row[4] for row in sheets["Cannot be undone"]} == {
        "The run did not look at this PO before it sent."
    }


def test_where_nothing_was_changed_there_is_nothing_to_undo(hire):
    clerk = hire(orders=())
    name = clerk.run(clerk.standard(1001)).run
    with pytest.raises(Refused, match=f"Run {name} has changed nothing"):
        clerk.undo(name)
    assert not list((clerk.folder / "reports").glob("*undo*"))


def test_a_folder_that_can_not_be_written_is_refused_in_words(hire):
    clerk = hire(orders=(HELD,))
    name = clerk.run(clerk.standard(1001)).run
    (clerk.folder / "taken").touch()
    clerk.settings = clerk.settings.model_copy(update={"output": clerk.folder / "taken" / "deep"})
    with pytest.raises(ReportFailed, match=r"restore manifest .* can't be written.*--output"):
        clerk.undo(name)
