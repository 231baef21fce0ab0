"""Completions by any server that speaks Chat Completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        config = {"provider": "ollama", "model": "qwen3", "messages": [...]}
        response = await execute_compatible_completion(ctx, config)
        async for text in stream_compatible_completion(ctx, config):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`CompatibleCompletion`. What a server is called, and where it is, says `app.llm.providers.compatible`.
"""

from app.llm.completion import Event, ModelFunctions
from app.llm.parts import COMPATIBLE
from app.llm.providers.compatible import CompatibleConfig as CompatibleConfig
from app.llm.types import Completion

CompatibleCompletion = Completion
CompatibleEvent = Event

_models = ModelFunctions[CompatibleConfig](lambda config: COMPATIBLE[config["provider"]])

execute_compatible_completion = _models.execute
stream_compatible_completion = _models.stream
stream_compatible_events = _models.events
complete_by_compatible = _models.complete
