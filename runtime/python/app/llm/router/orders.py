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
    order = sorted(able(candidates, asked), key=lambda each: _cost(each, asked))
    return _for_key([Choice(each, "cost") for each in order], asked)


def by_speed(candidates: Candidates, asked: Asked) -> list[Choice]:
    """The one first whose answer is reckoned to be complete the soonest."""
    order = sorted(able(candidates, asked), key=lambda each: _time(each, asked))
    return _for_key([Choice(each, "speed") for each in order], asked)


def by_quality(candidates: Candidates, asked: Asked) -> list[Choice]:
    """The one with the highest rank first; those without one last."""
    order = sorted(able(candidates, asked), key=_quality)
    return _for_key([Choice(each, "quality") for each in order], asked)


def balanced(candidates: Candidates, asked: Asked) -> list[Choice]:
    """Those first that stand best in the orders by cost, speed and quality taken together."""
    fitting = able(candidates, asked)
    indexes = range(len(fitting))
    places = [0] * len(fitting)
    for values in (
        [_cost(each, asked) for each in fitting],
        [_time(each, asked) for each in fitting],
        [_quality(each) for each in fitting],
    ):
        for place, index in enumerate(sorted(indexes, key=values.__getitem__)):
            places[index] += place
    order = sorted(indexes, key=places.__getitem__)
    return _for_key([Choice(fitting[index], "balanced") for index in order], asked)


def able(candidates: Candidates, asked: Asked) -> Candidates:
    """Those whose models take the prompt; all where none seems to, as a server has the last word."""
    return [each for each in candidates if asked.fits(each)] or candidates


def _for_key(order: list[Choice], asked: Asked) -> list[Choice]:
    """The model first that calls with the same key were to ask before, so that a conversation stays with one."""
    if asked.key is None or not order:
        return order
    last = asked.health.last(asked.key)
    for index, choice in enumerate(order):
        if choice.candidate.name == last:
            return [Choice(choice.candidate, "sticky"), *order[:index], *order[index + 1 :]]
    asked.health.remember(asked.key, order[0].candidate.name)
    return order


def _cost(candidate: Candidate[CompletionConfig], asked: Asked) -> float:
    """US dollars for a million such calls, with nothing read from a cache."""
    facts = candidate.facts
    if facts is None:
        return inf
    tokens, long = asked.prompt_tokens, facts.long_context
    prices = long if long is not None and tokens > long.above else facts
    if prices.input_price is None or prices.output_price is None:
        return inf
    return tokens * prices.input_price + asked.answer_tokens(candidate) * prices.output_price


def _time(candidate: Candidate[CompletionConfig], asked: Asked) -> float:
    return asked.health.milliseconds(candidate.name, candidate.pace, asked.answer_tokens(candidate))


def _quality(candidate: Candidate[CompletionConfig]) -> float:
    return inf if candidate.quality is None else -candidate.quality
