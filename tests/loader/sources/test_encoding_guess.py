"""Text that is not UTF-8: read where only one reading makes sense, asked about where several do."""
# ruff: noqa: RUF001 - the readings are letters that look like others

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.errors import SourceRefused
from batch_tracker.loader.sources.encoding_guess import NAMES, EncodingGuess, readings
from batch_tracker.loader.sources.text_encoding import find_encoding


@pytest.mark.parametrize(
    "text",
    [
        *("Café Express", "CAFÉ EXPRESS", "Österreichische Post", "Groß & Söhne"),
        *("O’Brien Haulage", "Transport Müller – Köln", "Jäger (Süd)"),
    ],
)
def test_a_western_name_that_is_read_alike_everywhere_is_no_question(text):
    guess = EncodingGuess("cp1252")
    guess.see([None, "UPS", text])
    guess.confirm()


@pytest.mark.parametrize("mark", "‘’“”–—®™©")
def test_a_mark_beside_letters_makes_no_word_odd(mark):
    text = f"Expreso{mark} Envíos"
    assert readings(text.encode("cp1252"))["cp1252"] == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Česká pošta", "cp1250"),
        ("Señor Envíos", "cp1252"),
        ("Café Express", "mac_roman"),
        ("Почта России", "cp1251"),
        ("Почта России", "koi8_r"),
        ("Ελληνικά Ταχυδρομεία", "cp1253"),
        ("顺丰速运", "gb18030"),
        ("中通快递", "gb18030"),
        ("順豐速運", "big5"),
        ("ヤマト運輸", "cp932"),
        ("대한통운", "cp949"),
        ("Łódź Kurier", "cp1250"),
        ("Türk Şirketi", "cp1254"),
    ],
)
def test_a_value_that_reads_otherwise_in_another_encoding_is_asked_about(text, codec):
    assert readings(text.encode(codec))[codec] == text
    guess = EncodingGuess(codec)
    guess.see([text])
    others = {*readings(text.encode(codec)).values()} - {text}
    if not others:
        guess.confirm()
        return
    with pytest.raises(SourceRefused) as refusal:
        guess.confirm()
    assert repr(text) in refusal.value.message
    assert any(repr(other) in refusal.value.message for other in others)
    assert "--encoding" in refusal.value.hint


def test_a_reading_that_is_no_words_is_left_out():
    assert set(readings("Café Express".encode("mac_roman")).values()) == {"Café Express"}


@given(st.text(min_size=1, max_size=30), st.sampled_from(sorted(NAMES)))
def test_no_text_makes_it_fail(text, codec):
    guess = EncodingGuess(codec)
    guess.see([text.encode(codec, "ignore").decode(codec)])
    with suppress(SourceRefused):
        guess.confirm()


MANIFEST = "PO Number,Tracking Number,Carrier,Ship Date,City\n"


@pytest.mark.parametrize("codec", ["cp1250", "gb18030", "big5", "cp932", "koi8_r", "mac_roman"])
def test_a_town_that_is_not_sent_raises_no_question(text_file, open_file, codec):
    towns = {"gb18030": "上海", "big5": "臺北", "cp932": "東京", "koi8_r": "Москва"}
    town = towns.get(codec, "Québec" if codec == "mac_roman" else "Kraków")
    source = open_file(text_file(f"{MANIFEST}1001,1Z1,UPS,2026-11-20,{town}\n".encode(codec)))
    rows = list(source.rows())
    assert rows[1].cells[:4] == ["1001", "1Z1", "UPS", "2026-11-20"]
    assert source.encoding_guess is not None


def test_one_byte_that_is_not_utf8_is_marked_and_noted(text_file, read):
    content = f"{MANIFEST}1001,1Z1,Café,2026-11-20,Z\n".encode() + b"1002,1Z2,UPS,,Montr\xe9al\n"
    rows, source = read(text_file(content))
    assert rows[1].cells[2] == "Café"
    assert rows[2].cells[4] == "Montr\ufffdal"
    assert source.encoding_guess is None
    assert any("line 3" in note and "UTF-8" in note for note in source.notes)


def test_an_encoding_that_is_named_is_no_guess(text_file, open_file):
    source = open_file(text_file(f"{MANIFEST}1,2,顺丰速运,,\n".encode("gbk")), encoding="gbk")
    assert list(source.rows())[1].cells[2] == "顺丰速运"
    assert source.encoding_guess is None


def test_one_letter_that_is_not_utf8_beside_a_long_line_takes_no_time(tmp_path):
    """Half a million characters would take hours if each were a place to begin the search."""
    path = tmp_path / "long.csv"
    path.write_bytes(b"PO,Remark\n1001," + b"x" * 500_000 + b"\n1002,Caf\xe9\n")
    assert find_encoding(path, None).codec == "cp1252"
