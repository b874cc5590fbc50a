"""What a run is told: defaults, settings file, environment, flags; profiles, password, channels.

settings.py   the settings, and the order in which they are read
values.py     a quota, a share of rows, a path
account.py    one login of several, with what it has of its own
address.py    the address of the API, in one spelling
file.py       the settings file
confirmed.py  the servers that a person has agreed to
problems.py   what is wrong with a setting, in words
origins.py    where each setting comes from
password.py   where the password may be kept
profile.py    how the manifests of one source are read
channel.py    where notices go
"""

from batch_tracker.settings.account import named_account, require_account_name
from batch_tracker.settings.address import is_loopback
from batch_tracker.settings.confirmed import confirm
from batch_tracker.settings.file import SETTINGS_FILE, account_names, ignored_file, settings_file
from batch_tracker.settings.origins import DEFAULT, Origin, origins
from batch_tracker.settings.settings import Settings, load_settings
from batch_tracker.settings.values import Quota, Share

__all__ = [
    "DEFAULT",
    "SETTINGS_FILE",
    "Origin",
    "Quota",
    "Settings",
    "Share",
    "account_names",
    "confirm",
    "ignored_file",
    "is_loopback",
    "load_settings",
    "named_account",
    "origins",
    "require_account_name",
    "settings_file",
]
