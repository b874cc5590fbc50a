"""What the campaigns of kills share: what they count, where a process works, and their main()."""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

LOGIN = {"SELLERCLOUD_USERNAME": "clerk", "SELLERCLOUD_PASSWORD": "secret"}


@dataclass
class Damage:
    """What a campaign counted."""

    runs: int = 0
    rows: int = 0
    in_doubt: int = 0
    most_in_doubt: int = 0
    lost: list[str] = field(default_factory=list)
    falsely_updated: list[str] = field(default_factory=list)
    sent_again: list[str] = field(default_factory=list)
    too_many_in_doubt: list[str] = field(default_factory=list)

    @property
    def found(self) -> list[str]:
        return [*self.lost, *self.falsely_updated, *self.sent_again, *self.too_many_in_doubt]

    def note_doubts(self, doubts: int, *, most: int, where: str) -> None:
        """Count what one kill left in doubt; more than `most` is damage."""
        self.in_doubt += doubts
        self.most_in_doubt = max(self.most_in_doubt, doubts)
        if doubts > most:
            self.too_many_in_doubt.append(f"{where}: {doubts}")


def environment(folder: Path, url: str, *, workers: int) -> dict[str, str]:
    """Return the environment of a run in a folder of its own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BATCH_TRACKER_HOME": str(folder / "home"),
        "BATCH_TRACKER_BACKOFF_S": "0.01",
        "BATCH_TRACKER_WORKERS": str(workers),
        "SELLERCLOUD_URL": url,
        **LOGIN,
    }


def main(campaign: Callable[[int, int, Path], Damage], *, kills: int, about: str) -> int:
    """Run a campaign as the command line says, and tell what it found.

    `campaign` is given the number of kills, a seed and a folder; `kills` is the usual number.
    """
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=kills, help=f"processes to kill [{kills}]")
    parser.add_argument("--seed", type=int, default=None, help="repeats a campaign's choices")
    words = parser.parse_args()
    seed = random.randrange(2**32) if words.seed is None else words.seed
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kill-campaign-") as folder:
        damage = campaign(words.kills, seed, Path(folder))
    print(f"{damage}; seed {seed}, {time.monotonic() - began:.0f} s")
    for each in damage.found:
        print("  " + each)
    return bool(damage.found)
