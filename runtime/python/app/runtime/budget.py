"""Runs that may not use more than they have."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from msgspec.structs import replace

from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import ServiceError
from app.runtime.usage import UsageMeter

Input = TypeVar("Input")


class BudgetExceeded(ServiceError, code="budget_exceeded", title="Budget exceeded", status=402):
    """The run has used up its budget of tokens or money, and may not ask a model again.

    402 rather than 429: asking again does not help, and clients repeat a 429 by themselves, which would spend as much.
    """

    hint = "Raise the budget of the endpoint, or ask for less."
    for_caller = ("used_tokens", "max_tokens", "cost_usd", "max_cost_usd")
    callers_hint = "Ask for less."


@dataclass(frozen=True, slots=True)
class Budget:
    """What a run may use: US dollars, tokens of prompts and answers together, or both.

    It is checked before each model call, so the call that crosses it still ends, and so do those beside it.
    """

    max_cost_usd: float | None = None
    max_tokens: int | None = None


class LimitedMeter(UsageMeter):
    """Sums the usage of a run that has a budget."""

    def __init__(self, budget: Budget, within: UsageMeter | None = None) -> None:
        super().__init__(within)
        self._budget = budget

    def check_budget(self) -> None:
        """As in UsageMeter.

        Raises:
            BudgetExceeded: the run has used what it may, or its cost cannot be known although it is limited.
        """
        super().check_budget()
        budget, used = self._budget, self.total()
        tokens, cost_usd = used["total_tokens"], used["cost_usd"]
        if budget.max_tokens is not None and tokens >= budget.max_tokens:
            raise BudgetExceeded(
                f"The run has used {tokens} of the {budget.max_tokens} tokens it may use.",
                used_tokens=tokens,
                max_tokens=budget.max_tokens,
            )
        if budget.max_cost_usd is None:
            return
        if cost_usd is None:
            raise BudgetExceeded(
                "The price of a model is not known, so that the run's cost cannot be limited.",
                hint="Use a model of the catalog, or limit the run's tokens instead.",
                max_cost_usd=budget.max_cost_usd,
            )
        if cost_usd >= budget.max_cost_usd:
            raise BudgetExceeded(
                f"The run has cost ${cost_usd:.6f} of the ${budget.max_cost_usd:g} it may cost.",
                cost_usd=cost_usd,
                max_cost_usd=budget.max_cost_usd,
            )


def limited(
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]], budget: Budget
) -> Callable[[ExecutionContext, Input], Awaitable[Reply]]:
    """A workflow's `run` within a budget, each time anew; what it uses counts for the run around it as well."""

    async def run_within(ctx: ExecutionContext, inputs: Input) -> Reply:
        return await run(replace(ctx, usage=LimitedMeter(budget, ctx.usage)), inputs)

    return run_within
