"""What a scenario has measured, and how it compares with what was aimed at."""

import math
import statistics
from collections.abc import Mapping, Sequence

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """The middle of some values, and their quartiles."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: Sequence[float]) -> "Spread":
        """The spread of at least one value."""
        if len(values) < 3:
            return Spread(statistics.median(values), min(values), max(values))
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        return Spread(statistics.median(values), low, high)


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A bound for one contestant's value, or for the ratio of two contestants' values."""

    above: str
    below: str | None = None
    """The contestant to divide by; None for the plain value."""
    at_least: float | None = None
    at_most: float | None = None

    def name(self) -> str:
        """What is bounded, such as B/C."""
        return self.above if self.below is None else f"{self.above}/{self.below}"

    def aim(self) -> str:
        """The bound in words."""
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"

    def met_by(self, value: float) -> bool:
        """Whether a value keeps the bound."""
        return value >= (self.at_least or -math.inf) and value <= (math.inf if self.at_most is None else self.at_most)


class Verdict(msgspec.Struct, frozen=True):
    """A target with what was reached."""

    name: str
    aim: str
    reached: Spread
    met: bool


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, measured round by round for each contestant."""

    scenario: str
    title: str
    unit: str
    rounds: Mapping[str, Sequence[float]]
    """By contestant. Values at the same place were measured side by side."""
    targets: Sequence[Target] = ()
    plotted: bool = True

    def spreads(self) -> dict[str, Spread]:
        """By contestant."""
        return {name: Spread.of(values) for name, values in self.rounds.items() if values}

    def verdicts(self) -> list[Verdict]:
        """Each target against the median; ratios are taken round by round, which cancels what drifts."""
        verdicts: list[Verdict] = []
        for target in self.targets:
            values = self.rounds.get(target.above, ())
            if target.below is not None:
                others = self.rounds.get(target.below, ())
                values = [one / other for one, other in zip(values, others, strict=False) if other]
            if values:
                reached = Spread.of(values)
                verdicts.append(Verdict(target.name(), target.aim(), reached, target.met_by(reached.median)))
        return verdicts
