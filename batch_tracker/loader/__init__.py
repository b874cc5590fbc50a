"""The loader: a manifest file → Records. `open_manifest` is the stage's one door.

    manifest    a file opened: its rows, judged, in chunks
    rows/       a row of cells → a record, or why it is none
    columns/    a header row → which column holds which field
    sources/    bytes → rows of cells, whatever the container
    values/     one cell → one value, or its issues

Each knows only those below it.
"""

from batch_tracker.loader.columns.profiles import (
    find_profile,
    shipped_profile_text,
    shipped_profiles,
)
from batch_tracker.loader.columns.template import answered_profile, profile_template
from batch_tracker.loader.files import (
    ends_in_mid_line,
    file_digest,
    find_manifests,
    is_manifest,
    is_results_workbook,
)
from batch_tracker.loader.manifest import Manifest, open_manifest
from batch_tracker.loader.rows.doubts import Doubts

__all__ = [
    "Doubts",
    "Manifest",
    "answered_profile",
    "ends_in_mid_line",
    "file_digest",
    "find_manifests",
    "find_profile",
    "is_manifest",
    "is_results_workbook",
    "open_manifest",
    "profile_template",
    "shipped_profile_text",
    "shipped_profiles",
]
