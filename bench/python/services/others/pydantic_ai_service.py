"""examples/support-chat with PydanticAI's direct model requests, its way without an agent's loop."""

from collections.abc import AsyncIterator

from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    SystemPromptPart,
    TextPart,
    TextPartDelta,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from services.others.support_chat import FUNCTION, MAX_TOKENS, MODEL, Answered, Question, support_chat
from services.serving import serve

model = OpenAIChatModel(MODEL)
SETTINGS = ModelSettings(max_tokens=MAX_TOKENS)
TOOL = ToolDefinition(
    name=FUNCTION["name"], description=FUNCTION["description"], parameters_json_schema=FUNCTION["parameters"]
)
PARAMETERS = ModelRequestParameters(function_tools=[TOOL], allow_text_output=True)


def _messages(question: Question) -> list[ModelRequest | ModelResponse]:
    return [ModelRequest(parts=[SystemPromptPart(question.system()), UserPromptPart(question.message)])]


def _answered(response: ModelResponse) -> Answered:
    end = Answered(text=response.text or "", finish_reason=response.finish_reason)
    end.prompt_tokens = response.usage.input_tokens
    end.completion_tokens = response.usage.output_tokens
    for call in response.tool_calls:
        end.call_id = call.tool_call_id
        end.arguments = call.args_as_dict()
    return end


async def streamed(question: Question) -> AsyncIterator[str | Answered]:
    """The answer as it comes."""
    async with model_request_stream(
        model, _messages(question), model_settings=SETTINGS, model_request_parameters=PARAMETERS
    ) as events:
        async for event in events:
            if isinstance(event, PartStartEvent) and isinstance(event.part, TextPart) and event.part.content:
                yield event.part.content
            elif isinstance(event, PartDeltaEvent) and isinstance(event.delta, TextPartDelta):
                yield event.delta.content_delta
        yield _answered(events.get())


async def whole(question: Question) -> AsyncIterator[str | Answered]:
    """The answer in one piece."""
    yield _answered(
        await model_request(model, _messages(question), model_settings=SETTINGS, model_request_parameters=PARAMETERS)
    )


if __name__ == "__main__":
    serve(support_chat(streamed, whole))
