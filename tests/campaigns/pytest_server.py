"""Runs of pytest that need not load its libraries first: each is forked off this process.

    python -P tests/campaigns/pytest_server.py

Each line of stdin asks for a run, as JSON: its `words`, and after how many seconds it is ended
(`timeout_s`). A line of stdout answers: its exit `code`, null where it took too long, and the
tests that `failed`, each with the seconds it took. The working folder is that of the tests. Each
run loads the program itself; only its regular expressions are compiled before.
"""

import json
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NoReturn

LIBRARIES = (
    *("pytest", "_pytest.pytester", "hypothesis", "hypothesis.stateful", "pytest_timeout", "xdist"),
    *("aiohttp.web", "click", "filelock", "openpyxl", "pandas", "platformdirs", "pydantic"),
    *("pydantic_settings", "python_calamine", "charset_normalizer", "tomlkit", "tqdm"),
    *("playwright.async_api", "pyte"),
)
_LOOK_S = 0.02


def compile_regular_expressions() -> None:
    """Load the program and forget it: what `re` has compiled stays, and takes the longest."""
    sys.path.insert(0, str(Path.cwd()))
    package = import_module("batch_tracker")
    for module in walk_packages(package.__path__, "batch_tracker."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):  # it needs an extra that is not installed
                import_module(module.name)
    for name in [name for name in sys.modules if name.partition(".")[0] == "batch_tracker"]:
        del sys.modules[name]


class Failures:
    """A plugin of pytest: which tests failed, and after how many seconds."""

    def __init__(self) -> None:
        self.found: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep what failed."""
        if report.failed:
            self.found[report.nodeid] = report.duration


def run(words: list[str], answer: int) -> NoReturn:
    """Be one run of pytest, and whatever it starts with it."""
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    failures = Failures()
    code = int(import_module("pytest").main(words, plugins=[failures]))
    os.write(answer, json.dumps({"code": code, "failed": failures.found}).encode())
    os._exit(code)


def ended(pid: int, timeout_s: float) -> bool:
    """Wait for the end of a run, or end it; nothing that it started is left either way."""
    until = time.monotonic() + timeout_s
    found = 0
    while not found and time.monotonic() < until:
        time.sleep(_LOOK_S)
        found, _ = os.waitpid(pid, os.WNOHANG)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    if not found:
        os.waitpid(pid, 0)
    return bool(found)


def main() -> None:
    """Serve until nobody asks any more."""
    for name in LIBRARIES:
        import_module(name)
    compile_regular_expressions()
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        answering, answer = os.pipe()
        pid = os.fork()
        if not pid:
            run(request["words"], answer)
        os.close(answer)
        told = ended(pid, request["timeout_s"])
        with os.fdopen(answering) as answers:
            said = answers.read() if told else ""
        print(said or json.dumps({"code": None, "failed": {}}), flush=True)


if __name__ == "__main__":
    main()
