"""What a run is told: defaults, settings file, environment, flags; profiles, password, channels.

settings.py   the settings, and the order in which they are read
values.py     a quota, a share of rows, a path
address.py    the address of the API, in one spelling
file.py       the settings file
problems.py   what is wrong with a setting, in words
origins.py    where each setting comes from
password.py   where the password may be kept
profile.py    how the manifests of one source are read
channel.py    where notices go
"""

from batch_tracker.settings.address import is_loopback
from batch_tracker.settings.file import SETTINGS_FILE, ignored_file, settings_file
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
    "ignored_file",
    "is_loopback",
    "load_settings",
    "origins",
    "settings_file",
]
