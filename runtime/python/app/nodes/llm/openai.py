"""OpenAI completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_openai_completion(ctx, {"model": "gpt-5.4-mini", "messages": [...]})
        async for text in stream_openai_completion(ctx, {"model": "gpt-5.4-mini", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`OpenAICompletion`. https://platform.openai.com/docs/api-reference/chat
"""

from app.llm.completion import Event, ModelFunctions
from app.llm.parts import OPENAI
from app.llm.types import Completion
from app.llm.types import CompletionConfig as OpenAIConfig
from app.llm.types import CompletionOf as CompletionOf
from app.llm.types import Done as Done
from app.llm.types import FunctionCall as FunctionCall
from app.llm.types import FunctionCallDelta as FunctionCallDelta
from app.llm.types import FunctionCallReady as FunctionCallReady
from app.llm.types import FunctionSpec as FunctionSpec
from app.llm.types import Message as Message
from app.llm.types import ReasoningDelta as ReasoningDelta
from app.llm.types import Timeouts as Timeouts
from app.llm.types import Timing as Timing
from app.llm.types import ToolCall as ToolCall
from app.llm.types import ToolSpec as ToolSpec
from app.llm.types import UsageReported as UsageReported

OpenAICompletion = Completion
OpenAIEvent = Event

_models = ModelFunctions[OpenAIConfig](lambda config: OPENAI)

execute_openai_completion = _models.execute
stream_openai_completion = _models.stream
stream_openai_events = _models.events
complete = _models.complete
