"""Claude completions: whole, as a stream, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        response = await execute_anthropic_completion(ctx, {"model": "claude-haiku-5-5", "messages": [...]})
        async for text in stream_anthropic_completion(ctx, {"model": "claude-haiku-5-5", "messages": [...]}):
            ...

All ways share one pool of connections per process, the same retries, deadlines and errors, and give the same
`AnthropicCompletion`. https://platform.claude.com/docs/en/api/messages
"""

from app.llm.apis.messages.config import MessagesConfig as AnthropicConfig
from app.llm.completion import Event, ModelFunctions
from app.llm.parts import ANTHROPIC
from app.llm.types import Completion
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

AnthropicCompletion = Completion
AnthropicEvent = Event

_models = ModelFunctions[AnthropicConfig](lambda config: ANTHROPIC)

execute_anthropic_completion = _models.execute
stream_anthropic_completion = _models.stream
stream_anthropic_events = _models.events
complete_anthropic = _models.complete
