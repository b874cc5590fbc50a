"""What the loader can say about one cell: a stable code, a sentence, and how to mend it.

Codes are a contract: they stand in the results workbook, and people filter and script by them.
In the sentences `{text}` is the cell in quotes and `{field}` the field's name for people; other
names in braces are filled by the reader that says the sentence. Carriers and ship dates have
modules of their own, `carrier_issues` and `date_issues`.
"""

from typing import NamedTuple

from batch_tracker.model import Issue, Level

_LONGEST_QUOTE = 60


class CellIssue(NamedTuple):
    """One thing that can be said about a cell."""

    code: str
    message: str
    hint: str = ""
    level: Level = Level.ERROR

    def issue(self, text: str, field: str, **facts: object) -> Issue:
        """The issue, said about the cell `text` of the field named `field`."""
        facts |= {"text": quoted(text), "field": field}
        return Issue(
            code=self.code,
            message=self.message.format(**facts),
            hint=self.hint.format(**facts),
            level=self.level,
            text=text,
        )


def quoted(text: str) -> str:
    """The text in quotes, cut to a readable length; what can't be seen is written as an escape."""
    return repr(text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…")


# Any field: cells that hold no usable text.
ERROR_CELL = CellIssue(
    "error-cell",
    "The {field} cell holds the spreadsheet error {text}.",
    "Correct the formula or type the {field}, then run the file again.",
)
UNCALCULATED_CELL = CellIssue(
    "formula-not-calculated",
    "The {field} is a formula whose result is not stored in the file.",
    "Open the file in Excel, save it, and run it again.",
)
BOOLEAN_CELL = CellIssue(
    "boolean-cell",
    "The {field} cell holds the yes/no value {text}.",
    "Format the cell as Text and type the {field}.",
)
DATE_CELL = CellIssue(
    "date-cell",
    "The {field} cell holds the date {text}.",
    "Excel may have turned the {field} into a date: format the cell as Text and type it again.",
)
NUMBER_CELL = CellIssue(
    "number-cell",
    "The {field} cell holds the number {text}.",
    "Type a name, or name the number in the profile's carriers.",
)
STRUCK_CELL = CellIssue(
    "struck-through",
    "The {field} {text} is struck through in the sheet.",
    "Delete the row if it does not count. If it does, remove the line.",
)
RICH_CELL = CellIssue(
    "partly-formatted",
    "Part of the {field} is {how} in the sheet: it may mean {rest} or {text}.",
    "Type only what counts, without such formatting.",
)
UNREADABLE_CELL = CellIssue(
    "cell-unreadable",
    "The {field} cell holds {text}, but the workbook marks the cell as another kind of value.",
    "Format the cell as Text and type the {field} again.",
)
PLACEHOLDER = CellIssue(
    "placeholder",
    "{text} is a placeholder, not a {field}.",
    "Type the {field}, or empty the cell if there is none.",
)
CONTROL_CHARACTER = CellIssue(
    "control-character",
    "The {field} {text} holds a character that can't be seen or typed.",
    "Type the {field} again.",
)
NEGATIVE = CellIssue(
    "number-negative",
    "The {field} is the negative number {text}.",
    "Format the cell as Text and type the {field} again.",
)
NOT_WHOLE = CellIssue(
    "number-not-whole",
    "The {field} {text} is not a whole number.",
    "Format the cell as Text and type the {field} again.",
)
SHOWN_OTHERWISE = CellIssue(
    "number-shown-otherwise",
    "The cell holds {value}, but the sheet shows {shown}. {value} is used.",
    "Check which is right. Format the cell as General to see what it holds.",
    Level.WARNING,
)
SHOWN_AS_VOID = CellIssue(
    "shown-as-void",
    "The cell holds {text}, but the sheet shows {shown}. The shipment may not count.",
    "Delete the row if it does not count. Otherwise format the cell as General.",
)

# Any field: what was taken off before reading.
BLANKS_TRIMMED = CellIssue(
    "blanks-trimmed", "Line breaks, tabs or odd blanks around {text} were removed.", "", Level.NOTE
)
INNER_BLANKS_REMOVED = CellIssue(
    "inner-blanks-removed", "Blanks inside {text} were removed.", "", Level.NOTE
)
INNER_BLANKS_SHORTENED = CellIssue(
    "inner-blanks-shortened",
    "Line breaks or repeated blanks inside {text} were read as one blank.",
    "",
    Level.NOTE,
)
INVISIBLE_REMOVED = CellIssue(
    "invisible-removed", "Invisible characters in {text} were removed.", "", Level.NOTE
)
WIDE_NARROWED = CellIssue(
    "wide-characters", "Full-width characters in {text} were read as plain ones.", "", Level.NOTE
)
QUOTES_REMOVED = CellIssue(
    "quotes-removed", "Quotes or an apostrophe around {text} were removed.", "", Level.NOTE
)

TOO_LONG = CellIssue(
    "cell-too-long",
    "The {field} cell holds {length:,} characters.",
    "Look at what is in the cell, and type the {field}.",
)
ENTITIES_DECODED = CellIssue(
    "entities-decoded",
    "HTML codes in {text} were read as the characters they stand for.",
    "",
    Level.NOTE,
)
ENTITY_UNKNOWN = CellIssue(
    "entity-unknown",
    "The {field} {text} holds an HTML code that stands for no character.",
    "Type the {field} as it is written on the label.",
)

# PO.
PO_OTHER_TEXT = CellIssue(
    "po-not-a-number",
    "The PO {text} is not just digits.",
    "Type the PO's number, or set po_pattern in the profile, such as 'PO-([0-9]+)'.",
)
PO_SEVERAL = CellIssue(
    "po-several",
    "The cell {text} holds more than one PO.",
    "Give each PO its own row, or set po_pattern in the profile to pick one.",
)
PO_NO_MATCH = CellIssue(
    "po-pattern-no-match",
    "The profile's po_pattern finds no PO in {text}.",
    "Correct the cell, or po_pattern in the profile.",
)
PO_OUT_OF_RANGE = CellIssue(
    "po-out-of-range",
    "{text} can't be a PO: POs go from 1 to 2147483647.",
    "Check that this is the PO column, and type the PO's number.",
)
PO_GROUPED = CellIssue(
    "po-grouped",
    "The PO {text} has a mark between its digits.",
    "Type it without thousands marks, blanks or underscores.",
)
PO_DECIMAL = CellIssue(
    "po-decimal",
    "The PO {text} is written with decimals.",
    "Type it as a whole number.",
)
PO_FOREIGN_DIGITS = CellIssue(
    "po-foreign-digits",
    "The PO {text} has digits other than 0 to 9.",
    "Type it with the digits 0 to 9.",
)
PO_ROUNDED = CellIssue(
    "po-rounded",
    "A spreadsheet has shortened the PO {text}. Its digits are lost.",
    "Take the PO from the original export. Import that column as Text.",
)
PO_LEADING_ZEROS = CellIssue(
    "po-leading-zeros", "The zeros in front of PO {text} were removed.", "", Level.NOTE
)

# Tracking number.
_ORIGINAL = "Take the number from the original export. Import that column as Text."
TRACKING_ROUNDED_NUMBER = CellIssue(
    "tracking-rounded-number",
    "The tracking number is stored as the number {text}. Excel keeps only 15 digits.",
    _ORIGINAL,
)
TRACKING_ROUNDED_TEXT = CellIssue(
    "tracking-rounded-text",
    "A spreadsheet has shortened the tracking number {text}. Its digits are lost.",
    _ORIGINAL,
)
TRACKING_ROUNDED_ZEROS = CellIssue(
    "tracking-rounded-zeros",
    "The tracking number {text} has only zeros after its 15th digit. Excel has lost the rest.",
    _ORIGINAL,
)
TRACKING_ROUNDED_DOUBLE = CellIssue(
    "tracking-rounded-double",
    "A program has rounded the tracking number {text}. Real numbers hardly ever end like this.",
    _ORIGINAL,
)
TRACKING_LIKE_DOUBLE = CellIssue(
    "tracking-like-double",
    "The tracking number {text} looks as if a program had rounded it.",
    "Compare it with the label.",
    Level.WARNING,
)
TRACKING_MAYBE_ROUNDED = CellIssue(
    "tracking-maybe-rounded",
    "The tracking number {text} has only zeros after its 15th digit. Excel may have lost the rest.",
    "Compare it with the label.",
    Level.WARNING,
)
TRACKING_SEVERAL = CellIssue(
    "tracking-several",
    "The cell {text} holds several tracking numbers.",
    "Keep one number in the cell, without blanks, or give each its own row.",
)
TRACKING_PIECE = CellIssue(
    "tracking-piece",
    "The cell {text} holds more than the tracking number. It seems to count the pieces.",
    "Keep only the tracking number in the cell.",
)
TRACKING_ENDS = CellIssue(
    "tracking-ends",
    "The tracking number {text} begins or ends with a mark.",
    "Compare it with the label. Type it without the mark if nothing is missing.",
)
TRACKING_GROUPED = CellIssue(
    "tracking-grouped",
    "The tracking number {text} has thousands marks. A program took it for an amount.",
    _ORIGINAL,
)
TRACKING_CHARACTERS = CellIssue(
    "tracking-characters",
    "The tracking number {text} holds {characters}.",
    "A tracking number has letters A to Z, digits, and the marks - . / _ only. Type only these.",
)
TRACKING_NO_DIGIT = CellIssue(
    "tracking-no-digit",
    "{text} is not a tracking number. It has no digit.",
    "Type the tracking number, or empty the cell if there is none.",
)
TRACKING_WORDS = CellIssue(
    "tracking-words",
    "The tracking number {text} has a word beside the number.",
    "Type only the number.",
)
TRACKING_DATE = CellIssue(
    "tracking-date",
    "{text} is a date, not a tracking number. Excel may have turned the number into a date.",
    _ORIGINAL,
)
TRACKING_DECIMAL = CellIssue(
    "tracking-decimal",
    "The tracking number {text} is written with decimals. A program took it for an amount.",
    _ORIGINAL,
)
TRACKING_TOO_LONG = CellIssue(
    "tracking-too-long",
    "The tracking number is {length} characters long. More than {limit} is too long.",
    "Check the cell (the limit is this tool's own; Sellercloud documents none).",
)
TRACKING_ZEROS_SHOWN = CellIssue(
    "tracking-zeros-shown",
    "The sheet shows zeros in front. They were kept: {value}.",
    "",
    Level.NOTE,
)
