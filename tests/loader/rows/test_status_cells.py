"""Cells that speak against sending their row hold it; those that may do so are warned of."""

from datetime import datetime

import pytest
from openpyxl import Workbook

from batch_tracker.model import Level, State
from batch_tracker.settings.profile import Profile
from tests.loader.rows.conftest import read_all

HEADER = "PO,Tracking Number,Carrier,Ship Date"
UPS = "1Z999AA10123456784"
ONE = f"1001,{UPS},UPS,2026-11-20"
TWO = f"1002,{UPS},UPS,2026-11-20"


def told(record):
    """Return what is said of a row's status: its level and code."""
    return [(issue.level, issue.code) for issue in record.issues]


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Status", "Void", "maybe-void"),
        ("Status", "Label voided", "maybe-void"),
        ("Estado", "Anulado", "maybe-void"),
        ("状态", "已取消", "maybe-void"),
        ("Status", "On hold", "maybe-not-shipped"),
        ("Order Status", "Pending", "maybe-not-shipped"),
        ("Shipment Status", "Label created - not yet shipped", "maybe-not-shipped"),
        ("Zustand", "Nicht versandt", "maybe-not-shipped"),
        ("Statut", "Retourné", "maybe-not-shipped"),
        ("Shipment Type", "Return", "maybe-not-shipped"),
        ("Mode", "Test", "maybe-not-shipped"),
        ("Service", "***VOID***", "maybe-void"),
        ("Notes", "VOID - printed again", "maybe-void"),
        ("Notes", "cancelled by customer", "maybe-void"),
        ("Notes", "Do not ship", "maybe-not-shipped"),
        ("Zone", "VOID", "maybe-void"),
        ("On Hold", "Sí", "maybe-not-shipped"),
        ("Void Reason", "wrong weight", "maybe-void"),
        ("Backordered", "Ja", "maybe-not-shipped"),
        ("Shipped?", "No", "maybe-not-shipped"),
        ("Is Shipped", "0", "maybe-not-shipped"),
        ("Active", "FALSE", "maybe-not-shipped"),
        ("Versendet", "Nein", "maybe-not-shipped"),
        ("✓ Shipped", "☐", "maybe-not-shipped"),
        ("Notes", "replaced by 1Z999AA10123456784", "maybe-void"),
        ("Notes", "do not use", "maybe-not-shipped"),
    ],
)
def test_a_cell_that_speaks_against_sending_holds_its_row(read, header, cell, code):
    found, _ = read(f"{HEADER},{header}", f"{ONE},", f"{TWO},{cell}")
    assert found[2].state is None
    assert (found[3].state, found[3].code) == (State.INVALID, code)
    assert f'column 5 ({header}): {header} is "{cell}"' in found[3].message


@pytest.mark.parametrize("header", ["Deleted", "Label Voided", "Is Return", "Storno", "Annulé"])
@pytest.mark.parametrize("cell", ["Y", "TRUE", "x", "1", "Sí", "是", "2026-11-20"])
def test_a_flag_of_whatever_name_keeps_its_row_from_being_sent(read, header, cell):
    found, _ = read(f"{HEADER},{header}", f"{ONE},", f"{TWO},{cell}")
    assert found[2].update.po == 1001
    assert found[3].state in {State.INVALID, State.SKIPPED}


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Status", "Label created"),
        ("Status", "Pre-Transit"),
        ("Delivery Status", "Exception"),
        ("Service", "UPS Returns"),
        ("Notes", "Ring the bell, or return to the depot"),
        ("Return Reason", "too small"),
        ("Shipped?", ""),
        *(("Shipped?", cross) for cross in "✗✘❌"),
        ("Status", "In Process"),
        ("Status", "VD"),
        ("Notes", "duplicate - ignore"),
        ("Notes", "wrong label, printed again"),
    ],
)
def test_a_cell_that_may_speak_against_sending_is_warned_of(read, header, cell):
    found, _ = read(f"{HEADER},{header}", f"{ONE},", f'{TWO},"{cell}"')
    assert found[3].update.po == 1002
    assert told(found[3]) == [(Level.WARNING, "maybe-not-shipped")]


@pytest.mark.parametrize("code", ["V", "VD", "X", "cx", "N", "No", "FALSE", "Nein", "non"])
def test_a_short_code_amid_words_for_a_status_is_warned_of(read, code):
    found, _ = read(f"{HEADER},Status", f"{ONE},Shipped", f"{TWO},{code}")
    assert told(found[2]) == []
    assert told(found[3]) == [(Level.WARNING, "maybe-not-shipped")]


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Status", "Shipped"),
        ("Status", "Delivered"),
        ("Status", "in_transit"),
        ("Estado", "Enviado"),
        ("Status", "Not void"),
        ("Deleted", "FALSE"),
        ("Deleted", "0"),
        ("Is Return", "Nein"),
        ("Cancel Date", "2026-12-01"),
        ("Return Address", "1 Main St"),
        ("Resi Flag", "Y"),
        ("Liftgate", "Y"),
        ("Notes", "new"),
        ("Shipped?", "Yes"),
        ("Active", "X"),
        ("Service", "FedEx Hold at Location"),
        ("Notes", "Return receipt requested"),
        ("Item Description", "Test tube, void fill"),
    ],
)
def test_a_cell_that_only_sounds_like_it_says_nothing(read, header, cell):
    found, _ = read(f"{HEADER},{header}", f"{ONE},", f'{TWO},"{cell}"')
    assert (found[3].update.po, found[3].issues) == (1002, ())


@pytest.mark.parametrize(
    "row",
    [
        f"1001,VOID-{UPS},UPS,2026-11-20",
        "1001,771820933116VOID,FedEx,2026-11-20",
        "1001,TEST123456,FedEx,2026-11-20",
        "1001,9400111899255192744104-RETURN,USPS,2026-11-20",
        f"1001,{UPS},VOID,2026-11-20",
        f"1001,{UPS},UPS - VOIDED,2026-11-20",
        f"1001,{UPS},UPS (annulé),2026-11-20",
    ],
)
def test_a_word_beside_a_value_that_speaks_against_it_holds_the_row(read, row):
    found, _ = read(HEADER, row, TWO)
    assert (found[2].state, found[3].update.po) == (State.INVALID, 1002)


def test_a_word_beside_a_po_is_seen_where_a_pattern_takes_the_po_out(read):
    profile = Profile(po_pattern="([0-9]+)")
    found, _ = read(HEADER, ONE.replace("1001", "VOID PO-1001"), TWO, profile=profile)
    assert (found[2].code, found[3].update.po) == ("maybe-void", 1002)


@pytest.mark.parametrize("yes", ["Y", "yes", "X", "1", "TRUE", "Sí", "Ja", "Oui", "是", "Annulé"])
def test_a_void_column_is_understood_in_any_language(read, yes):
    found, _ = read(f"{HEADER},Void", f"{ONE},", f"{TWO},{yes}")
    assert (found[3].state, found[3].code) == (State.SKIPPED, "void")


def test_what_a_profile_says_of_a_column_is_the_last_word(read):
    lines = (f"{HEADER},Status", f"{ONE},Void", f"{TWO},On hold")
    skips = Profile(skip_rows={"Status": ("Void",)})
    assert [record.code for record in read(*lines, profile=skips)[0].values()] == [
        "no-shipment",
        "",
    ]
    ignores = Profile(ignore=("Status",))
    assert [record.code for record in read(*lines, profile=ignores)[0].values()] == ["", ""]
    voids = Profile(columns={"void": "Status"}, void_values=("on hold",))
    assert [record.code for record in read(*lines, profile=voids)[0].values()] == ["", "void"]


def test_a_date_in_a_flags_column_says_since_when_it_is_so(tmp_path):
    book = Workbook()
    book.active.append([*HEADER.split(","), "On Hold"])
    book.active.append([*ONE.split(","), None])
    book.active.append([*TWO.split(","), datetime(2026, 11, 20)])  # noqa: DTZ001 - as Excel has it
    book.save(tmp_path / "m.xlsx")
    found, _ = read_all(tmp_path / "m.xlsx")
    assert found[2].state is None
    assert (found[3].state, found[3].code) == (State.INVALID, "maybe-not-shipped")
