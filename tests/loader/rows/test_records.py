"""How a row is judged: sent, passed over, or refused with its cell's address."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from batch_tracker.errors import SourceRefused
from batch_tracker.loader import open_manifest, shipped_profiles
from batch_tracker.model import Field, Level, State, Update
from batch_tracker.settings.profile import Profile

TODAY = date(2026, 11, 23)
HEADER = "Customer,PO,Tracking Number,Carrier,Ship Date,Void"
UPS = "1Z999AA10123456784"
SHIPMENT = f"Acme,1001,{UPS},UPS,2026-11-20,"


def records(tmp_path, *lines, header=HEADER, profile=None):
    """The records of a CSV file with these rows below its header."""
    path = tmp_path / "m.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    with open_manifest(path, profile=profile, known=shipped_profiles(), today=TODAY) as manifest:
        found = {record.number: record for chunk in manifest.chunks() for record in chunk}
        waiting = [(each.number, each.cells) for each in found.values() if each.pending]
        if waiting:
            found |= {record.number: record for record in manifest.read_again(waiting)}
    return list(found.values())


def judge(tmp_path, line, **reading):
    """The one record of a row between two good ones, which it must leave as they are."""
    good = records(tmp_path, SHIPMENT, line, SHIPMENT, **reading)
    assert [record.number for record in good] == [2, 3, 4]
    assert (
        good[0].update
        == good[2].update
        == Update(
            po=1001, tracking_number=UPS, carrier="UPS", shipped_on="2026-11-20T12:00:00.000Z"
        )
    )
    return good[1]


def test_a_row_becomes_the_update_it_asks_for(tmp_path):
    [record] = records(tmp_path, SHIPMENT)
    assert record.state is None
    assert record.issues == ()
    assert record.cells == SHIPMENT.split(",")


def test_blank_cells_are_left_out_of_the_update(tmp_path):
    record = judge(tmp_path, f"Acme,1002,{UPS},,,")
    assert record.update == Update(po=1002, tracking_number=UPS)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (HEADER, "repeated-header"),
        ("CUSTOMER,po,Tracking No.,carrier,SHIP DATE,void", "repeated-header"),
        ("Total,,,,,", "total"),
        ("Grand Total:,,,,12,", "total"),
        ("Count,2,,,,", "total"),
        (",Total: 2,,,,", "total"),
        (",,,Total,,", "total"),
        ("Total", "total"),
        (f"Acme,1002,{UPS},UPS,2026-11-20,Y", "void"),
        (f"Acme,1002,{UPS},UPS,2026-11-20, voided ", "void"),
        ("Acme,1002,,,,", "nothing-to-update"),
        ('"=""""",,,,,', "blank"),
    ],
)
def test_a_row_that_is_no_shipment_is_skipped(tmp_path, line, code):
    record = judge(tmp_path, line)
    assert (record.state, record.code) == (State.SKIPPED, code)
    assert record.message.endswith(".")


def test_a_customer_called_total_is_no_total(tmp_path):
    assert judge(tmp_path, "Total Wine,1002,,UPS,,").update == Update(po=1002, carrier="UPS")
    assert judge(tmp_path, f"Total,1002,{UPS},,,").update.po == 1002


def test_a_void_row_keeps_the_number_it_voids(tmp_path):
    assert judge(tmp_path, f"Acme,1002,{UPS},,,Y").update == Update(po=1002, tracking_number=UPS)
    unreadable = judge(tmp_path, "Acme,PO,9.4E+21,,,Y")
    assert (unreadable.state, unreadable.update) == (State.SKIPPED, None)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (f"Acme,,{UPS},UPS,,", "po-missing", "line 3, column 2 (PO): The row has no PO."),
        (f"Acme,PO-7,{UPS},UPS,,", "po-not-a-number", "line 3, column 2 (PO): "),
        ("Acme,1002,9.40011E+21,UPS,,", "tracking-rounded-text", "(Tracking Number): "),
        (f"Acme,1002,{UPS},UPS,2026-02-30,", "date-impossible", "(Ship Date): "),
        (f"Acme,1002,{UPS},UPS,2026-11-20,,x", "too-many-cells", "line 3, column 7: "),
        (
            f"Smith, John,1002,{UPS},UPS,2026-11-20,",
            "too-many-cells",
            "7 cells, but there are 6 headers",
        ),
        (f"Acme,1002,{UPS}", "too-few-cells", "3 cells but there are 6 headers"),
    ],
)
def test_a_row_that_cannot_be_read_is_invalid_and_says_where(tmp_path, line, code, said):
    record = judge(tmp_path, line)
    assert (record.state, record.code, record.update) == (State.INVALID, code, None)
    assert said in record.message
    assert record.issues[0].address
    assert record.message.startswith(record.issues[0].address)


def test_a_lone_extra_blank_is_a_shifted_row(tmp_path):
    shifted = judge(tmp_path, f"Acme,1002,{UPS},UPS, Inc.,2026-11-20,")
    assert (shifted.state, shifted.code) == (State.INVALID, "too-many-cells")


def test_trailing_blank_fields_do_no_harm(tmp_path):
    comma = [f"Acme,100{i},{UPS},UPS,2026-11-20,," for i in range(1, 4)]
    assert [record.state for record in records(tmp_path, *comma)] == [None] * 3
    short = HEADER.replace(",Void", ",City,Zip")
    rows = ["Acme,1001,,UPS,2026-11-20"] * 2
    assert [each.update.carrier for each in records(tmp_path, *rows, header=short)] == ["UPS"] * 2


def test_a_row_that_is_short_alone_has_lost_a_cell_somewhere(tmp_path):
    header = HEADER.replace(",Void", ",City,Zip")
    full, short = f"{SHIPMENT}Reno,1", "Acme,1002,1234567,UPS,2026-11-20,Reno"
    record = records(tmp_path, full, short, full, header=header)[1]
    assert (record.state, record.code) == (State.INVALID, "too-few-cells")


def test_all_errors_of_a_row_are_told_and_the_first_names_it(tmp_path):
    record = judge(tmp_path, "Acme,x,9.4E+21,UPS,soon,")
    assert record.code == "po-not-a-number"
    assert [issue.column for issue in record.issues] == [1, 2, 4]
    assert [issue.text for issue in record.issues] == ["x", "9.4E+21", "soon"]
    assert all(f"column {column}" in record.message for column in (2, 3, 5))


def test_a_note_does_not_keep_a_row_from_being_sent(tmp_path):
    record = judge(tmp_path, f'Acme,1002,"=""{UPS}""",UPS,,')
    assert record.update.tracking_number == UPS
    [note] = record.issues
    assert (note.level, note.column, note.text) == (Level.NOTE, 2, f'="{UPS}"')


def test_a_number_that_contradicts_its_carrier_is_a_warning_or_an_error(tmp_path):
    line = f"Acme,1002,{UPS},FedEx,,"
    warned = judge(tmp_path, line)
    assert warned.update.carrier == "FedEx"
    assert [(issue.code, issue.level) for issue in warned.issues] == [
        ("other-carrier", Level.WARNING)
    ]
    strict = judge(tmp_path, line, profile=Profile(strict_tracking=True))
    assert (strict.state, strict.code) == (State.INVALID, "other-carrier")


def test_nothing_is_sent_that_the_file_does_not_say(tmp_path):
    [record] = records(tmp_path, f"1001,{UPS}", header="PO,Tracking Number")
    assert record.update.body() == {"TrackingNumber": UPS}


@pytest.mark.parametrize("header", ["PO,Tracking Number", "PO,Tracking Number,Carrier"])
def test_a_carrier_is_filled_in_where_the_profile_says_so_and_the_number_has_but_one(
    tmp_path, header
):
    profile = Profile(fill_carrier=True)
    blank = "," * header.count("Carrier")
    lines = (f"1001,{UPS}{blank}", f"1002,999999999999{blank}")
    told, untold = records(tmp_path, *lines, header=header, profile=profile)
    assert told.update == Update(po=1001, tracking_number=UPS, carrier="UPS")
    [note] = told.issues
    assert (note.code, note.level) == ("carrier-filled", Level.NOTE)
    assert untold.update == Update(po=1002, tracking_number="999999999999")


def test_a_carrier_that_the_file_names_is_not_replaced(tmp_path):
    record = judge(tmp_path, f"Acme,1002,{UPS},ACME,,", profile=Profile(fill_carrier=True))
    assert record.update.carrier == "ACME"
    assert record.issues == ()


def test_a_carrier_that_the_file_names_is_not_replaced_where_something_else_is_odd(tmp_path):
    line = f"Acme,1002,{UPS},ACME,2020-01-02,"
    record = judge(tmp_path, line, profile=Profile(fill_carrier=True))
    assert record.update.carrier == "ACME"
    assert record.issues


def test_a_constant_carrier_alone_updates_a_list_of_pos(tmp_path):
    profile = Profile(constants={Field.CARRIER: "UPS"})
    [record] = records(tmp_path, "1001", header="PO", profile=profile)
    assert record.update == Update(po=1001, carrier="UPS")


def test_constants_are_sent_but_are_not_a_reason_to_send(tmp_path):
    profile = Profile(constants={Field.CARRIER: "UPS Freight"})
    header = "PO,Tracking Number"
    sent, alone = records(tmp_path, f"1001,{UPS}", "1002,", header=header, profile=profile)
    assert sent.update == Update(po=1001, tracking_number=UPS, carrier="UPS Freight")
    assert alone.code == "nothing-to-update"


def test_constants_alone_update_a_list_of_pos(tmp_path):
    profile = Profile(constants={Field.CARRIER: "UPS", Field.TRACKING_NUMBER: "MSCU0134393"})
    [record] = records(tmp_path, "1001", header="PO", profile=profile)
    assert record.update == Update(po=1001, tracking_number="MSCU0134393", carrier="UPS")


def test_rows_the_profile_passes_over_are_no_shipments(tmp_path):
    profile = Profile(skip_rows={"customer": ("return*", "HDR"), "Gone": ("x",)})
    for name in ("HDR", "hdr", "Returned goods"):
        record = judge(tmp_path, f"{name},1002,{UPS},,,", profile=profile)
        assert (record.state, record.code) == (State.SKIPPED, "no-shipment")
        assert f'Customer is "{name}"' in record.message
    assert judge(tmp_path, f"No return,1002,{UPS},,,", profile=profile).state is None


def test_without_void_values_no_row_is_void(tmp_path):
    assert judge(tmp_path, f"Acme,1002,{UPS},,,Y", profile=Profile(void_values=())).state is None


@pytest.mark.parametrize("flag", ["", "n", "No", "0", "FALSE", "not void", "Active"])
def test_a_void_flag_that_says_no_holds_nothing_back(tmp_path, flag):
    assert judge(tmp_path, f"Acme,1002,{UPS},,,{flag}").state is None


def test_an_unclear_void_flag_is_cleared_up_by_the_profile(tmp_path):
    row = f"Acme,1002,{UPS},,,V"
    assert judge(tmp_path, row).code == "maybe-void"
    assert judge(tmp_path, row, profile=Profile(void_values=("v",))).code == "void"
    assert judge(tmp_path, row, profile=Profile(void_values=("x",))).state is None


@pytest.mark.parametrize(
    ("status", "code"),
    [("Void", "maybe-void"), ("Label refunded", "maybe-void"), ("Delivered", ""), ("", "")],
)
def test_a_status_that_sounds_void_holds_its_row_back(tmp_path, status, code):
    header = HEADER.replace("Void", "Status")
    [record] = records(tmp_path, f"Acme,1002,{UPS},,,{status}", header=header)
    assert record.code == code


@pytest.mark.parametrize(
    "header",
    [
        "PO,Tracking Number,Carrier,Ship Date,Customer,Void",
        "Customer,PO,Tracking Number,Carrier,Ship Date,Town",
    ],
)
def test_a_second_table_with_other_columns_is_refused(tmp_path, header):
    with pytest.raises(SourceRefused, match="row 3 has other headers than row 1"):
        records(tmp_path, SHIPMENT, header, SHIPMENT)


def test_carrier_names_are_translated_in_any_case(tmp_path):
    profile = Profile(carriers={"Brown": "UPS", "self": ""})
    assert judge(tmp_path, "Acme,1002,,BROWN,,", profile=profile).update.carrier == "UPS"
    assert judge(tmp_path, f"Acme,1002,{UPS},Self,,", profile=profile).update.carrier is None


def test_the_same_cell_twice_is_judged_for_each_row(tmp_path):
    first, second = records(tmp_path, "Acme,x,,UPS,,", "Acme,x,,UPS,,")
    assert [first.issues[0].address, second.issues[0].address] == [
        "line 2, column 2 (PO)",
        "line 3, column 2 (PO)",
    ]


def test_a_workbook_says_where_cells_are_hidden_rows_and_merged_pos(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (["PO", "Tracking Number"], [1001, UPS], [None, UPS], [1003], [1004, UPS]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[5].hidden = True
    book.save(tmp_path / "m.xlsx")
    with open_manifest(tmp_path / "m.xlsx", profile=None, known=(), today=TODAY) as manifest:
        [[first, merged, short, hidden]] = manifest.chunks()
    assert first.update == Update(po=1001, tracking_number=UPS)
    assert merged.code == "merged-cell"
    assert merged.message.startswith("Sheet!A3: ")
    assert "merged with that of {row 2}" in merged.message
    assert short.code == "nothing-to-update"
    assert [(issue.code, issue.level) for issue in hidden.issues] == [("hidden-row", Level.WARNING)]
    assert hidden.update.po == 1004


def test_a_number_cell_that_lost_digits_is_refused_with_its_address(tmp_path):
    book = Workbook()
    book.active.append(["PO", "Tracking Number"])
    book.active.append([1001, 9400111206206417000000])
    book.save(tmp_path / "m.xlsx")
    with open_manifest(tmp_path / "m.xlsx", profile=None, known=(), today=TODAY) as manifest:
        [[record]] = manifest.chunks()
    assert (record.state, record.code) == (State.INVALID, "tracking-rounded-number")
    assert record.message.startswith("Sheet!B2: ")


@pytest.mark.parametrize("value", ["#N/A", "=IF(A1>0,1,2)"])
def test_a_row_that_may_be_void_is_not_sent(tmp_path, value):
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["Acme", 1001, UPS, "UPS", date(2026, 11, 20), value])
    book.save(tmp_path / "m.xlsx")
    with open_manifest(tmp_path / "m.xlsx", profile=None, known=(), today=TODAY) as manifest:
        ((record,),) = manifest.chunks()
    assert (record.state, record.code) == (State.INVALID, "mark-unreadable")
    assert record.message.startswith("Sheet!F2: ")


def test_a_fault_is_in_the_column_that_is_filled_where_one_of_several_is(read):
    told = Profile(columns={"tracking_number": ("Tracking 1", "Tracking 2")})
    lines = ["PO,Carrier,Ship Date,Tracking 1,Tracking 2", "1002,USPS,2026-11-20,,9.4E+21"]
    found, _ = read(*lines, profile=told)
    assert [issue.column for issue in found[2].issues] == [4]


LINES = st.one_of(
    st.just(""),
    st.just("total,,,,,"),
    st.tuples(
        st.just("Acme"),
        st.integers(1001, 1040).map(str) | st.sampled_from(["", "PO 7", "1,002", "0"]),
        st.sampled_from([UPS, UPS, "1Z999AA10123456785", "94001118992233445566", "VOID", "", "12"]),
        st.sampled_from(["UPS", "UPS", "FedEx", "USPS", "", "n/a"]),
        st.sampled_from(["2026-11-20", "2026-11-20", "2027-11-20", "soon", ""]),
        st.sampled_from(["", "", "", "yes"]),
    ).map(lambda cells: ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)),
)


@given(lines=st.lists(LINES, max_size=25))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_becomes_of_a_row_does_not_depend_on_where_a_chunk_ends(tmp_path, lines):
    path = tmp_path / "m.csv"
    path.write_text("\n".join([HEADER, SHIPMENT, *lines, SHIPMENT]) + "\n", encoding="utf-8")
    found = []
    for size in (1, 2, 7, 500):
        with open_manifest(path, profile=None, known=(), today=TODAY) as manifest:
            found.append([record for chunk in manifest.chunks(size) for record in chunk])
    assert found[1:] == found[:1] * 3
