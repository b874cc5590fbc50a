"""Which tests execute which lines of the program, and how long each takes: measured once.

Programs that tests start as processes are not seen.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self

from coverage import CoverageData

from tests.campaigns.mutations import Mutation

_DURATION = re.compile(r"(\d+\.\d+)s (?:setup|call|teardown) +(\S.*)")
_CONTEXTS = ("--cov", "--cov-context=test", "--cov-report=", "--durations=0", "-vv")


class CoveringTests(NamedTuple):
    """Tests by the lines of the modules that they execute, and the seconds that each took."""

    lines: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what was measured before."""
        lines, seconds = json.loads(file.read_text("utf-8"))
        by_number = {
            path: {int(line): tests for line, tests in found.items()}
            for path, found in lines.items()
        }
        return cls(by_number, seconds)

    def write(self, file: Path) -> None:
        """Keep it for another campaign."""
        file.write_text(json.dumps(self), "utf-8")

    def of(self, mutation: Mutation) -> list[str]:
        """Return the tests that may notice a mutation: the nearest and quickest first.

        Those that execute its statement; where none does, because importing does or it is SQL,
        those that execute anything in the module, or else in the modules of its folder.
        """
        module = self.lines.get(mutation.path.as_posix(), {})
        covering = {test for line in mutation.executed for test in module.get(line, ())}
        covering = covering or _all(module) or self._of_folder(mutation.path.parent)
        return sorted(covering, key=lambda test: (_distance(test, mutation.path), self.time(test)))

    def _of_folder(self, folder: Path) -> set[str]:
        return {
            test
            for path, module in self.lines.items()
            if Path(path).parent == folder
            for test in _all(module)
        }

    def time(self, test: str) -> float:
        """Return the seconds that a test took; those that took next to none are not told."""
        return self.seconds.get(test, 0.01)


def _all(module: dict[int, list[str]]) -> set[str]:
    return {test for tests in module.values() for test in tests}


def _distance(test: str, module: Path) -> int:
    """Return how far a test is from a module: its own file, the file's folder, or elsewhere."""
    file = Path(test.partition("::")[0])
    if file.stem.startswith(f"test_{module.stem.rstrip('s')}"):
        return 0
    return 1 if file.parent.parts[1:] == module.parent.parts[1:] else 2


def measure(project: Path, places: Iterable[str], workers: int) -> CoveringTests:
    """Run tests once; leave out those that fail without any change: they would notice anything."""
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", str(workers)]
    (project / ".coveragerc").write_text("[run]\nsource = batch_tracker\n", "utf-8")
    done = subprocess.run(
        [*words, *_CONTEXTS, *places], cwd=project, stdout=subprocess.PIPE, text=True, check=False
    )
    return measured(project, done.stdout)


def measured(project: Path, told: str) -> CoveringTests:
    """Take together what coverage has written and what pytest told."""
    failing = set(re.findall(r"^(?:FAILED|ERROR) (\S+::.*?)(?: - .*)?$", told, re.MULTILINE))
    for test in sorted(failing):
        print(f"Left out, because it fails without any change: {test}", flush=True)
    data = CoverageData(str(project / ".coverage"))
    data.read()
    lines = {
        Path(file).relative_to(project).as_posix(): {
            line: sorted(_tests(contexts) - failing)
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    seconds: dict[str, float] = defaultdict(float)
    for took, test in _DURATION.findall(told):
        seconds[test.strip()] += float(took)
    return CoveringTests(lines, dict(seconds))


def _tests(contexts: Iterable[str]) -> set[str]:
    """Take the tests out of pytest-cov's contexts: `test|setup`, `test|run`, `test|teardown`."""
    return {context.rpartition("|")[0] for context in contexts if "|" in context}
