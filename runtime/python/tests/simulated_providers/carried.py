"""The APIs that this project carries, the paths of others with what `api` of a node that calls them is, and the
variables in which the service is told the key and the address of the providers that it asks, with the address's path.
"""

from tests.simulated_providers.apis.batches.anthropic import MessageBatches
from tests.simulated_providers.apis.batches.openai import Batches
from tests.simulated_providers.apis.chat_completions.azure import AzureChat
from tests.simulated_providers.apis.chat_completions.compatible import CompatibleChat
from tests.simulated_providers.apis.chat_completions.endpoint import ChatCompletions
from tests.simulated_providers.apis.chat_completions.groq import GroqChat
from tests.simulated_providers.apis.embeddings.endpoint import Embeddings
from tests.simulated_providers.apis.messages.endpoint import Messages
from tests.simulated_providers.apis.responses.azure import AzureResponses
from tests.simulated_providers.apis.responses.endpoint import Responses

APIS = (
    ChatCompletions,
    Responses,
    Messages,
    GroqChat,
    AzureChat,
    AzureResponses,
    CompatibleChat,
    Embeddings,
    Batches,
    MessageBatches,
)
LEFT_OUT: dict[str, str] = {}
ACCOUNTS = [
    ("OPENAI_API_KEY", "OPENAI_BASE_URL", "/v1"),
    ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "/v1"),
    ("GROQ_API_KEY", "GROQ_BASE_URL", "/groq/openai/v1"),
    ("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT", "/azure/openai/v1"),
]
