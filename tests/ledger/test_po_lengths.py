"""How many POs have so many digits: of the run, and of those applied on its server."""

from batch_tracker import ledger
from batch_tracker.model import Record, State

APPLY = "INSERT INTO applied (server, po, applied_at) VALUES (?, ?, '2026-03-04T00:00:00Z')"


def test_each_po_counts_once_and_those_applied_count_too(db, run, shipment):
    pos = (3, 1000, 1000, 1001, 123456)
    ledger.stage_rows(run, 1, [shipment(number, po) for number, po in enumerate(pos, 2)])
    db.executemany(APPLY, [(run.server, 1001), (run.server, 2002), ("https://b.example", 77)])
    assert ledger.po_lengths(run) == {1: 1, 4: 3, 6: 1}


def test_rows_of_such_a_length_come_unless_their_po_is_known_or_they_are_settled(db, run, shipment):
    skipped = Record(5, ["7"], shipment(5, 7).update, State.SKIPPED, "void", "Void.")
    ledger.stage_rows(run, 1, [shipment(2, 3), shipment(3, 1000), shipment(4, 5), skipped])
    db.execute(APPLY, (run.server, 5))
    assert list(ledger.rows_of_lengths(run, {1, 6})) == [(1, 2, ["3"])]
