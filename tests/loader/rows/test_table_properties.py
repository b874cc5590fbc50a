"""Whatever stands below or amid the rows of a table, these alone are sent, and as they stand."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.loader.rows.conftest import read_all

HEADER = ("PO Number", "Tracking Number", "Carrier", "Ship Date", "Town")
FEWEST = 2
TRUE_ROWS = st.lists(
    st.tuples(
        st.integers(1000, 9999).map(str),
        st.one_of(
            st.sampled_from(["1Z999AA10123456784", "9400111899255192744104", ""]),
            st.integers(10**11, 10**12 - 1).map(str),
        ),
        st.sampled_from(["UPS", "USPS", "Our Own Truck"]),
        st.sampled_from(["2026-11-19", "2026-11-20"]),
        st.sampled_from(["Reno", "Waco", ""]),
    ),
    min_size=FEWEST,
    max_size=6,
    unique_by=lambda row: row[0],
)
WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)
WORDS = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
SMALL = st.integers(0, 400).map(str)
CELL = st.one_of(WORDS, SMALL, st.just(""))
LINE = st.lists(CELL, min_size=1, max_size=5)
COUNTS = st.lists(SMALL | st.sampled_from(["", "UPS", "USPS"]), min_size=2, max_size=4)
TABLE = st.lists(LINE | COUNTS, min_size=1, max_size=5)
BLANKS = st.integers(0, 2).map(lambda times: [[]] * times)
HEADINGS = st.sampled_from(
    [
        [["ACME Freight", "Daily manifest", "Page", "2"]],
        [["Page 2 of 9"]],
        [["ACME Freight"], ["Manifest of 11/20/2026   Page: 2"]],
        [["Seite 2"], [*HEADER]],
        [[], ["ACME Freight  Page 2"], [], [*HEADER]],
        [["Total", "3"], ["Page 2"], [*HEADER]],
        [["-----", "-----", "----", "----", "----"], [*HEADER]],
    ]
)
MORE = settings(max_examples=60, deadline=None)


def updates(rows, header=HEADER):
    """Return what is sent of a file with these rows below its headers, in their order."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        found, _ = read_all(path)
    return [record.update for record in found.values() if record.update and not record.state]


def padded(rows):
    """Return rows that are as wide as the headers, as a spreadsheet writes them."""
    return [[*row, *[""] * (len(HEADER) - len(row))] for row in rows]


TWO_ROWS = [
    ("1001", "1Z999AA10123456784", "UPS", "2026-11-20", "Reno"),
    ("1002", "9400111899255192744104", "USPS", "2026-11-20", ""),
]


@MORE
@example(rows=TWO_ROWS, blanks=[], title=[], table=[["400", "45", "UPS"]])
@example(rows=TWO_ROWS, blanks=[[]], title=[], table=[["UPS", "12"], ["USPS", "3"]])
@given(rows=TRUE_ROWS, blanks=BLANKS, title=st.lists(WORDS, max_size=1), table=TABLE)
def test_a_summary_below_changes_nothing(rows, blanks, title, table):
    alone = updates(rows)
    assert [update.po for update in alone] == [int(row[0]) for row in rows]
    below = [*blanks, *([title] if title else []), *table]
    assert updates([*rows, *below]) == alone
    assert updates([*rows, *padded(below)]) == alone


def test_a_heading_of_two_lines_leaves_no_doubt_about_a_row_without_a_number():
    rows = [*TWO_ROWS, ("1000", "", "Our Own Truck", "2026-11-19", "Reno")]
    amid = [*rows[:2], ["ACME Freight"], ["Manifest of 11/20/2026   Page: 2"], *rows[2:]]
    assert len(updates(rows)) == 3
    assert updates(amid) == updates(padded(amid)) == updates(rows)
    below_title = [*rows[:2], ["ACME Freight"], *rows[2:]]
    assert len(updates(below_title)) == 2


@MORE
@given(rows=TRUE_ROWS, heading=HEADINGS, data=st.data())
def test_a_page_heading_amid_the_rows_changes_nothing(rows, heading, data):
    place = data.draw(st.integers(0, len(rows)))
    amid = [*rows[:place], *heading, *rows[place:]]
    assert updates(amid) == updates(rows)
    with_blanks = [*rows[:place], *padded(heading), *rows[place:]]
    assert updates(with_blanks) == updates(rows)


SAYS_VOID = st.sampled_from(
    ["VOID", "Voided", "cancelled", "Deleted", "Storniert", "Annulé", "Anulado", "作废"]
)
SAYS_YES = st.sampled_from(["Y", "Yes", "X", "1", "TRUE", "Sí", "Ja", "Oui", "是", "2026-11-20"])
SAYS_NO = st.sampled_from(["", "N", "No", "0", "FALSE", "Nein", "否"])
FLAGS = ["Void", "Void (Y/N)", "Label Voided", "Deleted", "Storno", "Annulé", "Anulado", "是否作废"]
OTHERS = ["Status", "Notes", "Service", "Shipment Type", "Zone", "备注"]


@st.composite
def a_void(draw):
    """Return a header, what a good row has below it, and a function that makes a row void."""
    word, header, way = draw(SAYS_VOID), draw(st.sampled_from(FLAGS + OTHERS)), draw(PLACES)
    if header in FLAGS:
        yes = draw(SAYS_YES)
        return header, draw(SAYS_NO), lambda row: (*row, yes)
    if way == "column":
        return header, "", lambda row: (*row, word)
    column, shape = way
    return (
        "Zone",
        "",
        lambda row: tuple(
            shape.format(word, cell) if i == column else cell for i, cell in enumerate((*row, ""))
        ),
    )


PLACES = st.one_of(
    st.just("column"),
    st.tuples(st.integers(0, 3), st.sampled_from(["{0} {1}", "{0}-{1}", "{1} {0}", "{1} - {0}"])),
)


@MORE
@given(rows=TRUE_ROWS, void=a_void(), data=st.data())
def test_a_void_in_whatever_words_is_not_sent(rows, void, data):
    header, good, make_void = void
    place = data.draw(st.integers(0, len(rows) - 1))
    amid = [(*row, good) for row in rows]
    amid[place] = make_void(rows[place])
    others = [int(row[0]) for row in (*rows[:place], *rows[place + 1 :])]
    assert [update.po for update in updates(amid, header=(*HEADER, header))] == others
