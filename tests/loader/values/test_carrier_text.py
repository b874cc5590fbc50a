"""What gets into a carrier's column and is none: each word, and where the limits are."""

import pytest

from batch_tracker.loader.values.cells import read_carrier

YES_AND_NO = """true false Yes No Y n T F On OFF wahr Falsch ja Nein oui Non vrai faux Sí si
verdadero Falso vero sim NÃO 是 否"""


def codes(text):
    return [issue.code for issue in read_carrier(text, {}).issues]


@pytest.mark.parametrize("text", YES_AND_NO.split())
def test_a_yes_or_no_is_no_carrier(text):
    assert codes(text) == ["carrier-truth-value"]


@pytest.mark.parametrize(
    ("longest", "code"),
    [
        ("U" * 50, "carrier-too-long"),
        ("FedEx First Overnight 12345", "carrier-with-number"),
    ],
)
def test_a_limit_is_the_last_that_is_taken(longest, code):
    assert codes(longest) == []
    assert codes(longest + longest[-1]) == [code]


@pytest.mark.parametrize("name", ["Various Artists Freight", "Same Day Couriers", "Mixed Freight"])
def test_a_name_that_begins_like_a_reference_is_a_name(name):
    assert codes(name) == []
