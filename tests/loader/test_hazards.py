"""The files of `samples/hazards`, each named by its hazard, and what must come out of it.

Every row of a file ends as a value, as an issue that names the cell, or as a row passed over; or
the file is refused. A value that differs in silence from what its author meant is the one thing
that must not happen. Hazards of one program's export are in `samples/profiles`; files too large to
keep are built in `tests/acceptance/test_hostile_files.py`.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from batch_tracker.errors import ColumnsRefused, SourceRefused
from batch_tracker.loader import open_manifest, shipped_profiles
from batch_tracker.model import Level, Record, State, Update
from tests.samples import make_hazards

TODAY = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]
HAZARDS = ROOT / "samples" / "hazards"

UPS = "1Z999AA10123456784"
USPS = "9400111899255192744104"
FEDEX = "771820933116"


class Row(NamedTuple):
    """What becomes of a row: sent with `update`, or in `state` for the reason `code`.

    `address` is that of the cell at fault. `saying` names what a row is sent in spite of.
    """

    number: int
    update: Update | None = None
    state: State | None = None
    code: str = ""
    address: str = ""
    saying: tuple[str, ...] = ()


class Table(NamedTuple):
    """What a file comes to. `notes` are the beginnings of its notes."""

    rows: tuple[Row, ...]
    notes: list[str]


def sent(
    number: int,
    po: int,
    *,
    tracking: str | None = UPS,
    carrier: str | None = "UPS",
    at: str | None = "2026-11-20T12:00",
    saying: str = "",
) -> Row:
    shipped_on = at and f"{at}:00.000Z"
    update = Update(po=po, tracking_number=tracking, carrier=carrier, shipped_on=shipped_on)
    return Row(number, update, saying=tuple(saying.split()))


def held(number: int, code: str, address: str) -> Row:
    return Row(number, state=State.INVALID, code=code, address=address)


def skipped(number: int, code: str) -> Row:
    return Row(number, state=State.SKIPPED, code=code)


def table(*rows: Row, notes: list[str] | None = None) -> Table:
    return Table(rows, notes or [])


ENCODINGS = {
    "utf8-byte-order-mark.csv": table(sent(2, 1001), sent(3, 1002)),
    "utf8-byte-order-mark-quoted-header.csv": table(sent(2, 1001), sent(3, 1002)),
    "utf16-little-endian.csv": table(sent(2, 1001), sent(3, 1002)),
    "utf16-big-endian.csv": table(sent(2, 1001), sent(3, 1002)),
    "utf16-no-byte-order-mark.csv": table(
        sent(2, 1001),
        sent(3, 1002),
        notes=["Read as UTF-16 because of its zero bytes. It has no byte order mark."],
    ),
    "windows-1252.csv": table(
        sent(2, 1001, carrier="Café Express"),
        notes=["Read as Windows-1252, because line 2 is not UTF-8."],
    ),
    "nul-characters.csv": "line 3 holds a NUL character: the file is damaged, or is not text.",
    "half-a-utf8-character.csv": "line 3 is neither UTF-8 nor Windows-1252 text.",
}

LAYOUTS = {
    "semicolons.csv": table(sent(2, 1001), sent(3, 1002)),
    "tabs.csv": table(sent(2, 1001), sent(3, 1002)),
    "bars.csv": table(sent(2, 1001), sent(3, 1002)),
    "sep-line.csv": table(sent(3, 1001), sent(4, 1002)),
    "tabs-named-excel.xls": table(
        sent(2, 1001),
        sent(3, 1002),
        notes=["Read as text, because it is text, although its name ends in .xls."],
    ),
    "old-mac-line-ends.csv": table(sent(2, 1001), sent(3, 1002)),
    "one-column.csv": "row 1, taken as the header row, has no column for the PO; the columns are",
    "first-header-pk.csv": table(sent(2, 1001)),
    "first-header-mz.csv": table(sent(2, 1001)),
    "no-header-row.csv": "none of the first 30 rows has a header for the PO and for what",
    "header-record.csv": "none of the first 30 rows has a header for the PO and for what",
    "title-row.csv": table(skipped(1, "above-header"), sent(3, 1001), sent(4, 1002)),
    "title-rows-and-blank-lines.csv": table(
        skipped(1, "above-header"),
        skipped(2, "above-header"),
        sent(5, 1001),
        sent(6, 1002),
        notes=["1 blank row left out."],
    ),
    "blank-lines.csv": table(sent(3, 1001), sent(7, 1002), notes=["4 blank rows left out."]),
    "headers-with-required-marks.csv": table(sent(2, 1001)),
    "po-column-beside-a-profiles.csv": "the headers are those of profile shipstation, which takes",
    "two-po-columns.csv": '2 columns could be the PO: "PO Number" (column 1) and "PO" (column 2).',
    "two-tracking-columns.csv": '2 columns could be the tracking number: "Tracking Number"',
    "two-tracking-columns-one-of-them-words.csv": table(sent(2, 1001)),
    "repeated-headers-elsewhere.csv": table(sent(2, 1001)),
    "number-under-no-header.csv": table(
        sent(2, 1001), held(3, "too-many-cells", "line 3, column 5")
    ),
}

ROW_SHAPES = {
    "trailing-comma-on-data-rows.csv": table(sent(2, 1001), sent(3, 1002), sent(4, 1003)),
    "trailing-comma-everywhere.csv": table(sent(2, 1001), sent(3, 1002)),
    "trailing-comma-on-one-row.csv": table(
        sent(2, 1001), held(3, "too-many-cells", "line 3, column 5"), sent(4, 1003), sent(5, 1004)
    ),
    "index-column-without-header.csv": table(
        held(2, "too-many-cells", "line 2, column 5"), held(3, "too-many-cells", "line 3, column 5")
    ),
    "comma-in-a-value-and-a-cell-less.csv": table(
        sent(2, 1001, at=None), held(3, "carrier-is-a-number", "line 3, column 5 (Carrier)")
    ),
    "comma-in-a-value.csv": table(
        sent(2, 1001), held(3, "too-many-cells", "line 3, column 6"), sent(4, 1003)
    ),
    "short-row.csv": table(
        sent(2, 1001), held(3, "too-few-cells", "line 3, column 6 (Account)"), sent(4, 1003)
    ),
    "short-row-shifts-a-number.csv": table(
        sent(2, 1001, carrier=None, at=None),
        held(3, "too-few-cells", "line 3, column 4 (Account)"),
        sent(4, 1003, carrier=None, at=None),
    ),
    "blank-cells-at-the-end-left-out.csv": table(
        sent(2, 1001),
        sent(3, 1002),
        sent(4, 1003),
        sent(5, 1004),
        sent(6, 1005),
        sent(7, 1006),
        sent(8, 1007),
    ),
    "long-row.csv": table(held(2, "too-many-cells", "line 2, column 5"), sent(3, 1002)),
    "line-broken-in-two.csv": table(
        held(2, "too-few-cells", "line 2, column 3 (Carrier)"),
        held(3, "too-few-cells", "line 3, column 2 (Tracking Number)"),
        sent(4, 1002),
    ),
    "line-break-in-quotes.csv": table(sent(2, 1001), sent(4, 1002)),
    "quote-never-closed.csv": "the quote that opens in line 2 is never closed.",
    "stray-quote-in-a-value.csv": table(
        held(2, "carrier-quote", "line 2, column 3 (Carrier)"), sent(3, 1002)
    ),
    "stray-quotes-swallow-rows.csv": "a quoted cell that starts in line 2 goes on for 3 lines",
    "text-after-a-closing-quote.csv": "in line 2, text follows the closing quote of a cell.",
}

TEXT_CELLS = {
    "formula-around-a-number.csv": table(
        sent(2, 1001, tracking=USPS, carrier=None, at=None, saying="quotes-removed"),
        sent(3, 1002, carrier=None, at=None, saying="quotes-removed"),
        sent(4, 1003, tracking=FEDEX, carrier=None, at=None, saying="quotes-removed"),
        skipped(5, "nothing-to-update"),
        held(6, "formula-not-calculated", "line 6, column 2 (Tracking Number)"),
        held(7, "formula-not-calculated", "line 7, column 2 (Tracking Number)"),
    ),
    "apostrophe-around-a-number.csv": table(
        sent(2, 1001, tracking=USPS, carrier=None, at=None, saying="quotes-removed"),
        sent(3, 1002, tracking=USPS, carrier=None, at=None, saying="quotes-removed"),
        held(4, "tracking-characters", "line 4, column 2 (Tracking Number)"),
        held(5, "tracking-characters", "line 5, column 2 (Tracking Number)"),
    ),
    "blanks-inside-a-number.csv": table(
        sent(2, 1001, tracking=USPS, carrier=None, at=None, saying="inner-blanks-removed"),
        sent(3, 1002, carrier=None, at=None, saying="inner-blanks-removed"),
        sent(4, 1003, tracking="9400-1118-9925-5192-7441-04", carrier=None, at=None),
    ),
    "invisible-characters.csv": table(
        sent(2, 1001, saying="invisible-removed invisible-removed blanks-trimmed blanks-trimmed"),
        sent(3, 1002, saying="invisible-removed invisible-removed invisible-removed"),
        sent(4, 1003, saying="wide-characters wide-characters"),
        sent(5, 1004, saying="blanks-trimmed blanks-trimmed blanks-trimmed"),
        sent(9, 1005, saying="quotes-removed quotes-removed quotes-removed quotes-removed"),
        sent(10, 1006, saying="invisible-removed"),
        held(11, "control-character", "line 11, column 2 (Tracking Number)"),
    ),
    "digits-of-other-scripts.csv": table(
        held(2, "po-foreign-digits", "line 2, column 1 (PO)"),
        held(3, "po-foreign-digits", "line 3, column 1 (PO)"),
        held(4, "po-foreign-digits", "line 4, column 1 (PO)"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
    "number-rounded-by-excel.csv": table(
        held(2, "tracking-rounded-text", "line 2, column 2 (Tracking Number)"),
        held(3, "tracking-rounded-text", "line 3, column 2 (Tracking Number)"),
        held(4, "tracking-rounded-text", "line 4, column 2 (Tracking Number)"),
        held(5, "tracking-rounded-zeros", "line 5, column 2 (Tracking Number)"),
        sent(
            6,
            1005,
            tracking="1234567890123450",
            carrier=None,
            at=None,
            saying="tracking-maybe-rounded",
        ),
    ),
    "several-numbers-in-a-cell.csv": table(
        held(2, "tracking-several", "line 2, column 2 (Tracking Number)"),
        held(3, "tracking-several", "line 3, column 2 (Tracking Number)"),
        held(4, "tracking-several", "line 4, column 2 (Tracking Number)"),
        held(6, "tracking-several", "line 6, column 2 (Tracking Number)"),
        held(7, "tracking-several", "line 7, column 2 (Tracking Number)"),
    ),
    "word-or-number-beside-a-number.csv": table(
        held(2, "tracking-words", "line 2, column 2 (Tracking Number)"),
        held(3, "tracking-words", "line 3, column 2 (Tracking Number)"),
        held(4, "tracking-words", "line 4, column 2 (Tracking Number)"),
        held(5, "tracking-several", "line 5, column 2 (Tracking Number)"),
        held(6, "tracking-several", "line 6, column 2 (Tracking Number)"),
    ),
    "number-turned-into-a-date.csv": table(
        held(2, "tracking-date", "line 2, column 2 (Tracking Number)"),
        held(3, "tracking-date", "line 3, column 2 (Tracking Number)"),
        held(4, "tracking-date", "line 4, column 2 (Tracking Number)"),
        held(5, "tracking-date", "line 5, column 2 (Tracking Number)"),
    ),
    "number-with-decimals.csv": table(
        held(2, "tracking-decimal", "line 2, column 2 (Tracking Number)"),
        held(3, "tracking-decimal", "line 3, column 2 (Tracking Number)"),
        held(4, "tracking-decimal", "line 4, column 2 (Tracking Number)"),
    ),
    "words-for-a-number.csv": table(
        held(2, "placeholder", "line 2, column 2 (Tracking Number)"),
        held(3, "placeholder", "line 3, column 2 (Tracking Number)"),
        held(4, "placeholder", "line 4, column 2 (Tracking Number)"),
        held(5, "placeholder", "line 5, column 2 (Tracking Number)"),
        held(6, "error-cell", "line 6, column 2 (Tracking Number)"),
        held(7, "placeholder", "line 7, column 2 (Tracking Number)"),
        held(8, "placeholder", "line 8, column 2 (Tracking Number)"),
        held(9, "placeholder", "line 9, column 2 (Tracking Number)"),
        held(10, "placeholder", "line 10, column 2 (Tracking Number)"),
        held(11, "tracking-no-digit", "line 11, column 2 (Tracking Number)"),
    ),
    "words-for-a-carrier.csv": table(
        sent(2, 1001, carrier=None, at=None, saying="carrier-placeholder"),
        sent(3, 1002, carrier=None, at=None, saying="carrier-placeholder"),
        sent(4, 1003, carrier=None, at=None, saying="carrier-placeholder"),
        held(5, "error-cell", "line 5, column 3 (Carrier)"),
    ),
    "words-for-a-po.csv": table(
        held(2, "placeholder", "line 2, column 1 (PO)"),
        held(3, "placeholder", "line 3, column 1 (PO)"),
        held(4, "placeholder", "line 4, column 1 (PO)"),
        held(5, "error-cell", "line 5, column 1 (PO)"),
        held(6, "placeholder", "line 6, column 1 (PO)"),
        held(7, "po-not-a-number", "line 7, column 1 (PO)"),
        held(8, "po-not-a-number", "line 8, column 1 (PO)"),
        held(9, "po-not-a-number", "line 9, column 1 (PO)"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
    "words-for-a-date.csv": table(
        held(2, "placeholder", "line 2, column 4 (Ship Date)"),
        held(3, "placeholder", "line 3, column 4 (Ship Date)"),
        held(4, "placeholder", "line 4, column 4 (Ship Date)"),
        held(5, "error-cell", "line 5, column 4 (Ship Date)"),
        held(6, "date-unreadable", "line 6, column 4 (Ship Date)"),
    ),
    "po-with-other-text.csv": table(
        held(2, "po-not-a-number", "line 2, column 1 (PO)"),
        held(3, "po-not-a-number", "line 3, column 1 (PO)"),
        held(4, "po-not-a-number", "line 4, column 1 (PO)"),
        held(5, "po-decimal", "line 5, column 1 (PO)"),
        held(6, "po-not-a-number", "line 6, column 1 (PO)"),
        held(7, "po-grouped", "line 7, column 1 (PO)"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
    "several-pos-in-a-cell.csv": table(
        held(2, "po-several", "line 2, column 1 (PO)"),
        held(3, "po-several", "line 3, column 1 (PO)"),
        held(4, "po-several", "line 4, column 1 (PO)"),
        held(5, "po-several", "line 5, column 1 (PO)"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
    "po-with-thousands-marks.csv": table(
        held(2, "po-grouped", "line 2, column 1 (PO)"),
        held(3, "po-grouped", "line 3, column 1 (PO)"),
        held(4, "po-grouped", "line 4, column 1 (PO)"),
        held(5, "po-grouped", "line 5, column 1 (PO)"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
    "po-out-of-range.csv": table(
        held(2, "po-out-of-range", "line 2, column 1 (PO)"),
        sent(3, 2147483647),
        held(4, "po-out-of-range", "line 4, column 1 (PO)"),
        held(5, "po-not-a-number", "line 5, column 1 (PO)"),
        sent(6, 7123, saying="po-leading-zeros"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
}

TEXT_DATES = {
    "dates-ambiguous.csv": "The ship date '03/04/2026' can be month/day/year or day/month/year.",
    "dates-settled-by-a-later-row.csv": table(
        sent(2, 1001, at="2026-11-04T12:00"),
        sent(3, 1002, at="2026-11-05T12:00"),
        sent(4, 1003, at="2026-11-13T12:00"),
    ),
    "dates-settled-by-an-earlier-row.csv": table(
        sent(2, 1001, at="2026-11-13T12:00"), sent(3, 1002, at="2026-11-04T12:00")
    ),
    "dates-against-the-profile.csv": "The ship date '20/11/2026' is not a date when read as month",
    "dates-in-mixed-orders.csv": "The ship dates contradict each other: '13/11/2026' is",
    "dates-with-two-digit-years.csv": table(
        sent(2, 1001), sent(3, 1002, at="2026-11-05T12:00"), sent(4, 1003)
    ),
    "dates-with-two-digit-years-first.csv": table(
        sent(2, 1001), sent(3, 1002, at="2026-11-05T12:00")
    ),
    "dates-as-digits.csv": table(
        sent(2, 1001),
        sent(3, 1002, at="2026-11-20T15:30"),
        held(4, "date-impossible", "line 4, column 4 (Ship Date)"),
        sent(5, 1004, at="2026-11-20T15:30", saying="date-from-number"),
        sent(6, 1005, at="2026-11-20T15:30", saying="date-from-number"),
    ),
    "dates-of-endicia.csv": table(
        sent(2, 1001, at="2026-11-20T15:30"), sent(3, 1002, at="2026-11-05T12:00")
    ),
    "dates-with-am-and-pm.csv": table(
        sent(2, 1001, at="2026-11-20T04:00"),
        sent(3, 1002, at="2026-11-20T15:30"),
        sent(4, 1003, at="2026-11-20T00:30"),
        sent(5, 1004, at="2026-11-20T15:30"),
    ),
    "dates-with-zones.csv": table(
        sent(2, 1001, at="2026-11-20T15:30"), sent(3, 1002, at="2026-11-20T20:30")
    ),
    "dates-with-month-names.csv": table(
        sent(2, 1001), sent(3, 1002), held(4, "date-unreadable", "line 4, column 4 (Ship Date)")
    ),
    "dates-in-the-future.csv": table(
        sent(2, 1001, at="2026-11-24T12:00"),
        held(3, "date-in-future", "line 3, column 4 (Ship Date)"),
        held(4, "date-in-future", "line 4, column 4 (Ship Date)"),
    ),
    "dates-long-past.csv": table(
        sent(2, 1001, at="2025-03-04T12:00", saying="date-too-old"),
        held(3, "date-long-past", "line 3, column 4 (Ship Date)"),
    ),
    "dates-that-mean-none.csv": table(
        held(2, "date-empty", "line 2, column 4 (Ship Date)"),
        held(3, "date-empty", "line 3, column 4 (Ship Date)"),
        held(4, "date-empty", "line 4, column 4 (Ship Date)"),
        held(5, "date-empty", "line 5, column 4 (Ship Date)"),
        held(6, "date-empty", "line 6, column 4 (Ship Date)"),
        held(7, "date-empty", "line 7, column 4 (Ship Date)"),
        held(8, "date-empty", "line 8, column 4 (Ship Date)"),
    ),
    "dates-as-excel-serials.csv": table(
        held(2, "date-serial-text", "line 2, column 4 (Ship Date)"),
        held(3, "date-serial-text", "line 3, column 4 (Ship Date)"),
    ),
    "dates-that-are-impossible.csv": table(
        held(2, "date-impossible", "line 2, column 4 (Ship Date)"),
        held(3, "date-impossible", "line 3, column 4 (Ship Date)"),
        held(4, "date-unreadable", "line 4, column 4 (Ship Date)"),
        held(5, "date-unreadable", "line 5, column 4 (Ship Date)"),
        held(6, "date-unreadable", "line 6, column 4 (Ship Date)"),
        held(7, "date-unreadable", "line 7, column 4 (Ship Date)"),
    ),
}

ROWS_THAT_ARE_NO_SHIPMENT = {
    "header-repeated.csv": table(sent(2, 1001), skipped(3, "repeated-header"), sent(4, 1002)),
    "header-repeated-in-other-order.csv": "row 3 has other headers than row 1. The file is",
    "header-repeated-with-a-void-column.csv": "row 3 has other headers than row 1. The file",
    "exports-overlap.csv": table(
        sent(2, 1001, tracking=USPS, carrier=None, at=None, saying="quotes-removed"),
        sent(3, 1001, tracking=USPS, carrier=None, at=None),
    ),
    "total-rows.csv": table(
        sent(2, 1001),
        skipped(4, "total"),
        skipped(5, "total"),
        skipped(6, "total"),
        skipped(7, "below-table"),
        notes=["1 blank row left out."],
    ),
    "total-rows-of-counts.csv": table(
        sent(2, 1001, at=None),
        skipped(3, "total"),
        skipped(4, "total"),
        skipped(5, "total"),
        sent(6, 1002, tracking="778899001", carrier="Total Logistics", at=None),
    ),
    "row-per-item.csv": table(sent(2, 1001), sent(3, 1001)),
    "row-per-charge.csv": table(sent(2, 1001), sent(3, 1001)),
    "row-per-package.csv": table(sent(2, 1001), sent(3, 1001, tracking=USPS, carrier="USPS")),
    "void-flags.csv": table(
        skipped(2, "void"),
        sent(3, 1002, carrier=None, at=None),
        sent(4, 1003, carrier=None, at=None),
        skipped(5, "void"),
        sent(6, 1005, carrier=None, at=None),
        skipped(7, "void"),
    ),
    "void-flag-unclear.csv": table(
        held(2, "maybe-void", "line 2, column 3 (Void Indicator)"),
        held(3, "maybe-void", "line 3, column 3 (Void Indicator)"),
        sent(4, 1003, carrier=None, at=None),
    ),
    "void-date.csv": table(
        held(2, "maybe-void", "line 2, column 3 (Void Date)"),
        sent(3, 1002, carrier=None, at=None),
    ),
    "refunded-transactions.csv": table(
        held(2, "maybe-void", "line 2, column 3 (transaction_status)"),
        held(3, "maybe-void", "line 3, column 3 (transaction_status)"),
        sent(4, 1003, tracking=USPS, carrier=None, at=None),
    ),
    "void-in-the-status.csv": table(
        held(2, "maybe-void", "line 2, column 3 (Status)"),
        sent(3, 1002, carrier=None, at=None),
        held(4, "maybe-void", "line 4, column 3 (Status)"),
        held(5, "maybe-void", "line 5, column 3 (Status)"),
        sent(6, 1005, carrier=None, at=None),
    ),
    "no-po-or-nothing-to-send.csv": table(
        held(2, "po-missing", "line 2, column 1 (PO)"),
        skipped(3, "nothing-to-update"),
        sent(4, 1003, tracking=None, at=None),
    ),
}

FOREIGN = {
    "empty.csv": "the file is empty.",
    "white-space-only.csv": "it has no rows.",
    "web-page-named-excel.xls": "this is a web page (HTML), whatever its name says.",
    "xml-spreadsheet-2003-named-excel.xls": "this is an XML Spreadsheet 2003, whatever its name",
    "json-named-csv.csv": "this is JSON data, not a table.",
    "pdf-named-csv.csv": "this is a PDF document, not a table.",
}

NUMBERS = {
    "text-of-22-digits.xlsx": table(
        sent(2, 1001, tracking=USPS, carrier=None, at=None),
        sent(3, 1002, tracking=USPS, carrier=None, at=None),
        sent(4, 1003, tracking=USPS, carrier=None, at=None),
        sent(5, 1004, tracking=USPS, carrier=None, at=None, saying="quotes-removed"),
        sent(6, 1005, tracking=USPS, carrier=None, at=None),
    ),
    "number-of-22-digits.xlsx": table(
        held(2, "tracking-rounded-number", "Sheet1!B2"),
        held(3, "tracking-rounded-number", "Sheet1!B3"),
        held(4, "tracking-rounded-number", "Sheet1!B4"),
    ),
    "numbers-of-12-to-17-digits.xlsx": table(
        sent(2, 1001, tracking=FEDEX),
        sent(3, 1002, tracking="961203010203047", saying="number-form"),
        held(4, "tracking-rounded-number", "Sheet1!B4"),
        held(5, "tracking-rounded-number", "Sheet1!B5"),
        sent(6, 1005, tracking=FEDEX),
    ),
    "numbers-with-zeros-in-front.xlsx": table(
        sent(2, 7123, tracking="012345678906", carrier="FedEx", saying="tracking-zeros-shown"),
        sent(3, 1002, tracking="12345678906", carrier="FedEx", saying="leading-zero-lost"),
    ),
    "numbers-shown-otherwise.xlsx": table(
        sent(2, 12345, saying="number-shown-otherwise"),
        sent(3, 12345, saying="number-shown-otherwise"),
        sent(4, 12345, saying="number-shown-otherwise"),
        sent(5, 12345, saying="number-shown-otherwise"),
        sent(6, 12345),
    ),
    "text-shown-otherwise.xlsx": table(
        sent(2, 1001, tracking="999AA10123456784", saying="number-form"),
        sent(3, 1002),
        notes=["The number format of 1 text cell (B2) shows other text than the cell holds."],
    ),
    "number-shown-as-a-date.xlsx": table(
        held(2, "date-cell", "Sheet1!A2"),
        sent(3, 1002, tracking=FEDEX, carrier=None, at=None, saying="number-shown-otherwise"),
    ),
    "pos-as-numbers.xlsx": table(
        sent(2, 1001),
        sent(3, 1002),
        held(4, "number-not-whole", "Sheet1!A4"),
        held(5, "number-negative", "Sheet1!A5"),
        held(6, "po-out-of-range", "Sheet1!A6"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
    "text-labelled-a-number.xlsx": table(
        held(2, "cell-unreadable", "Sheet1!A2"),
        held(3, "cell-unreadable", "Sheet1!A3"),
        notes=['Fewer than half of the first values in "PO" can be read as a PO.'],
    ),
}

DATES = {
    "date-cells.xlsx": table(
        sent(2, 1001),
        sent(3, 1002, at="2026-11-20T13:30"),
        sent(4, 1003),
        sent(5, 1004, at="2026-11-20T13:30", saying="date-from-number"),
    ),
    "date-serials-under-general.xlsx": table(
        sent(2, 1001, saying="date-from-number"),
        sent(3, 1002, at="2026-11-20T13:30", saying="date-from-number"),
        sent(4, 1003),
        held(5, "date-empty", "Sheet1!D5"),
        held(6, "date-number-implausible", "Sheet1!D6"),
    ),
    "dates-as-iso-text.xlsx": table(
        sent(2, 1001),
        sent(3, 1002, at="2026-11-20T13:30"),
        sent(4, 1003, at="2026-11-20T18:30"),
        held(5, "date-unreadable", "Sheet1!D5"),
    ),
    "dates-counted-from-1904.xlsx": table(
        sent(2, 1001),
        sent(3, 1002, saying="date-from-number"),
        held(4, "date-number-implausible", "Sheet1!D4"),
    ),
    "dates-half-turned-by-excel.xlsx": "Excel has probably swapped day and month in some ship",
    "dates-as-text-beside-date-cells.xlsx": table(
        sent(2, 1001), sent(3, 1002), sent(4, 1003, at="2026-11-05T12:00")
    ),
    "dates-that-mean-none.xlsx": table(
        held(2, "date-empty", "Sheet1!D2"),
        held(3, "date-empty", "Sheet1!D3"),
        held(4, "date-empty", "Sheet1!D4"),
        held(5, "date-empty", "Sheet1!D5"),
    ),
}

CELLS = {
    "literal-words.xlsx": table(
        held(2, "placeholder", "Sheet1!B2"),
        held(3, "placeholder", "Sheet1!B3"),
        held(4, "placeholder", "Sheet1!B4"),
        held(5, "error-cell", "Sheet1!B5"),
        held(6, "placeholder", "Sheet1!B6"),
        sent(7, 1006, carrier=None, at=None, saying="carrier-placeholder"),
        sent(8, 1007, carrier=None, at=None, saying="carrier-placeholder"),
        sent(9, 1008, carrier=None, at=None, saying="carrier-placeholder"),
        held(10, "error-cell", "Sheet1!C10"),
        held(11, "placeholder", "Sheet1!A11"),
        held(12, "placeholder", "Sheet1!A12"),
        held(13, "placeholder", "Sheet1!A13"),
    ),
    "yes-and-no-cells.xlsx": table(
        held(2, "boolean-cell", "Sheet1!A2"),
        held(3, "boolean-cell", "Sheet1!B3"),
        held(4, "boolean-cell", "Sheet1!C4"),
        held(5, "boolean-cell", "Sheet1!D5"),
    ),
    "error-cells.xlsx": table(
        held(2, "error-cell", "Sheet1!A2"),
        held(3, "error-cell", "Sheet1!B3"),
        held(4, "error-cell", "Sheet1!C4"),
        held(5, "error-cell", "Sheet1!D5"),
        held(6, "too-many-cells", "Sheet1!E6"),
    ),
    "formulas-without-result.xlsx": table(
        held(2, "formula-not-calculated", "Sheet1!A2"),
        held(3, "formula-not-calculated", "Sheet1!B3"),
        held(4, "formula-not-calculated", "Sheet1!D4"),
    ),
    "formulas-of-nothing.xlsx": table(
        sent(2, 1001, tracking=None),
        sent(4, 1003, carrier=None, at=None),
        notes=["1 blank row left out."],
    ),
    "formulas-out-of-date.xlsx": table(
        sent(2, 1001),
        notes=["1 formula result may be out of date. Excel has not worked them out"],
    ),
    "styled-blanks.xlsx": table(
        sent(2, 1001, tracking=None, at=None), sent(4, 1003), notes=["1 blank row left out."]
    ),
    "invisible-characters.xlsx": table(
        sent(
            2,
            1001,
            saying="invisible-removed blanks-trimmed invisible-removed"
            " blanks-trimmed invisible-removed",
        ),
        sent(3, 1002, saying="invisible-removed quotes-removed blanks-trimmed"),
        held(4, "tracking-several", "Sheet1!B4"),
        sent(5, 1004, tracking=USPS, carrier="USPS", at=None, saying="inner-blanks-removed"),
    ),
    "several-values-in-a-cell.xlsx": table(
        held(2, "po-several", "Sheet1!A2"), held(3, "tracking-several", "Sheet1!B3"), sent(4, 1004)
    ),
}

STRUCTURE = {
    "po-merged-over-two-rows.xlsx": table(
        sent(2, 1001),
        held(3, "merged-cell", "Sheet1!A3"),
        sent(4, 1003),
        notes=["1 merged range of more than one row (A2:A3): the value counts only for the"],
    ),
    "number-merged-over-two-rows.xlsx": table(
        sent(2, 1001),
        held(3, "merged-cell", "Sheet1!B3"),
        sent(4, 1003),
        notes=["1 merged range of more than one row (B2:B3): the value counts only for the"],
    ),
    "value-under-a-merged-cell.xlsx": table(
        sent(2, 1001),
        held(3, "merged-cell", "Sheet1!A3"),
        sent(4, 1003),
        notes=["1 merged range of more than one row (A2:A3): the value counts only for the"],
    ),
    "headers-merged.xlsx": table(
        skipped(1, "above-header"),
        sent(4, 1001),
        notes=[
            "2 merged ranges of more than one row (A2:A3, B2:B3): the value counts only",
            "1 blank row left out.",
        ],
    ),
    "rows-hidden.xlsx": table(
        sent(2, 1001),
        sent(3, 1002, saying="hidden-row"),
        notes=["1 row is hidden in the sheet (3) and is included."],
    ),
    "rows-filtered-out.xlsx": table(
        sent(2, 1001, saying="hidden-row"),
        sent(3, 1002),
        notes=["1 row is hidden by a filter in the sheet (2) and is included."],
    ),
    "column-hidden.xlsx": table(
        sent(2, 1001), sent(3, 1002), notes=["1 column is hidden in the sheet (B) and is included."]
    ),
    "sheet-hidden.xlsx": table(sent(2, 1001)),
    "only-sheet-hidden.xlsx": "it has no visible sheet with cells.",
    "two-sheets-alike.xlsx": "more than one sheet looks like a manifest.",
    "cover-sheet-first.xlsx": table(
        sent(2, 1001), notes=['Only the sheet "Shipped" is read; not read: "Cover".']
    ),
    "chart-sheet-first.xlsx": table(sent(2, 1001)),
    "empty-rows-and-columns-first.xlsx": table(
        sent(5, 1001), held(7, "error-cell", "Sheet1!D7"), notes=["4 blank rows left out."]
    ),
    "title-and-total-rows.xlsx": table(
        skipped(1, "above-header"),
        sent(4, 1001),
        skipped(5, "repeated-header"),
        sent(6, 1002),
        skipped(7, "total"),
        notes=["1 blank row left out."],
    ),
    "dimension-wrong.xlsx": table(sent(2, 1001), sent(3, 1002)),
    "cell-in-the-last-corner.xlsx": "cell XFD1048576 is too far to the right: at most 1,000",
    "headers-twice.xlsx": '2 columns could be the tracking number: "Tracking Number" (column 2)',
    "stray-cell-beside-the-table.xlsx": table(
        held(2, "too-many-cells", "Sheet1!F2"), sent(3, 1002)
    ),
    "cell-twice.xlsx": "the workbook is damaged (xl/worksheets/sheet1.xml: cell A2 stands there",
    "rows-out-of-order.xlsx": "the workbook is damaged (xl/worksheets/sheet1.xml: row 2 follows",
    "text-missing-from-the-table.xlsx": "the workbook is damaged (xl/worksheets/sheet1.xml: row",
}

FILES = {
    "workbook-named-xls.xls": table(sent(2, 1001), sent(3, 1002)),
    "workbook-named-csv.csv": table(sent(2, 1001), sent(3, 1002)),
    "password.xlsx": "it is protected by a password.",
    "word-document-named-excel.xlsx": "this is a Word document, not a table.",
    "truncated.xlsx": "the file is damaged or incomplete (the end of the zip archive is missing).",
    "sheet-cut-short.xlsx": "the workbook is damaged (xl/worksheets/sheet1.xml: no element",
    "sheet-missing.xlsx": "its part xl/worksheets/sheet1.xml is missing.",
    "zip-of-a-csv.xlsx": 'this is a zip archive that holds "manifest.csv", not a workbook.',
    "document-type.xlsx": "its part xl/workbook.xml holds a document type declaration, as",
    "entities.xlsx": "its part xl/worksheets/sheet1.xml holds a document type declaration, as",
    "errors-look-blank.xls": table(
        sent(2, 1001, at=None),
        sent(3, 1002, tracking=None, at=None),
        held(4, "tracking-rounded-number", "Sheet1!B4"),
        sent(5, 1004, tracking=FEDEX, carrier="FedEx", at=None),
        notes=["This file format hides three things: error cells (#N/A),"],
    ),
    "errors-look-blank.xlsb": table(
        sent(2, 1001, at=None),
        sent(3, 1002, tracking=None, at=None),
        held(4, "tracking-rounded-number", "Sheet1!B4"),
        notes=["This file format hides three things: error cells (#N/A),"],
    ),
    "opendocument.ods": table(
        sent(2, 1001, tracking=USPS, carrier="USPS"),
        held(3, "tracking-rounded-number", "Shipped!B3"),
        notes=["This file format hides three things: error cells (#N/A),"],
    ),
}


EXPECTED: dict[str, Table | str] = (
    ENCODINGS
    | LAYOUTS
    | ROW_SHAPES
    | TEXT_CELLS
    | TEXT_DATES
    | ROWS_THAT_ARE_NO_SHIPMENT
    | FOREIGN
    | NUMBERS
    | DATES
    | CELLS
    | STRUCTURE
    | FILES
)
"""By file: its rows and notes, or the words in which it is refused."""
TABLES = {name: found for name, found in EXPECTED.items() if isinstance(found, Table)}
REFUSALS = {name: found for name, found in EXPECTED.items() if isinstance(found, str)}


def judged(name: str) -> tuple[list[Record], list[str]]:
    """Read a file to its end, as a run does; its records and notes."""
    path = HAZARDS / name
    with open_manifest(path, profile=None, known=shipped_profiles(), today=TODAY) as manifest:
        records = {record.number: record for chunk in manifest.chunks() for record in chunk}
        waiting = [(each.number, each.cells) for each in records.values() if each.pending]
        if waiting:
            records |= {record.number: record for record in manifest.read_again(waiting)}
    return list(records.values()), manifest.notes


def test_every_file_is_in_the_table_and_every_entry_has_its_file():
    assert sorted(path.name for path in HAZARDS.iterdir()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", TABLES)
def test_each_row_comes_out_right_or_says_what_is_wrong(name):
    records, _ = judged(name)
    assert [record.number for record in records] == [row.number for row in TABLES[name].rows]
    for record, row in zip(records, TABLES[name].rows, strict=True):
        assert (record.state, record.code) == (row.state, row.code)
        if row.state is None:
            assert record.update == row.update
            assert tuple(issue.code for issue in record.issues) == row.saying
            assert not record.pending


@pytest.mark.parametrize("name", TABLES)
def test_a_row_that_is_held_back_names_its_cell(name):
    records, _ = judged(name)
    for record, row in zip(records, TABLES[name].rows, strict=True):
        if row.state is not State.INVALID:
            continue
        [issue] = [each for each in record.issues if each.level is Level.ERROR]
        assert record.update is None
        assert (issue.code, issue.address) == (row.code, row.address)
        assert record.message == f"{issue.address}: {issue.message} {issue.hint}"
        assert issue.hint


@pytest.mark.parametrize("name", TABLES)
def test_the_notes_tell_how_the_file_was_read(name):
    _, notes = judged(name)
    expected = TABLES[name].notes
    assert len(notes) == len(expected), notes
    assert all(map(str.startswith, notes, expected)), notes


@pytest.mark.parametrize("name", REFUSALS)
def test_a_file_that_cannot_be_read_safely_is_refused_by_name(name):
    with pytest.raises((SourceRefused, ColumnsRefused)) as caught:
        judged(name)
    assert caught.value.message.startswith(name)
    assert REFUSALS[name] in caught.value.message
    assert caught.value.hint


def test_the_files_are_those_their_script_writes(tmp_path):
    make_hazards.write(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in HAZARDS.iterdir()}
