"""Text files, one per hazard: what exports, editors and spreadsheets do to a CSV file."""

from tests.samples.hazard_values import FEDEX, UPS, USPS

HEAD = "PO,Tracking Number,Carrier,Ship Date"
GOOD = f"{UPS},UPS,2026-11-20"


def lines(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *rows, ""]).encode()


def dates(*texts: str) -> bytes:
    """A file with these ship dates, quoted, for POs from 1001 on."""
    return lines(*(f'{po},{UPS},UPS,"{text}"' for po, text in enumerate(texts, 1001)))


def numbers(*cells: str) -> bytes:
    """A file with these tracking number cells, as they stand, for POs from 1001 on."""
    return lines(*(f"{po},{cell},," for po, cell in enumerate(cells, 1001)))


def pos(*cells: str) -> bytes:
    """A file with these PO cells, as they stand."""
    return lines(*(f"{cell},{GOOD}" for cell in cells))


PLAIN = lines(f"1001,{GOOD}", f"1002,{GOOD}")

ENCODINGS = {
    "utf8-byte-order-mark.csv": b"\xef\xbb\xbf" + PLAIN,
    "utf8-byte-order-mark-quoted-header.csv": b"\xef\xbb\xbf" + PLAIN.replace(b"PO,", b'"PO",'),
    "utf16-little-endian.csv": b"\xff\xfe" + PLAIN.decode().encode("utf-16-le"),
    "utf16-big-endian.csv": b"\xfe\xff" + PLAIN.decode().encode("utf-16-be"),
    "utf16-no-byte-order-mark.csv": PLAIN.decode().encode("utf-16-le"),
    "windows-1252.csv": lines(f"1001,{UPS},Café Express,2026-11-20").decode().encode("cp1252"),
    "nul-characters.csv": PLAIN.replace(b"1002", b"10\x0002"),
    "half-a-utf8-character.csv": PLAIN.replace(b"1002,", b"1002,\x81"),
}

LAYOUTS = {
    "semicolons.csv": PLAIN.replace(b",", b";"),
    "tabs.csv": PLAIN.replace(b",", b"\t"),
    "bars.csv": PLAIN.replace(b",", b"|"),
    "sep-line.csv": b"sep=;\r\n" + PLAIN.replace(b",", b";"),
    "tabs-named-excel.xls": PLAIN.replace(b",", b"\t"),
    "old-mac-line-ends.csv": PLAIN.replace(b"\n", b"\r"),
    "one-column.csv": b"Tracking Number\n" + f"{UPS}\n{USPS}\n".encode(),
    "first-header-pk.csv": lines(f"A7,1001,{GOOD}", head=f"PKG,{HEAD}"),
    "first-header-mz.csv": lines(f"A7,1001,{GOOD}", head=f"MZone,{HEAD}"),
    "no-header-row.csv": f"N,1001,{UPS}\nN,1002,{UPS}\n".encode(),
    "header-record.csv": f"HDR,20261120,ACME\n1001,{UPS},UPS\n".encode(),
    "title-row.csv": b"Shipments of 20 November\n" + PLAIN,
    "title-rows-and-blank-lines.csv": b"Daily manifest\nWarehouse,Reno\n\n" + PLAIN,
    "blank-lines.csv": lines("", f"1001,{GOOD}", "", ",,,", " ", f"1002,{GOOD}"),
    "headers-with-required-marks.csv": lines(
        f"1001,{GOOD}", head="PO Number*,Tracking Number*,Carrier (M),Ship Date*"
    ),
    "two-po-columns.csv": lines(f"1001,2001,{GOOD}", head=f"PO Number,{HEAD}"),
    "po-column-beside-a-profiles.csv": lines(
        f"55501,11/20/2026,{UPS},1001",
        head="Order - Number,Date - Shipped Date,Shipment - Tracking Number,PO #",
    ),
    "two-tracking-columns.csv": lines(f"1001,{GOOD},{USPS}", head=f"{HEAD},Tracking Number"),
    "two-tracking-columns-one-of-them-words.csv": lines(
        f"1001,{GOOD},see label", head=f"{HEAD},Tracking Number"
    ),
    "repeated-headers-elsewhere.csv": lines(
        f"1001,{GOOD},Fuel,1.20,Residential,4.10",
        head=f"{HEAD},Charge,Amount,Charge,Amount",
    ),
    "number-under-no-header.csv": lines(
        f"1001,{GOOD},,", f"1002,,UPS,2026-11-20,{UPS},", head=f"{HEAD},,"
    ),
}

ROW_SHAPES = {
    "trailing-comma-on-data-rows.csv": lines(f"1001,{GOOD},", f"1002,{GOOD},", f"1003,{GOOD},"),
    "trailing-comma-everywhere.csv": lines(f"1001,{GOOD},", f"1002,{GOOD},", head=f"{HEAD},"),
    "trailing-comma-on-one-row.csv": lines(
        f"1001,{GOOD}", f"1002,{GOOD},", f"1003,{GOOD}", f"1004,{GOOD}"
    ),
    "index-column-without-header.csv": lines(f"0,1001,{GOOD}", f"1,1002,{GOOD}"),
    "comma-in-a-value-and-a-cell-less.csv": lines(
        f"1001,Acme,INV7,{UPS},UPS",
        f"1002,Acme, Inc.,778899,{UPS}",
        head="PO,To,Invoice,Tracking Number,Carrier",
    ),
    "comma-in-a-value.csv": lines(
        f"Acme,1001,{GOOD}", f"Acme, Inc.,1002,{GOOD}", f"Acme,1003,{GOOD}", head=f"To,{HEAD}"
    ),
    "short-row.csv": lines(
        f"1001,INV7,{GOOD},778899,Reno",
        f"1002,{GOOD},778899,Reno",
        f"1003,INV9,{GOOD},778899,Reno",
        head="PO,Invoice,Tracking Number,Carrier,Ship Date,Account,Town",
    ),
    "short-row-shifts-a-number.csv": lines(
        f"1001,INV7,{UPS},778899,Reno",
        f"1002,{UPS},778899,Reno",
        f"1003,INV9,{UPS},778899,Reno",
        head="PO,Invoice,Tracking Number,Account,Town",
    ),
    "blank-cells-at-the-end-left-out.csv": lines(
        *(f"{po},{GOOD},Reno," for po in range(1001, 1004)),
        *(f"{po},{GOOD},Reno" for po in range(1004, 1008)),
        head=f"{HEAD},Town,Remark",
    ),
    "long-row.csv": lines(f"1001,{GOOD},x", f"1002,{GOOD}"),
    "line-broken-in-two.csv": lines(f"1001,{UPS},", "UPS,2026-11-20", f"1002,{GOOD}"),
    "line-break-in-quotes.csv": lines(
        f'1001,{GOOD},"1 Main St\nReno"', f"1002,{GOOD},Macon", head=f"{HEAD},Address"
    ),
    "quote-never-closed.csv": lines(f'1001,"{UPS},UPS,2026-11-20', f"1002,{GOOD}"),
    "stray-quote-in-a-value.csv": lines(f'1001,{UPS},UPS",2026-11-20', f"1002,{GOOD}"),
    "stray-quotes-swallow-rows.csv": lines(
        f'1001,{UPS},"UPS,2026-11-20', f"1002,{GOOD}", f'1003,{UPS},UPS",2026-11-20'
    ),
    "text-after-a-closing-quote.csv": lines(f'1001,"{UPS}"x,UPS,2026-11-20'),
}

CELLS = {
    "formula-around-a-number.csv": numbers(
        f'="{USPS}"', f'"=""{UPS}"""', f'"=""{FEDEX}"" "', '=""', f'=T("{UPS}")', f"={FEDEX}"
    ),
    "apostrophe-around-a-number.csv": numbers(f"'{USPS}'", f"'{USPS}", f"`{USPS}", f"\u2019{USPS}"),
    "blanks-inside-a-number.csv": numbers(
        "9400 1118 9925 5192 7441 04", "1Z 999 AA1 01 2345 6784", "9400-1118-9925-5192-7441-04"
    ),
    "invisible-characters.csv": lines(
        f"1001\u200b,\u200b{UPS},UPS\u00a0,2026-11-20\u00a0",
        f"\ufeff1002,{UPS}\ufeff,U\u00adPS,2026-11-20",
        "\uff11\uff10\uff10\uff13,\uff11\uff3a999AA10123456784,UPS,2026-11-20",
        f'"\n1004\n","{UPS}\n",\tUPS,2026-11-20',
        f"'1005,'{UPS},'UPS,'2026-11-20",
        f"\u202d1006\u202c,{UPS},UPS,2026-11-20",
        f"1007,{UPS}\x07,UPS,2026-11-20",
    ),
    "digits-of-other-scripts.csv": pos("\u0661\u0660\u0660\u0661", "100\u00b2", "\u2460\u2461"),
    "number-rounded-by-excel.csv": numbers(
        "9.40011E+21", "9.4E21", '"9,40011E+21"', "9400111899255190000000", "1234567890123450"
    ),
    "several-numbers-in-a-cell.csv": numbers(
        f'"{UPS}, {USPS}"', f"{UPS};{USPS}", f'"{UPS}\n{USPS}"', f"{UPS} {USPS}", f"{UPS}/{USPS}"
    ),
    "word-or-number-beside-a-number.csv": numbers(
        f"UPS {UPS}", f"USPS {USPS}", "PRO 123456789", f"{USPS} 9400", f"{UPS} +2"
    ),
    "number-turned-into-a-date.csv": numbers("4-Nov", "Nov-04", "11/4/2026", "2026-11-04"),
    "number-with-decimals.csv": numbers(f"{FEDEX}.0", "5.42", f"{USPS}."),
    "words-for-a-number.csv": numbers(
        "Add a tracking number", "NA", "None", "null", "#N/A", "n/a", "-", "TBD", "0", "Will call"
    ),
    "words-for-a-carrier.csv": lines(
        *(f"{po},{UPS},{word}," for po, word in enumerate(["NA", "None", "null", "#N/A"], 1001))
    ),
    "words-for-a-po.csv": pos("NA", "None", "null", "#N/A", "nan", "TRUE", "inf", "12E5"),
    "words-for-a-date.csv": dates("NA", "None", "null", "#N/A", "today"),
    "po-with-other-text.csv": pos("PO-556677", "#1001", "100004-1", "12345.0", "+5", "1_000"),
    "several-pos-in-a-cell.csv": pos("1001;1002", '"1001, 1002"', "1001/1002", '"1001\n1002"'),
    "po-with-thousands-marks.csv": pos('"1,001"', "1 001", "1.001", "1'001"),
    "po-out-of-range.csv": pos("0", "2147483647", "2147483648", "-5", "007123"),
}

_SERIAL, _EPOCH = "46346", "1795188600"
DATES = {
    "dates-ambiguous.csv": dates("03/04/2026", "05/06/2026"),
    "dates-settled-by-a-later-row.csv": dates("04/11/2026", "2026-11-05", "13/11/2026"),
    "dates-settled-by-an-earlier-row.csv": dates("11/13/2026", "11/04/2026"),
    "dates-against-the-profile.csv": lines(
        f"1001,04/11/2026,{UPS},UPS",
        f"1002,20/11/2026,{UPS},UPS",
        head="Order - Number,Date - Shipped Date,Shipment - Tracking Number,Shipment - Carrier",
    ),
    "dates-in-mixed-orders.csv": dates("13/11/2026", "11/14/2026", "05/06/2026"),
    "dates-with-two-digit-years.csv": dates("11/20/26", "11/5/26", "20-Nov-26"),
    "dates-with-two-digit-years-first.csv": dates("26/11/20", "26/11/05"),
    "dates-as-digits.csv": dates("20261120", "20261120153000", "20261320", _EPOCH, f"{_EPOCH}000"),
    "dates-of-endicia.csv": dates(" 11/20/26-03:30:00:PM", " 11/05/26-12:00:00:AM"),
    "dates-with-am-and-pm.csv": dates(
        "11/20/2026 4:00:00 AM", "11/20/2026 3:30 PM", "11/20/2026 12:30 AM", "11/20/2026 15:30"
    ),
    "dates-with-zones.csv": dates("2026-11-20T15:30:00Z", "2026-11-20T15:30:00-05:00"),
    "dates-with-month-names.csv": dates("20-Nov-2026", "Nov 20, 2026", "20-Brumaire-2026"),
    "dates-in-the-future.csv": dates("2026-11-24", "2026-11-25", "2062-11-20"),
    "dates-long-past.csv": dates("2025-03-04", "1997-03-04"),
    "dates-that-mean-none.csv": dates(
        "0000-00-00", "1900-01-00", "1/0/1900", "0001-01-01", "1970-01-01", "0", "12/30/1899"
    ),
    "dates-as-excel-serials.csv": dates(_SERIAL, f"{_SERIAL}.5"),
    "dates-that-are-impossible.csv": dates(
        "2026-02-30", "11/31/2026", "10", "11/20", "20-Nov", "Nov-26"
    ),
}

STATUS = "PO,Tracking Number,Status"
ROWS_THAT_ARE_NO_SHIPMENT = {
    "header-repeated.csv": lines(f"1001,{GOOD}", HEAD, f"1002,{GOOD}"),
    "header-repeated-in-other-order.csv": lines(
        f"1001,{GOOD}", "Tracking Number,PO,Carrier,Ship Date", "778899,1002,XPO,2026-11-20"
    ),
    "header-repeated-with-a-void-column.csv": lines(
        f"1001,{GOOD},x", f"{HEAD},Void", f"1002,{GOOD},Y", head=f"{HEAD},Town"
    ),
    "exports-overlap.csv": lines(f'1001,"=""{USPS}""",,', f"1001,{USPS},,"),
    "total-rows.csv": lines(
        f"1001,{GOOD}", ",,,", "Total,,,", "Grand Total: 1,,,", ",,Count,1", "1,Total,,"
    ),
    "total-rows-of-counts.csv": lines(
        f"UPS,1001,{UPS}",
        "UPS Total,1,1",
        "FedEx Count,2,",
        "Grand Total,3,3",
        "Total Logistics,1002,778899001",
        head="Carrier,PO,Tracking Number",
    ),
    "row-per-item.csv": lines(
        f"1001,{GOOD},SKU-1", f"1001,{GOOD},SKU-2", head=f"{HEAD},Item - SKU"
    ),
    "row-per-charge.csv": lines(
        f"1001,{GOOD},Freight,9.10", f"1001,{GOOD},Fuel,1.20", head=f"{HEAD},Charge,Amount"
    ),
    "row-per-package.csv": lines(f"1001,{GOOD}", f"1001,{USPS},USPS,2026-11-20"),
    "void-flags.csv": lines(
        *(f"{po},{UPS},{f}" for po, f in enumerate(["Y", "N", "", "VOID", "0", "TRUE"], 1001)),
        head="PO,Tracking Number,Void Indicator",
    ),
    "void-flag-unclear.csv": lines(
        *(f"{po},{UPS},{flag}" for po, flag in enumerate(["V", "perhaps", "N"], 1001)),
        head="PO,Tracking Number,Void Indicator",
    ),
    "void-date.csv": lines(
        f"1001,{UPS},11/20/2026", f"1002,{UPS},", head="PO,Tracking Number,Void Date"
    ),
    "refunded-transactions.csv": lines(
        f"1001,{USPS},REFUNDED",
        f"1002,{USPS},REFUNDPENDING",
        f"1003,{USPS},SUCCESS",
        head="po_number,tracking_number,transaction_status",
    ),
    "void-in-the-status.csv": lines(
        f"1001,{UPS},VOID",
        f"1002,{UPS},Active",
        f"1003,{UPS},Refunded",
        f"1004,{UPS},Cancelled",
        f"1005,{UPS},",
        head=STATUS,
    ),
    "no-po-or-nothing-to-send.csv": lines(f",{GOOD}", "1002,,,", "1003,,UPS,"),
}

FOREIGN = {
    "empty.csv": b"",
    "white-space-only.csv": b"\n \n\t\n",
    "web-page-named-excel.xls": b"<html><body><table><tr><td>PO</td></tr></table></body></html>",
    "xml-spreadsheet-2003-named-excel.xls": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>\n'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    ),
    "json-named-csv.csv": b'[{"PO": 1001}]',
    "pdf-named-csv.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
}

TEXTS: dict[str, bytes] = (
    ENCODINGS | LAYOUTS | ROW_SHAPES | CELLS | DATES | ROWS_THAT_ARE_NO_SHIPMENT | FOREIGN
)
