"""Unattended work: the manifests that people or programs drop into a folder are run one by one.

The manifest itself is moved last, and the ledger knows every file by its bytes. So whatever is
cut short, the next look at the folder finds out from these two where to go on:

in the folder, unknown to the ledger        run it
in the folder, its run unfinished           resume that run
in the folder, its run finished             only move it
in done/ or attention/                      nothing is left to do

What is wrong with one file holds up no other: it rests, and after a few stops it is put aside in
attention/.
Only what concerns all of them (the login, the server, the ledger, an interrupt) ends a round.

watcher.py       the story: look, run or resume, file away, rest
arrivals.py      which files are complete
filing.py        where a manifest goes, its workbook and its JSON object beside it
alarms.py        what is not as it usually is
folder_state.py  what a later watcher must know of a folder, and that there is only one
"""

from batch_tracker.watch.alarms import Alarm
from batch_tracker.watch.filing import Handled
from batch_tracker.watch.folder_state import AlreadyWatched, FolderState, lock_folder
from batch_tracker.watch.watcher import Listener, Round, Watcher

__all__ = [
    "Alarm",
    "AlreadyWatched",
    "FolderState",
    "Handled",
    "Listener",
    "Round",
    "Watcher",
    "lock_folder",
]
