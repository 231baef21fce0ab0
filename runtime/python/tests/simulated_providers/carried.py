"""The APIs that this project carries, and the paths of others with what `api` of a node that calls them is."""

from tests.simulated_providers.apis.chat_completions.endpoint import ChatCompletions
from tests.simulated_providers.apis.responses.endpoint import Responses

APIS = (ChatCompletions, Responses)
LEFT_OUT: dict[str, str] = {}
