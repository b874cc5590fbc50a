"""The command line: words in, settings out, one of the stories, an exit code.

Nothing but this package prints or exits. Everything heavy is imported by the command that needs
it, so that `--help` answers at once.

    main.py      the program: its commands, its errors, its exit codes
    commands.py  every command by its name
    options.py   what several commands take
    session.py   what several commands do: settings, a progress bar, telling how it ended
    run.py       run, check, resume, retry
    side_by_side.py    run --accounts
    watch_accounts.py  watch --accounts
    watch_console.py   what a watcher tells
    init.py      init
    account.py   account list, test, remove
    config.py    config show, path
    doctor.py    doctor
    history.py   report, runs, show, find, prune
    undo.py      undo
    profile.py   profile list, show, new
    sandbox.py   sandbox
    watch.py     watch
    notify.py    notify --test
    ui.py        ui
    prompts.py   questions to the person at the terminal
    questions.py what a command asks about the columns of a manifest
    notices.py   notices to people elsewhere
    progress.py  the progress bar
    output.py    text on stdout and stderr
    help.txt     the page of --help, written by tests/cli/test_help.py
"""

from batch_tracker.cli.main import main

__all__ = ["main"]
