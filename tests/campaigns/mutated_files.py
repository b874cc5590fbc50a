"""The campaign of bent files: real manifests are damaged at random, and each is read.

    python -m tests.campaigns.mutated_files --mutations 20000 --seed 1

Zip headers, the parts of workbooks, OLE headers and the text of CSV files are bent. Whatever comes
of it, the file is read or refused: no other exception leaves the loader, no file takes more than
10 seconds or 300 MB. The suite bends a few hundred.
Exit code 0: nothing was found.
"""

import argparse
import io
import multiprocessing
import random
import re
import resource
import signal
import struct
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from types import FrameType

from batch_tracker.errors import Refused
from batch_tracker.loader import open_manifest, shipped_profiles

SAMPLES = Path(__file__).parents[2] / "samples"
LONGEST_S, MOST_MB = 10, 300
TODAY = date(2026, 11, 23)
_LARGEST_SAMPLE = 200_000
_BATCH, _BATCHES_A_CHILD = 50, 10
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_ZIP_HEADERS = {b"PK\x03\x04": 30, b"PK\x01\x02": 46, b"PK\x05\x06": 22}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_CSV_PIECES = (
    b'"',
    b'""',
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"=",
)


class _TooSlow(BaseException):
    """A file took too long; no reader may take it for its own trouble."""


@dataclass
class Found:
    """What a campaign counted: how files ended, and what may not be."""

    mutations: int = 0
    slowest_s: float = 0.0
    most_mb: float = 0.0
    ends: Counter[str] = field(default_factory=Counter)
    amiss: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{count} {end}" for end, count in sorted(self.ends.items()))
        return (
            f"{self.mutations} mutated files: {ends}; {len(self.amiss)} amiss; the slowest took "
            f"{self.slowest_s:.1f} s, the largest {self.most_mb:.0f} MB"
        )

    def add(self, other: "Found") -> None:
        self.mutations += other.mutations
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.most_mb = max(self.most_mb, other.most_mb)
        self.ends += other.ends
        self.amiss += other.amiss


def samples() -> list[Path]:
    """The manifests that are bent: all shipped samples that are small, of every format."""
    endings = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
    found = (path for path in sorted(SAMPLES.rglob("*")) if path.suffix.lower() in endings)
    return [path for path in found if 1 < path.stat().st_size <= _LARGEST_SAMPLE]


def campaign(mutations: int, seed: int, *, workers: int = 0) -> Found:
    """Bend and read so many files; with `workers` in processes of their own."""
    turns = [range(n, min(n + _BATCH, mutations)) for n in range(0, mutations, _BATCH)]
    found = Found()
    if not workers:
        for each in turns:
            found.add(read_bent(seed, each))
        return found
    spawning = multiprocessing.get_context("spawn")
    with spawning.Pool(workers, maxtasksperchild=_BATCHES_A_CHILD) as pool:
        for batch in pool.imap_unordered(partial(read_bent, seed), turns):
            found.add(batch)
    return found


def read_bent(seed: int, turns: Iterable[int]) -> Found:
    """Bend a file and read it, once for every turn; each can be made again by seed and turn."""
    found, originals, profiles = Found(), samples(), shipped_profiles()
    with tempfile.TemporaryDirectory(prefix="bent-") as folder:
        for turn in turns:
            rng = random.Random(f"{seed} {turn}")
            original = rng.choice(originals)
            path = Path(folder) / f"{turn}{original.suffix}"
            path.write_bytes(bend(original.read_bytes(), rng))
            what = f"turn {turn} of seed {seed} ({original.name})"
            _try(path, profiles, what, found)
            path.unlink()
    return found


def _try(path: Path, profiles: tuple[object, ...], what: str, found: Found) -> None:
    began, before = time.monotonic(), _peak_mb()
    found.mutations += 1
    try:
        with _at_most(LONGEST_S):
            found.ends[_read(path, profiles)] += 1
    except _TooSlow:
        found.amiss.append(f"{what}: took longer than {LONGEST_S} s")
    except Exception as error:  # noqa: BLE001 - just these are looked for
        found.amiss.append(f"{what}: {type(error).__name__}: {error}")
    grown = _peak_mb() - before
    if grown > MOST_MB:
        found.amiss.append(f"{what}: took {grown:.0f} MB")
    found.most_mb = max(found.most_mb, grown)
    found.slowest_s = max(found.slowest_s, time.monotonic() - began)


def _read(path: Path, profiles: tuple[object, ...]) -> str:
    try:
        with open_manifest(path, profile=None, known=profiles, today=TODAY) as manifest:  # type: ignore[arg-type]
            for _ in manifest.chunks():
                pass
    except Refused:
        return "refused"
    return "read"


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    earlier = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, earlier)


def _peak_mb() -> float:
    """The most memory so far of this process or of one that it started and that has ended."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(who).ru_maxrss for who in whose) / 1024


def bend(data: bytes, rng: random.Random) -> bytes:
    """Damage a file in one of the ways of its kind, or any bytes of it."""
    if data.startswith(b"PK"):
        ways: tuple[Callable[[bytes, random.Random], bytes], ...] = (_zip_header, _part, _part)
    elif data.startswith(_OLE):
        ways = (_ole_header,)
    else:
        ways = (_text, _text)
    return rng.choice((*ways, _any_bytes))(data, rng)


def _any_bytes(data: bytes, rng: random.Random) -> bytes:
    bent = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8, 40])):
        bent[rng.randrange(len(bent))] = rng.randrange(256)
    return bytes(bent[: rng.choice([len(bent)] * 9 + [rng.randrange(1, len(bent))])])


def _zip_header(data: bytes, rng: random.Random) -> bytes:
    signature, length = rng.choice(sorted(_ZIP_HEADERS.items()))
    places = [found.start() for found in re.finditer(re.escape(signature), data)]
    if not places:
        return _any_bytes(data, rng)
    return _with_field(data, rng.choice(places) + rng.randrange(4, length), rng)


def _ole_header(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.choice([1, 1, 3])):
        data = _with_field(data, rng.choice([rng.randrange(8, 76), rng.randrange(8, 4096)]), rng)
    return data


def _with_field(data: bytes, place: int, rng: random.Random) -> bytes:
    """Write a number into a field of two or four bytes."""
    width = rng.choice("HI")
    number = rng.choice([*_EXTREMES, rng.randrange(2**32)]) % (1 << 8 * struct.calcsize(width))
    bent = bytearray(data)
    if place + 4 <= len(bent):
        struct.pack_into(f"<{width}", bent, place, number)
    return bytes(bent)


def _part(data: bytes, rng: random.Random) -> bytes:
    """Bend one part of a workbook, and zip it as it was."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {each: archive.read(each) for each in archive.namelist()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):  # a sample of damaged files
        return _any_bytes(data, rng)
    chosen = rng.choice(sorted(parts))
    way = rng.choice((_any_bytes, _number, _tags, _tags))
    parts[chosen] = way(parts[chosen], rng) if parts[chosen] else b"<"
    bent = io.BytesIO()
    with zipfile.ZipFile(bent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if rng.random() > 0.01:
                archive.writestr(name, content)
    return bent.getvalue()


def _number(text: bytes, rng: random.Random) -> bytes:
    """Put an absurd number in the place of one."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    place = rng.choice(found)
    absurd = rng.choice(
        [b"-1", b"0", b"1e999", b"9" * 20, b"9" * 5000, b"1048577", b"16385", b"nan"]
    )
    return text[: place.start()] + absurd + text[place.end() :]


def _tags(text: bytes, rng: random.Random) -> bytes:
    """Repeat a tag very often, leave one out, or put one where another was."""
    found = list(_TAG.finditer(text))
    if not found:
        return text
    place, other = rng.choice(found), rng.choice(found)
    put = rng.choice(
        [place[0] * rng.choice([2, 100, 5000]), b"", other[0], place[0] + b"x" * 40_000]
    )
    return text[: place.start()] + put + text[place.end() :]


def _text(data: bytes, rng: random.Random) -> bytes:
    """Put in, take out or repeat a piece of a text."""
    for _ in range(rng.choice([1, 2, 5])):
        place = rng.randrange(len(data) + 1)
        piece = rng.choice([*_CSV_PIECES, data[place : place + rng.randrange(1, 200)]])
        times = rng.choice([1, 1, 1, 3, 2000])
        gone = rng.choice([0, 0, 1, 30])
        data = data[:place] + piece * times + data[place + gone :]
    return data


def main() -> int:
    """Run a campaign as the command line says, and tell what it found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutations", type=int, default=500, help="files to bend [500]")
    parser.add_argument("--seed", type=int, default=None, help="repeats a campaign's choices")
    parser.add_argument("--workers", type=int, default=2, help="processes side by side [2]")
    words = parser.parse_args()
    seed = random.randrange(2**32) if words.seed is None else words.seed
    began = time.monotonic()
    found = campaign(words.mutations, seed, workers=words.workers)
    print(f"{found}; seed {seed}, {time.monotonic() - began:.0f} s")
    for each in found.amiss:
        print("  " + each)
    return bool(found.amiss)


if __name__ == "__main__":
    sys.exit(main())
