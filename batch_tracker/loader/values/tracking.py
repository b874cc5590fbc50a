"""What a tracking number says by itself: which formats it fits, and what it contradicts.

A check digit is evidence, not proof: one random 12-digit number in six fits some carrier, every
14-digit one does, and carriers hand parcels to each other. So a bare digit string never speaks for
another carrier; against the one that the row names it speaks where that one has no such numbers.
A number is never rewritten, and where the evidence is not one-sided this module is silent.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from batch_tracker.loader.values.carrier_forms import has_form_of, is_other_business
from batch_tracker.loader.values.carrier_names import canonical_carrier
from batch_tracker.loader.values.check_digits import Check
from batch_tracker.loader.values.tracking_formats import FORMATS, Format
from batch_tracker.model import Issue, Level

__all__ = ["Format", "canonical_carrier", "carrier_of", "contradictions", "formats_of"]


class _Shape(NamedTuple):
    """Formats that share a pattern and a check digit, so that both are tried once."""

    pattern: re.Pattern[str]
    check: Check | None
    formats: tuple[Format, ...]


def _shapes_by_length() -> dict[int, tuple[_Shape, ...]]:
    shared: defaultdict[tuple[re.Pattern[str], Check | None], list[Format]] = defaultdict(list)
    for format_ in FORMATS:
        shared[format_.pattern, format_.check].append(format_)
    shapes: defaultdict[int, list[_Shape]] = defaultdict(list)
    for (pattern, check), formats in shared.items():
        for length in formats[0].lengths:
            shapes[length].append(_Shape(pattern, check, tuple(formats)))
    return {length: tuple(those) for length, those in shapes.items()}


_SHAPES = _shapes_by_length()


def formats_of(number: str) -> tuple[Format, ...]:
    """Every format whose shape and check digit `number` fits; upper and lower case are the same.

    The number must be clean: no blanks, no quotes.
    """
    return tuple(_fitting(number.upper()))


def _fitting(number: str) -> Iterator[Format]:
    for pattern, check, formats in _SHAPES.get(len(number), ()):
        if pattern.fullmatch(number) and (check is None or check(number)):
            yield from formats


def is_recognisable(number: str) -> bool:
    """Whether a number shows by a prefix of its own, or by its check digit, that it is one."""
    number = number.upper()
    return any(
        pattern.fullmatch(number)
        and (any(format_.prefixed for format_ in formats) or (check is not None and check(number)))
        for pattern, check, formats in _SHAPES.get(len(number), ())
    )


def has_prefix(number: str) -> bool:
    """Whether a number has the shape of a format that is recognisable by more than its length."""
    number = number.upper()
    return any(
        any(format_.prefixed for format_ in formats) and pattern.fullmatch(number)
        for pattern, _, formats in _SHAPES.get(len(number), ())
    )


def carrier_of(number: str) -> str | None:
    """The one carrier whose number this can only be, by a prefix of its own; else None.

    None too for USPS numbers of commercial mailers (92, 93): UPS, FedEx and DHL are among those.
    """
    fits = formats_of(number)
    carriers = {format_.carrier for format_ in fits}
    sure = len(carriers) == 1 and any(format_.prefixed for format_ in fits)
    return carriers.pop() if sure else None


def contradictions(number: str, carrier: str | None) -> tuple[Issue, ...]:
    """What speaks against a row's tracking number, or against its carrier: at most one warning.

    `other-carrier`: it fits formats of other carriers alone, one of them prefixed. `check-digit`:
    it has the shape of a format with a documented check digit, fits none, and is mistyped.
    `leading-zero-lost`: with a zero in front it would be one of the carrier that the row names.
    `number-form`: that carrier has no such numbers. The caller says where the cells are.
    """
    named = canonical_carrier(carrier) if carrier else None
    if named is None and carrier and not carrier.isspace():
        return ()  # a carrier we do not know may number its parcels as it likes
    number = number.upper()
    if _is_of(named, number):
        return ()
    others = tuple(_fitting(number))
    if any(format_.prefixed for format_ in others):
        return (_other_carrier(others, named),)
    if named is None or carrier is None:
        return () if others else _wrong_check_digit(number, None)
    return _against_named(number, named, is_open=is_other_business(carrier))


def _is_of(named: str | None, number: str) -> bool:
    """Whether the number is one of the carrier; of any, if the row names none."""
    for pattern, check, _ in _shapes_of(named, len(number)):
        if pattern.fullmatch(number) and (check is None or check(number)):
            return True
    return False


@cache
def _shapes_of(named: str | None, length: int) -> tuple[_Shape, ...]:
    """The shapes of numbers that a row may have which names this carrier; all if it names none."""
    return tuple(
        shape
        for shape in _SHAPES.get(length, ())
        if named is None or any(_may_name(format_, named) for format_ in shape.formats)
    )


def _may_name(format_: Format, carrier: str) -> bool:
    return format_.carrier in {None, carrier} or carrier in format_.partners


def _against_named(number: str, named: str, *, is_open: bool) -> tuple[Issue, ...]:
    """What speaks against a number that fits no format of the carrier named.

    `is_open` says that the row names a part of its house whose numbers are not known.
    """
    if found := _wrong_check_digit(number, named, is_open=is_open):
        return found
    if number.isdigit() and _is_of(named, f"0{number}"):
        return (_without_zero(named),)
    return () if is_open or has_form_of(number, named) else (_odd_form(named),)


def _wrong_check_digit(
    number: str, named: str | None, *, is_open: bool = True
) -> tuple[Issue, ...]:
    """The warning for a mistyped number, unless the row names a carrier that has no such numbers.

    Such a row may as well hold a reference of that carrier in a form we do not know.
    """
    for pattern, _, formats in _SHAPES.get(len(number), ()):
        suspects = [f for f in formats if _refutes(f, named, is_open=is_open)]
        if suspects and pattern.fullmatch(number):
            return (_mistyped(suspects),)
    return ()


def _refutes(format_: Format, named: str | None, *, is_open: bool) -> bool:
    """Whether a wrong check digit in this shape is a mistype in a row that names the carrier."""
    if format_.strict:
        return named is None or _may_name(format_, named)
    return format_.documented and format_.carrier == named and not is_open


def _mistyped(suspects: list[Format]) -> Issue:
    return _warning(
        "check-digit",
        f"The tracking number looks like a {suspects[0].name} number, but its check digit "
        "is wrong. It was probably mistyped.",
    )


def _without_zero(named: str) -> Issue:
    return _warning(
        "leading-zero-lost",
        f"With a zero in front, this would be a number of {named}. A spreadsheet has "
        "probably dropped it.",
    )


def _odd_form(named: str) -> Issue:
    return _warning(
        "number-form",
        f"{named} has no tracking numbers like this. A character was probably lost, added "
        "or mistyped.",
    )


def _other_carrier(fits: Sequence[Format], named: str | None) -> Issue:
    owners = " or ".join(dict.fromkeys(str(format_.carrier) for format_ in fits))
    return _warning(
        "other-carrier",
        f"The tracking number is one of {owners}, but the row says {named}.",
        "Compare both with the label. Correct the one that is wrong.",
    )


def _warning(
    code: str, message: str, hint: str = "Compare it with the label, and correct it in the file."
) -> Issue:
    return Issue(code=code, message=message, hint=hint, level=Level.WARNING)
