"""What depends on the model in the Responses API."""

from typing import Any

from tests.simulated_providers.errors import ApiError, listed, missing_parameter, unsupported_parameter
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import Model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.validation.by_model import check_model


def check_responses_model(body: JsonObject, settings: Settings) -> Model:
    """The model asked for. Raises ApiError when there is none, or it is one of Chat Completions alone."""
    if not body.get("model"):
        raise missing_parameter("model")
    model = check_model(body["model"], settings)
    if model.audio:
        raise ApiError(
            f"The requested model '{model.id}' is not supported with the Responses API.",
            param="model",
            code="unsupported_model",
        )
    return model


def check_reasoning(body: JsonObject, model: Model) -> str:
    """The reasoning effort in force, "none" for models that do not reason."""
    asked: JsonObject = body.get("reasoning") or {}
    if not model.reasons:
        for name, value in asked.items():
            if value is not None:
                raise unsupported_parameter(f"reasoning.{name}")
        return "none"
    effort: Any = asked.get("effort")
    if effort is None:
        return model.effort
    if effort not in model.efforts:
        raise _unsupported("reasoning.effort", effort, model, model.efforts)
    return effort


def check_encryption(body: JsonObject, model: Model) -> None:
    """Only reasoning can be given in encrypted form."""
    if not model.reasons and "reasoning.encrypted_content" in (body.get("include") or []):
        raise ApiError("Encrypted content is not supported with this model.", param="include")


def check_verbosity(body: JsonObject, model: Model) -> None:
    """Models before gpt-5 take only the verbosity they have anyway."""
    text: JsonObject = body.get("text") or {}
    wanted: Any = text.get("verbosity")
    if wanted is not None and wanted != "medium" and not model.verbosity:
        raise _unsupported("text.verbosity", wanted, model, ("medium",))


def check_sampling(body: JsonObject, model: Model, effort: str) -> None:
    """Temperature and the like, which a model does not take while it reasons."""
    if not model.reasons or (effort == "none" and model.sampling_without_reasoning):
        return
    for name in ("temperature", "top_p"):
        if body.get(name) not in (None, 1):
            raise _refused(name)
    if body.get("top_logprobs"):
        raise _refused("top_logprobs")
    if "message.output_text.logprobs" in (body.get("include") or []):
        raise _refused("include")


def _refused(name: str) -> ApiError:
    # Unlike in Chat Completions, there is no code.
    return ApiError(f"Unsupported parameter: '{name}' is not supported with this model.", param=name)


def _unsupported(name: str, value: str, model: Model, supported: tuple[str, ...]) -> ApiError:
    return ApiError(
        f"Unsupported value: '{value}' is not supported with the '{model.id}' model. "
        f"Supported values are: {listed(supported)}.",
        param=name,
        code="unsupported_value",
    )
