"""Azure's Chat Completions: a key of its own, deployments of any name, and what its content filter found.

https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
"""

from collections.abc import Mapping
from typing import Any

from tests.simulated_providers.apis.chat_completions.endpoint import ChatCompletions
from tests.simulated_providers.apis.chat_completions.events import each_chunk
from tests.simulated_providers.apis.chat_completions.faults import CHAT_FAULTS, SAFE
from tests.simulated_providers.apis.chat_completions.request import ChatRequest, ChatRules, parse_chat_request
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.errors import ApiError, missing_key
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import find_model, general_model
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Event, Events

_RULES = ChatRules(find=lambda name: find_model(name) or general_model(name))
_PROMPT = [{"prompt_index": 0, "content_filter_results": SAFE}]
_FOUND = {**SAFE, "violence": {"filtered": True, "severity": "high"}}


def _filtered(_: Fault) -> ApiError:
    inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": _FOUND}
    return ApiError(
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        param="prompt",
        code="content_filter",
        further={"innererror": inner},
    )


AZURE_FAULTS = [FaultKind("azure_content_filter", "the prompt is filtered", refusal=_filtered)]


class AzureChat(ChatCompletions):
    """Azure's dialect."""

    path = "/azure/openai/v1/chat/completions"
    faults = (*CHAT_FAULTS, *AZURE_FAULTS)

    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        """Takes a key in `api-key`, or a token."""
        if not headers.get("api-key") and not headers.get("authorization", "").startswith("Bearer "):
            raise missing_key()

    def parse(self, body: bytes, headers: Mapping[str, str]) -> ChatRequest:
        """The request in a body."""
        return parse_chat_request(body, self.settings, _RULES)

    def whole(self, completion: Completion, request: ChatRequest) -> JsonObject:
        """The `chat.completion` object."""
        answer = super().whole(completion, request)
        choices = [{**choice, "content_filter_results": SAFE} for choice in answer["choices"]]
        return {**answer, "choices": choices, "prompt_filter_results": _PROMPT}

    def events(self, completion: Completion, request: ChatRequest) -> Events:
        """The chunks; the first has no choices, and what was found in the prompt."""

        def checked(chunk: JsonObject) -> JsonObject:
            choices: list[Any] = [{**choice, "content_filter_results": SAFE} for choice in chunk["choices"]]
            return {**chunk, "choices": choices}

        events = each_chunk(super().events(completion, request), checked)
        first: JsonObject = {"id": "", "object": "", "created": 0, "model": "", "choices": []}
        events.opening.insert(0, Event(None, {**first, "prompt_filter_results": _PROMPT}))
        return events

    def frames(self, events: Events) -> Any:
        """The chunks; what says nothing new is the one after the first."""
        frames = super().frames(events)
        frames.idle = events.opening[1].frame
        return frames
