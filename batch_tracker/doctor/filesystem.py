"""Whether a folder is on a network drive, or copied to others by a program."""

import re
import sys
from pathlib import Path

# Those of Linux's file systems on which SQLite's locks and shared memory can't be relied on.
_REMOTE = {
    *("9p", "afs", "ceph", "cifs", "coda", "fuse.glusterfs", "fuse.sshfs", "glusterfs"),
    *("lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs", "virtiofs", "vboxsf"),
}
# How the folders of such programs are called, and what they put into them.
_SYNCED = re.compile(
    r"(onedrive|dropbox|google ?drive|icloud ?drive)([ ~-].*)?|box sync|cloudstorage|megasync|"
    r"mobile documents|nextcloud|owncloud|pcloud ?drive|seafile|syncthing",
    re.IGNORECASE,
)
_SIGNS = (".dropbox", ".dropbox.cache", ".stfolder", ".owncloudsync.log", ".sync", ".seafile-data")
_MOUNTS = Path("/proc/self/mounts")
_REMOTE_DRIVE = 4  # Windows' DRIVE_REMOTE


def is_remote(folder: Path) -> str:
    """Return what kind of network drive a folder is on; "" for none, or where it can't be told."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - not on every system

        drive = folder.resolve().anchor
        return "Windows" if ctypes.windll.kernel32.GetDriveTypeW(drive) == _REMOTE_DRIVE else ""
    if not _MOUNTS.exists():
        return ""
    filesystem = filesystem_of(folder.resolve(), _MOUNTS.read_text("utf-8", "replace"))
    return filesystem if filesystem in _REMOTE else ""


def synced_by(folder: Path) -> str:
    """Return the folder above, or the folder itself, that a program copies to other machines.

    "" where none is known. Known are such folders by their usual names, and by what is in them.
    """
    for each in (folder.absolute(), *folder.absolute().parents):
        if _SYNCED.fullmatch(each.name) or any((each / sign).exists() for sign in _SIGNS):
            return str(each)
    return ""


def filesystem_of(folder: Path, mounts: str) -> str:
    """Return the file system of a folder, given the lines of `/proc/self/mounts`.

    Of the mounts above the folder the deepest counts, and of several there, the last.
    """
    deepest, found = -1, ""
    for line in mounts.splitlines():
        _, where, filesystem, *_ = line.split(" ")
        point = Path(where.replace("\\040", " "))
        if folder.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, found = len(point.parts), filesystem
    return found
