"""Rows whose POs are in doubt: by their number of digits, or because a note names them."""

from batch_tracker import ledger
from batch_tracker.model import PoRange, Record, State


def apply(db, server, po):
    db.execute("INSERT OR IGNORE INTO servers (name) VALUES (?)", (server,))
    query = "SELECT id, ?, 0 FROM servers WHERE name = ?"
    db.execute(f"INSERT INTO applied (server, po, applied_at) {query}", (po, server))


def test_each_po_counts_once_and_those_applied_count_too(db, run, shipment):
    pos = (3, 1000, 1000, 1001, 123456)
    ledger.stage_rows(run, 1, [shipment(number, po) for number, po in enumerate(pos, 2)])
    for server, po in ((run.server, 1001), (run.server, 2002), ("https://b.example", 77)):
        apply(db, server, po)
    assert ledger.po_lengths(run) == {
        1: PoRange(1, 3, 3),
        4: PoRange(3, 1000, 2002),
        6: PoRange(1, 123456, 123456),
    }


def test_rows_of_such_a_length_come_unless_their_po_is_known_or_they_are_settled(db, run, shipment):
    skipped = Record(5, ["7"], shipment(5, 7).update, State.SKIPPED, "void", "Void.")
    ledger.stage_rows(run, 1, [shipment(2, 3), shipment(3, 1000), shipment(4, 5), skipped])
    apply(db, run.server, 5)
    assert list(ledger.rows_of_lengths(run, {1, 6})) == [(1, 2, ["3"])]


def test_rows_with_a_number_come_by_po_or_tracking_number_though_they_are_known(db, run, shipment):
    ledger.stage_rows(run, 1, [shipment(2, 3), shipment(3, 1000), shipment(4, 5)])
    apply(db, run.server, 1000)
    number = shipment(4, 5).update.tracking_number
    found = list(ledger.rows_with_numbers(run, ["1000", number or "5"]))
    assert (2, 3, ["1000"]) in found
    assert list(ledger.rows_with_numbers(run, [])) == []
