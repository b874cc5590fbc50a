"""Rows are written as openpyxl writes them."""

from io import BytesIO
from xml.etree.ElementTree import canonicalize, fromstring, tostring
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.xml.constants import SHEET_MAIN_NS

from batch_tracker.reporter.cells import clean
from batch_tracker.reporter.row_xml import row_xml, written_cell

PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
TEXTS = st.text().map(clean)
RICH = st.lists(st.tuples(st.booleans(), TEXTS.filter(bool)), min_size=1).map(
    lambda runs: CellRichText([TextBlock(InlineFont(strike=struck), text) for struck, text in runs])
)
CONTENTS = st.one_of(
    st.tuples(st.just("s"), TEXTS | RICH),
    st.tuples(st.just("n"), st.integers() | st.floats() | st.sampled_from(["9.95", "1e5"])),
    st.tuples(st.just("b"), st.booleans()),
    st.just(("n", None)),
)
CELLS = st.lists(st.none() | st.tuples(CONTENTS, st.booleans(), st.booleans()), max_size=30)


def built(sheet, described):
    """Cells as the reporter makes them; openpyxl is told each one's type."""
    for each in described:
        if each is None:
            yield None
            continue
        (kind, value), is_bold, is_dated = each
        cell = WriteOnlyCell(sheet)
        cell._value, cell.data_type = value, kind
        if is_bold:
            cell.font = Font(bold=True)
        if is_dated:
            cell.number_format = "yyyy-mm-dd"
        yield cell


def written_by_openpyxl(described):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(built(sheet, described)))
    file = BytesIO()
    book.save(file)
    return ZipFile(file).read("xl/worksheets/sheet1.xml").decode()


def row_of(sheet_xml):
    """Return a sheet's only row in canonical XML, without what says nothing."""
    row = fromstring(sheet_xml).find(f".//{{{SHEET_MAIN_NS}}}row")
    for cell in list(row):
        if len(cell) == 0:
            cell.attrib.pop("t", None)  # the type of nothing
            if "s" not in cell.attrib:
                row.remove(cell)
        for text in cell.iter(f"{{{SHEET_MAIN_NS}}}t"):
            if not text.text.strip():
                text.attrib.pop(PRESERVED, None)  # openpyxl lets programs drop a lone blank
    return canonicalize(tostring(row, "unicode"))


def written_by_us(described):
    cells = built(Workbook(write_only=True).create_sheet(), described)
    row = row_xml([cell and written_cell(cell) for cell in cells], 1, None)
    return f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>{row}</sheetData></worksheet>'


@given(CELLS)
def test_a_row_is_what_openpyxl_writes_for_its_cells(described):
    assert row_of(written_by_us(described)) == row_of(written_by_openpyxl(described))


@given(TEXTS.filter(bool))
def test_a_text_keeps_the_blanks_around_it(text):
    sheet = written_by_us([(("s", text), False, False)])
    (told,) = fromstring(sheet).iter(f"{{{SHEET_MAIN_NS}}}t")
    assert told.text == text
    assert (told.get(PRESERVED) == "preserve") == (text != text.strip())


def test_a_row_has_the_height_it_is_given():
    assert row_xml([], 7, 30) == '<row r="7" ht="30" customHeight="1"></row>'
    assert row_xml([], 7, None) == '<row r="7"></row>'
