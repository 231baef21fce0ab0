"""What the simulated model answers: a text, or calls of functions with arguments; the same to the same request."""

import re
from dataclasses import replace
from itertools import pairwise

from tests.simulated_providers.answers.hints import Hints
from tests.simulated_providers.answers.prompt import Prompt, read_prompt, words_of
from tests.simulated_providers.answers.prose import answer, answer_with_results, object_from
from tests.simulated_providers.answers.schema_values import SchemaValues
from tests.simulated_providers.completion import Call, Choice, Function, Request
from tests.simulated_providers.json_values import JsonObject, compact, is_object, objects
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.tokens import count_tokens, split_tokens

# Words that stand in most descriptions and so say nothing about which function is meant.
COMMON_WORDS = words_of(
    "get find fetch look lookup retrieve return returns list given value name function tool call current"
)
SEVERAL = re.compile(r"\s*(?:,|;|&|\band\b|\bor\b)\s*")
# https://platform.openai.com/docs/guides/reasoning: reasoning tokens come in blocks of 64.
REASONING_TOKENS = {"none": 0, "minimal": 0, "low": 64, "medium": 192, "high": 512, "xhigh": 1024, "max": 2048}


def make_choices(request: Request, told: Answer | None) -> tuple[tuple[Choice, ...], int]:
    """The choices of a request and its reasoning tokens, cut at the limit on output tokens."""
    prompt = read_prompt(request.messages)
    thought = REASONING_TOKENS[request.effort]
    limit = request.max_tokens
    if told:
        made = [_told(request, prompt, told)] * request.n
        if told.finish_reason:
            return tuple(made), 0
        # What was told is said, even where thinking first would leave no room for it.
        if limit is not None and thought + made[0].tokens > limit:
            thought = 0
    elif limit is not None and thought * request.n >= limit:
        return tuple(Choice((), (), "length") for _ in range(request.n)), limit
    else:
        made = [_drawn(request, prompt, index) for index in range(request.n)]
    left = None if limit is None else limit - thought
    return tuple(_cut(_stopped(choice, request.stop), left) for choice in made), thought * request.n


def _told(request: Request, prompt: Prompt, told: Answer) -> Choice:
    calls = tuple(
        _draw_call(request, prompt, name)
        if arguments is None
        else Call(name, arguments if isinstance(arguments, str) else compact(dict(arguments)))
        for name, arguments in told.calls
    )
    text = told.refusal or told.content or ""
    reason = told.finish_reason or _finish_reason(request, bool(calls))
    return Choice(tuple(split_tokens(text)), calls, reason, refused=told.refusal is not None)


def _drawn(request: Request, prompt: Prompt, index: int) -> Choice:
    calls = tuple(_choose_calls(request, prompt))
    text = "" if calls else _text(request, prompt, index)
    return Choice(tuple(split_tokens(text)), calls, _finish_reason(request, bool(calls)))


def _finish_reason(request: Request, called: bool) -> str:
    # A named function ends with "stop", as it does at OpenAI: the model had no choice to make.
    if not called or request.named:
        return "stop"
    return "function_call" if request.legacy else "tool_calls"


def _text(request: Request, prompt: Prompt, index: int) -> str:
    if request.response_schema is not None:
        return compact(SchemaValues(request.response_schema, Hints(prompt), optional=True).value())
    if request.json_object:
        return compact(object_from(prompt))
    return answer_with_results(prompt) if prompt.results else answer(prompt, index)


def _stopped(choice: Choice, stop: list[str]) -> Choice:
    """The text up to the first stop sequence, which is not part of it."""
    text = choice.text
    ends = [place for place in (text.find(each) for each in stop if each) if place >= 0]
    return replace(choice, pieces=tuple(split_tokens(text[: min(ends)]))) if ends else choice


def _cut(choice: Choice, limit: int | None) -> Choice:
    """The choice cut at a number of tokens: of its text, or of the arguments of its last call."""
    if limit is None:
        return choice
    if len(choice.pieces) > limit:
        return replace(choice, pieces=choice.pieces[:limit], calls=(), finish_reason="length")
    left = limit - len(choice.pieces)
    kept: list[Call] = []
    for call in choice.calls:
        name, arguments = count_tokens(call.name), split_tokens(call.arguments)
        if name + len(arguments) > left:
            if left > name:
                kept.append(Call(call.name, "".join(arguments[: left - name])))
            return replace(choice, calls=tuple(kept), finish_reason="length")
        kept.append(call)
        left -= name + len(arguments)
    return choice


def _choose_calls(request: Request, prompt: Prompt) -> list[Call]:
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


def _draw_call(request: Request, prompt: Prompt, name: str) -> Call:
    """The call of one function, without arguments when the request does not have it."""
    function = next((each for each in request.functions if each.name == name), None)
    return Call(name, "{}") if function is None else _call(function, prompt)


def _score(function: Function, prompt: Prompt) -> float:
    """Overlap of the question with a function's name, its parameters' names and its description, in falling weight."""
    asked = words_of(prompt.question) - COMMON_WORDS
    properties: JsonObject = function.parameters.get("properties") or {}
    described = " ".join(str(member.get("description", "")) for member in objects(list(properties.values())))
    named = words_of(function.name) - COMMON_WORDS
    parameters = words_of(" ".join(properties)) - COMMON_WORDS
    about = words_of(f"{function.description} {described}") - COMMON_WORDS
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
