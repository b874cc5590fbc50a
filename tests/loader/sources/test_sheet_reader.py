"""What a cell of a workbook is: its text, its kind, and its raw digits as the file has them."""

import pytest

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.values.date_format import BUILT_IN, iso_of_serial, plain_code, shows_date
from batch_tracker.model import Kind, SourceRow, TypedCell

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="000000"/>'
    '<numFmt numFmtId="165" formatCode="&quot;PO-&quot;0"/>'
    '<numFmt numFmtId="166" formatCode="[$-409]d\\-mmm\\-yyyy;@"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/>'
    '<xf numFmtId="166"/><xf numFmtId="20"/><xf numFmtId="49"/></cellXfs>'
    '<cellStyles/><dxfs><xf numFmtId="14"/></dxfs>'
)
STRINGS = (
    "<si><t>PO</t></si>"
    "<si><r><rPr><b/></rPr><t>94</t></r><r><t xml:space='preserve'> 00</t></r></si>"
    "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    "<si/>"
    "<si><t>a_x000D_\nb_x005F_x0041_</t></si>"
    "<si><t>_xD83D__xDE00_</t></si>"
    "<si><t>_xD83D_</t></si>"
)


def number(raw, code="General"):
    return TypedCell(Kind.NUMBER, raw, code)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        # numbers: the file's digits, whatever a float would make of them
        ("<c r='A1'><v>9.4001112062064062E+21</v></c>", number("9.4001112062064062E+21")),
        ("<c r='A1'><v>9400111899223344556677</v></c>", number("9400111899223344556677")),
        ("<c r='A1' t='n'><v>12345678901234500</v></c>", number("12345678901234500")),
        ("<c r='A1'><v> 12.50 </v></c>", number("12.50")),
        ("<c r='A1' s='1'><v>7123</v></c>", number("7123", "000000")),
        ("<c r='A1' s='2'><v>12345</v></c>", number("12345", '"PO-"0')),
        ("<c r='A1' s='6'><v>5</v></c>", number("5", "@")),
        ("<c r='A1' s='99'><v>5</v></c>", number("5")),
        # dates
        (
            "<c r='A1' s='3'><v>46085</v></c>",
            TypedCell(Kind.DATE, "2026-03-04T00:00:00", "mm-dd-yy"),
        ),
        (
            "<c r='A1' s='4'><v>46085.520833333336</v></c>",
            TypedCell(Kind.DATE, "2026-03-04T12:30:00", "[$-409]d\\-mmm\\-yyyy;@"),
        ),
        ("<c r='A1' s='5'><v>0.5</v></c>", number("0.5", "h:mm")),
        ("<c r='A1' s='3'><v>-1</v></c>", number("-1", "mm-dd-yy")),
        ("<c r='A1'><v>46085</v></c>", number("46085")),
        (
            "<c r='A1' t='d'><v>2026-03-04T12:30:00</v></c>",
            TypedCell(Kind.DATE, "2026-03-04T12:30:00"),
        ),
        *(
            (
                f"<c r='A1' t='d'><v>2026-03-04T00:00:00{zone}</v></c>",
                TypedCell(Kind.DATE, "2026-03-04T00:00:00"),
            )
            for zone in ("Z", ".000Z", "+01:00")
        ),
        ("<c r='A1' t='d'><v>2026-03-04T12:30:00-05:00</v></c>", "2026-03-04T12:30:00-05:00"),
        ("<c r='A1' t='d'><v>2026-03-04</v></c>", TypedCell(Kind.DATE, "2026-03-04T00:00:00")),
        ("<c r='A1' t='d'><v>soon</v></c>", "soon"),
        # other kinds
        ("<c r='A1' t='b'><v>1</v></c>", TypedCell(Kind.BOOLEAN, "TRUE")),
        ("<c r='A1' t='b'><v>0</v></c>", TypedCell(Kind.BOOLEAN, "FALSE")),
        ("<c r='A1' t='e'><v>#N/A</v></c>", TypedCell(Kind.ERROR, "#N/A")),
        # formulas
        ("<c r='A1' t='str'><f>\"94\"&amp;1</f><v>941</v></c>", "941"),
        ("<c r='A1' t='s'><f>A2</f><v>1</v></c>", "94 00"),
        ("<c r='A1' t='inlineStr'><f>A2</f><is><t>a</t></is></c>", "a"),
        ("<c r='A1' t='n'><f>1+1</f><v>2</v></c>", number("2")),
        ("<c r='A1'><f>1+1</f><v>2</v></c>", number("2")),
        ("<c r='A1'><f>B1&amp;C1</f></c>", TypedCell(Kind.UNCALCULATED, "=B1&C1")),
        ("<c r='A1'><f>B1</f><v></v></c>", TypedCell(Kind.UNCALCULATED, "=B1")),
        # text
        ("<c r='A1' t='s'><v>0</v></c>", "PO"),
        ("<c r='A1' t='s'><v>1</v></c>", "94 00"),
        ("<c r='A1' t='s'><v>2</v></c>", "東京"),
        ("<c r='A1' t='s'><v>4</v></c>", "a\r\nb_x0041_"),
        ("<c r='A1' t='s'><v>5</v></c>", "😀"),
        ("<c r='A1' t='s'><v>6</v></c>", "_xD83D_"),
        ("<c r='A1' t='inlineStr'><is><t> x </t></is></c>", " x "),
        ("<c r='A1' t='inlineStr'><is><r><t>1Z</t></r><r><t>99</t></r></is></c>", "1Z99"),
        (
            "<c r='A1' t='inlineStr'><is><t>東京</t><rPh sb='0' eb='2'><t>ト</t></rPh></is></c>",
            "東京",
        ),
        ("<c r='A1' t='str'><v>#N/A</v></c>", "#N/A"),
        ("<c r='A1' t='inlineStr'><is><t>NA</t></is></c>", "NA"),
    ],
)
def test_cell(xlsx_file, read, cell, expected):
    path = xlsx_file(f"<row r='1'>{cell}</row>", strings=STRINGS, styles=STYLES)
    rows, _ = read(path)
    assert rows == [SourceRow(1, [expected])]


@pytest.mark.parametrize(
    "cell",
    [
        "<c r='A1' s='1'/>",
        "<c r='A1' t='s'><v>3</v></c>",
        "<c r='A1' t='s'><v/></c>",
        "<c r='A1'><v></v></c>",
        "<c r='A1' t='str'><f>\"\"</f><v></v></c>",
        "<c r='A1' t='inlineStr'><is><t> \u00a0\n</t></is></c>",
    ],
)
def test_blank_cell_makes_no_row(xlsx_file, read, cell):
    rows, _ = read(xlsx_file(f"<row r='1'>{cell}</row>", strings=STRINGS, styles=STYLES))
    assert rows == []


@pytest.mark.parametrize("place", ["99", "-1", "x", ""])
def test_a_shared_text_that_is_missing_is_damage(xlsx_file, read, place):
    row = f"<row r='3'><c r='B3' t='s'><v>{place or ' '}</v></c></row>"
    with pytest.raises(SourceRefused, match="row 3 refers to a text"):
        read(xlsx_file(row, strings=STRINGS))


def test_1904_dates(xlsx_file, read):
    path = xlsx_file(
        "<row r='1'><c r='A1' s='3'><v>44623</v></c><c r='B1'><v>44623</v></c></row>",
        styles=STYLES,
        properties='<workbookPr date1904="1"/>',
    )
    rows, source = read(path)
    assert source.epoch_1904
    assert rows[0].cells == [
        TypedCell(Kind.DATE, "2026-03-04T00:00:00", "mm-dd-yy"),
        number("44623"),
    ]


@pytest.mark.parametrize(
    ("serial", "epoch_1904", "iso"),
    [
        ("1", False, "1900-01-01T00:00:00"),
        ("59", False, "1900-02-28T00:00:00"),
        ("60", False, None),  # Excel's 29 February 1900
        ("60.5", False, None),
        ("61", False, "1900-03-01T00:00:00"),
        ("2958465", False, "9999-12-31T00:00:00"),
        ("2958466", False, None),
        ("0.5", False, None),
        ("0", True, "1904-01-01T00:00:00"),
        ("60", True, "1904-03-01T00:00:00"),
        ("2957003", True, "9999-12-31T00:00:00"),
        ("2957004", True, None),
        ("2958465.9999999999", False, None),
        ("46085.99999999999", False, "2026-03-05T00:00:00"),
        ("nan", False, None),
        ("x", False, None),
    ],
)
def test_serial_dates(serial, epoch_1904, iso):
    assert iso_of_serial(serial, epoch_1904=epoch_1904) == iso


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", False),
        ("0.00E+00", False),
        ("000000", False),
        ('"day"0', False),
        ("\\d0", False),
        ("[Red]0;[Yellow]-0", False),
        ("_(* #,##0.00_);_(* (#,##0.00)", False),
        ("@", False),
        ("h:mm AM/PM", False),
        ("[h]:mm:ss", False),
        ("mm:ss", False),
        ("0;yyyy", False),
        ("JJ/MM/AAAA", True),
        ("yyyy-mm-dd", True),
        ("[$-409]d-mmm", True),
        ("mmm", True),
        ("mm", True),
        ("m/d/yy h:mm", True),
        ("[$-F800]dddd, mmmm dd, yyyy", True),
        ('yyyy"年"m"月"d"日"', True),
        ("[$-411]ge.m.d", True),
    ],
)
def test_which_formats_show_a_date(code, expected):
    assert shows_date(code) is expected


@pytest.mark.parametrize(
    "word",
    [
        "General",
        "GENERAL",
        "Standard",
        "Estándar",
        "Standaard",
        "Generale",
        "Geral",
        "Padrão",
        "Texte",
        "Genel",
        "Yleinen",
        "Основной",
        "Všeobecný",
        "G/标准",
        "G/通用格式",
    ],
)
def test_a_word_of_another_language_is_the_general_format(word):
    assert plain_code(word) == "General"
    assert not shows_date(plain_code(word))


@pytest.mark.parametrize("code", ["yyyy", "mmm", "dddd", "0", "@", "d-mmm", '"Text"', "JJ/MM/AAAA"])
def test_a_format_that_is_no_word_stays_as_it_is(code):
    assert plain_code(code) == code


def test_built_in_formats_that_show_a_date():
    assert {int(key) for key, code in BUILT_IN.items() if shows_date(code)} == {
        *range(14, 18),
        22,
        *range(27, 32),
        36,
        *range(50, 55),
        57,
        58,
    }


FONTS = (
    "<fonts><font/><font><b/><strike/></font><font><strike val='0'/></font></fonts>"
    "<fills/><borders/>"
    "<cellXfs><xf/><xf fontId='1'/><xf fontId='2'/><xf numFmtId='14' fontId='01'/></cellXfs>"
    "<dxfs><dxf><font><b/></font></dxf><dxf><font><strike/></font></dxf></dxfs>"
)


def run(text, properties=""):
    return f"<r><rPr><b/>{properties}</rPr><t xml:space='preserve'>{text}</t></r>"


RAISED = "<vertAlign val='superscript'/>"
RUNS = [
    ((run("94"), run(" 00")), "94 00"),
    ((run("94", "<strike val='0'/>"), run("00")), "9400"),
    ((run("94", "<vertAlign val='baseline'/>"), run("00")), "9400"),
    ((run("94"), run(" \n", "<strike/>")), "94 \n"),
    ((run("94", "<strike/>"), run(" "), run("00", "<strike/>")), TypedCell(Kind.STRUCK, "94 00")),
    ((run("94", "<strike/>"), run("00")), TypedCell(Kind.RICH, "9400", "2s 2")),
    (
        (run("1001"), run("2", "<vertAlign val='superscript'/>")),
        TypedCell(Kind.RICH, "10012", "4 1^"),
    ),
    ((run("H"), run("2", "<vertAlign val='subscript'/>")), TypedCell(Kind.RICH, "H2", "1 1_")),
    (
        (
            run("9", "<strike/>"),
            "<r><t>4</t></r>",
            run("1", "<strike/>" + RAISED),
        ),
        TypedCell(Kind.RICH, "941", "1s 1 1s^"),
    ),
    (
        (run("a_x0041_", "<strike val='true'/>"), run("b")),
        TypedCell(Kind.RICH, "aAb", "2s 1"),
    ),
]


@pytest.mark.parametrize(("runs", "expected"), RUNS)
def test_a_text_keeps_which_part_of_it_is_struck_through_or_raised(xlsx_file, read, runs, expected):
    text = "".join(runs)
    row = (
        "<row r='1'><c r='A1' t='s'><v>1</v></c>"
        f"<c r='B1' t='inlineStr'><is>{text}</is></c>"
        "<c r='C1' t='inlineStr'><is><t>plain</t></is></c></row>"
    )
    strings = f"<si><t>first</t></si><si>{text}</si><si><t>last</t></si>"
    rows, _ = read(xlsx_file(row, strings=strings))
    assert rows == [SourceRow(1, [expected, expected, "plain"])]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<c r='A1' s='1' t='s'><v>0</v></c>", TypedCell(Kind.STRUCK, "PO")),
        ("<c r='A1' s='1'><v>1003</v></c>", TypedCell(Kind.STRUCK, "1003")),
        ("<c r='A1' s='3'><v>46085</v></c>", TypedCell(Kind.STRUCK, "2026-03-04")),
        ("<c r='A1' s='1' t='b'><v>1</v></c>", TypedCell(Kind.STRUCK, "TRUE")),
        ("<c r='A1' s='1' t='inlineStr'><is><t>x</t></is></c>", TypedCell(Kind.STRUCK, "x")),
        ("<c r='A1' s='2' t='s'><v>0</v></c>", "PO"),
    ],
)
def test_a_cell_in_a_struck_font_is_struck(xlsx_file, read, cell, expected):
    rows, _ = read(xlsx_file(f"<row r='1'>{cell}</row>", strings=STRINGS, styles=FONTS))
    assert rows == [SourceRow(1, [expected])]


def test_a_blank_in_a_struck_font_is_a_blank(xlsx_file, read):
    row = "<row r='1'><c r='A1' s='1'/><c r='B1' s='1' t='s'><v>3</v></c></row>"
    rows, _ = read(xlsx_file(row, strings=STRINGS, styles=FONTS))
    assert rows == []


@pytest.mark.parametrize(("rule", "noted"), [("1", True), ("0", False)])
def test_a_rule_that_strikes_cells_through_is_told(xlsx_file, read, rule, noted):
    row = (
        "<row r='1'><c r='A1'><v>1</v></c></row></sheetData><conditionalFormatting sqref='A1:A9'>"
        f"<cfRule type='expression' dxfId='{rule}'><formula>TRUE</formula></cfRule>"
        "</conditionalFormatting><sheetData>"
    )
    _, source = read(xlsx_file(row, styles=FONTS))
    assert any("strike cells through" in note for note in source.notes) is noted


def test_a_format_number_of_thousands_of_digits_is_a_format(xlsx_file, read):
    digits = "9" * 5_000
    styles = (
        f"<numFmts><numFmt numFmtId='{digits}' formatCode='0000'/></numFmts>"
        f"<cellXfs><xf numFmtId='{digits}'/><xf numFmtId='{digits}0'/></cellXfs>"
    )
    rows, _ = read(xlsx_file("<row r='1'><c r='A1'><v>7</v></c></row>", styles=styles))
    assert rows == [SourceRow(1, [number("7", "0000")])]


def test_the_same_hidden_columns_named_again_and_again_cost_nothing(xlsx_file, read):
    columns = "<cols>" + "<col min='1' max='16384' hidden='1'/>" * 20_000 + "</cols>"
    row = f"</sheetData>{columns}<sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
    rows, source = read(xlsx_file(row))
    assert len(rows) == 1
    assert any("1,000 columns are hidden" in note for note in source.notes)
