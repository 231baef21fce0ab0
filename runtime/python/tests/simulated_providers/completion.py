"""The answer to a request, before it is known whether it is sent whole or as a stream."""

from dataclasses import dataclass, replace

from tests.simulated_providers import tokens
from tests.simulated_providers.answers.calls import Call, choose_calls, draw_call
from tests.simulated_providers.answers.hints import Hints
from tests.simulated_providers.answers.json_mode import object_from
from tests.simulated_providers.answers.prompt import Prompt, read_prompt
from tests.simulated_providers.answers.prose import answer, answer_with_results
from tests.simulated_providers.answers.schema_values import SchemaValues
from tests.simulated_providers.json_values import JsonObject, compact
from tests.simulated_providers.request import Request
from tests.simulated_providers.settings import Answer

# https://platform.openai.com/docs/guides/reasoning: reasoning tokens come in blocks of 64.
REASONING_TOKENS = {"none": 0, "minimal": 0, "low": 64, "medium": 192, "high": 512, "xhigh": 1024, "max": 2048}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the `n` answers. `pieces` joined are the content or the refusal, one piece per token."""

    pieces: tuple[str, ...]
    calls: tuple[Call, ...]
    finish_reason: str
    refused: bool = False

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """Text and calls together; calls cost the tokens of their names and arguments."""
        return len(self.pieces) + sum(tokens.count(call.name) + tokens.count(call.arguments) for call in self.calls)


@dataclass(frozen=True, slots=True)
class Completion:
    """All choices and what they cost in tokens."""

    id: str
    created: int
    model: str
    fingerprint: str
    legacy: bool
    choices: tuple[Choice, ...]
    prompt_tokens: int
    cached_tokens: int
    reasoning_tokens: int

    @property
    def output_tokens(self) -> int:
        """Reasoning, texts and calls together."""
        return self.reasoning_tokens + sum(choice.tokens for choice in self.choices)

    def usage(self) -> JsonObject:
        """The `usage` object of Chat Completions."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.prompt_tokens + self.output_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": self.reasoning_tokens,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }


def make_choices(request: Request, told: Answer | None) -> tuple[tuple[Choice, ...], int]:
    """The choices of a request and its reasoning tokens, cut at the limit on output tokens."""
    prompt = read_prompt(request.messages)
    thought = REASONING_TOKENS[request.effort]
    limit = request.max_tokens
    if told:
        made = [_told(request, prompt, told)] * request.n
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
        draw_call(request, prompt, name)
        if arguments is None
        else Call(name, arguments if isinstance(arguments, str) else compact(dict(arguments)))
        for name, arguments in told.calls
    )
    text = told.refusal or told.content or ""
    reason = told.finish_reason or _finish_reason(request, bool(calls))
    return Choice(tuple(tokens.pieces(text)), calls, reason, refused=told.refusal is not None)


def _drawn(request: Request, prompt: Prompt, index: int) -> Choice:
    calls = tuple(choose_calls(request, prompt))
    text = "" if calls else _text(request, prompt, index)
    return Choice(tuple(tokens.pieces(text)), calls, _finish_reason(request, bool(calls)))


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
    return replace(choice, pieces=tuple(tokens.pieces(text[: min(ends)]))) if ends else choice


def _cut(choice: Choice, limit: int | None) -> Choice:
    """The choice cut at a number of tokens: of its text, or of the arguments of its last call."""
    if limit is None:
        return choice
    if len(choice.pieces) > limit:
        return replace(choice, pieces=choice.pieces[:limit], calls=(), finish_reason="length")
    left = limit - len(choice.pieces)
    kept: list[Call] = []
    for call in choice.calls:
        name, arguments = tokens.count(call.name), tokens.pieces(call.arguments)
        if name + len(arguments) > left:
            if left > name:
                kept.append(Call(call.name, "".join(arguments[: left - name])))
            return replace(choice, calls=tuple(kept), finish_reason="length")
        kept.append(call)
        left -= name + len(arguments)
    return choice
