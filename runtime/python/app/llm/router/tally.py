"""What the attempts of one routed call use together."""

from app.runtime.usage import PricedUsage, Usage, UsageMeter


class Tally(UsageMeter):
    """Passes on what calls use to the meter of the run, and sums it up only when asked, as most need one attempt."""

    def __init__(self, within: UsageMeter) -> None:
        self._within: UsageMeter = within
        self._used: list[tuple[Usage, float | None]] = []

    def add(self, usage: Usage, cost_usd: float | None) -> None:
        """As that of `UsageMeter`."""
        self._used.append((usage, cost_usd))
        self._within.add(usage, cost_usd)

    def total(self) -> PricedUsage:
        """As that of `UsageMeter`."""
        meter = UsageMeter()
        for usage, cost_usd in self._used:
            meter.add(usage, cost_usd)
        return meter.total()
