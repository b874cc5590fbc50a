"""Whatever text a table holds comes back as it was and where it was; damage is refused."""

import csv
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from batch_tracker.errors import SourceRefused

shared_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=100,
)

CSV_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
# XML holds no control characters, reads CR as LF, and Excel's _x0041_ means A.
XML_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_\ufffe\uffff"), max_size=12
).filter(lambda text: not text.startswith("="))


@pytest.fixture
def read_or_refusal(read):
    """Reads a path: its rows and "", or no rows and the refusal; anything else is a failure."""

    def attempt(path, **settings):
        try:
            return read(path, **settings)[0], ""
        except SourceRefused as refusal:
            return [], refusal.message

    return attempt


def tables(texts):
    return st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(texts, min_size=width, max_size=width).filter(
                lambda cells: any(cell.strip() for cell in cells)
            ),
            min_size=1,
            max_size=8,
        )
    )


def without_end(cells):
    while cells and cells[-1] == "":
        cells = cells[:-1]
    return cells


@shared_folder
@given(
    table=tables(CSV_TEXT), delimiter=st.sampled_from(",;\t|"), end=st.sampled_from(["\n", "\r\n"])
)
@example(table=[["sep=;"]], delimiter=",", end="\n")
def test_csv(tmp_path, read_or_refusal, table, delimiter, end):
    path = tmp_path / "table.csv"
    # A row of known headers first, as in a manifest; it is as wide as the table.
    header = ["PO", *["x"] * (len(table[0]) - 1)]
    with path.open("w", newline="", encoding="utf-8") as file:
        # With LF as the line end, csv.writer leaves a CR in a cell unquoted: a row end to all.
        quoting = csv.QUOTE_ALL if end == "\n" else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerows([header, *table])
    rows, refusal = read_or_refusal(path, delimiter=delimiter)
    # A cell with as many delimiters a line as whole rows can't be told from a stray quote.
    assert not refusal or "swallowed rows" in refusal
    assume(not refusal)
    assert [row.cells for row in rows[1:]] == table


@shared_folder
@given(table=tables(XML_TEXT))
def test_xlsx(tmp_path, read, table):
    path = tmp_path / "table.xlsx"
    book = openpyxl.Workbook()
    for number, cells in enumerate(table, 1):
        for column, text in enumerate(cells, 1):
            if text:
                book.active.cell(2 * number, column + 1).value = text
                book.active.cell(2 * number, column + 1).data_type = "s"
    book.save(path)
    rows, _ = read(path)
    assert [(row.number, without_end(row.cells)) for row in rows] == [
        (2 * number, ["", *without_end(cells)]) for number, cells in enumerate(table, 1)
    ]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory):
    path = tmp_path_factory.mktemp("healthy") / "healthy.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["PO", "Tracking"])
    for number in range(20):
        book.active.append([number, f"1Z{number}"])
    book.save(path)
    return path.read_bytes()


@shared_folder
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused(tmp_path, read_or_refusal, healthy, data):
    damaged = bytearray(healthy)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    _, refusal = read_or_refusal(path)
    assert not refusal or refusal.startswith("damaged.xlsx: ")


@shared_folder
@given(data=st.data())
def test_a_damaged_sheet_is_read_or_refused(tmp_path, read_or_refusal, parts_of, data):
    cells = '<c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46085</v></c><c r="C1"><f>1</f></c>'
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    parts = parts_of(f'<row r="1">{cells}</row>', strings="<si><t>PO</t></si>", styles=styles)
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    junk = data.draw(
        st.sampled_from(["", "<", "x", "-1", '"', "/>", "9" * 5000, "&#x1F600;", "\t"])
    )
    end = start + data.draw(st.integers(0, 3))
    parts[name] = parts[name][:start] + junk + parts[name][end:]
    path = tmp_path / "damaged.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    _, refusal = read_or_refusal(path)
    assert not refusal or refusal.startswith("damaged.xlsx: ")


@shared_folder
@given(content=st.binary(min_size=1, max_size=200))
@example(content=b"\xef\xbb\xbf")
@example(content=b"\xff\xfe")
@example(content=b"\n")
@example(content=b'"')
def test_any_bytes_are_read_or_refused(text_file, read_or_refusal, content):
    _, refusal = read_or_refusal(text_file(content))
    assert not refusal or refusal.startswith("manifest.csv: ")
