"""Every sentence that a user can meet: in messages, in `--help`, on pages and in README."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import click

from batch_tracker.errors import BatchTrackerError
from batch_tracker.loader import open_manifest, shipped_profiles

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "batch_tracker"
PLACEHOLDER = "…x…"
"""Stands for whatever a message fills in: one word."""

_END = re.compile(r"(?<=[.!?])[\"')*]*\s+|\n\s*\n|\n\s*[-*#>]|^\d\.\s", re.MULTILINE)
_VERBATIM = re.compile(r"\x08\n(?:.+\n?)+")
_QUOTED = re.compile(r"\"[^\"]*\"|(?<!\w)'[^']*'")
_JS_TEXT = re.compile(r"""(?<!\w)["`']((?:[^"`'\\\n]|(?<=\w)'(?=\w))+)["`']""")
_TODAY = date(2026, 11, 23)
_SQL = re.compile(r"\b(?:SELECT|FROM|INSERT|UPDATE|DELETE|CREATE|EXISTS|CAST|ON CONFLICT)\b")


class Sentence(NamedTuple):
    """A sentence, and the file or command that says it."""

    place: str
    text: str

    @property
    def words(self) -> int:
        return sum(any(map(str.isalnum, word)) for word in self.text.split())


def sentences_of(place: str, text: str) -> Iterator[Sentence]:
    """Take a text apart: at full stops, at blank lines, and at the items of a list.

    Where click keeps the lines of a paragraph as they are, each is a sentence.
    """
    text = _VERBATIM.sub(lambda lines: lines[0].replace("\n", "\n\n"), text)
    for part in _END.split(text):
        if part.strip():
            yield Sentence(place, " ".join(part.split()))


def in_messages(package: Path = PACKAGE) -> Iterator[Sentence]:
    """Give the sentences of all string literals; what is filled in counts as one word."""
    for path in sorted(package.rglob("*.py")):
        place = str(path.relative_to(package))
        for text in _literals(ast.parse(path.read_text("utf-8"))):
            if not _SQL.search(text):
                yield from sentences_of(place, text)


def _literals(tree: ast.AST) -> Iterator[str]:
    """Give the texts of a module: neither docstrings nor the literals inside f-strings."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(_piece(part) for part in node.values)
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _literals(part)
        elif isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.value
        else:
            yield from _literals(node)


def _piece(part: ast.expr) -> str:
    is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
    return part.value if is_text else PLACEHOLDER


def in_help(command: click.Command, name: str = "batch-tracker") -> Iterator[Sentence]:
    """Give the sentences of a command's `--help`, and of those of its own commands."""
    place = f"{name} --help"
    texts = [command.help, command.short_help, command.epilog]
    texts += [each.help for each in command.params if isinstance(each, click.Option)]
    for text in filter(None, texts):
        yield from sentences_of(place, text)
    for own in getattr(command, "commands", {}).values():
        yield from in_help(own, f"{name} {own.name}")


def in_markdown(path: Path) -> Iterator[Sentence]:
    """Give the sentences of a page's prose; each cell of a table is a text of its own."""
    prose = re.sub(
        r"^( *)```.*?^\1```$", "\n", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    prose = re.sub(r"^ {4}.*$", "", prose, flags=re.MULTILINE)
    cells = re.findall(r"^\|.*\|$", prose, re.MULTILINE)
    for text in (re.sub(r"^\|.*\|$", "\n", prose, flags=re.MULTILINE), *"|".join(cells).split("|")):
        yield from sentences_of(path.name, re.sub(r"\]\(.*?\)", "]", text))


def in_pages(package: Path = PACKAGE) -> Iterator[Sentence]:
    """Give the sentences of the package's HTML; every element is a text of its own."""
    for path in sorted(package.rglob("*.html")):
        reader = _Texts()
        reader.feed(path.read_text("utf-8"))
        for text in reader.texts:
            yield from sentences_of(str(path.relative_to(package)), text)


def in_scripts(package: Path = PACKAGE) -> Iterator[Sentence]:
    """Give the sentences in the texts of the pages' scripts."""
    for path in sorted(package.rglob("*.js")):
        code = re.sub(r"^\s*(//|/?\*).*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        for text in _JS_TEXT.findall(code):
            filled_in = re.sub(r"\$\{[^}]*\}", PLACEHOLDER, text)
            yield from sentences_of(str(path.relative_to(package)), filled_in)


def in_templates(package: Path = PACKAGE) -> Iterator[Sentence]:
    """Give the sentences of the shipped TOML files, whose comments and descriptions are shown."""
    for path in sorted(package.rglob("*.toml")):
        text = path.read_text("utf-8")
        place = str(path.relative_to(package))
        for comment in re.findall(r"(?:^#.*\n)+", text, re.MULTILINE):
            yield from sentences_of(place, re.sub(r"^# ?", "", comment, flags=re.MULTILINE))
        for description in re.findall(r'^description = "+(.*?)"+$', text, re.MULTILINE | re.DOTALL):
            yield from sentences_of(place, description)


class _Texts(HTMLParser):
    """Collects what a page shows between its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser's
        self._hidden = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser names it
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(data)


@cache
def in_hazards() -> tuple[Sentence, ...]:
    """Return what is said of the sample files with something wrong, with all that is filled in.

    What is quoted from a file counts as one word.
    """
    return tuple(
        sentence
        for path in sorted((ROOT / "samples" / "hazards").iterdir())
        for text in _said_of(path)
        for sentence in sentences_of(path.name, _QUOTED.sub(PLACEHOLDER, text))
    )


def _said_of(path: Path) -> Iterator[str]:
    try:
        with open_manifest(path, profile=None, known=shipped_profiles(), today=_TODAY) as manifest:
            for record in chain.from_iterable(manifest.chunks()):
                yield record.message
                for issue in record.issues:
                    yield from (issue.message, issue.hint)
            yield from manifest.notes
    except BatchTrackerError as refusal:
        yield str(refusal)
