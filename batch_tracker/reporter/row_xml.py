"""A row of a sheet as XML (ECMA-376, part 1, 18.3.1): what openpyxl writes for the same cells."""

from collections.abc import Sequence
from functools import lru_cache

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.compat import safe_string
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring


def row_xml(cells: Sequence[Cell | None], number: int, height: float | None) -> str:
    """Return a row: the cells from column A on, each with a value or a style of its own."""
    high = "" if height is None else f' ht="{height:g}" customHeight="1"'
    told = [
        _cell(cell, f"{letter}{number}")
        for letter, cell in zip(_letters(len(cells)), cells, strict=True)
        if cell is not None
    ]
    return f'<row r="{number}"{high}>{"".join(told)}</row>'


@lru_cache(maxsize=8)
def _letters(count: int) -> list[str]:
    return [get_column_letter(column) for column in range(1, count + 1)]


def _cell(cell: Cell, place: str) -> str:
    # What `value` returns is a date where a number is shown as one.
    value, style = cell._value, cell.style_id  # type: ignore[attr-defined] # noqa: SLF001
    looks = f' s="{style}"' if style else ""
    if value is None or value == "":
        return looks and f'<c r="{place}"{looks}/>'
    if isinstance(value, CellRichText):
        told = tostring(value.to_tree()).decode()  # type: ignore[attr-defined] # these are bytes
        return f'<c r="{place}"{looks} t="inlineStr">{told}</c>'
    text = value if isinstance(value, str) else safe_string(value)
    told = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if cell.data_type != "s":
        return f'<c r="{place}"{looks} t="{cell.data_type}"><v>{told}</v></c>'
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'<c r="{place}"{looks} t="inlineStr"><is><t{space}>{told}</t></is></c>'
