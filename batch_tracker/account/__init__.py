"""The first day: which server is ours, does the login work, what to write down.

`endpoint` finds the server, `secret` the password, `settings_file` writes down what was found. The
questions themselves are the command line's business.
"""

from batch_tracker.account.answers import Answers, check_login
from batch_tracker.account.endpoint import Candidate, candidates_for_team, guesses, try_out
from batch_tracker.account.secret import has_place, is_outranked, keep_secret, stored_secret
from batch_tracker.account.settings_file import (
    Value,
    changed_text,
    remove_account,
    settings_text,
    write_profile,
    write_settings,
)

__all__ = [
    "Answers",
    "Candidate",
    "Value",
    "candidates_for_team",
    "changed_text",
    "check_login",
    "guesses",
    "has_place",
    "is_outranked",
    "keep_secret",
    "remove_account",
    "settings_text",
    "stored_secret",
    "try_out",
    "write_profile",
    "write_settings",
]
