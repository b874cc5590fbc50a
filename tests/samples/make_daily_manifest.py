"""Writes the daily manifest of `samples/`, once as a workbook and once as CSV.

    python -m tests.samples.make_daily_manifest

The same shipments are in both. Together they bring every state about that a first run can: the
last digits of some POs are those to which the sandbox's rehearsal gives a meaning.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font

SAMPLES = Path(__file__).parents[2] / "samples"
HEADERS = ("PO #", "Tracking Number", "Carrier", "Ship Date", "Void", "Ship To", "Pieces", "Lbs")
DAY = date(2026, 11, 20)
TOWNS = ("Reno NV", "Joliet IL", "Macon GA", "Trenton NJ", "Tacoma WA", "Waco TX", "Dayton OH")


class Shipment(NamedTuple):
    po: int | str
    tracking: str
    carrier: str
    void: str = "N"
    day: date | str = DAY


def ups(serial: int) -> str:
    """A 1Z number with its check digit: mod 10 over 15 places, every second one doubled."""
    body = f"12345E03{serial:07d}"
    values = [int(c) if c.isdigit() else (ord(c) - 3) % 10 for c in body]
    total = sum(values[0::2]) + 2 * sum(values[1::2])
    return f"1Z{body}{-total % 10}"


def usps(serial: int) -> str:
    """A 22-digit number with its check digit: mod 10, weights 3 and 1 from the right."""
    body = f"94001118992{serial:010d}"
    total = sum(int(c) * (3, 1)[place % 2] for place, c in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def fedex(serial: int) -> str:
    """A 12-digit number with its check digit: weights 1, 3, 7 from the right, mod 11, mod 10."""
    body = f"7718{serial:07d}"
    total = sum(int(c) * (1, 3, 7)[place % 3] for place, c in enumerate(reversed(body)))
    return f"{body}{total % 11 % 10}"


def shipments() -> Iterator[Shipment]:
    for n in range(8):
        yield Shipment(2048211 + 3 * n, ups(4403817 + 977 * n), "UPS")
    yield Shipment(2048235, ups(4412610), "UPS", void="Y")
    yield Shipment(2048238, ups(4413587), "UPS")
    yield Shipment(2048238, ups(4413587), "UPS")  # one line an item: the same shipment
    for n in range(6):
        yield Shipment(2048247 + 2 * n, fedex(2093311 + 1201 * n), "FedEx")
    yield Shipment(2048404, fedex(2101718), "FedEx")
    yield Shipment(2048400, fedex(2102919), "FedEx")
    yield Shipment(2048291, fedex(2104120), "FedEx")
    yield Shipment(2048291, fedex(2105321), "FedEx")  # two boxes, two numbers
    yield Shipment(2048500, fedex(2106522), "FedEx")
    yield Shipment(2048503, fedex(2107723), "FedEx")
    yield Shipment(2048408, fedex(2108924), "FedEx")
    for n in range(6):
        yield Shipment(2048307 + 2 * n, usps(5519274410 + 86_311 * n), "USPS")
    yield Shipment(2048321, "9.40011E+21", "USPS")
    yield Shipment("PO 2048323 / 2048325", usps(5520395753), "USPS")
    yield Shipment(2048327, "Add a tracking number", "USPS")
    yield Shipment(2048329, usps(5520568375), "USPS", day="")
    yield Shipment(2048331, "", "", day="")


def columns(row: int, each: Shipment) -> tuple[object, ...]:
    void = each.void
    return (*each[:3], each.day, void, TOWNS[row % len(TOWNS)], 1 + row % 3, 2.5 + row % 11)


def write_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for row, each in enumerate(shipments()):
            day = each.day.strftime("%m/%d/%Y") if isinstance(each.day, date) else each.day
            writer.writerow(columns(row, each._replace(day=day)))


def write_xlsx(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Shipped"
    sheet.append(["Daily manifest of 20 November 2026"])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([])
    sheet.append(HEADERS)
    for row, each in enumerate(shipments()):
        sheet.append(columns(row, each))
        cell = sheet.cell(sheet.max_row, 2)
        cell.number_format = "@"
        if each.tracking == "9.40011E+21":  # what Excel makes of the number in a General cell
            cell.value, cell.number_format = 9.400111899223e21, "General"
        sheet.cell(sheet.max_row, 4).number_format = "mm/dd/yyyy"
    sheet.append([2048333, ERROR_CODES[-1], "USPS", DAY, "N", "Reno NV", 1, 2.5])
    sheet.append(["Total", None, None, None, None, None, 78, 262.5])
    for letter, width in zip("ABCDEF", (22, 28, 10, 12, 6, 14), strict=True):
        sheet.column_dimensions[letter].width = width
    book.save(path)


if __name__ == "__main__":
    write_csv(SAMPLES / "daily-manifest.csv")
    write_xlsx(SAMPLES / "daily-manifest.xlsx")
