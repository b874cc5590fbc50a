"""The commands by their names. A command is imported when it is asked for: `--help` needs none."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

import click

from batch_tracker.cli import options

SHORT_HELP = {
    "init": "Find the server, check the login, write the settings file.",
    "account": "List, test and remove accounts; init --account NAME adds one.",
    "config": "Show the settings, and where they come from.",
    "doctor": "Check everything a run needs, and say what to do.",
    "ui": "Do the same work in a browser.",
    "check": "Show what run would do. Nothing is sent.",
    "run": "Send a manifest and write the results workbook.",
    "watch": "Run every manifest that is put into FOLDER, until Ctrl-C.",
    "notify": "Send a test notice to every channel.",
    "resume": "Send the rest of a stopped run.",
    "retry": "Send the failed, doubtful and unsent rows of a run again.",
    "report": "Write a run's results workbook again.",
    "runs": "List the last runs in the ledger, the newest first.",
    "show": "Show a run: its counts and its first problem rows.",
    "find": "Show everything that happened to a PO.",
    "prune": "Delete the rows of old runs.",
    "undo": "Write a manifest that takes a run back.",
    "profile": "Show and make profiles: how the manifests of one source are read.",
    "sandbox": "Serve the pretend Sellercloud on this machine.",
}
"""What each command does, in the order in which a person needs them."""

_MODULES = {
    **dict.fromkeys(("check", "resume", "retry"), "run"),
    **dict.fromkeys(("report", "runs", "show", "find", "prune"), "history"),
}
"""Where commands are that share a module; the others have one of their own name."""


class Commands(Mapping[str, click.Command]):
    """Every command by its name."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in SHORT_HELP:
            raise KeyError(name)
        return _imported(name)

    def __iter__(self) -> Iterator[str]:
        return iter(SHORT_HELP)

    def __len__(self) -> int:
        return len(SHORT_HELP)


@cache
def _imported(name: str) -> click.Command:
    """Return a command. It takes the options of the whole program, too: they can stand anywhere."""
    module = import_module(f"batch_tracker.cli.{_MODULES.get(name, name)}")
    command: click.Command = getattr(module, name)
    for each in (command, *getattr(command, "commands", {}).values()):
        each.params += options.everywhere()
        each.no_args_is_help |= any(param.required for param in each.params)
    return command
