"""Which file system a folder is on: SQLite needs a local one."""

from pathlib import Path

import pytest

from batch_tracker.doctor.filesystem import filesystem_of

MOUNTS = """\
rootfs / rootfs rw 0 0
/dev/vda1 / ext4 rw,relatime 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb1 /home/me/local ext4 rw 0 0
//nas/my\\040files /mnt/my\\040files cifs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "filesystem"),
    [
        ("/var/x", "ext4"),
        ("/home/me", "nfs4"),
        ("/home/me/local/x", "ext4"),
        ("/home2", "ext4"),
        ("/mnt/my files/x", "cifs"),
    ],
)
def test_the_deepest_mount_tells_the_file_system(folder, filesystem):
    assert filesystem_of(Path(folder), MOUNTS) == filesystem
