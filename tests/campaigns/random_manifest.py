"""Random manifests, of which it is known what must become of each row."""

import random

ROWS = 200
"""Rows to send."""
UNSENT = {"duplicate": 4, "conflict": 4, "skipped": 4, "invalid": 4}
"""Rows of a manifest that end so without a call; a conflict takes two."""
DATES = {
    "": None,
    "2026-03-04": "2026-03-04T12:00:00.000Z",
    "2026-03-05": "2026-03-05T12:00:00.000Z",
}

Line = tuple[str, ...]
Values = tuple[str | None, str | None, str | None]
"""Tracking number, carrier and ship date, as the server holds them."""


class Manifest:
    """A random manifest, and what must become of each of its rows: "" where it is to be sent.

    Half of its rows are those of the manifest that it `overlaps`, if there is one.
    """

    HEADERS = ("PO", "Tracking Number", "Carrier", "Ship Date", "Void")

    def __init__(self, rng: random.Random, *, overlaps: "Manifest | None" = None) -> None:
        self._rng = rng
        pos = iter(range(10_000, 20_000) if overlaps else range(1000, 10_000))
        shared = overlaps.sent if overlaps else []
        lines = [(line, "") for line in rng.sample(shared, len(shared) // 2)]
        lines += [(self._line(next(pos)), "") for _ in range(ROWS - len(lines))]
        told = [line for line, _ in rng.sample(lines, UNSENT["duplicate"])]
        for _ in range(UNSENT["conflict"]):
            po = next(pos)
            lines += [(self._line(po, full=True), "conflict") for _ in range(2)]
        for _ in range(UNSENT["skipped"]):
            lines.append(((*self._line(next(pos), full=True)[:4], "yes"), "skipped"))
        for _ in range(UNSENT["invalid"]):
            lines.append((self._line(next(pos), number="9.40011E+21"), "invalid"))
        rng.shuffle(lines)
        lines += [(line, "duplicate") for line in told]
        self.lines: list[Line] = [line for line, _ in lines]
        self.fates = [fate for _, fate in lines]
        self.wanted: dict[int, Values] = {
            int(po): (number or None, carrier or None, DATES[date])
            for (po, number, carrier, date, _), fate in lines
            if not fate
        }

    @property
    def sent(self) -> list[Line]:
        """The lines to send, each of a PO of its own."""
        return [line for line, fate in zip(self.lines, self.fates, strict=True) if not fate]

    def text(self) -> str:
        """The manifest as a CSV file."""
        return "\n".join([*map(",".join, (self.HEADERS, *self.lines)), ""])

    def _line(self, po: int, *, full: bool = False, number: str = "") -> Line:
        number = number or f"T{self._rng.randrange(10**12):012d}"
        carrier = "ACME" if full else self._rng.choice(["ACME", "UPX", ""])
        date = self._rng.choice(list(DATES)[full:])
        return str(po), number, carrier, date, ""
