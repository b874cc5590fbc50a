"""A row of a sheet as XML (ECMA-376, part 1, 18.3.1): what openpyxl writes for the same cells."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

WrittenCell: TypeAlias = str
"""A cell that can stand anywhere: its XML from behind the address on."""


def row_xml(cells: Sequence[WrittenCell | None], number: int, height: float | None) -> str:
    """Return a row: its cells from column A on, and how many points high it is, if that is said."""
    high = "" if height is None else f' ht="{height:g}" customHeight="1"'
    told = [
        f'<c r="{letter}{number}{cell}'
        for letter, cell in zip(_letters(len(cells)), cells, strict=True)
        if cell is not None
    ]
    return f'<row r="{number}"{high}>{"".join(told)}</row>'


def written_cell(cell: Cell) -> WrittenCell | None:
    """Return a cell of openpyxl's as it is written; None where nothing is to be seen of it."""
    # What `value` returns is a date where a number is shown as one.
    value = cell._value  # type: ignore[attr-defined] # noqa: SLF001
    is_seen = cell.has_style or not (value is None or value == "")
    return written(value, cell.data_type, cell.style_id) if is_seen else None


def written(
    value: str | float | bool | CellRichText | None, data_type: str, style: int
) -> WrittenCell:
    """Return a cell of this value and style; `data_type` is openpyxl's letter for its type."""
    looks = f'" s="{style}"' if style else '"'
    if value is None or value == "":
        return f"{looks}/>"
    if isinstance(value, CellRichText):
        told = tostring(value.to_tree()).decode()  # type: ignore[attr-defined] # these are bytes
        return f'{looks} t="inlineStr">{told}</c>'
    text = value if isinstance(value, str) else safe_string(value)
    told = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if data_type != "s":
        return f'{looks} t="{data_type}"><v>{told}</v></c>'
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'{looks} t="inlineStr"><is><t{space}>{told}</t></is></c>'


@lru_cache(maxsize=8)
def _letters(count: int) -> list[str]:
    return [get_column_letter(column) for column in range(1, count + 1)]
