"""What a person is told, and asked, where columns are not understood."""

from collections.abc import Sequence

from batch_tracker.errors import ColumnsRefused
from batch_tracker.loader.columns.guess import SENT, Guess
from batch_tracker.loader.columns.synonyms import suggest
from batch_tracker.model import Field

HEADER_ROWS = 30
"""How far down the headers are looked for."""

_IN_A_PROFILE = (
    'in a profile ("batch-tracker profile new FILE" makes one) and name it with --profile.'
)


def several_profiles(guess: Guess, place: str) -> ColumnsRefused:
    """Return the question which of several profiles is meant."""
    names = ", ".join(sorted(profile.name for profile in (guess.profile, *guess.rivals)))
    return ColumnsRefused(
        f"{place}: the headers in row {guess.row} fit several profiles equally well: {names}.",
        hint="Name the right one with --profile.",
    )


def several_columns(
    field: Field, columns: Sequence[int], names: Sequence[str], place: str
) -> ColumnsRefused:
    """Return the question which of several columns holds a field."""
    listed = " and ".join(f'"{names[column]}" (column {column + 1})' for column in columns)
    return ColumnsRefused(
        f"{place}: {len(columns)} columns could be the {field.label}: {listed}.",
        hint=f"Say which, such as columns.{field} = {columns[0] + 1}, {_IN_A_PROFILE}",
    )


def rival_column(
    guess: Guess, field: Field, columns: tuple[int, int], place: str
) -> ColumnsRefused:
    """Return the question whether a profile's column or another of a usual name is meant."""
    ours, rival = (f'"{guess.names[column]}"' for column in columns)
    name = guess.profile.name
    return ColumnsRefused(
        f"{place}: the headers are those of profile {name}, which takes the {field.label} from "
        f"{ours}, but there is a column {rival} (column {columns[1] + 1}) too.",
        hint=f"If {ours} is right, say --profile {name}; if {rival} is, write "
        f"columns.{field} = {rival} {_IN_A_PROFILE}",
    )


def not_understood(guesses: Sequence[Guess], place: str) -> ColumnsRefused:
    """Return what is missing from the likeliest header row, and how to say what holds it."""
    best = max(guesses, key=lambda guess: (len(guess.columns), -guess.row), default=None)
    if best is None or not (best.columns or len(guesses) == 1):
        return ColumnsRefused(
            f"{place}: none of the first {HEADER_ROWS} rows names a PO and a tracking number, "
            "a carrier or a ship date.",
            hint=f"Say which row holds the headers (header_row) and what is where (columns.po) "
            f"{_IN_A_PROFILE}",
        )
    missing = best.absent or ((Field.PO,) if Field.PO not in best.columns else SENT)
    wanted = " or ".join(field.label for field in missing)
    row = f"row {best.row}, taken as the header row, has" if best.row else "there is"
    return ColumnsRefused(
        f"{place}: {row} no column for the {wanted}{_expected(best, missing)}; "
        f"the columns are {_listed(best.names)}.",
        hint=_how_to_say(best, missing[0]),
    )


def _expected(guess: Guess, missing: Sequence[Field]) -> str:
    wanted = [f'"{guess.profile.columns[field]}"' for field in missing if field in guess.absent]
    return f" (profile {guess.profile.name} names {', '.join(wanted)})" if wanted else ""


def _how_to_say(guess: Guess, field: Field) -> str:
    maybe = suggest(guess.names, field)
    if not maybe:
        return f'Name it, such as columns.{field} = "Header", {_IN_A_PROFILE}'
    others = f" (or {', '.join(maybe[1:])})" if maybe[1:] else ""
    return (
        f'Did you mean "{maybe[0]}"{others}? '
        f'Then write columns.{field} = "{maybe[0]}" {_IN_A_PROFILE}'
    )


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:most] if name.strip())
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
