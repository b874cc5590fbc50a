"""The mutation campaign: change one small thing in the program, and see whether a test notices.

    python -m tests.campaigns.mutation --mutations 400 --seed 14

Operators, boundaries, conditions and branches of the planner, the sender, the ledger, the quota and
the loader's values and rows are changed, in Python and in SQL. For each, the tests that belong to
the module are run in a copy of the project: its own file of tests first. A timeout counts as
noticed. What nothing noticed is listed; whether it changes anything at all is for a person to say.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
COPIED = ("batch_tracker", "tests", "samples", "pyproject.toml", "README.md")
TIMEOUT_S = 600
_NOTICED, _ENDS = {1, 2}, {0, 1, 2, 5}
"""Of pytest: a test or the collection failed; it ended as it should (5: no test there)."""
TESTS = {
    "planner": ("tests/planner", "tests/acceptance/test_chosen_rows.py"),
    "sender": ("tests/sender",),
    "ledger": ("tests/ledger", "tests/planner/test_plan.py", "tests/acceptance/test_history.py"),
    "quota": ("tests/quota",),
    "loader/values": ("tests/loader/values", "tests/loader/test_hazards.py"),
    "loader/rows": ("tests/loader/rows", "tests/loader/test_hazards.py", "tests/loader"),
}
"""The tests that belong to the modules of a folder."""

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
        return Mutation(path, line, f"{text[start:end]} → {new}", text[:start] + new + text[end:])
    tree = ast.parse(text)
    place = list(_places(tree))[number]
    before = ast.unparse(place)
    _changes(place)[spot.change](place)
    what = f"{before} → {ast.unparse(place)}"
    return Mutation(path, place.lineno, what, ast.unparse(tree) + "\n")


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


def sample(number: int, seed: int, only: str = "") -> list[Mutation]:
    """Choose mutations at random: the same ones for the same seed and the same program."""
    spots = [
        spot
        for folder in TESTS
        for path in sorted((ROOT / "batch_tracker" / folder).rglob("*"))
        if path.suffix in {".py", ".sql"} and only in path.as_posix()
        for spot in _spots(path.relative_to(ROOT))
    ]
    chosen = random.Random(seed).sample(spots, min(number, len(spots)))
    return [_mutation(spot) for spot in chosen]


def tests_of(path: Path) -> list[str]:
    """The tests that belong to a module: those that have its name first."""
    folder = next(each for each in TESTS if f"batch_tracker/{each}/" in path.as_posix())
    own = [
        test.relative_to(ROOT).as_posix()
        for place in TESTS[folder]
        for test in (ROOT / place).rglob(f"test_{path.stem.rstrip('s')}*.py")
    ]
    return list(dict.fromkeys([*own, *TESTS[folder]]))


def is_noticed(mutation: Mutation, project: Path) -> bool:
    """Whether the tests of the module fail, or hang, in a copy of the project so changed."""
    target = project / mutation.path
    original = target.read_text("utf-8")
    target.write_text(mutation.text, "utf-8")
    try:
        return any(_fails(project, tests) for tests in tests_of(mutation.path))
    finally:
        target.write_text(original, "utf-8")


def _fails(project: Path, tests: str) -> bool:
    words = ["-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", tests]
    # Programs that the tests start must be the changed one, too.
    environment = {**os.environ, "PYTHONPATH": str(project)}
    try:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=project,
            env=environment,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True
    if done.returncode not in _ENDS:
        raise SystemExit(f"{tests} can't be run: {done.stdout.decode()}{done.stderr.decode()}")
    return done.returncode in _NOTICED


def campaign(chosen: list[Mutation], folder: Path, workers: int) -> list[Mutation]:
    """Return the mutations that no test noticed."""
    projects: SimpleQueue[Path] = SimpleQueue()
    for number in range(workers):
        projects.put(_copy(folder / str(number)))
    _require_sound_tests(chosen, folder / "0")

    def missed(mutation: Mutation) -> Mutation | None:
        project = projects.get()
        try:
            noticed = is_noticed(mutation, project)
        finally:
            projects.put(project)
        print("." if noticed else f"\n{mutation}", end="" if noticed else "\n", flush=True)
        return None if noticed else mutation

    with ThreadPoolExecutor(workers) as pool:
        return [each for each in pool.map(missed, chosen) if each]


def _require_sound_tests(chosen: list[Mutation], project: Path) -> None:
    """See that the tests pass where nothing was changed: else they would notice anything."""
    wanted = {tests for mutation in chosen for tests in tests_of(mutation.path)}
    if failing := [tests for tests in sorted(wanted) if _fails(project, tests)]:
        raise SystemExit(f"These fail without any change: {', '.join(failing)}")


def _copy(project: Path) -> Path:
    for name in COPIED:
        source, target = ROOT / name, project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return project


def main() -> int:
    """Run a campaign as the command line says, and tell what was not noticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutations", type=int, default=20, help="changes to try [20]")
    parser.add_argument("--seed", type=int, default=14, help="repeats a campaign's choices [14]")
    parser.add_argument("--only", default="", help="a part of the paths of the modules to change")
    parser.add_argument("--workers", type=int, default=2, help="test runs side by side [2]")
    words = parser.parse_args()
    chosen = sample(words.mutations, words.seed, words.only)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutation-campaign-") as folder:
        missed = campaign(chosen, Path(folder), words.workers)
    share = 100 * (len(chosen) - len(missed)) / max(1, len(chosen))
    took = time.monotonic() - began
    print(f"\n{len(chosen)} mutations, {len(missed)} not noticed ({share:.1f} % were); ", end="")
    print(f"seed {words.seed}, {took:.0f} s")
    for each in missed:
        print(f"  {each}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
