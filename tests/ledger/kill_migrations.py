"""Open copies of a ledger, each killed a little later, and say in which state each was left.

    python kill_migrations.py LEDGER FOLDER

Forks a process for each place at which it may die: before a line of ours, and within a statement
of SQLite's. Leaves `FOLDER/1`, `FOLDER/2` …; the last two are of processes that lived.
"""

import os
import shutil
import signal
import sqlite3
import sys
from itertools import count
from pathlib import Path

from batch_tracker import sqlite_file
from batch_tracker.ledger import migration, open_ledger

OURS = {migration.__file__, sqlite_file.__file__}
INSTRUCTIONS = 150


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def die_before_line(number):
    left = count(number, -1)

    def trace(frame, event, _):
        if frame.f_code.co_filename not in OURS:
            return None
        if event == "line" and not next(left):
            die()
        return trace

    sys.settrace(trace)


def die_within_statement(number):
    left = count(number, -1)
    connect = sqlite3.connect

    def count_down():
        if not next(left):
            die()

    def fragile(*args, **options):
        file = connect(*args, **options)
        file.set_progress_handler(count_down, INSTRUCTIONS)
        return file

    sqlite3.connect = fragile


def outlives(home, die_at, number):
    child = os.fork()
    if not child:
        die_at(number)
        with open_ledger(home):
            os._exit(0)
    return not os.waitpid(child, 0)[1]


def main(ledger, folder):
    homes = (folder / str(number) for number in count(1))
    for die_at in (die_before_line, die_within_statement):
        for number in count():
            home = next(homes)
            home.mkdir()
            shutil.copyfile(ledger, home / "ledger.db")
            if outlives(home, die_at, number):
                break


main(Path(sys.argv[1]), Path(sys.argv[2]))
