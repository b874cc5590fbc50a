"""Let a module be called like the function that users of the package expect under its name.

Python puts every module into its package under its own name: `from batch_tracker import run` gives
the module `run`, whatever the package itself says.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType


class _Called(ModuleType):
    """A module that can be called; `calls` says what it calls: a module and a name in it."""

    calls: tuple[str, str]

    def __call__(self, *arguments: object, **named: object) -> object:
        module, name = self.calls
        return getattr(import_module(module), name)(*arguments, **named)

    def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:
        """Let a pool of processes take it, as it takes a function."""
        return import_module, (self.__name__,)


def let_be_called(module: str, *, function: tuple[str, str]) -> None:
    """Let a loaded module be called; `function` is the module and name of what is called then."""
    loaded = sys.modules[module]
    loaded.__class__ = _Called
    loaded.calls = function  # type: ignore[attr-defined]  # of the class just given
