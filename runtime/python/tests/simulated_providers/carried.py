"""The APIs that this project carries, the paths of others with what `api` of a node that calls them is, and the
variables in which the service is told the key and the address of the providers that it asks.
"""

from tests.simulated_providers.apis.chat_completions.endpoint import ChatCompletions
from tests.simulated_providers.apis.messages.endpoint import Messages
from tests.simulated_providers.apis.responses.endpoint import Responses

APIS = (ChatCompletions, Responses, Messages)
LEFT_OUT: dict[str, str] = {}
ACCOUNTS = [("OPENAI_API_KEY", "OPENAI_BASE_URL"), ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL")]
