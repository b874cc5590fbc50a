from dataclasses import replace
from datetime import UTC, datetime

import pytest

from batch_tracker import ledger
from batch_tracker.ledger import ManifestFacts
from batch_tracker.model import Record, Update

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SERVER = "https://a.example/rest/api"
FACTS = ManifestFacts(sheet="", headers=["PO"], text_columns=[0], profile="default", why="none")


@pytest.fixture
def begin():
    def begin(db, server=SERVER, now=NOW, source="daily.csv", force=False):
        facts = replace(FACTS, force=force)
        return ledger.begin_run(
            db, now=now, server=server, username="clerk", source=source, manifest=facts
        )

    return begin


@pytest.fixture
def shipment():
    def shipment(number, po, tracking="1Z", **values):
        return Record(number, [str(po)], Update(po=po, tracking_number=tracking, **values))

    return shipment


@pytest.fixture
def db(tmp_path):
    with ledger.open_ledger(tmp_path) as connection:
        yield connection


@pytest.fixture
def run(db, begin):
    return begin(db)
