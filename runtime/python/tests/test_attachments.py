"""Images and files that tools return: what the model gets to see of them over both APIs, and what the caller hears."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from app.llm.attachments import File, Image
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig, execute_openai_completion
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink
from tests import responses_upstream as responses
from tests.openai_schema import check
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import Heard, calling, saying
from tests.upstream import CONFIG, Step, answer, context_for, head, problem, upstream

PNG = b"\x89PNG\r\n\x1a\nnot much of one"
PNG_URL = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
PDF_URL = f"data:application/pdf;base64,{base64.b64encode(b'%PDF-1.7').decode()}"
WEB_URL = "https://example.com/lamp.jpg"


def photo(number: int) -> Image:
    """Shows a product."""
    return Image.of(PNG, detail="low")


def web_photo(number: int) -> Image:
    """Shows a product."""
    return Image(WEB_URL)


def receipt(number: int) -> list[Any]:
    """Shows a receipt."""
    return ["Paid", {"total": 12}, File.of(b"%PDF-1.7", filename="receipt.pdf"), Image(WEB_URL)]


def unsayable(number: int) -> list[Any]:
    """Shows nothing."""
    return [Image(WEB_URL), object()]


LOW = {"type": "image_url", "image_url": {"url": PNG_URL, "detail": "low"}}
WEB = {"type": "image_url", "image_url": {"url": WEB_URL, "detail": "auto"}}
PDF = {"type": "file", "file": {"filename": "receipt.pdf", "file_data": PDF_URL}}
INPUT_WEB = {"type": "input_image", "image_url": WEB_URL, "detail": "auto"}
RETURNED: dict[str, tuple[Callable[..., Any], list[Any], list[Any], list[Any], list[Any]]] = {
    # What a function returns: its texts, its attachments, what Responses is sent, what the caller hears.
    "content": (
        photo,
        [],
        [LOW],
        [{"type": "input_image", "image_url": PNG_URL, "detail": "low"}],
        [{"type": "image", "media_type": "image/png", "bytes": len(PNG)}],
    ),
    "address": (web_photo, [], [WEB], [INPUT_WEB], [{"type": "image", "url": WEB_URL}]),
    "a_mixed_list": (
        receipt,
        ["Paid", '{"total":12}'],
        [PDF, WEB],
        [
            {"type": "input_text", "text": "Paid"},
            {"type": "input_text", "text": '{"total":12}'},
            {"type": "input_file", "filename": "receipt.pdf", "file_data": PDF_URL},
            INPUT_WEB,
        ],
        [
            "Paid",
            {"total": 12},
            {"type": "file", "filename": "receipt.pdf", "media_type": "application/pdf", "bytes": 8},
            {"type": "image", "url": WEB_URL},
        ],
    ),
}


async def run(
    scripts: list[list[Step]], functions: list[Callable[..., Any]], *, stream: bool, api: Any
) -> tuple[Any, Heard]:
    """The second request of a loop whose model calls each function once, and what the caller hears."""
    heard = Heard()
    async with upstream(*scripts) as server, context_for(server.url) as ctx:
        ctx.sink = EventSink(heard.send, ping_seconds=60)
        tools = [Tool.of(function, node=function.__name__) for function in functions]
        answer = await complete_with_tools(
            ctx, OPENAI, {**CONFIG, "api": api}, node="answer", tools=tools, streamed=stream
        )
        await ctx.sink.end(b"")
        assert answer["content"] == "Hello"
        return server.requests[1], heard


def marked(attachments: list[Any], first: int = 1) -> list[Any]:
    parts: list[Any] = []
    for number, attachment in enumerate(attachments, first):
        parts += [{"type": "text", "text": f"[Attachment {number} of the function results above]"}, attachment]
    return parts


@pytest.mark.parametrize(("function", "texts", "attachments", "items", "heard"), RETURNED.values(), ids=RETURNED)
async def test_chat_completions_shows_them_in_a_message_of_the_user(
    function: Callable[..., Any], texts: list[str], attachments: list[Any], items: list[Any], heard: list[Any]
) -> None:
    calls = calling([(function.__name__, '{"number": 1}')], stream=True)
    request, caller = await run([calls, saying(stream=True)], [function], stream=True, api="chat")
    check("CreateChatCompletionRequest", request)
    announced = [
        f"[Attachment {number} follows in the next message of the user.]" for number in range(1, len(attachments) + 1)
    ]
    told, shown = request["messages"][-2:]
    assert told == {
        "role": "tool",
        "tool_call_id": f"call_{function.__name__}_0",
        "content": "\n".join([*texts, *announced]),
    }
    assert shown == {"role": "user", "content": marked(attachments)}
    assert [came["result"] for came in caller.named("tool_result")] == [heard]


async def test_several_results_come_before_their_attachments() -> None:
    calls = calling([("photo", '{"number": 1}'), ("receipt", '{"number": 2}')], stream=False)
    request, _ = await run([calls, calls, saying(stream=False)], [photo, receipt], stream=False, api="chat")
    assert [message["role"] for message in request["messages"]] == ["user", "assistant", "tool", "tool", "user"]
    assert request["messages"][-1]["content"] == marked([LOW, PDF, WEB])


async def test_every_round_has_its_own() -> None:
    calls = calling([("photo", '{"number": 1}')], stream=False)
    async with (
        upstream(calls, calls, saying(stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        await complete_with_tools(ctx, OPENAI, CONFIG, node="answer", tools=[Tool.of(photo, node="photo")])
        last = server.requests[-1]["messages"]
    assert [message["role"] for message in last] == ["user", "assistant", "tool", "user", "assistant", "tool", "user"]
    assert last[3] == last[6] == {"role": "user", "content": marked([LOW])}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("function", "texts", "attachments", "items", "heard"), RETURNED.values(), ids=RETURNED)
async def test_responses_takes_them_in_the_result(
    function: Callable[..., Any],
    texts: list[str],
    attachments: list[Any],
    items: list[Any],
    heard: list[Any],
    stream: bool,
) -> None:
    called = responses.call("call_1", function.__name__, '{"number": 1}')
    scripts: list[list[Step]] = (
        [[head() + responses.CREATED + responses.done(0, called) + responses.ended(called)], [responses.STREAM]]
        if stream
        else [[head(content_type="application/json") + responses.whole(called)], [responses.WHOLE]]
    )
    request, _ = await run(scripts, [function], stream=stream, api="responses")
    check("CreateResponse", request)
    assert request["input"][-1] == {"type": "function_call_output", "call_id": "call_1", "output": items}


async def test_a_value_without_a_json_form_beside_one() -> None:
    calls = calling([("unsayable", '{"number": 1}')], stream=False)
    request, _ = await run([calls, saying(stream=False)], [unsayable], stream=False, api="chat")
    told = request["messages"][-1]
    assert told["content"] == "Error: The function unsayable gave a value that has no JSON form."


def show_product(number: int) -> list[Any]:
    """Shows the product of an order."""
    return [f"Product of order {number}", Image.of(PNG)]


QUESTION: Any = [{"role": "user", "content": "Show the product of order 1234."}]


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_against_the_simulated_openai(simulated_openai: RunningSimulation, api: Any) -> None:
    config: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": QUESTION, "api": api}
    async with context_for(simulated_openai.base_url) as ctx:
        tools = [Tool.of(show_product, node="show")]
        answer = await complete_with_tools(ctx, OPENAI, config, node="answer", tools=tools)
    assert "Product of order 1234" in (answer["content"] or "")
    assert PNG_URL in str(simulated_openai.requests[-1].json)


async def test_a_deployment_of_a_model_without_vision() -> None:
    config: OpenAIConfig = {"model": "ours", "base_model": "gpt-4", "messages": [{"role": "user", "content": [WEB]}]}
    refused = answer("400 Bad Request", problem(None, param="messages.[0].content.[0].type"))
    async with upstream(refused) as server, context_for(server.url) as ctx:
        with pytest.raises(ServiceError, match="The model ours takes no images"):
            await execute_openai_completion(ctx, config)


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_a_model_without_vision(simulated_openai: RunningSimulation, api: Any) -> None:
    simulated_openai.settings.accept_retired_models = True
    config: OpenAIConfig = {"model": "o3-mini", "messages": QUESTION, "api": api}
    async with context_for(simulated_openai.base_url) as ctx:
        with pytest.raises(ServiceError) as caught:
            await complete_with_tools(ctx, OPENAI, config, node="answer", tools=[Tool.of(show_product, node="show")])
    assert caught.value.code == "invalid_request"
    assert caught.value.detail == "The model o3-mini takes no images, and the request has some."
    assert "vision" in caught.value.hint
