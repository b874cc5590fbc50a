"""What a run is told: defaults, settings file, environment, flags; profiles, password, channels."""

from batch_tracker.settings.settings import (
    SETTINGS_FILE,
    Quota,
    Settings,
    Share,
    is_loopback,
    load_settings,
    origins,
    settings_file,
)

__all__ = [
    "SETTINGS_FILE",
    "Quota",
    "Settings",
    "Share",
    "is_loopback",
    "load_settings",
    "origins",
    "settings_file",
]
