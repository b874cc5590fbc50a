"""What became of a file's columns, in lines for people and as objects for scripts."""

from collections.abc import Iterator, Sequence

from batch_tracker.model import ColumnStatus, Field, ManifestColumn

_NOT_READ: dict[ColumnStatus, str] = {
    "checked": "Checked for voids only",
    "known": "Not needed",
    "ignored": "Ignored, as told",
    "not understood": "Not understood",
}
_LONGEST = 30


def columns_json(columns: Sequence[ManifestColumn]) -> list[dict[str, object]]:
    """Return the columns as `--json` shows them."""
    return [column._asdict() for column in columns]


def column_lines(columns: Sequence[ManifestColumn]) -> Iterator[str]:
    """Say what is read from which column, a line for each, and in a last line what is not read."""
    order = list(Field)
    read = [column for column in columns if column.read_as]
    for column in sorted(read, key=lambda each: order.index(Field(each.read_as or ""))):
        such_as = f", such as {_short(column.sample)}" if column.sample else ""
        yield f"{Field(column.read_as or '').label}: {_called(column)}{such_as}"
    others = [
        f"{words}: {', '.join(map(_called, those))}."
        for status, words in _NOT_READ.items()
        if (those := [column for column in columns if column.status == status])
    ]
    if others:
        yield " ".join(others)


def _called(column: ManifestColumn) -> str:
    return f'{column.letter} "{_short(column.header)}"' if column.header.strip() else column.letter


def _short(text: str) -> str:
    """Return a text in one line, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
