"""What the loader can say about the cell of a carrier; see `cell_issues`."""

from batch_tracker.loader.values.cell_issues import CellIssue
from batch_tracker.model import Level

CARRIER_TOO_LONG = CellIssue(
    "carrier-too-long",
    "The carrier is {length} characters long. More than {limit} is too long.",
    "Check the cell (the limit is this tool's own; Sellercloud documents none).",
)
CARRIER_NO_LETTER = CellIssue(
    "carrier-no-letter",
    "{text} is not a carrier's name. It has no letter.",
    "Type a name, or say in the profile's carriers what {text} means.",
)
CARRIER_QUOTE = CellIssue(
    "carrier-quote",
    "The carrier {text} holds a quote mark.",
    "Look for a stray quote in the row, and remove it.",
)
CARRIER_IS_NUMBER = CellIssue(
    "carrier-is-a-number",
    "The carrier cell holds {text}, which looks like a tracking number.",
    "The row's values may stand under the wrong headers: put them right.",
)
CARRIER_WITH_NUMBER = CellIssue(
    "carrier-with-number",
    "The carrier cell holds {text}. A carrier's name has no such number.",
    "Type only the carrier's name.",
)
CARRIER_TRUTH_VALUE = CellIssue(
    "carrier-truth-value",
    "The carrier cell holds {text}, which means yes or no. It is not a carrier.",
    "Type the carrier's name, or say in the profile's carriers what {text} means.",
)
CARRIER_ELSEWHERE = CellIssue(
    "carrier-elsewhere",
    "The carrier cell holds {text}, which refers to something else.",
    "Type the carrier's name.",
)
CARRIER_CODE = CellIssue(
    "carrier-code",
    "The carrier cell holds {text}. A program left it there, or characters were lost.",
    "Type the carrier's name.",
)
CARRIER_SEVERAL = CellIssue(
    "carrier-several",
    "The carrier cell holds {text}, which names more than one carrier.",
    "Type the right one, or say in the profile's carriers what {text} means.",
)
CARRIER_MISREAD = CellIssue(
    "carrier-misread",
    "The carrier {text} was read in the wrong encoding by the program that wrote the file.",
    "It is probably {meant}. Type the carrier's name, or export the file again as UTF-8.",
)
CARRIER_ADDRESS = CellIssue(
    "carrier-address",
    "The carrier cell holds the address {text}.",
    "The row's values may stand under the wrong headers: put them right.",
)
CARRIER_DATE = CellIssue(
    "carrier-date",
    "The carrier cell holds the date {text}.",
    "The row's values may stand under the wrong headers: put them right.",
)
CARRIER_PLACEHOLDER = CellIssue(
    "carrier-placeholder", "{text} was read as no carrier.", "", Level.NOTE
)
