"""What a group of benchmarks hands over: figures with their targets, measured side by side."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal, NamedTuple

Size = Literal["small", "default", "large"]
Seconds = list[float]
_COMPARE = {"<=": operator.le, ">=": operator.ge}


class MeasuringFailed(Exception):
    """A contender did not do its work, so its time would mean nothing."""


class Target(NamedTuple):
    """What a value must not exceed (`<=`), or must reach (`>=`)."""

    sign: Literal["<=", ">="]
    limit: float

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:g}"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the table.

    `value` is None where nothing could be measured, and `detail` then says why. `unit` is `x` for
    a ratio. `rounds` are the values of the single rounds, of which `value` is the median.
    """

    what: str
    value: float | None
    unit: str = "x"
    target: Target | None = None
    detail: str = ""
    rounds: tuple[float, ...] = ()

    @property
    def holds(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was measured."""
        if self.target is None or self.value is None:
            return None
        return bool(_COMPARE[self.target.sign](self.value, self.target.limit))

    @property
    def shown(self) -> str:
        """The value as the table has it."""
        if self.value is None:
            return ""
        is_ratio = self.unit == "x"
        digits = 3 if is_ratio else int(self.unit == " s")
        return f"{self.value:,.{digits}f}{self.unit}"


def in_turns(rounds: int, contenders: Mapping[str, Callable[[], float]]) -> dict[str, Seconds]:
    """Run the contenders A B A B, and return the seconds that each says it took."""
    took: dict[str, Seconds] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            took[name].append(run())
    return took


def ratio(
    what: str, over: Seconds, under: Seconds, *, target: Target | None, detail: str = ""
) -> Figure:
    """Return the median of the ratios of the rounds, each to its own neighbour."""
    rounds = tuple(one / other for one, other in zip(over, under, strict=True))
    return Figure(what=what, value=median(rounds), target=target, detail=detail, rounds=rounds)


def rates(rows: int, took: Mapping[str, Seconds]) -> str:
    """Return the rows a second of every contender, in words."""
    return ", ".join(f"{name} {rows / median(each):,.0f} rows/s" for name, each in took.items())
