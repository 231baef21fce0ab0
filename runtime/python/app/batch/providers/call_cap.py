"""What may still be asked of the providers' batches before a cap on the cost is passed.

What a call costs is known when its answer is there. So the first batch has a few calls only, and each further one as
many as fit if all of them cost as much as the dearest so far.
"""

import sys
from dataclasses import dataclass, field

from app.batch.batch import Batch
from app.batch.errors import price_unknown

_FIRST_CALLS = 10


@dataclass(slots=True)
class CallCap:
    """The cap of a batch, and what its calls have cost; nothing is counted where there is none."""

    _batch: Batch
    _open: dict[int, tuple[float, int]] = field(default_factory=dict[int, tuple[float, int]])
    """Of rows that are not done: what their answers have cost, and how many they are."""
    _dearest_usd: float = 0.0

    def count(self, row: int, cost_usd: float | None, calls: int, *, done: bool) -> None:
        """Counts what the answers of a row have cost so far.

        Raises:
            BatchError: nobody knows what a model costs.
        """
        if self._batch.wanted.max_cost_usd is None:
            return
        if cost_usd is None:
            raise price_unknown()
        before_usd, before = self._open.pop(row, (0.0, 0))
        if calls > before:
            self._dearest_usd = max(self._dearest_usd, (cost_usd - before_usd) / (calls - before))
        if not done:
            self._open[row] = cost_usd, calls

    def calls_left(self) -> int:
        """How many calls may be sent."""
        cap, totals = self._batch.wanted.max_cost_usd, self._batch.results.totals
        if cap is None:
            return sys.maxsize
        left = max(cap - (totals.cost_usd or 0.0) - self.kept_usd, 0.0)
        dearest = self._dearest_usd or totals.dearest_row_usd
        return int(left / dearest) if dearest else _FIRST_CALLS if left else 0

    @property
    def kept_usd(self) -> float:
        """What answers have cost that wait for their rows to be done."""
        return sum(cost for cost, _ in self._open.values())
