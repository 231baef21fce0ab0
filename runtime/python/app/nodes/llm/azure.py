"""Completions by deployments at Azure: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_azure_openai_completion(ctx, {"model": "my-deployment", "messages": [...]})
        async for text in stream_azure_openai_completion(ctx, {"model": "my-deployment", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`AzureCompletion`. https://learn.microsoft.com/azure/ai-foundry/openai/reference
"""

from app.llm.completion import Event, ModelFunctions
from app.llm.parts import AZURE_OPENAI
from app.llm.types import Completion
from app.llm.types import CompletionConfig as AzureConfig

AzureCompletion = Completion
AzureEvent = Event

_models = ModelFunctions[AzureConfig](lambda config: AZURE_OPENAI)

execute_azure_openai_completion = _models.execute
stream_azure_openai_completion = _models.stream
stream_azure_openai_events = _models.events
complete_by_azure = _models.complete
