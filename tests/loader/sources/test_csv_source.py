"""CSV hazards, one by one: every field stays the text it is, and no row is swallowed."""

import os

import pytest

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources import csv_source, text_encoding
from batch_tracker.model import SourceRow

HEADER = SourceRow(1, ["PO", "Tracking"])


@pytest.mark.parametrize(
    "fields",
    [
        ["007123", "12E5"],
        ['="9400111899223344556677"', "'9400"],
        ["NA", "None"],
        [" 1 ", "\u00a01Z\u200b"],
        ["\uff11\uff12\uff13", "²"],
        ["TRUE", "9.40011E+21"],
    ],
)
def test_fields_are_untouched(text_file, read, fields):
    quoted = ",".join('"' + field.replace('"', '""') + '"' for field in fields)
    rows, _ = read(text_file(f"PO,Tracking\n{quoted}\n"))
    assert rows == [HEADER, SourceRow(2, fields)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter_under_which_the_headers_are_known(text_file, read, delimiter):
    lines = ["Report, made; by | hand", delimiter.join(["PO", "Tracking"]), f"1{delimiter}a,b;c|d"]
    rows, _ = read(text_file("\n".join(lines)))
    assert rows[1] == SourceRow(2, ["PO", "Tracking"])


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a;b,c;d\ne;f;g\nh;i,j;k\n", ["a", "b,c", "d"]),
        ("plain\nother, text\n", ["plain"]),
        ("a,b\nc,d\n", ["a", "b"]),
    ],
)
def test_without_known_headers_the_most_even_cut_is_taken(text_file, read, text, cells):
    rows, _ = read(text_file(text))
    assert rows[0].cells == cells


def test_the_profile_decides_the_delimiter(text_file, read):
    rows, _ = read(text_file("PO,Tracking\n1;2,3\n"), delimiter=";")
    assert rows[1].cells == ["1", "2,3"]


def test_a_delimiter_that_cannot_be_is_refused(text_file, read):
    with pytest.raises(SourceRefused, match="delimiter"):
        read(text_file("PO,Tracking\n"), delimiter='"')


@pytest.mark.parametrize("mark", ["sep=;\r\n", '"sep=;"\r\n', "SEP=;\n"])
def test_a_separator_line_is_obeyed_and_is_no_row(text_file, read, mark):
    rows, _ = read(text_file(mark + "PO;Tracking\r\n1,5;2\r\n"))
    assert rows == [SourceRow(2, ["PO", "Tracking"]), SourceRow(3, ["1,5", "2"])]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16"])
def test_unicode_is_known_by_its_mark_or_its_form(text_file, read, encoding):
    rows, source = read(text_file('"PO",Tracking\r\n1,Zürich 東京\r\n'.encode(encoding)))
    assert rows == [HEADER, SourceRow(2, ["1", "Zürich 東京"])]
    assert source.notes == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_zeros(text_file, read, encoding):
    rows, source = read(text_file("PO,Tracking\r\n1,Zürich\r\n".encode(encoding)))
    assert rows == [HEADER, SourceRow(2, ["1", "Zürich"])]
    assert "UTF-16" in source.notes[0]


def test_windows_text_is_read_with_a_note_naming_the_line(text_file, read):
    rows, source = read(text_file("PO,Tracking\r\n1,2\r\n3,Zürich €\r\n".encode("cp1252")))
    assert rows[2] == SourceRow(3, ["3", "Zürich €"])
    assert source.notes == ["Read as Windows-1252, because line 3 is not UTF-8."]


def test_a_late_accent_loses_and_doubles_nothing(text_file, read):
    lines = [b"PO,Tracking", *(b"%d,1Z" % i for i in range(200_000)), b"9,Z\xfcrich"]
    rows, source = read(text_file(b"\n".join(lines)))
    assert [row.number for row in rows] == list(range(1, 200_003))
    assert rows[-1].cells == ["9", "Zürich"]
    assert "line 200002" in source.notes[0]


@pytest.mark.parametrize(
    ("content", "settings", "message"),
    [
        (b"PO,Tracking\n1,\xfc\x81\n", {}, "line 2 is neither UTF-8 nor Windows-1252"),
        (b"PO,Tracking\r1,2\r3,\xfc\n", {"encoding": "utf-8"}, "line 3 is not utf-8"),
        (b"\xef\xbb\xbfPO,Tracking\n1,\xfc\n", {}, "line 2 is not utf-8"),
        ("PO\n1\n".encode("utf-16")[:-1], {}, "line 2 is not utf-16"),
        (b"PO,Tracking\n", {"encoding": "klingon"}, "'klingon' is not known"),
        (b"PO,Tracking\n", {"encoding": "hex"}, "'hex' is not known"),
        (b"PO,Tracking\n1,2\n3,\0\n", {}, "line 3 holds a NUL"),
    ],
)
def test_text_that_does_not_decode_is_refused_by_line(text_file, read, content, settings, message):
    with pytest.raises(SourceRefused, match=message):
        read(text_file(content), **settings)


def test_a_mark_is_no_part_of_a_header_under_a_named_encoding(text_file, read):
    rows, _ = read(text_file(b"\xef\xbb\xbfPO,Tracking\n"), encoding="utf-8")
    assert rows == [HEADER]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_row_numbers_are_physical_lines(text_file, read, end):
    text = end.join(["PO,Tracking", "1,2", "", " , ", '3,"4', '5"', "6,7", ""])
    rows, source = read(text_file(text))
    assert rows[1:] == [
        SourceRow(2, ["1", "2"]),
        SourceRow(5, ["3", f"4{end}5"]),
        SourceRow(7, ["6", "7"]),
    ]
    assert source.notes == ["2 blank rows left out."]


def test_ragged_rows_come_as_they_are(text_file, read):
    rows, _ = read(text_file("PO,Tracking\n1\n2,3,\n4,5,6,7\n"))
    assert [row.cells for row in rows[1:]] == [["1"], ["2", "3", ""], ["4", "5", "6", "7"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('1,"foo,UPS\n2,x,UPS\n3,y,UPS\n', "opens in line 2 is never closed"),
        ('1,"foo,UPS\n2,"bar",UPS\n', "opens in line 2 closes in line 3"),
        ('1,"foo,UPS\n2,bar",UPS\n', "starts in line 2 .* swallowed"),
        ('1,x,"foo\n2,y,UPS\n3,z,bar"\n', "starts in line 2 .* swallowed"),
        ('"1,x,UPS\n2",y,UPS\n', "starts in line 2 .* swallowed"),
        ('1,"a\nb","c\nd\n', "opens in line 3 is never closed"),
        ('1,"foo"x,UPS\n', "in line 2, text follows"),
        ('1,"foo,UPS\n' + "2,x,UPS\n" * 30 + '3,bar",UPS\n', "goes on for 32 lines"),
        ('1,"foo,UPS\n' + "2,x,UPS\n3,Smith,Co,UPS\n4,x,UPS\n" * 9 + '5,b",UPS\n', "swallowed"),
        ('1,"' + "x" * (csv_source.MAX_FIELD + 1), "cell in line 2 is longer than"),
    ],
)
def test_a_stray_quote_is_refused_by_the_line_it_opens_on(text_file, read, text, message):
    with pytest.raises(SourceRefused, match=message):
        read(text_file("PO,Tracking,Carrier\n" + text))


@pytest.mark.parametrize("between", [sign + gap for sign in ",;\t|^" for gap in ("", " ")])
@pytest.mark.parametrize("blank", ["", " ", "  "])
@pytest.mark.parametrize("swallowed", [1, 2, 3])
def test_a_blank_makes_no_prose_of_rows_that_a_stray_quote_has_glued(
    text_file, read, between, blank, swallowed
):
    """A blank may stand after each delimiter, or for a cell that holds nothing."""
    rows = [
        ["PO", "Tracking", "Size", "Note", "Weight", "Carrier"],
        ["1", "1Z1", blank, '"not urgent', blank, "UPS"],
        *(["2", "1Z2", blank, "", blank, "UPS"] for _ in range(swallowed - 1)),
        ["3", "1Z3", blank, 'fragile"', blank, "UPS"],
        ["4", "1Z4", blank, '"quoted"', blank, "UPS"],
    ]
    text = "".join(f"{between.join(cells)}\n" for cells in rows)
    with pytest.raises(SourceRefused, match=r"starts in line 2 .* swallowed"):
        read(text_file(text))


@pytest.mark.parametrize(
    "address",
    [
        "Suite 5, 12 Main St\nSpringfield, IL, USA",
        "1 Main St\r\nReno",
        'say "hi",\nplease',
        "Springfield,  IL,\nUSA, Earth",
        "a\n\nb",
        "\n".join(f"SKU-{n} x 1" for n in range(25)),
        "\n".join(f"SKU-{n}, red, large" for n in range(300)),
    ],
)
def test_a_cell_of_several_lines_is_one_cell(text_file, read, address):
    quoted = address.replace('"', '""')
    rows, _ = read(text_file(f'PO,Tracking,Address,Carrier\n1,2,"{quoted}",UPS\n'))
    assert rows[1].cells == ["1", "2", address, "UPS"]


@pytest.mark.parametrize(("lines", "is_taken"), [(20, True), (21, False)])
def test_a_cell_of_a_table_of_one_column_has_twenty_lines_at_most(text_file, read, lines, is_taken):
    path = text_file('Note\n"' + "\n".join(["text"] * lines) + '"\nmore\n')
    if is_taken:
        assert [row.number for row in read(path)[0]] == [1, 2, 2 + lines]
        return
    with pytest.raises(SourceRefused, match="goes on for 21 lines"):
        read(path)


@pytest.mark.parametrize(("rows", "is_taken"), [(1, True), (2, True), (3, False)])
def test_lines_between_quotes_are_rows_where_most_have_the_delimiters_of_one(
    text_file, read, rows, is_taken
):
    lines = ["Contents:", *["a,b,c"] * rows, *["fragile"] * 2, "the end"]
    path = text_file('PO,Note,Carrier\n1,"' + "\n".join(lines) + '",UPS\n')
    if is_taken:
        assert read(path)[0][1].cells == ["1", "\n".join(lines), "UPS"]
        return
    with pytest.raises(SourceRefused, match="swallowed"):
        read(path)


def test_lines_are_counted_from_the_top_of_the_file_below_a_named_delimiter(text_file, read):
    table = 'PO;Tracking;Carrier\n1;"a\nb";UPS\n2;x;UPS\n'
    rows, _ = read(text_file("sep=;\n" + table))
    assert [row.number for row in rows] == [2, 3, 5]
    with pytest.raises(SourceRefused, match="opens in line 6 is never closed"):
        read(text_file("sep=;\n" + table + '3;"y;UPS\n'))


def test_a_delimiter_that_is_told_wins_over_the_one_that_the_file_names(text_file, read):
    rows, _ = read(text_file("sep=;\nPO,Tracking;1\n1,2;3\n"), delimiter=",")
    assert [row.cells for row in rows] == [["PO", "Tracking;1"], ["1", "2;3"]]


def test_only_a_line_that_names_a_delimiter_and_nothing_else_does_so(text_file, read):
    rows, _ = read(text_file("sep=; of,parts\nPO,Tracking\n1,2\n"))
    assert [row.cells for row in rows] == [["sep=; of", "parts"], ["PO", "Tracking"], ["1", "2"]]


def test_an_endless_line_is_refused(text_file, read):
    with pytest.raises(SourceRefused, match="line 2 is longer than"):
        read(text_file(b"PO,Tracking\n" + b"x" * (text_encoding.MAX_LINE + (2 << 20))))


def test_a_file_that_grows_while_it_is_read_is_refused(text_file, open_file):
    path = text_file("PO,Tracking\n1,2\n")
    with open_file(path) as source:
        rows = source.rows()
        next(rows)
        with path.open("a") as file:
            file.write("3,4\n")
        with pytest.raises(SourceRefused, match="changed while it was read"):
            list(rows)


def test_a_file_taken_away_while_it_is_read_is_refused(text_file, open_file):
    path = text_file("PO,Tracking\n1,2\n")
    with open_file(path) as source:
        rows = source.rows()
        next(rows)
        path.unlink()
        with pytest.raises(SourceRefused, match="changed while it was read"):
            list(rows)


def test_reading_again_starts_anew(text_file, open_file):
    with open_file(text_file("PO,Tracking\n\n1,2\n")) as source:
        assert list(source.rows()) == list(source.rows())
        assert source.notes == ["1 blank row left out."]


def test_progress_goes_by_bytes(text_file, open_file):
    with open_file(text_file("PO,Tracking\n" + "1,2\n" * 100_000)) as source:
        shares = [
            source.progress() for number, _ in enumerate(source.rows()) if number % 20_000 == 0
        ]
        assert shares == sorted(shares)
        assert 0 < shares[1] < shares[-2] < 1
        assert source.progress() == 1


def test_an_address_names_line_column_and_header(text_file, read):
    _, source = read(text_file("PO,Tracking\n"))
    assert source.address(17, 2, "Carrier") == "line 17, column 3 (Carrier)"
    assert (source.kind, source.sheet, source.epoch_1904) == ("CSV file", "", False)


def test_a_closed_source_holds_no_file(text_file, open_file):
    source = open_file(text_file("PO,Tracking\n1,2\n"))
    rows = source.rows()
    next(rows)
    source.close()
    assert source._file.closed


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who can be denied")
def test_a_file_without_permission_is_refused(text_file, read):
    path = text_file("PO,Tracking\n")
    path.chmod(0)
    with pytest.raises(SourceRefused, match="can't be read"):
        read(path)


def test_thousands_of_blank_columns_right_of_the_table_are_left_out(text_file, read):
    blank = "," * 5_000
    rows, _ = read(text_file(f"PO,Tracking{blank}\n1,a{blank}\n"))
    assert rows[1].cells[:2] == ["1", "a"]
    assert [len(row.cells) for row in rows] == [1_000, 1_000]


@pytest.mark.parametrize("more", ["," * 1_000 + "x", "," * 20_000])
def test_a_row_of_more_columns_than_are_read_is_refused(text_file, read, more):
    with pytest.raises(SourceRefused, match=r"line 2 has .* cells: at most 1,000 columns"):
        read(text_file(f"PO,Tracking\n1,a{more}\n"))
