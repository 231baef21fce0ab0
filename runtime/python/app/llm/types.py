"""What goes into and comes out of a model call, whoever answers it.

Names and meanings are those of Chat Completions: https://platform.openai.com/docs/api-reference/chat/create
"""

from typing import Any, Generic, Literal, NotRequired, Required, TypedDict, TypeVar

import msgspec

from app.runtime.usage import Usage

JsonObject = dict[str, Any]


class FunctionSpec(TypedDict):
    """A function that the model may ask for; `parameters` is a JSON Schema of type object."""

    name: str
    description: NotRequired[str]
    parameters: NotRequired[JsonObject]
    strict: NotRequired[bool | None]


class ToolSpec(TypedDict):
    """A tool that the model may ask for. With `cache_control` the Messages API caches all tools up to this one."""

    type: Literal["function"]
    function: FunctionSpec
    cache_control: NotRequired[JsonObject]


class Message(TypedDict, total=False):
    """One message of a conversation, by its wire names.

    That of a `Completion` also has what its server, `answered_by`, sent and nobody here knows, for that server alone;
    `response_items` and `content_blocks` are so the whole message for the Responses and the Messages API.
    """

    role: Required[Literal["system", "developer", "user", "assistant", "tool", "function"]]
    content: Required[str | list[JsonObject] | None]
    name: str
    tool_calls: list[JsonObject]
    tool_call_id: str
    function_call: JsonObject | None
    refusal: str | None
    response_items: list[JsonObject]
    content_blocks: list[JsonObject]
    answered_by: str


class Timeouts(TypedDict, total=False):
    """Limits of one model call in seconds: until the connection stands, until the first content, between two pieces of
    content, and for everything, retries included.
    """

    connect: float
    first_byte: float
    idle: float
    total: float


class RequestConfig(TypedDict, total=False):
    """What a request says, whichever model it goes to: parameters of Chat Completions by their wire names, and others.

    - `base_model`: the model behind `model`, where that is a deployment or an alias; its limits and prices count
    - `api`: which one to ask, "chat" if left out; "auto" is the Responses API where Chat Completions refuses the model,
      or tools together with reasoning
    - `max_tokens`: limits the answer, whatever the model calls that
    - `functions`: sent as tools where the model takes no functions
    - `response_format`: also "text" and "json_object"; `parsed` is checked against the schema of a json_schema
    - `show_reasoning`: a stream brings what the model thinks too
    - `timeout` (seconds for the whole call, or by phase), `max_retries`: in the place of the service's settings
    - `extra_body`: further parameters by their wire names
    """

    base_model: str
    api: Literal["chat", "responses", "auto"]
    messages: list[Message]
    max_tokens: int | None
    max_completion_tokens: int | None
    temperature: float | None
    top_p: float | None
    presence_penalty: float | None
    frequency_penalty: float | None
    stop: str | list[str] | None
    seed: int | None
    logit_bias: dict[str, int] | None
    logprobs: bool | None
    top_logprobs: int | None
    user: str
    metadata: dict[str, str] | None
    store: bool | None
    service_tier: str | None
    reasoning_effort: str | None
    show_reasoning: bool
    verbosity: str | None
    prediction: JsonObject | None
    prompt_cache_key: str
    prompt_cache_retention: str | None
    prompt_cache_options: JsonObject
    safety_identifier: str
    web_search_options: JsonObject
    moderation: JsonObject | None
    response_format: Literal["text", "json_object"] | JsonObject
    functions: list[FunctionSpec]
    function_call: Literal["auto", "none"] | JsonObject
    tools: list[ToolSpec]
    tool_choice: Literal["auto", "none", "required"] | JsonObject
    parallel_tool_calls: bool
    stream_options: JsonObject | None
    extra_body: JsonObject
    timeout: float | Timeouts
    max_retries: int


class CompletionConfig(RequestConfig, total=False):
    """One request to a model."""

    model: Required[str]


class FunctionCall(TypedDict):
    """A call that the model asks for, with its arguments parsed."""

    name: str
    arguments: JsonObject


class ToolCall(FunctionCall):
    """A call that the model asks for, with the id to answer it by."""

    id: str


class Timing(TypedDict):
    """Milliseconds from the start of the call to its first text or function call, and to its end."""

    first_token_ms: float | None
    total_ms: float


class TopLogprob(TypedDict):
    """A token, the natural logarithm of its probability, and its UTF-8, as a character may span several tokens."""

    token: str
    logprob: float
    bytes: list[int] | None


class TokenLogprob(TopLogprob):
    """A token of an answer; `top_logprobs` are the likeliest tokens at its place."""

    top_logprobs: list[TopLogprob]


Parsed = TypeVar("Parsed")


class CompletionOf(TypedDict, Generic[Parsed]):
    """The answer to one request, with the type of what it holds as JSON.

    - `function_call`: the first of `tool_calls`, whichever of `functions` and `tools` went over the wire
    - `parsed`: the decoded `content`, where JSON was asked for
    - `refusal`: the model's words if it declined
    - `annotations`: those of `content`, such as the pages that it cites; `extras`: what compatible servers send along
      as `citations`, `search_results` or `images`; both as they came
    - `cost_usd`: None when the price is not known
    - `message`: the answer as the message that the conversation goes on with, where the model could call functions
    """

    content: str | None
    function_call: FunctionCall | None
    tool_calls: list[ToolCall]
    parsed: Parsed
    refusal: str | None
    reasoning: str | None
    annotations: list[JsonObject] | None
    extras: JsonObject | None
    finish_reason: str
    model: str
    provider: str
    id: str
    logprobs: list[TokenLogprob] | None
    usage: Usage
    cost_usd: float | None
    timing: Timing
    message: NotRequired[Message]


Completion = CompletionOf[Any]
"""The answer to one request."""


class TokenDetails(msgspec.Struct, gc=False):
    """Parts of a token count, as both of OpenAI's APIs send them."""

    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None


class FunctionCallDelta(msgspec.Struct, frozen=True, gc=False):
    """A piece of a function call; pieces with the same `id` belong together. There are as many as tokens."""

    id: str
    name: str
    arguments: str


class ReasoningDelta(msgspec.Struct, frozen=True, gc=False):
    """A piece of what the model thinks."""

    text: str


Piece = str | FunctionCallDelta | ReasoningDelta
"""What a stream brings: a piece of text as a plain `str`, of a function call, or of what the model thinks."""


class FunctionCallReady(msgspec.Struct, frozen=True):
    """A function call that is complete, its arguments parsed."""

    call: ToolCall


class UsageReported(msgspec.Struct, frozen=True):
    """The tokens that the call used, and what they cost if the price is known."""

    usage: Usage
    cost_usd: float | None = None


class Done(msgspec.Struct, frozen=True):
    """The end of the answer."""

    completion: Completion
