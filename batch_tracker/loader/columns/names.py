"""What columns are usually called, in the languages of `names/`, and what a header so means.

Each file of `names/` is one language. Its tables:

    [fields]   names of a field, best first
    [maybe]    names that may be the field or something else: asked about or suggested, never taken
    [beside]   names that are not needed beside the field itself; alone they are asked about
    [other]    names of what is not ours: whole `names`, last words (`heads`), first words
               (`parties`), and, for languages that run words together, `endings` and `beginnings`

Only an exact match after normalising decides. Measured on 26 real header sets: 97 of 99 fields
right; a fuzzy matcher took `Postal Code` and `Postmark` for the PO, so nearness only suggests.
"""

import difflib
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from batch_tracker.loader.columns.header_text import header_text, is_foreign, normalise, words_of
from batch_tracker.loader.columns.status_columns import status_column
from batch_tracker.loader.columns.stems import field_spoken_of
from batch_tracker.model import Field


class Meaning(NamedTuple):
    """What a header's name says: a field and how good the name is for it (0 is best), or other."""

    field: Field | None
    rank: int = 0


OTHER = Meaning(None)
"""Known, and nothing of ours."""

_PACKAGE = frozenset(
    {
        *("package", "packages", "parcel", "parcels", "shipment", "shipments", "shipping"),
        *("label", "fulfillment", "fulfilment", "carton", "box", "paket", "colis", "envio"),
        *("spedizione",),
    }
)
"""Words before a name that only say of what it is: `package_carrier`, `Label Voided`."""

_LESSER = 10
"""What a name with more around it ranks behind one without."""


class _Names(NamedTuple):
    """The names of all languages, normalised."""

    fields: Mapping[str, Meaning]
    maybe: Mapping[Field, tuple[str, ...]]
    beside: Mapping[Field, frozenset[str]]
    other: frozenset[str]
    heads: frozenset[tuple[str, ...]]
    parties: frozenset[tuple[str, ...]]
    endings: tuple[str, ...]
    beginnings: tuple[str, ...]


@cache
def _names() -> _Names:
    folder = files("batch_tracker.loader.columns") / "names"
    paths = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    tables = [tomllib.loads((folder / path).read_text("utf-8")) for path in paths]

    def listed(table: str, key: str) -> list[str]:
        return [name for each in tables for name in each.get(table, {}).get(key, [])]

    return _Names(
        fields=_ranked(tables),
        maybe={field: tuple(map(normalise, listed("maybe", field))) for field in Field},
        beside={field: _normalised(listed("beside", field)) for field in Field},
        other=_normalised(listed("other", "names")),
        heads=frozenset(map(words_of, listed("other", "heads"))),
        parties=frozenset(map(words_of, listed("other", "parties"))),
        endings=tuple(_normalised(listed("other", "endings"))),
        beginnings=tuple(_normalised(listed("other", "beginnings"))),
    )


def _normalised(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(normalise, names))


def _ranked(tables: Iterable[Mapping[str, Any]]) -> dict[str, Meaning]:
    return {
        normalise(name): Meaning(Field(field), rank)
        for table in tables
        for field, ranks in table["fields"].items()
        for rank, names in enumerate(ranks)
        for name in names
    }


@lru_cache(maxsize=4096)
def meaning_of(header: str) -> Meaning | None:
    """Return what a header's name says; None where it is not understood, or says two things."""
    text = header_text(header)
    found = _first(_exact(spelling) for spelling in text.spellings)
    if found is None and text.splits:
        said = [_said_by(split) for split in text.splits]
        if any(len(meanings) > 1 for meanings in said):
            return None
        found = _first(next(iter(meanings), None) for meanings in said)
    if found is None:
        return OTHER if any(map(_is_other, text.spellings)) else None
    is_sent = found.field not in {None, Field.VOID}
    return None if is_sent and field_spoken_of(header) is Field.VOID else found


def _first(meanings: Iterable[Meaning | None]) -> Meaning | None:
    return next((meaning for meaning in meanings if meaning), None)


def _exact(name: str) -> Meaning | None:
    """Return what a name that is listed says."""
    if found := _field(words_of(name)):
        return found
    names, listed = _names(), normalise(name)
    is_listed = listed in names.other or any(
        listed in names.maybe[field] or listed in names.beside[field] for field in Field
    )
    return OTHER if is_listed else None


def _field(words: tuple[str, ...]) -> Meaning | None:
    """Return the field that the words name, with or without what only says of what it is."""
    fields = _names().fields
    if found := fields.get("".join(words)):
        return found
    rest = words[:-1] if len(words) > 1 and words[-1] == "1" else words
    while rest:
        if found := fields.get("".join(rest)):
            return found._replace(rank=found.rank + _LESSER)
        rest = rest[1:] if rest[0] in _PACKAGE else ()
    return None


def _said_by(parts: tuple[str, ...]) -> list[Meaning]:
    """Return what the parts of a header say, the best name of each field once.

    Nothing if one of them is not known, unless it is of another script: a translation.
    """
    said = {part: _exact(part) or (OTHER if _is_other(part) else None) for part in parts}
    if not all(meaning or is_foreign(part) for part, meaning in said.items()):
        return []
    known = sorted(filter(None, said.values()), key=lambda meaning: meaning.rank)
    return list({meaning.field: meaning for meaning in reversed(known)}.values())


def is_listed(header: str) -> bool:
    """Whether the name itself is listed as none of a field, not only its last or first words."""
    return _is_listed(header, _names().other)


def may_be(header: str, field: Field) -> bool:
    """Whether the column may hold the field, or something else."""
    return _is_listed(header, _names().maybe[field])


def is_beside(header: str, field: Field) -> bool:
    """Whether the column is of no use beside the field itself, but perhaps all there is of it."""
    return _is_listed(header, _names().beside[field])


def _is_listed(header: str, names: Collection[str]) -> bool:
    text = header_text(header)
    texts = (*text.spellings, *(part for split in text.splits for part in split))
    return any(normalise(each) in names for each in texts)


def _is_other(header: str) -> bool:
    """Whether the name is none of a field, by its last words, its first, or what it tells of."""
    names, words = _names(), words_of(header)
    name = "".join(words)
    if status_column(header) is not None:
        return True
    is_measure = words[-1:] in names.heads or name.endswith(names.endings)
    if is_measure and field_spoken_of(header) is not Field.VOID:
        return True
    return name.startswith(names.beginnings) or _is_of_party(words, names.parties)


def _is_of_party(words: tuple[str, ...], parties: frozenset[tuple[str, ...]]) -> bool:
    """Whether the words begin with a party, such as `ship to`, and nothing of ours follows."""
    return any(
        words[:n] in parties and field_spoken_of(" ".join(words[n:])) is None
        for n in range(1, len(words) + 1)
    )


def usual_columns(headers: Sequence[str]) -> dict[Field, list[int]]:
    """Return the columns (from 0) that bear a field's best usual name; several if they tie."""
    found = columns_named(headers)
    best = {field: min(rank for rank, _ in columns) for field, columns in found.items()}
    return {
        field: [column for rank, column in columns if rank == best[field]]
        for field, columns in found.items()
    }


def columns_named(headers: Sequence[str]) -> dict[Field, list[tuple[int, int]]]:
    """Return for each field the columns that bear a name of it, as rank and column from 0."""
    found: dict[Field, list[tuple[int, int]]] = {}
    for column, header in enumerate(headers):
        meaning = meaning_of(header)
        if meaning and meaning.field:
            found.setdefault(meaning.field, []).append((meaning.rank, column))
    return {field: sorted(found[field]) for field in Field if field in found}


def suggest(headers: Sequence[str], field: Field) -> list[str]:
    """Return up to three headers that a person may have meant by `field`, likeliest first."""
    taken = {column for columns in columns_named(headers).values() for _, column in columns}
    by_name = {normalise(name): name for i, name in enumerate(headers) if i not in taken}
    usual = sorted(name for name, meaning in _names().fields.items() if meaning.field is field)
    likely = [by_name[name] for name in _names().maybe[field] if name in by_name]
    near = [by_name[name] for name in by_name if difflib.get_close_matches(name, usual, 1, 0.8)]
    spoken = [name for name in by_name.values() if field_spoken_of(name) is field]
    return list(dict.fromkeys(likely + near + spoken))[:3]
