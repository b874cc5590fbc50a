"""What a person is told, and asked, where columns are not understood."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from batch_tracker.errors import ColumnsRefused, ColumnsUnclear, Option, Question
from batch_tracker.loader.columns.guess import SENT, Guess
from batch_tracker.loader.columns.header_text import normalise
from batch_tracker.loader.columns.names import suggest
from batch_tracker.model import Field

HEADER_ROWS = 30
"""How far down the headers are looked for."""

_IN_A_PROFILE = (
    'in a profile, and name that with --profile. "batch-tracker profile new FILE" makes one.'
)
_MOST_ASKED = 5
_MOST_CELLS = 3
_LONGEST_CELL = 40
_SEEMS = {
    Field.PO: "hold POs",
    Field.TRACKING_NUMBER: "hold tracking numbers",
    Field.CARRIER: "hold carriers",
    Field.SHIPPED_ON: "hold ship dates",
    Field.VOID: "say whether a shipment counts",
}


class Doubt(NamedTuple):
    """A column (from 0) that is not read, its letter, the field it speaks of, and its cells."""

    column: int
    letter: str
    field: Field
    cells: Sequence[str]


def several_profiles(guess: Guess, place: str) -> ColumnsRefused:
    """Return the question which of several profiles is meant."""
    names = ", ".join(sorted(profile.name for profile in (guess.profile, *guess.rivals)))
    return ColumnsRefused(
        f"{place}: the headers in row {guess.row} match several profiles: {names}.",
        hint="Name the right one with --profile.",
    )


def several_tables(guesses: tuple[Guess, Guess], place: str) -> ColumnsRefused:
    """Return the refusal of a file in which a second table has more of our columns."""
    first, second = guesses
    return ColumnsRefused(
        f"{place}: row {second.row} has other headers than row {first.row}. The file is "
        "two tables in one.",
        hint="Make a file of each table, and run both. Or say which row has the headers "
        f"(header_row) {_IN_A_PROFILE}",
    )


def labels_only(guess: Guess, place: str) -> ColumnsRefused:
    """Return the refusal of a file whose names have their values beside them."""
    return ColumnsRefused(
        f"{place}: row {guess.row} has values beside its names "
        f"({_listed(guess.names, 4)}). These are labels, not the headers of a table.",
        hint=f"Export a table with a shipment in each row. If row {guess.row} has the headers, "
        f"say so (header_row = {guess.row}) {_IN_A_PROFILE}",
    )


def several_columns(
    field: Field, columns: Sequence[int], names: Sequence[str], place: str
) -> ColumnsUnclear:
    """Return the question which of several columns holds a field."""
    listed = " and ".join(f'"{names[column]}" (column {column + 1})' for column in columns)
    text = f"{len(columns)} columns could be the {field.label}: {listed}."
    alone = [
        Option(
            f'take it from "{names[column]}"',
            tuple(_answer(names, each, None) for each in columns if each != column),
        )
        for column in columns
    ]
    return ColumnsUnclear(
        f"{place}: {text}",
        hint=f"Say which, such as {_flags(_answer(names, columns[0], field))}, or "
        f"columns.{field} = {columns[0] + 1} {_IN_A_PROFILE}",
        questions=[Question(text, (*alone, _first_filled(names, field, columns)))],
    )


def rival_column(
    guess: Guess, field: Field, columns: tuple[int, int], place: str
) -> ColumnsUnclear:
    """Return the question whether a profile's column or another of a usual name is meant."""
    ours, rival = (f'"{guess.names[column]}"' for column in columns)
    name = guess.profile.name
    text = (
        f"the headers are those of profile {name}, which takes the {field.label} from "
        f"{ours}. But there is a column {rival} (column {columns[1] + 1}) too."
    )
    choices = (
        Option(f"take it from {ours}", (_answer(guess.names, columns[1], None),)),
        Option(f"take it from {rival}", (_answer(guess.names, columns[1], field),)),
    )
    return ColumnsUnclear(
        f"{place}: {text}",
        hint=f"If {ours} is right, say --profile {name}. If {rival} is, say "
        f"{_flags(_answer(guess.names, columns[1], field))}, or write columns.{field} = "
        f"{rival} {_IN_A_PROFILE}",
        questions=[Question(text, choices)],
    )


def doubtful_columns(
    doubts: Sequence[Doubt], names: Sequence[str], held: Mapping[Field, int], place: str
) -> ColumnsUnclear:
    """Return the questions what columns hold that are not read and speak of a field of ours."""
    asked = [_question(doubt, names, held) for doubt in doubts]
    texts = [question.text for question in asked[:_MOST_ASKED]]
    if len(asked) > _MOST_ASKED:
        texts.append(f"{len(asked) - _MOST_ASKED} more columns are like that.")
    likeliest, *_, ignore = asked[0].options
    return ColumnsUnclear(
        f"{place}: {' '.join(texts)}",
        hint=f"Say {_flags(*likeliest.answers)} to {likeliest.words}, or "
        f"{_flags(*ignore.answers)} to go without it. A profile keeps the answer (columns, "
        "ignore).",
        questions=asked,
    )


def blank_beside_filled(
    field: Field,
    columns: tuple[int, int],
    names: Sequence[str],
    *,
    where: str,
    cell: str,
    place: str,
) -> ColumnsUnclear:
    """Return the question what counts where a field's own column is blank and another is not."""
    own, other = columns
    text = (
        f'{where}: "{names[own]}" has no {field.label}, but "{names[other]}" has '
        f'"{cell[:_LONGEST_CELL]}".'
    )
    filled, without = _first_filled(names, field, columns), _answer(names, other, None)
    choices = (filled, Option(f'go without "{names[other]}"', (without,)))
    return ColumnsUnclear(
        f"{place}: {text}",
        hint=f"Say {_flags(*filled.answers)} to {filled.words}, or {_flags(without)} to go "
        f"without. A profile keeps the answer (columns.{field}, ignore).",
        questions=[Question(text, choices)],
    )


def _question(doubt: Doubt, names: Sequence[str], held: Mapping[Field, int]) -> Question:
    name = names[doubt.column]
    called = f', "{name}",' if name.strip() else " without a header"
    *others, last = (f'"{cell[:_LONGEST_CELL]}"' for cell in doubt.cells[:_MOST_CELLS])
    cells = f"{', '.join(others)} and {last}" if others else last
    text = (
        f"Column {doubt.letter}{called} is not read, but seems to {_SEEMS[doubt.field]}: {cells}."
    )
    fields = [doubt.field, *(field for field in Field if field is not doubt.field)]
    read = [_read_too(names, field, doubt.column, held) for field in fields]
    ignore = Option("ignore it", (_answer(names, doubt.column, None),))
    return Question(text, (*read, ignore))


def _read_too(names: Sequence[str], field: Field, column: int, held: Mapping[Field, int]) -> Option:
    """Return the choice to read a column as a field, behind the column that holds it already."""
    if field is Field.VOID:
        means = f"read it as the {field.label} (a yes means void)"
        return Option(means, (_answer(names, column, field),))
    if field not in held:
        return Option(f"read it as the {field.label}", (_answer(names, column, field),))
    own = held[field]
    return Option(
        f'read it as the {field.label} where "{names[own]}" is blank',
        (_answer(names, own, field), _answer(names, column, field)),
    )


def _first_filled(names: Sequence[str], field: Field, columns: Sequence[int]) -> Option:
    return Option(
        "take the first that is filled",
        tuple(_answer(names, column, field) for column in columns),
    )


def _answer(names: Sequence[str], column: int, field: Field | None) -> str:
    """Return what `--column` takes for an answer; a header that is not the only one is a place."""
    name = " ".join(names[column].split())
    same = [each for each in names if normalise(each) == normalise(name)]
    is_plain = name and len(same) == 1 and not set(name) & set('"$`\\!=')
    return f"{name if is_plain else column + 1}={field or 'ignore'}"


def _flags(*answers: str) -> str:
    return " ".join(f'--column "{answer}"' for answer in answers)


def not_understood(guesses: Sequence[Guess], place: str) -> ColumnsRefused:
    """Return what is missing from the likeliest header row, and how to say what holds it."""
    best = max(guesses, key=lambda guess: (len(guess.columns), -guess.row), default=None)
    if best is None or not (best.columns or len(guesses) == 1):
        return ColumnsRefused(
            f"{place}: none of the first {HEADER_ROWS} rows has a header for the PO and "
            "for what is to be sent.",
            hint="Say which row has the headers (header_row) and which column has the PO "
            f"(columns.po) {_IN_A_PROFILE}",
        )
    missing = best.absent or ((Field.PO,) if Field.PO not in best.columns else SENT)
    wanted = " or ".join(field.label for field in missing)
    row = f"row {best.row}, taken as the header row, has" if best.row else "there is"
    text = f"{row} no column for the {wanted}{_expected(best, missing)}"
    return _missing_field(best, missing[0], text, place)


def _missing_field(guess: Guess, field: Field, text: str, place: str) -> ColumnsRefused:
    names = guess.names
    maybe = suggest(names, field)
    message = f"{place}: {text}; the columns are {_listed(names)}."
    if not maybe:
        return ColumnsRefused(
            message, hint=f'Name it, such as columns.{field} = "Header", {_IN_A_PROFILE}'
        )
    likely = [_answer(names, names.index(each), field) for each in maybe]
    others = f" (or {', '.join(maybe[1:])})" if maybe[1:] else ""
    choices = [
        Option(f'read "{each}"', (answer,)) for each, answer in zip(maybe, likely, strict=True)
    ]
    return ColumnsUnclear(
        message,
        hint=f'Did you mean "{maybe[0]}"{others}? Then say {_flags(likely[0])}, or write '
        f'columns.{field} = "{maybe[0]}" {_IN_A_PROFILE}',
        questions=[Question(f"{text[0].upper()}{text[1:]}.", tuple(choices))],
    )


def _expected(guess: Guess, missing: Sequence[Field]) -> str:
    wanted = [
        f'"{column}"'
        for field in missing
        if field in guess.absent
        for column in guess.profile.columns_of(field)
    ]
    return f" (profile {guess.profile.name} names {', '.join(wanted)})" if wanted else ""


def _listed(names: Sequence[str], most: int = 20) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:most] if name.strip())
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
