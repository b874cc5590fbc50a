"""Rows that add up the rows above them."""

import re

from batch_tracker.loader.columns.header import Header
from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.rows.exclusions import cell_at
from batch_tracker.loader.values.plain_text import is_blank, text_of
from batch_tracker.model import Field, SourceRow

_TOTAL = re.compile(
    r"(?:grand|sub|page|report|batch|daily)?(?:totals?|count|sum)(?:number)?(?:of)?"
    r"(?:packages|shipments|rows|records|pieces|cartons|orders|items|pos)?\d*"
    r"|(?:record|row|package|shipment|piece|order)(?:total|count)\d*"
)
"""A normalised cell that labels a total. The whole cell: `Total Wine` is a customer."""
_SUBTOTAL = re.compile(r".*\s(?:total|count)", re.IGNORECASE | re.DOTALL)
"""What Excel's Subtotal writes into the column by which it groups: `UPS Total`, `FedEx Count`."""
_COUNT = re.compile(r"[0-9]{1,6}")
"""What a total may have in the column of the tracking numbers."""


def is_total(row: SourceRow, header: Header, *, has_po: bool) -> bool:
    """Whether a row is a total: labelled so, without a tracking number."""
    tracking = _text_at(row, header, Field.TRACKING_NUMBER)
    if not (is_blank(tracking) or _COUNT.fullmatch(tracking)):
        return False
    po = header.fields[Field.PO]
    carrier = _text_at(row, header, Field.CARRIER)
    cells = [*(row.cells[: po + 1] if has_po else row.cells), carrier]
    labels = (normalise(cell) for cell in cells if isinstance(cell, str))
    grouped = (carrier.strip(), "" if has_po else text_of(cell_at(row, po)).strip())
    return any(map(_TOTAL.fullmatch, labels)) or any(map(_SUBTOTAL.fullmatch, grouped))


def _text_at(row: SourceRow, header: Header, field: Field) -> str:
    column = header.fields.get(field)
    return "" if column is None else text_of(cell_at(row, column))
