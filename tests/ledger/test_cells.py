"""The cells of rows come out of their blocks as they went in, wherever a block ends."""

from hypothesis import given, settings
from hypothesis import strategies as st

from batch_tracker import ledger
from batch_tracker.ledger.cell_blocks import blocks, cells_of, lines_of, pos_in, to_line, to_lines
from batch_tracker.ledger.cells import StoredCells, rows_holding, width
from batch_tracker.model import Kind, Record, TypedCell

cells = st.lists(
    st.text() | st.builds(TypedCell, st.sampled_from(Kind), st.text(), st.text()), max_size=4
)


@given(rows=st.lists(cells, min_size=1, max_size=20), copies=st.sampled_from([1, 40]))
@settings(max_examples=60)
def test_a_block_gives_back_what_it_took(rows, copies):
    lines = to_lines(rows * copies)
    assert lines == [to_line(row) for row in rows * copies]
    found = list(blocks(7, lines, list(map(len, rows)) * copies))
    assert [line for block in found for line in lines_of(block.lines)] == lines
    assert [cells_of(line) for line in lines] == rows * copies
    assert max(block.width for block in found) == max(map(len, rows))
    starts = [7]
    for block in found:
        assert block.first == starts[-1]
        starts.append(block.first + len(lines_of(block.lines)))


def test_a_row_of_any_block_is_read_and_found(run):
    rows = [Record(n, [f"PO {n}", "\ud800" * (n == 700)]) for n in range(1, 1204)]
    for first in (0, 600, 1200):
        ledger.stage_rows(run, first + 1, rows[first : first + 600])
    stored = StoredCells(run)
    for row in (1203, 1, 500, 501, 600, 601, 700, 1100, 1101):
        assert stored[row] == rows[row - 1].cells
    assert list(rows_holding(run, "po 70")) == [70, *range(700, 710)]
    assert width(run) == 2


def test_what_may_be_a_po_is_a_number_in_the_first_text_column():
    row = ["x1", "PO 0012 / 34, 00012", TypedCell("n", "56.0")]
    assert pos_in(row, [1, 0]) == {12, 34}
    assert pos_in(row, [2]) == {56}
    assert pos_in(row, [3]) == pos_in(row, []) == pos_in(["0 12345678901"], [0]) == set()
