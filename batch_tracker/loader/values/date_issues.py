"""What the loader can say about the cell of a ship date; see `cell_issues`."""

from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.model import Level

DATE_UNREADABLE = CellIssue(
    "date-unreadable",
    "{text} is not a date in any form that is known.",
    "Write it like 2026-03-04, 03/04/2026, 04-Mar-2026, Mar 4, 2026 or 20260304. For "
    "another form, set date_formats in the profile.",
)
DATE_IMPOSSIBLE = CellIssue(
    "date-impossible",
    "There is no such day or time as {text}.",
    "Correct the ship date. If it is written in another order, set date_formats in the profile.",
)
DATE_WEEKDAY = CellIssue(
    "date-weekday",
    "The day and the weekday in {text} do not match.",
    "Correct the ship date.",
)
DATE_ZONE_UNKNOWN = CellIssue(
    "date-zone-unknown",
    "{text} has a time zone that is not known or has several meanings.",
    "Write the zone as an offset, such as -05:00. Or leave it out and set zone in the profile.",
)
DATE_EMPTY = CellIssue(
    "date-empty",
    "{text} is not a real date. Programs write it for an empty one.",
    "Type the ship date, or empty the cell.",
)
DATE_IN_FUTURE = CellIssue(
    "date-in-future",
    "The ship date {text} means {day}, which is in the future.",
    "Correct the date. If day and month were swapped, set --date-order.",
)
DATE_LONG_PAST = CellIssue(
    "date-long-past",
    "The ship date {text} means {day}, which is too long ago.",
    "Correct the date. If it is written in an unusual way, set date_formats in the profile.",
)
DATE_TOO_OLD = CellIssue(
    "date-too-old",
    "The ship date {text} means {day}, which is more than {limit} days ago.",
    "Check it. max_age_days in the profile sets the limit.",
    Level.WARNING,
)
DATE_AGAINST_ORDER = CellIssue(
    "date-against-order",
    "{text} is not a date when read as {order}, the order of this file's dates.",
    "Correct the date, or set another --date-order (date_order in the profile).",
)
DATE_ORDER_UNKNOWN = CellIssue(
    "date-order-unknown",
    "{text} can mean more than one day.",
    "Say which part comes first with --date-order mdy, dmy or ymd (date_order in the profile).",
)
DATE_SERIAL_TEXT = CellIssue(
    "date-serial-text",
    "{text} looks like Excel's internal number for a day, not like a date.",
    "Format the column as a date in Excel and save the file again.",
)
DATE_NUMBER_IMPLAUSIBLE = CellIssue(
    "date-number-implausible",
    "The number {text} is not a ship date.",
    "Format the cell as a date, or write it like 2026-03-04.",
)
DATE_FROM_NUMBER = CellIssue(
    "date-from-number", "The number {text} was read as the date {day}.", "", Level.NOTE
)
