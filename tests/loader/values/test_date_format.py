"""Which formats are words, and which letters make one a date's."""

import pytest

from batch_tracker.loader.values.date_format import plain_code


@pytest.mark.parametrize(
    "code", ["yyyy", "yy", "mmm", "mmmm", "dddd", "d", "h", "ss", "gg", "ggge", "e", "bbbb", "bb"]
)
def test_a_code_of_date_letters_is_a_dates(code):
    assert plain_code(code) == code
    assert plain_code(code.upper()) == code.upper()


@pytest.mark.parametrize(
    "word",
    ["General", "Standard", "Estándar", "Texte", "Generale", "标准", "Základní", "G/通用格式"],
)
def test_another_languages_word_is_the_general_format(word):
    assert plain_code(f" {word} ") == "General"
