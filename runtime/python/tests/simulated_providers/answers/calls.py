"""Which functions the simulated model calls, and with which arguments."""

import re
from dataclasses import dataclass
from itertools import pairwise

from tests.simulated_providers.answers.hints import Hints
from tests.simulated_providers.answers.prompt import Prompt
from tests.simulated_providers.answers.schema_values import SchemaValues
from tests.simulated_providers.answers.vocabulary import words_of
from tests.simulated_providers.json_values import JsonObject, compact, is_object, objects
from tests.simulated_providers.request import Function, Request

# Words that stand in most descriptions and so say nothing about which function is meant.
COMMON = words_of("get find fetch look lookup retrieve return returns list given value name function tool call current")
SEVERAL = re.compile(r"\s*(?:,|;|&|\band\b|\bor\b)\s*")


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name and its arguments as JSON text."""

    name: str
    arguments: str


def choose_calls(request: Request, prompt: Prompt) -> list[Call]:
    """The calls that answer a request: none when it asks for none, or nothing fits under "auto".

    After a function's result there is no further call, unless one is required.
    """
    if request.choice == "none" or not request.functions:
        return []
    if request.named:
        function = next(each for each in request.functions if each.name == request.named)
        return [_call(function, prompt)]
    if request.choice == "auto" and prompt.results:
        return []
    scored = [(_score(function, prompt), function) for function in request.functions]
    best_score, best = max(scored, key=lambda pair: pair[0])
    if best_score == 0 and request.choice == "auto":
        return []
    if not request.parallel:
        return [_call(best, prompt)]
    chosen = [best, *(each for score, each in scored if each is not best and score and score * 2 >= best_score)]
    return [call for function in chosen for call in _repeated(function, prompt)]


def draw_call(request: Request, prompt: Prompt, name: str) -> Call:
    """The call of one function, without arguments when the request does not have it."""
    function = next((each for each in request.functions if each.name == name), None)
    return Call(name, "{}") if function is None else _call(function, prompt)


def _score(function: Function, prompt: Prompt) -> float:
    """Overlap of the question with a function's name, its parameters' names and its description, in falling weight."""
    asked = words_of(prompt.question) - COMMON
    properties: JsonObject = function.parameters.get("properties") or {}
    described = " ".join(str(member.get("description", "")) for member in objects(list(properties.values())))
    named = words_of(function.name) - COMMON
    parameters = words_of(" ".join(properties)) - COMMON
    about = words_of(f"{function.description} {described}") - COMMON
    return 3 * len(asked & named) + 2 * len(asked & parameters) + len(asked & about)


def _call(function: Function, prompt: Prompt) -> Call:
    return Call(function.name, compact(_arguments(function, prompt)))


def _arguments(function: Function, prompt: Prompt) -> JsonObject:
    made = SchemaValues(function.parameters, Hints(prompt), optional=function.strict).value()
    return made if is_object(made) else {}


def _repeated(function: Function, prompt: Prompt) -> list[Call]:
    """One call, or one per thing when the question lists several: "the weather in Paris and Tokyo"."""
    first = _arguments(function, prompt)
    properties: JsonObject = function.parameters.get("properties") or {}
    listed = _listed(prompt.question, first)
    if listed is None or (len(properties) > 1 and len(first) > 1):
        return [Call(function.name, compact(first))]
    name, values = listed
    return [Call(function.name, compact({**first, name: value})) for value in values]


def _listed(question: str, arguments: JsonObject) -> tuple[str, list[str]] | None:
    """The argument whose value is one of several of its kind in the question, with all of them."""
    hints = _candidates(question)
    for name, value in arguments.items():
        for found in hints:
            if isinstance(value, str) and value in found and len(found) > 1 and _joined(question, found):
                return name, found
    return None


def _candidates(question: str) -> list[list[str]]:
    hints = Hints(Prompt("", question, ()))
    return [list(dict.fromkeys(found)) for found in (hints.quoted, hints.identifiers, hints.names)]


def _joined(question: str, values: list[str]) -> bool:
    """Whether nothing but commas and "and" stand between the values."""
    places = [(question.find(value), len(value)) for value in values]
    gaps = [question[start + size : following] for (start, size), (following, _) in pairwise(places)]
    return all(SEVERAL.fullmatch(gap.strip("\"'` ") or ",") for gap in gaps)
