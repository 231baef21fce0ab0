"""Azure's Responses API: a key of its own, deployments of any name, and what its content filter found.

https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses
"""

from dataclasses import replace

from tests.simulated_providers.apis.chat_completions.azure import AZURE_FAULTS, AzureChat
from tests.simulated_providers.apis.chat_completions.events import each_chunk
from tests.simulated_providers.apis.chat_completions.faults import SAFE
from tests.simulated_providers.apis.responses.endpoint import Responses
from tests.simulated_providers.apis.responses.request import ResponsesRequest
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.models import GPT_56, Model, find_model
from tests.simulated_providers.streams import Events

_FOUND = [
    {"blocked": False, "source_type": source, "content_filter_results": SAFE} for source in ("prompt", "completion")
]
# It takes an effort, and without one what models take that do not reason.
_ANY = replace(GPT_56, effort="none", sampling_without_reasoning=True)


class AzureResponses(Responses):
    """Azure's dialect."""

    path = "/azure/openai/v1/responses"
    faults = (*Responses.faults, *AZURE_FAULTS)

    def find(self, name: str) -> Model | None:
        """The model of a deployment; what it stands for only its name could say."""
        return find_model(name) or replace(_ANY, id=name, snapshot=name)

    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        """Takes a key in `api-key`, or a token."""
        AzureChat.check_key(headers)

    def whole(self, completion: Completion, request: ResponsesRequest) -> JsonObject:
        """The `response` object."""
        return {**super().whole(completion, request), "content_filters": _FOUND}

    def events(self, completion: Completion, request: ResponsesRequest) -> Events:
        """From `response.created` to the terminal event, whose response says what was found."""

        def checked(event: JsonObject) -> JsonObject:
            response: JsonObject | None = event.get("response")
            if response is None or response["status"] == "in_progress":
                return event
            return {**event, "response": {**response, "content_filters": _FOUND}}

        return each_chunk(super().events(completion, request), checked)
