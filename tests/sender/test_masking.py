"""A secret is masked in every spelling that a server may repeat it in."""

import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.sender.body import presentable
from batch_tracker.sender.masking import masked

PASSWORD = 'p&a%41\\s "wörd"\u20ac\U0001f600'


def each(spell):
    """A spelling of a whole text, out of one of a single character."""
    return lambda text: "".join(map(spell, text))


def percent(letter):
    return "".join(f"%{byte:02x}" for byte in letter.encode())


def utf_16(letter, sign="\\"):
    units = letter.encode("utf-16-be")
    return "".join(f"{sign}u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))


def named(letter):
    return html.escape(letter).replace("ö", "&ouml;").replace("\u20ac", "&euro;")


SPELLINGS = {
    "as it is": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with letters kept": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "HTML": html.escape,
    "HTML by name": each(named),
    "HTML in decimal": each(lambda letter: f"&#{ord(letter)};"),
    "HTML in hexadecimal": each(lambda letter: f"&#x{ord(letter):04X};"),
    "URL": quote,
    "URL, spaces as plus": lambda text: quote(text, safe=" ").replace(" ", "+"),
    "URL in small letters": each(percent),
    "URL of Latin-1": lambda text: quote(text, encoding="latin-1", errors="xmlcharrefreplace"),
    "URL in UTF-16": each(lambda letter: utf_16(letter, "%")),
    "escapes": each(utf_16),
    "long escapes": each(lambda letter: f"\\U{ord(letter):08x}"),
    "braced escapes": each(lambda letter: f"\\u{{{ord(letter):x}}}"),
    "bytes": each(lambda letter: "".join(f"\\x{byte:02X}" for byte in letter.encode())),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("around", list(SPELLINGS))
def test_a_secret_is_masked_in_every_spelling_also_once_more_spelled(spelling, around):
    said = f"Bad login: {SPELLINGS[around](SPELLINGS[spelling](PASSWORD))}, try again."
    assert masked(said, [PASSWORD]) == "Bad login: ***, try again."


# A password holds what can be typed. Latin-1 can look like UTF-8.
secrets = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="*+"),
    min_size=4,
    max_size=20,
)
certain_spellings = st.lists(
    st.sampled_from([name for name in SPELLINGS if name != "URL of Latin-1"]),
    min_size=1,
    max_size=3,
)


@given(secrets, certain_spellings)
def test_any_secret_is_masked_however_it_was_spelled(secret, spellings):
    said = secret
    for name in spellings:
        said = SPELLINGS[name](said)
    told = masked(f"Said: ({said})", [secret])
    assert secret not in told
    assert told in {"Said: (***)", "***"}


@given(st.lists(st.sampled_from([*SPELLINGS]), min_size=8, max_size=8))
def test_each_letter_may_be_spelled_in_another_way(spellings):
    said = "".join(
        SPELLINGS[name](letter) for name, letter in zip(spellings, "pa55wörd", strict=True)
    )
    assert masked(f"Said {said}.", ["pa55wörd"]) == "Said ***."


@given(st.text())
def test_a_text_without_a_secret_is_left_as_it_is(text):
    assert masked(text, ["canary-Pa55word"]) in {text, "***"}
    assert masked(text, [""]) == text


@pytest.mark.parametrize(
    "text", ["PO 7 is 100% closed", "C:\\new\\x41", "AT&T &amp; Sons", "50%25", "&#9;", "\\u00e4"]
)
def test_what_only_looks_encoded_is_not_decoded(text):
    assert masked(text, ["secret"]) == text


def test_all_secrets_are_masked_in_all_places_whatever_their_spelling():
    said = "token-1 pa&#115;s &#116;oken-1 %70ass"
    assert masked(said, ["pass", "token-1"]) == "*** *** *** ***"


@pytest.mark.parametrize("secret", ["*", "**", "***", "a", " "])
def test_a_secret_that_is_in_the_mask_itself_ends(secret):
    masked("a * b ** c *** d", [secret])


def test_what_has_too_many_readings_is_left_out():
    assert masked(f"%{'25' * 1000}41", ["secret"]) == "***"


def test_no_part_of_a_secret_is_left_where_a_long_text_is_cut():
    text = "&#32;" * 998 + " canary-Pa55word"
    for shift in range(20):
        assert "canary" not in presentable(text[shift:], ["canary-Pa55word"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("first" + " " * 4991 + "last", "first last"),  # 5,000 characters
        ("first" + " " * 4992 + "last", "first"),
        ("the first" + " " * 4988 + "last", "the first"),
    ],
    ids=["all of it", "its beginning", "a beginning of two words"],
)
def test_of_a_long_text_the_beginning_is_shown_without_the_word_that_is_cut(text, shown):
    assert presentable(text, ["secret"]) == shown
