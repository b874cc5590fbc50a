"""Manifests that were dropped on the page: streamed to a file, with a limit, under a safe name.

An upload is the raw bytes of one file, in a PUT: no form, so nothing has to be taken apart. It is
kept in a folder named after its digest, so the same bytes are the same file, whatever their name.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from batch_tracker.errors import SourceRefused

MOST_BYTES = 512 * 1024 * 1024
_LONGEST_NAME = 100
_PART = ".part"
# Names that Windows keeps for devices, with any ending.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class Upload(NamedTuple):
    """A manifest that is here whole. `sha256` is its digest.

    `name` is what the person's file is called, as far as the server knows; `path` ends in a safe
    form of it.
    """

    sha256: str
    path: Path
    name: str


class Uploads:
    """The uploaded files below `folder`.

    What a break-off left, and what is older than `kept`, is swept when the server starts.
    """

    def __init__(
        self, folder: Path, *, most_bytes: int = MOST_BYTES, kept: timedelta = timedelta.max
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._names: dict[str, str] = {}
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in folder.glob(f"*{_PART}"):
            part.unlink(missing_ok=True)
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > kept.total_seconds():
                shutil.rmtree(old, ignore_errors=True)

    async def keep(self, name: str, chunks: AsyncIterator[bytes]) -> Upload:
        """Write the chunks to a file; `name` is what the person's file is called.

        Raises:
            SourceRefused: it is empty, or larger than the limit. Nothing of it stays.
        """
        part = self._folder / f"{secrets.token_hex(8)}{_PART}"
        try:
            digest = await self._write(part, chunks)
            folder = self._folder / digest
            folder.mkdir(mode=0o700, exist_ok=True)
            path = folder / safe_name(name)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        self._names[digest] = re.split(r"[/\\]", name)[-1] or path.name
        return Upload(digest, path, self._names[digest])

    def copy(self, path: Path) -> Upload:
        """Keep a copy of a file of this machine, as if it had been uploaded."""
        digest = sha256(path.read_bytes()).hexdigest()
        folder = self._folder / digest
        folder.mkdir(mode=0o700, exist_ok=True)
        target = folder / safe_name(path.name)
        shutil.copyfile(path, target)
        return Upload(digest, target, path.name)

    def find(self, digest: str) -> Upload | None:
        """Return the file with this digest; None where there is none."""
        if not re.fullmatch("[0-9a-f]{64}", digest):
            return None
        files = sorted((self._folder / digest).glob("*"), key=lambda each: each.stat().st_mtime)
        if not files:
            return None
        return Upload(digest, files[-1], self._names.get(digest, files[-1].name))

    async def _write(self, part: Path, chunks: AsyncIterator[bytes]) -> str:
        digest, size = sha256(), 0
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self._most_bytes:
                    raise SourceRefused(
                        f"The file is larger than {self._most_bytes // 1024**2:,} MB.",
                        hint="Split it, or run it from the command line.",
                    )
                digest.update(chunk)
                file.write(chunk)
        if not size:
            raise SourceRefused("The file is empty.", hint="Export the manifest again.")
        return digest.hexdigest()


def safe_name(name: str) -> str:
    """Return a name that is one plain file name on every system, and still tells what it is."""
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^\w. ()+-]", "_", last).strip(" .")
    if not plain or _DEVICE.match(plain):
        plain = f"manifest_{plain}".rstrip("_")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > len("xlsx") + 1:
        stem, ending = plain, ""
    while len(stem.encode()) + len(ending) > _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}.{ending}" if ending else stem
