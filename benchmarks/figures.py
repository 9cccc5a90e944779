"""What a benchmark gives: figures, each beside the goal that it has, or none.

The convention of every module that `python -m benchmarks` runs: `async def run(**size) -> Figures`,
where each number that says how much is measured is a keyword with a default; `table(figures)` is
here for all of them.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Sense = Literal["at most", "at least", "more than"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; `goal` is a bound that it keeps or not, read by `sense`."""

    name: str  # "acknowledgement, 1,000 waiting, p99"
    value: float
    unit: str = ""  # "ms", "MB", "jobs/s"; empty for a ratio
    goal: float | None = None
    sense: Sense = "at most"
    note: str = ""  # of how many, or what it is made of
    between: Sequence[float] | None = None  # two values that it lies between with 95% certainty

    @property
    def unclear(self) -> bool:
        """Whether the goal is between the two: a busy machine says nothing about it."""
        if self.goal is None or self.between is None:
            return False
        return self.between[0] <= self.goal <= self.between[1]

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or where it is unclear."""
        if self.goal is None or self.unclear:
            return None
        match self.sense:
            case "at most":
                return self.value <= self.goal
            case "at least":
                return self.value >= self.goal
            case "more than":
                return self.value > self.goal

    def aimed(self, goal: float, sense: Sense = "at most") -> "Figure":
        """The same figure with a goal."""
        return replace(self, goal=goal, sense=sense)


Figures = list[Figure]


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that `share` (0 to 1) of all are not above: no interpolation."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def remark(figure: Figure) -> str:
    """What is to be known besides."""
    if figure.between is None:
        return figure.note
    low, high = map(_number, figure.between)
    return f"{low} to {high} with 95% certainty, {figure.note}".rstrip(", ")


def median_bounds(samples: Sequence[float]) -> list[float]:
    """Between which samples the true median lies with 95% certainty (by the sign test)."""
    ordered = sorted(samples)
    off = math.floor(len(ordered) / 2 - 0.98 * math.sqrt(len(ordered)))
    low = max(0, off)
    return [ordered[low], ordered[len(ordered) - 1 - low]]


def quantiles(name: str, samples: Sequence[float], unit: str = "", *shares: float) -> Figures:
    """The median, and the further shares (0.95 unless told) of samples, without goals."""
    found = [Figure(f"{name}, p50", statistics.median(samples), unit, note=f"of {len(samples)}")]
    for share in shares or (0.95,):
        found.append(Figure(f"{name}, p{share * 100:g}", percentile(samples, share), unit))
    return found


def table(figures: Figures) -> str:
    """The figures for people, in columns."""
    rows = [(each.name, shown(each), goal(each), verdict(each), remark(each)) for each in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    form = f"  {{:<{widths[0]}}}  {{:>{widths[1]}}}  {{:<{widths[2]}}}  {{:<{widths[3]}}}  {{}}"
    return "\n".join(form.format(*row).rstrip() for row in rows)


def shown(figure: Figure) -> str:
    """The value with its unit, to three digits or to whole numbers."""
    return f"{_number(figure.value)} {figure.unit}".rstrip()


def goal(figure: Figure) -> str:
    """The goal in words, such as "at most 8 ms"; empty where there is none."""
    if figure.goal is None:
        return ""
    return f"{figure.sense} {_number(figure.goal)} {figure.unit}".rstrip()


def verdict(figure: Figure) -> str:
    """Met, missed, unclear, or empty where there is no goal."""
    if figure.unclear:
        return "unclear"
    return {None: "", True: "met", False: "missed"}[figure.met]


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    digits = 3 if abs(value) < 10 else 1
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
