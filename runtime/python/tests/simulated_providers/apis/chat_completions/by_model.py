"""What depends on the model in Chat Completions: retired names, limits, and what reasoning models refuse."""

from collections.abc import Callable
from typing import Any

from tests.simulated_providers.errors import ApiError, listed, unsupported_parameter, unsupported_value
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import Model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.validation.parameters import check_model, input_limit

ONLY_DEFAULT = "Only the default (1) value is supported."
# https://platform.openai.com/docs/guides/reasoning, "Parameters": refused by models that reason.
SAMPLING_DEFAULTS = {"temperature": 1, "top_p": 1, "presence_penalty": 0, "frequency_penalty": 0}
SAMPLING_REFUSED = ("logprobs", "top_logprobs", "logit_bias")


def check_chat_model(body: JsonObject, settings: Settings, find: Callable[[str], Model | None]) -> Model:
    """The model asked for. Raises ApiError also when none is named or it is one of the Responses API alone."""
    if not body.get("model"):
        raise ApiError("you must provide a model parameter")
    model = check_model(body["model"], settings, find)
    if not model.chat:
        raise ApiError(
            "This model is only supported in v1/responses and not in v1/chat/completions.", param="model", status=404
        )
    return model


def check_effort(body: JsonObject, model: Model) -> str:
    """The reasoning effort in force, "none" for models that do not reason."""
    asked: Any = body.get("reasoning_effort")
    if asked is None:
        return model.effort
    if not model.reasons:
        raise ApiError("Unrecognized request argument supplied: reasoning_effort")
    if asked not in model.efforts:
        raise unsupported_value("reasoning_effort", asked, f"Supported values are: {listed(model.efforts)}.")
    return asked


def check_sampling(body: JsonObject, model: Model, effort: str) -> None:
    """Sampling parameters; reasoning models take them only with effort "none", if at all."""
    if not model.reasons:
        return
    if body.get("max_tokens") is not None:
        raise unsupported_parameter("max_tokens", "max_completion_tokens")
    if body.get("stop") is not None:
        raise unsupported_parameter("stop")
    if effort == "none" and model.sampling_without_reasoning:
        return
    for name, default in SAMPLING_DEFAULTS.items():
        value: Any = body.get(name)
        if value is not None and value != default:
            if name == "temperature":
                raise unsupported_value(name, value, ONLY_DEFAULT)
            raise unsupported_parameter(name)
    for name in SAMPLING_REFUSED:
        if body.get(name):
            raise unsupported_parameter(name)


def check_tools(body: JsonObject, model: Model, effort: str) -> None:
    """Function tools, which some models do not take at all and some not while they reason."""
    if body.get("tools") is None and body.get("functions") is None:
        return
    offered = "tools" if body.get("tools") is not None else "functions"
    if not model.functions:
        raise ApiError(
            f"{offered} is not supported in this model. For a list of supported models, refer to "
            "https://platform.openai.com/docs/guides/function-calling#models-supporting-function-calling.",
            param=offered,
            status=404,
        )
    if body.get("parallel_tool_calls") is not None and not model.parallel_calls:
        raise unsupported_parameter("parallel_tool_calls")
    if not model.tools_while_reasoning and effort != "none":
        # The second wording came with gpt-5.6: https://github.com/BerriAI/litellm/pull/34569
        way_out = (
            "Please use /v1/responses instead."
            if model.id.startswith(("gpt-5.4", "gpt-5.5"))
            else "To use function tools, use /v1/responses or set reasoning_effort to 'none'."
        )
        raise ApiError(
            f"Function tools with reasoning_effort are not supported for {model.id} in /v1/chat/completions. {way_out}",
            param="reasoning_effort",
        )


def check_length(model: Model, prompt: int, function_tokens: int, asked: int | None, settings: Settings) -> None:
    """Prompt and output against the model's window, in either of the two wordings of Chat Completions."""
    window = input_limit(model, settings)
    if model.reasons:
        if prompt > window:
            raise _too_long(
                f"Input tokens exceed the configured limit of {window} tokens. Your messages resulted in {prompt} "
                "tokens. Please reduce the length of the messages."
            )
        return
    parts = f"{prompt - function_tokens} in the messages"
    reduce = "Please reduce the length of the messages"
    if function_tokens:
        parts += f", {function_tokens} in the functions"
        reduce += " or functions" if asked is None else ", functions,"
    resulted = f" ({parts})" if function_tokens else ""
    start = f"This model's maximum context length is {window} tokens. However,"
    if prompt > window:
        raise _too_long(f"{start} your messages resulted in {prompt} tokens{resulted}. {reduce.removesuffix(',')}.")
    if asked is not None and prompt + asked > window:
        total = f"{prompt + asked} tokens ({parts}, and {asked} in the completion)"
        raise _too_long(f"{start} you requested {total}. {reduce} or completion.")


def _too_long(message: str) -> ApiError:
    return ApiError(message, param="messages", code="context_length_exceeded")
