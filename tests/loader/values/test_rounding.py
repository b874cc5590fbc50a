"""Numbers that went through a double, and true ones that must not be taken for such."""

import math
from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.values.rounding import NEARLY_SURE, LongNumbers, chance
from batch_tracker.loader.values.tracking_column import TrackingColumn
from batch_tracker.model import Level


def long_numbers(length):
    return st.integers(10 ** (length - 1), 10**length - 1)


@given(st.integers(20, 30).flatmap(long_numbers))
def test_every_long_number_that_went_through_a_double_looks_so(number):
    rounded = str(int(float(number)))
    assume(not rounded.endswith("000"))  # as Excel leaves them, if they are true
    assert chance(rounded) < 1 / 50


@given(long_numbers(22))
def test_a_22_digit_number_through_a_double_never_goes_out_without_a_word(number):
    for rounded in (str(int(float(number))), plain_shortest(number)):
        assert TrackingColumn().read(rounded).issues


def plain_shortest(number):
    """The shortest digits that tell the double, then zeros: as Java's BigDecimal writes it."""
    return format(Decimal(repr(float(number))), "f").removesuffix(".0")


@pytest.mark.parametrize("number", ["", "1", "94A", "0" * 22, "00340434161094042557", "9" * 400])
def test_what_no_program_takes_for_a_long_number_is_not_judged(number):
    assert chance(number) == 1


@pytest.mark.parametrize("length", [17, 18, 19, 20, 21, 22, 30])
def test_the_chance_is_honest(length):
    """Of random numbers, no more look rounded than the chance that is told for them."""
    random = Random(length)
    numbers = [str(random.randrange(10 ** (length - 1), 10**length)) for _ in range(40_000)]
    for bound in (0.5, 1 / 8, 1 / 50, 1e-3, NEARLY_SURE):
        found = sum(chance(number) <= bound for number in numbers)
        assert found <= 2 * bound * len(numbers) + 3  # two ways of looking so


@pytest.mark.parametrize("length", [17, 18, 19, 20, 22])
def test_a_column_of_true_numbers_is_hardly_ever_remarked_on(length):
    random = Random(length)
    column = TrackingColumn()
    readings = [
        column.read(str(random.randrange(10 ** (length - 1), 10**length))) for _ in range(3000)
    ]
    found = [issue.code for reading in readings for issue in reading.issues]
    assert found.count("tracking-like-double") <= 10
    column.confirm()


@pytest.mark.parametrize("length", [17, 18, 19, 20, 21])
def test_a_column_of_rounded_numbers_is_refused_where_one_of_them_would_not_be(length):
    random = Random(length)
    column = TrackingColumn()
    for _ in range(60):
        column.read(str(int(float(random.randrange(10 ** (length - 1), 9 * 10 ** (length - 1))))))
    with pytest.raises(ColumnsRefused, match="A program has rounded"):
        column.confirm()


def test_one_true_number_clears_the_column():
    random = Random(1)
    rounded = [str(int(float(random.randrange(10**18, 9 * 10**18)))) for _ in range(20)]
    numbers = LongNumbers()
    for number in rounded:
        numbers.looks_rounded(number)
    assert len(numbers.all_rounded()) == 3
    numbers.looks_rounded("1234567890123456789")
    assert numbers.all_rounded() == ()


def test_numbers_that_end_alike_bear_witness_once():
    """A code of the sender at the end of each number may be a multiple of 2 in all of them."""
    numbers = LongNumbers()
    for place in range(100):
        numbers.looks_rounded(f"{10**9 + place}00004096")
    assert numbers.all_rounded() == ()


def test_the_same_number_on_many_rows_is_one_witness():
    numbers = LongNumbers()
    for _ in range(1000):
        numbers.looks_rounded(str(int(math.pow(2, 60)) + 1024))
    assert numbers.all_rounded() == ()


def test_digits_and_zeros_as_json_leaves_them_are_warned_of():
    column = TrackingColumn()
    for number in ("996003263000037800", "996003263000041200"):
        (issue,) = column.read(number).issues
        assert (issue.code, issue.level) == ("tracking-like-double", Level.WARNING)


@pytest.mark.parametrize(
    ("number", "is_refused"),
    [
        (str(2 * 10**20 + 3 * 2**15), False),  # one such number in 32,768 is a double
        (str(4 * 10**20 + 3 * 2**16), True),  # one in 65,536
    ],
)
def test_one_number_alone_is_taken_for_rounded_where_one_in_50_000_looks_so(number, is_refused):
    assert (TrackingColumn().read(number).value is None) == is_refused
