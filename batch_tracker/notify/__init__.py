"""Telling people who are not there what unattended runs come to.

notice.py      what is told
files.py       what became of a file
news.py        what is news: a failure is told when it begins, not every night
problems.py    what was told already
dispatcher.py  who is told; that nobody can be told never fails a run
hooks.py       a webhook, Slack, Teams
mail.py        a mail server, the workbook attached
"""

from batch_tracker.notify.dispatcher import Dispatcher
from batch_tracker.notify.files import FileResult
from batch_tracker.notify.notice import Notice, Notifier, NotSent

__all__ = ["Dispatcher", "FileResult", "NotSent", "Notice", "Notifier"]
