"""Loops of a workflow: what they go through, what their callers hear, and what becomes of items that fail."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeVar, cast

from msgspec.structs import replace

from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, first_error, public_problem, told_to_operator

Item = TypeVar("Item")
Result = TypeVar("Result")


class NotAList(ServiceError, code="not_a_list", title="Not a list"):
    """What a loop is to go through is no list."""

    hint = "Give `items` of the loop an expression whose value is a list."


class TooManyItems(ServiceError, code="too_many_items", title="Too many items", status=422):
    """A list has more items than its loop takes."""

    hint = "Send fewer items, or let the loop take more with `maxItems`."
    callers_hint = "Send fewer items."
    for_caller = ("limit",)


def as_items(value: Any, node: str, most: int | None = None) -> list[Any]:
    """What the loop `node` goes through, of which it is not known before that it is a list.

    Raises:
        NotAList: it is none.
        TooManyItems: it has more than `most` items.
    """
    if not isinstance(value, list | tuple):
        raise NotAList(f"The loop goes through a list, and what it was given is a {type(value).__name__}.", node=node)
    items = list(cast("Sequence[Any]", value))
    return items if most is None else at_most(most, items, node)


def at_most(most: int, items: list[Item], node: str) -> list[Item]:
    """The items of the loop `node`. TooManyItems when there are more than `most`."""
    if len(items) > most:
        raise TooManyItems(f"The list has {len(items)} items; the loop takes {most}.", node=node, limit=most)
    return items


def note_item(error: Exception, node: str, index: int) -> None:
    """Notes on an error which round of the loop `node` it comes from; `items` of its problem says so, with
    that of a loop inside of it behind that.
    """
    noted = vars(first_error(error))
    noted["rounds"] = [{"node": node, "index": index}, *noted.get("rounds", [])]


def in_round(ctx: ExecutionContext, *rounds: tuple[str, int]) -> ExecutionContext:
    """The run as it goes on in a round of each of these loops, the outermost first: what is said of failures there
    names them.
    """
    further = [{"node": node, "index": index} for node, index in rounds]
    return replace(ctx, rounds=(*ctx.rounds, *further))


def skip_item(ctx: ExecutionContext, error: Exception, node: str, index: int) -> None:
    """Notes in the log that an item was left out. What only the operator of the service can mend ends the loop."""
    _survived(ctx, "item_skipped", error, node, index)


def failed_item(ctx: ExecutionContext, error: Exception, node: str, index: int) -> dict[str, Any]:
    """What stands among the results for an item that failed: its problem, as a caller may see it. The log has the rest.

    As `skip_item`.
    """
    return {"error": public_problem(_survived(ctx, "item_failed", error, node, index))}


def _survived(ctx: ExecutionContext, event: str, error: Exception, node: str, index: int) -> ServiceError:
    note_item(error, node, index)
    found = as_service_error(error)
    if found.for_operator:
        raise found from found.__cause__
    found.details["items"] = [*ctx.rounds, *found.details["items"]]
    log_event(event, execution_id=ctx.execution_id, **told_to_operator(found))
    return found


async def send_item(ctx: ExecutionContext, node: str, index: int, value: Any) -> None:
    """Tells a caller who listens what a round gave."""
    if ctx.sink is not None:
        await ctx.sink.write(ctx.sink.frame("item", {**ctx.place(node), "index": index, "value": value}))


async def run_items(
    ctx: ExecutionContext,
    node: str,
    items: Sequence[Item],
    body: Callable[[int, Item], Awaitable[Result]],
    *,
    concurrency: int,
    on_error: Literal["fail", "skip", "collect"] = "fail",
    sends: bool = True,
) -> list[Any]:
    """What the body gives for each item, in their order; so many items are worked on at the same time.

    Raises:
        ServiceError: an item failed; the others are cancelled. With "skip" it is left out, with "collect" its problem
            stands in its place.
    """
    results: dict[int, Any] = {}
    waiting = iter(enumerate(items))

    async def work() -> None:
        for index, item in waiting:
            try:
                results[index] = await body(index, item)
            except Exception as error:
                if on_error == "fail":
                    note_item(error, node, index)
                    raise
                if on_error == "skip":
                    skip_item(ctx, error, node, index)
                    continue
                results[index] = failed_item(ctx, error, node, index)
            if sends:
                await send_item(ctx, node, index, results[index])

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(concurrency, len(items))):
            tasks.create_task(work())
    return [results[index] for index in sorted(results)]
