"""Strategies: in which order candidates are asked. A project carries this file; what a router does is one of these."""

import random
from collections.abc import Callable, Sequence
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


def by_cost(candidates: Candidates, asked: Asked) -> Sequence[Choice]:
    """The cheapest first, by what the call is reckoned to cost; those whose price nobody knows last."""
    return _ordered(candidates, asked, "cost", _costs)


def by_speed(candidates: Candidates, asked: Asked) -> Sequence[Choice]:
    """The one first whose answer is reckoned to be complete the soonest."""
    return _ordered(candidates, asked, "speed", _times)


def by_quality(candidates: Candidates, asked: Asked) -> Sequence[Choice]:
    """The one with the highest rank first; those without one last."""
    return _ordered(candidates, asked, "quality", _ranks)


def balanced(candidates: Candidates, asked: Asked) -> Sequence[Choice]:
    """Those first that stand best in the orders by cost, speed and quality taken together."""
    return _ordered(candidates, asked, "balanced", _places)


def able(candidates: Candidates, asked: Asked) -> Candidates:
    """Those whose models take the prompt, its length and its images, as far as is known; all where none seems to, as a
    server has the last word.
    """
    (tokens, has_images), most = asked.prompt, asked.max_tokens or 0
    fitting = [
        each
        for each in candidates
        if (facts := each.facts) is None
        or (tokens + (each.most_tokens or most) <= facts.context_window and (facts.vision or not has_images))
    ]
    return fitting or candidates


def _ordered(
    candidates: Candidates, asked: Asked, reason: str, values_of: Callable[[Candidates, Asked], list[float]]
) -> Sequence[Choice]:
    """The candidates by their values, the least first, and of equals the one that is written first; but before all the
    model that calls with the same key were to ask before, so that a conversation stays with one.
    """
    health, question = asked.health, (values_of, asked.prompt, asked.max_tokens, *candidates)
    order: tuple[Choice, ...] | None = health.order(question)
    if order is None:
        fitting = able(candidates, asked)
        values = values_of(fitting, asked)
        places = sorted(range(len(values)), key=values.__getitem__)
        order = tuple(Choice(fitting[place], reason) for place in places)
        health.keep_order(question, order)
    if asked.key is None or not order:
        return order
    last = health.last(asked.key)
    for index, choice in enumerate(order):
        if choice.candidate.name == last:
            return [Choice(choice.candidate, "sticky"), *order[:index], *order[index + 1 :]]
    health.remember(asked.key, order[0].candidate.name)
    return order


def _costs(candidates: Candidates, asked: Asked) -> list[float]:
    """US dollars for a million such calls, with nothing read from a cache."""
    return [_cost(candidate, asked) for candidate in candidates]


def _cost(candidate: Candidate[CompletionConfig], asked: Asked) -> float:
    facts, tokens = candidate.facts, asked.prompt.tokens
    if facts is None:
        return inf
    prices = long if (long := facts.long_context) is not None and tokens > long.above else facts
    if prices.input_price is None or prices.output_price is None:
        return inf
    return tokens * prices.input_price + asked.answer_tokens(candidate) * prices.output_price


def _times(candidates: Candidates, asked: Asked) -> list[float]:
    """The milliseconds that an answer takes."""
    return [asked.health.milliseconds(each.name, each.pace, asked.answer_tokens(each)) for each in candidates]


def _ranks(candidates: Candidates, asked: Asked) -> list[float]:
    """The ranks, of which the best is least."""
    return [inf if each.quality is None else -each.quality for each in candidates]


def _places(candidates: Candidates, asked: Asked) -> list[float]:
    """The sums of the places in the orders by each of the three."""
    by_each = [values_of(candidates, asked) for values_of in (_costs, _times, _ranks)]
    in_order = [sorted(values) for values in by_each]
    return [
        float(sum(order.index(value) for order, value in zip(in_order, values, strict=True)))
        for values in zip(*by_each, strict=True)
    ]
