"""The mutation campaign: change one small thing in the program, and see whether a test notices.

    python -m tests.campaigns.mutation --mutations 400 --seed 14

Operators, boundaries, conditions and branches of the planner, the sender, the ledger, the quota and
the loader's values and rows are changed, in Python and in SQL, in a copy of the project. The tests
are run once without any change, to see which lines each executes. Each mutation then meets the
tests that execute its statement, the nearest and quickest first. What they pass over meets all
tests of its area, and those that start the program as a process. What nothing noticed is listed;
whether it changes anything at all is for a person to say.

A slow test or one that ends for its time notices a mutation only if it passes without it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import cache_from_source
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue

from tests.campaigns.covering_tests import CoveringTests, measure
from tests.campaigns.mutations import ROOT, Mutation, sample

COPIED = ("batch_tracker", "tests", "samples", "pyproject.toml", "README.md")
AREAS = {
    "planner": ("planner", "stories", "acceptance/test_chosen_rows.py"),
    "sender": ("sender", "acceptance/test_compare.py", "acceptance/test_stops.py"),
    "ledger": ("ledger", "planner", "acceptance/test_history.py", "acceptance/test_undo.py"),
    "quota": ("quota", "acceptance/test_quota.py"),
    "loader/values": ("loader", "acceptance/test_field_cases.py"),
    "loader/rows": ("loader", "acceptance/test_field_cases.py"),
}
"""The tests of each folder that is changed. Those of processes are not among the covering ones."""
MEASURED = ("model", "reporter", "test_api.py", *(each for area in AREAS.values() for each in area))
FIRST_S = 60
"""So many measured seconds of covering tests are tried first; the others, with the whole area."""
TEST_TIMEOUT_S, TIMEOUT_S = 120, 900
"""Of one test and of a run: a busy machine takes ten times as long as an idle one."""
QUICK_S = 1.0
"""A test that fails within this time does so for what it sees, not for the time."""
_PASSED, _SOUND = {0, 5}, {0, 1, 5, None}
"""Of pytest: all passed (5: no test was there); it could run them (null: it took too long)."""


_WORDS = (
    *("-x", "-n", "0", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:pytest_cov"),
    *(f"--timeout={TEST_TIMEOUT_S}", "--hypothesis-profile=mutation"),
)
_Failed = dict[str, float]


class Project:
    """A copy of the project in which things are changed, and its own server of test runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        self._server = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("pytest_server.py"))],
            cwd=folder,
            # Programs that the tests start must be the changed one, too.
            env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def is_noticed(self, mutation: Mutation, tests: list[str]) -> bool:
        """Whether one of these tests fails with a mutation, and would not without it."""
        unsound: list[str] = []
        while tests:
            code, failed = self._run_changed(mutation, [*tests, *unsound])
            if code in _PASSED:
                return False
            if any(seconds <= QUICK_S for seconds in failed.values()):
                return True
            if self._pass(list(failed) or tests):
                return True
            if not failed:
                return False
            unsound += [f"--deselect={test}" for test in failed]
        return False

    def _pass(self, tests: list[str]) -> bool:
        code, _ = self._run(tests)
        if code not in _SOUND:
            raise SystemExit(f"Without any change, pytest ends with {code}: {' '.join(tests)}")
        return code in _PASSED

    def _run_changed(self, mutation: Mutation, words: list[str]) -> tuple[int | None, _Failed]:
        target = self._folder / mutation.path
        original = target.read_text("utf-8")
        _write(target, mutation.text)
        try:
            return self._run(words)
        finally:
            _write(target, original)

    def _run(self, words: list[str]) -> tuple[int | None, _Failed]:
        request = {"words": [*_WORDS, *words], "timeout_s": TIMEOUT_S}
        print(json.dumps(request), file=self._server.stdin, flush=True)
        answer = json.loads(self._server.stdout.readline())
        return answer["code"], answer["failed"]

    def close(self) -> None:
        """End the server."""
        self._server.stdin.close()
        self._server.wait()


def _write(module: Path, text: str) -> None:
    """Change a module, and forget its bytecode: that goes by the second and the size alone."""
    module.write_text(text, "utf-8")
    Path(cache_from_source(module)).unlink(missing_ok=True)


def area(mutation: Mutation) -> list[str]:
    """Return the tests of a mutation's area."""
    folder = next(each for each in AREAS if f"batch_tracker/{each}/" in mutation.path.as_posix())
    return [f"tests/{each}" for each in AREAS[folder]]


def first(mutation: Mutation, covering: CoveringTests) -> list[str]:
    """Return the covering tests that are tried first, as many as there is time for."""
    tests = covering.of(mutation)
    took = accumulate(covering.time(test) for test in tests)
    return [test for test, sum_s in zip(tests, took, strict=True) if sum_s <= FIRST_S]


def passed_over(
    mutations: list[Mutation], tests: Callable[[Mutation], list[str]], projects: list[Project]
) -> list[Mutation]:
    """Return the mutations that none of their tests notices."""
    free: SimpleQueue[Project] = SimpleQueue()
    for project in projects:
        free.put(project)

    def missed(mutation: Mutation) -> Mutation | None:
        project = free.get()
        try:
            noticed = project.is_noticed(mutation, tests(mutation))
        finally:
            free.put(project)
        print("." if noticed else f"\n{mutation}", end="" if noticed else "\n", flush=True)
        return None if noticed else mutation

    with ThreadPoolExecutor(len(projects)) as pool:
        return [each for each in pool.map(missed, mutations) if each]


def campaign(mutations: list[Mutation], folder: Path, workers: int, kept: Path) -> list[Mutation]:
    """Return the mutations that no test noticed."""
    projects = [Project(folder / str(number)) for number in range(workers)]
    if kept.exists():
        covering = CoveringTests.read(kept)
    else:
        covering = measure(folder / "0", [f"tests/{each}" for each in MEASURED], workers)
        covering.write(kept)
    missed = passed_over(mutations, lambda each: first(each, covering), projects)
    print(f"\n{len(missed)} passed over; all tests of their areas are next")
    missed = passed_over(missed, lambda each: [*covering.of(each), *area(each)], projects)
    for project in projects:
        project.close()
    return missed


def main() -> int:
    """Run a campaign as the command line says, and tell what was not noticed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutations", type=int, default=20, help="changes to try [20]")
    parser.add_argument("--seed", type=int, default=14, help="repeats a campaign's choices [14]")
    parser.add_argument("--only", default="", help="a part of the paths of the modules to change")
    parser.add_argument("--workers", type=int, default=2, help="test runs side by side [2]")
    parser.add_argument("--covering", type=Path, help="where which tests cover what is kept")
    words = parser.parse_args()
    mutations = sample(AREAS, words.mutations, words.seed, words.only)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutation-campaign-") as name:
        folder = Path(name)
        kept = words.covering or folder / "covering.json"
        missed = campaign(mutations, folder, words.workers, kept)
    share = 100 * (len(mutations) - len(missed)) / max(1, len(mutations))
    took = time.monotonic() - began
    print(f"\n{len(mutations)} mutations, {len(missed)} not noticed ({share:.1f} % were); ", end="")
    print(f"seed {words.seed}, {took:.0f} s")
    for each in missed:
        print(f"  {each}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
