"""What the screen shows for a number through its format."""

import pytest

from batch_tracker.loader.values.cells import read_po
from batch_tracker.model import Kind, TypedCell


@pytest.mark.parametrize("sign", " $-+/():!^&'~{}<>=€£¥")
def test_a_sign_that_excel_shows_without_quotes_is_told_as_shown(sign):
    reading = read_po(TypedCell(Kind.NUMBER, "12345", f"000{sign}0"))
    [issue] = reading.issues
    assert issue.code == "number-shown-otherwise"
    assert repr(f"1234{sign}5") in issue.message


@pytest.mark.parametrize("sign", "AzÄ中")
def test_of_any_other_letter_the_format_is_told(sign):
    number_format = f"000{sign}0"
    [issue] = read_po(TypedCell(Kind.NUMBER, "12345", number_format)).issues
    assert f"the number format {number_format!r}" in issue.message
