"""Strategies: in which order candidates are asked. A project carries this file; what a router does is one of these."""

import random
from collections.abc import Sequence
from itertools import groupby
from math import inf

from app.llm.router.candidates import Asked, Candidate, Choice
from app.llm.types import CompletionConfig

Candidates = Sequence[Candidate[CompletionConfig]]


def as_written(candidates: Candidates, asked: Asked) -> list[Choice]:
    """The order in which they are written. Neighbours with weights are drawn by them, for one key always alike."""
    if all(candidate.weight is None for candidate in candidates):
        return [Choice(candidate, candidate.reason) for candidate in candidates]
    draw = random.random if asked.key is None else random.Random(asked.key).random
    order: list[Choice] = []
    for is_weighted, neighbours in groupby(candidates, lambda candidate: candidate.weight is not None):
        if is_weighted:
            drawn = sorted(neighbours, key=lambda each: draw() ** (1 / (each.weight or 1)), reverse=True)
            order += [Choice(candidate, "weight") for candidate in drawn]
        else:
            order += [Choice(candidate, candidate.reason) for candidate in neighbours]
    return order


def by_cost(candidates: Candidates, asked: Asked) -> list[Choice]:
    """The cheapest first, by what the call is reckoned to cost; those whose price nobody knows last."""
    fitting = able(candidates, asked)
    return _ordered(fitting, _costs(fitting, asked), "cost", asked)


def by_speed(candidates: Candidates, asked: Asked) -> list[Choice]:
    """The one first whose answer is reckoned to be complete the soonest."""
    fitting = able(candidates, asked)
    return _ordered(fitting, _times(fitting, asked), "speed", asked)


def by_quality(candidates: Candidates, asked: Asked) -> list[Choice]:
    """The one with the highest rank first; those without one last."""
    fitting = able(candidates, asked)
    return _ordered(fitting, _ranks(fitting), "quality", asked)


def balanced(candidates: Candidates, asked: Asked) -> list[Choice]:
    """Those first that stand best in the orders by cost, speed and quality taken together."""
    fitting = able(candidates, asked)
    costs, times, ranks = _costs(fitting, asked), _times(fitting, asked), _ranks(fitting)
    cheapest, soonest, best = sorted(costs), sorted(times), sorted(ranks)
    places = [
        cheapest.index(cost) + soonest.index(time) + best.index(rank)
        for cost, time, rank in zip(costs, times, ranks, strict=True)
    ]
    return _ordered(fitting, places, "balanced", asked)


def able(candidates: Candidates, asked: Asked) -> Candidates:
    """Those whose models take the prompt; all where none seems to, as a server has the last word."""
    return [each for each in candidates if asked.fits(each)] or candidates


def _ordered(candidates: Candidates, values: Sequence[float], reason: str, asked: Asked) -> list[Choice]:
    """The candidates by their values, the least first; but the model before all that calls with the same key were to
    ask before, so that a conversation stays with one.
    """
    order = [Choice(candidates[index], reason) for index in sorted(range(len(values)), key=values.__getitem__)]
    if asked.key is None or not order:
        return order
    last = asked.health.last(asked.key)
    for index, choice in enumerate(order):
        if choice.candidate.name == last:
            return [Choice(choice.candidate, "sticky"), *order[:index], *order[index + 1 :]]
    asked.health.remember(asked.key, order[0].candidate.name)
    return order


def _costs(candidates: Candidates, asked: Asked) -> list[float]:
    """US dollars for a million such calls of each, with nothing read from a cache."""
    tokens, costs = asked.prompt_tokens, list[float]()
    for each in candidates:
        facts, prices = each.facts, None
        if facts is not None:
            prices = long if (long := facts.long_context) is not None and tokens > long.above else facts
        if prices is None or prices.input_price is None or prices.output_price is None:
            costs.append(inf)
        else:
            costs.append(tokens * prices.input_price + asked.answer_tokens(each) * prices.output_price)
    return costs


def _times(candidates: Candidates, asked: Asked) -> list[float]:
    milliseconds = asked.health.milliseconds
    return [milliseconds(each.name, each.pace, asked.answer_tokens(each)) for each in candidates]


def _ranks(candidates: Candidates) -> list[float]:
    return [inf if each.quality is None else -each.quality for each in candidates]
