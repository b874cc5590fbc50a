"""Small changes of the program, in Python and in SQL: operators, conditions and branches."""

import ast
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "fullmatch": "match"}
_SQL = (
    (r"NOT EXISTS", "EXISTS"),
    (r"(?<!NOT )\bEXISTS", "NOT EXISTS"),
    (r"\bAND\b", "OR"),
    (r"\bOR\b(?! REPLACE)", "AND"),
    (r"<>", "="),
    (r"(?<![<>])<(?![<>=])", "<="),
    (r"(?<![<>=])>(?![<>=])", ">="),
    (r"<=", "<"),
    (r">=", ">"),
    (r"(?<= )=(?= )", "<>"),
    (r"\bMIN\b", "MAX"),
    (r"\bMAX\b", "MIN"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bTRUE\b", "FALSE"),
    (r"iif\(same, '(\w+(?:-\w+)*)', '(\w+(?:-\w+)*)'\)", r"iif(same, '\2', '\1')"),
)


class Mutation(NamedTuple):
    """One small change: the file, where in it, what it was and is, and the whole new text."""

    path: Path
    line: int
    what: str
    text: str
    executed: range
    """The lines of the changed statement, if a function executes it; else none."""

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.what}"


class _Spot(NamedTuple):
    """Where a file may be changed, by numbers: the text is made only of those that are chosen."""

    path: Path
    place: int
    change: int


def _spots(path: Path) -> Iterator[_Spot]:
    text = (ROOT / path).read_text("utf-8")
    if path.suffix == ".sql":
        yield from (_Spot(path, number, 0) for number in range(len(_sql_changes(text))))
        return
    for number, place in enumerate(_places(ast.parse(text))):
        yield from (_Spot(path, number, change) for change in range(len(_changes(place))))


def _mutation(spot: _Spot) -> Mutation:
    path, number, _ = spot
    text = (ROOT / path).read_text("utf-8")
    if path.suffix == ".sql":
        start, end, new = _sql_changes(text)[number]
        line = text.count("\n", 0, start) + 1
        what = f"{text[start:end]} → {new}"
        return Mutation(path, line, what, text[:start] + new + text[end:], range(0))
    tree = ast.parse(text)
    place = list(_places(tree))[number]
    executed = _executed(tree, place)
    before = ast.unparse(place)
    _changes(place)[spot.change](place)
    what = f"{before} → {ast.unparse(place)}"
    return Mutation(path, place.lineno, what, ast.unparse(tree) + "\n", executed)


def _executed(tree: ast.AST, place: ast.expr) -> range:
    """Return the lines of the innermost statement around a place; none if importing executes it."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= place.lineno <= (node.end_lineno or 0)
    ]
    functions = [
        node for node in around if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if not any(node.body[0].lineno <= place.lineno for node in functions):
        return range(0)
    return range(max(node.lineno for node in around), (place.end_lineno or place.lineno) + 1)


def _sql_changes(text: str) -> list[tuple[int, int, str]]:
    """Where a piece of SQL may be changed, and what it may become; comments stay."""
    return [
        (found.start(), found.end(), found.expand(put))
        for pattern, put in _SQL
        for found in re.finditer(pattern, text)
        if "--" not in text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    ]


def _places(tree: ast.AST) -> Iterator[ast.expr]:
    """The expressions that may be changed: none of a type, a default of a field or a text."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.expr) and _changes(node):
            yield node
        if isinstance(node, ast.arg | ast.JoinedStr | ast.ImportFrom):
            continue
        if isinstance(node, ast.AnnAssign):
            if node.value:
                yield from _places(ast.Expr(node.value))
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for each in node.body:
                yield from _places(each)
            continue
        yield from _places(node)


def _changes(node: ast.expr) -> tuple[Callable[[Any], None], ...]:  # noqa: PLR0911 - one a kind
    """How an expression may be changed, in place."""
    match node:
        case ast.Compare() if type(node.ops[0]) in _COMPARISONS:
            return (_compare,)
        case ast.BoolOp():
            return _swap_and_or, _drop_first, _drop_last
        case ast.UnaryOp(op=ast.Not()):
            return (_drop_not,)
        case ast.IfExp():
            return (_swap_branches,)
        case ast.BinOp() if type(node.op) in _OPERATORS:
            return (_operate,)
        case ast.Constant(value=bool()):
            return (_flip,)
        case ast.Constant(value=int()):
            return (_increase,)
        case ast.Name() if node.id in _NAMES:
            return (_rename,)
        case ast.Attribute() if node.attr in _NAMES:
            return (_rename,)
    return ()


def _compare(node: ast.Compare) -> None:
    node.ops[0] = _COMPARISONS[type(node.ops[0])]()


def _swap_and_or(node: ast.BoolOp) -> None:
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()


def _drop_first(node: ast.BoolOp) -> None:
    del node.values[0]


def _drop_last(node: ast.BoolOp) -> None:
    del node.values[-1]


def _drop_not(node: ast.UnaryOp) -> None:
    node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)


def _swap_branches(node: ast.IfExp) -> None:
    node.body, node.orelse = node.orelse, node.body


def _operate(node: ast.BinOp) -> None:
    node.op = _OPERATORS[type(node.op)]()


def _flip(node: ast.Constant) -> None:
    node.value = not node.value


def _increase(node: ast.Constant) -> None:
    node.value += 1


def _rename(node: ast.Name | ast.Attribute) -> None:
    if isinstance(node, ast.Name):
        node.id = _NAMES[node.id]
    else:
        node.attr = _NAMES[node.attr]


def sample(folders: Iterable[str], number: int, seed: int, only: str = "") -> list[Mutation]:
    """Choose mutations at random: the same ones for the same seed and the same program."""
    spots = [
        spot
        for folder in folders
        for path in sorted((ROOT / "batch_tracker" / folder).rglob("*"))
        if path.suffix in {".py", ".sql"} and only in path.as_posix()
        for spot in _spots(path.relative_to(ROOT))
    ]
    chosen = random.Random(seed).sample(spots, min(number, len(spots)))
    return [_mutation(spot) for spot in chosen]
