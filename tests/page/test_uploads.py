"""What is dropped on the page is kept whole under a plain name, or not at all."""

import asyncio
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_tracker.errors import SourceRefused
from batch_tracker.page.uploads import Uploads, safe_name


async def sent(*chunks, broken=False):
    for chunk in chunks:
        yield chunk
    if broken:
        raise ConnectionResetError


def keep(uploads, name, *chunks, **how):
    return asyncio.run(uploads.keep(name, sent(*chunks, **how)))


def files(folder):
    return sorted(each for each in folder.rglob("*") if each.is_file())


def test_a_file_is_kept_under_its_digest_and_found_again(tmp_path):
    uploads = Uploads(tmp_path / "uploads")
    kept = keep(uploads, "today.csv", b"PO,", b"Tracking\n")
    assert kept.sha256 == sha256(b"PO,Tracking\n").hexdigest()
    assert kept.path.name == kept.name == "today.csv"
    assert kept.path.read_bytes() == b"PO,Tracking\n"
    assert kept.path.stat().st_mode & 0o077 == 0
    assert uploads.find(kept.sha256) == kept
    assert uploads.find("0" * 64) is None
    assert uploads.find("../" + kept.sha256[3:]) is None


@pytest.mark.parametrize(
    ("chunks", "how", "error"),
    [
        ([], {}, SourceRefused),
        ([b"x" * 60, b"x" * 60], {}, SourceRefused),
        ([b"x"], {"broken": True}, ConnectionResetError),
    ],
)
def test_nothing_stays_of_what_is_not_taken(tmp_path, chunks, how, error):
    uploads = Uploads(tmp_path, most_bytes=100)
    with pytest.raises(error):
        keep(uploads, "today.csv", *chunks, **how)
    assert files(tmp_path) == []


def test_what_a_kill_left_is_swept(tmp_path):
    (tmp_path / "0123.part").write_bytes(b"half")
    Uploads(tmp_path)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("today.csv", "today.csv"),
        ("carrier-2026-11-20 (2).xlsx", "carrier-2026-11-20 (2).xlsx"),
        ("发货明细.csv", "发货明细.csv"),
        ("../../etc/passwd", "passwd"),
        (r"C:\windows\win.ini", "win.ini"),
        (r"\\host\share\x.csv", "x.csv"),
        ("CON", "manifest_CON"),
        ("nul.csv", "manifest_nul.csv"),
        ("..", "manifest"),
        ("", "manifest"),
        ("a\0b.csv", "a_b.csv"),
        ("<img src=x onerror=alert(1)>.csv", "_img src_x onerror_alert(1)_.csv"),
    ],
)
def test_a_name_is_never_a_path(name, safe):
    """Paths: CVE-2024-1561."""
    assert safe_name(name) == safe


@given(st.text())
def test_every_name_becomes_one_that_every_system_takes(name):
    safe = safe_name(name)
    assert safe
    assert safe not in {".", ".."}
    assert not set(safe) & set('/\\:*?"<>|\0\n')
    assert len(safe.encode()) <= 106
    assert safe_name(safe) == safe
