"""Where each setting comes from."""

import os

from batch_tracker.settings.file import read_file, settings_file
from batch_tracker.settings.settings import Settings


def origins() -> dict[str, str]:
    """Return where each setting that is given comes from: its variable, or the settings file."""
    path = settings_file()
    file = read_file(path)
    environment = {name.upper() for name, value in os.environ.items() if value}
    found = {}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"BATCH_TRACKER_{name.upper()}")
        if variable in environment:
            found[name] = variable
        elif {name, variable} & file.keys():
            found[name] = str(path)
    return found
