"""What the model calls of this service are made of: what its workflows ask for, and no more.

`catalyst build` writes this file, and leaves the modules out that nothing leads to from here.
"""

from app.llm.apis.chat_completions.calls import CHAT_COMPLETIONS_WITH_CALLS
from app.llm.apis.chat_completions.logprobs import with_logprobs
from app.llm.apis.messages import MESSAGES
from app.llm.apis.responses import RESPONSES
from app.llm.declared import check_calls
from app.llm.embeddings.cache import EMBEDDING_CACHE
from app.llm.embeddings.embed import Embedders
from app.llm.embeddings.spans import begin_embedding_span
from app.llm.partial_json import PartialFrames
from app.llm.provider import Parts
from app.llm.providers.anthropic import anthropic
from app.llm.providers.anthropic_models import ANTHROPIC_MODELS
from app.llm.providers.azure import azure_openai
from app.llm.providers.compatible import CompatibleServers
from app.llm.providers.compatible_servers import SERVERS
from app.llm.providers.embedding_habits import EMBEDDING_HABITS
from app.llm.providers.embedding_models import EMBEDDING_MODELS
from app.llm.providers.groq import groq
from app.llm.providers.groq_models import GROQ_MODELS
from app.llm.providers.openai import openai
from app.llm.providers.openai_models import MODELS
from app.llm.schema_answers import read_json_by_schema
from app.llm.tracing import TRACING

PARTS = Parts(
    read_json_by_schema, checks_schemas=True, partial_json=PartialFrames, check_calls=check_calls, tracing=TRACING
)
OPENAI = openai(with_logprobs(CHAT_COMPLETIONS_WITH_CALLS), RESPONSES, parts=PARTS, models=MODELS)
ANTHROPIC = anthropic(MESSAGES, parts=PARTS, models=ANTHROPIC_MODELS)
GROQ = groq(with_logprobs(CHAT_COMPLETIONS_WITH_CALLS), parts=PARTS, models=GROQ_MODELS)
COMPATIBLE = CompatibleServers(with_logprobs(CHAT_COMPLETIONS_WITH_CALLS), parts=PARTS, servers=SERVERS)
AZURE_OPENAI = azure_openai(with_logprobs(CHAT_COMPLETIONS_WITH_CALLS), RESPONSES, parts=PARTS, models=MODELS)
EMBEDDERS = Embedders(
    OPENAI,
    AZURE_OPENAI,
    compatible=COMPATIBLE,
    models=EMBEDDING_MODELS,
    habits=EMBEDDING_HABITS,
    cache=EMBEDDING_CACHE,
    begin_span=begin_embedding_span,
)
