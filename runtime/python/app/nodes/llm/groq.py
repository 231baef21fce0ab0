"""Groq completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_groq_completion(ctx, {"model": "openai/gpt-oss-120b", "messages": [...]})
        async for text in stream_groq_completion(ctx, {"model": "openai/gpt-oss-120b", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`GroqCompletion`. https://console.groq.com/docs/text-chat
"""

from app.llm.completion import Event, ModelFunctions
from app.llm.parts import GROQ
from app.llm.providers.groq import GroqConfig as GroqConfig
from app.llm.types import Completion

GroqCompletion = Completion
GroqEvent = Event

_models = ModelFunctions[GroqConfig](lambda config: GROQ)

execute_groq_completion = _models.execute
stream_groq_completion = _models.stream
stream_groq_events = _models.events
complete_by_groq = _models.complete
