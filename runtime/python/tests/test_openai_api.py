"""Workflows served as models, asked with OpenAI's SDK and with what clients of other makers send."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import pytest
from fastapi import HTTPException, Request
from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, Field

from app.llm.parts import OPENAI
from app.llm.types import Message
from app.nodes.llm.openai import OpenAIConfig, complete
from app.openai_api.models import Model, openai_router
from app.openai_api.requests import Given
from app.runtime.caller_tools import with_caller_tools, without_caller_calls
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app
from tests.openai_schema import check
from tests.server import serve
from tests.upstream import DONE, FINISH, HELLO, Step, Upstream, answer, call_delta, chunk, head, problem, text, whole
from tests.upstream import upstream as scripted_upstream

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 100}
WHOLE = head(content_type="application/json") + whole({"content": "Hello"})
WEATHER = {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}
CALL = b"".join(
    call_delta(index=0, **piece)
    for piece in (
        {"id": "call_a", "function": {"name": "get_weather", "arguments": ""}},
        {"function": {"arguments": '{"city": '}},
        {"function": {"arguments": '"Oslo"}'}},
    )
)


class Input(BaseModel):
    model_config = ConfigDict(strict=True)
    message: str = Field(max_length=20)
    history: list[dict[str, Any]] = []


class Conversation(BaseModel):
    messages: list[Any]


URL = "https://pictures.test/owl.png"
IMAGE = {"type": "image_url", "image_url": {"url": URL}}


def from_openai(request: Given) -> dict[str, Any]:
    return {"message": request["text"], "history": request["history"]}


def from_openai_text(request: Given) -> dict[str, Any]:
    return {"message": request["text"]}


def all_messages(request: Given) -> dict[str, Any]:
    return {"messages": request["messages"]}


async def chat(ctx: ExecutionContext, inputs: Input) -> Reply:
    messages: list[Any] = [*inputs.history, {"role": "user", "content": inputs.message}]
    reply = await complete(ctx, {**ANSWER, "messages": messages}, node="answer", streamed=ctx.streaming)
    return Reply(reply["content"])


async def assistant(ctx: ExecutionContext, inputs: Input) -> Reply:
    messages: list[Message] = [{"role": "user", "content": inputs.message}]
    config: OpenAIConfig = {**ANSWER, "messages": messages}
    reply = await complete(ctx, with_caller_tools(config), node="answer", streamed=ctx.streaming)
    without_caller_calls(reply)
    return Reply(reply["content"])


async def fixed(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply({"said": inputs.message})


async def pictures(ctx: ExecutionContext, inputs: Conversation) -> Reply:
    reply = await complete(ctx, {**ANSWER, "messages": inputs.messages}, node="answer", streamed=ctx.streaming)
    return Reply(reply["content"])


async def refusing(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply("Not today.", status=403)


async def keyed(request: Request) -> None:
    if request.headers.get("authorization") != "Bearer sk-mine":
        raise HTTPException(401, "The key is not known.", {"www-authenticate": "Bearer"})


def model(name: str, run: Any, **options: Any) -> Model[Input]:
    made: dict[str, Any] = {"make": from_openai, **options}
    return Model(id=name, workflow=name, run=run, input_model=Input, **made)


app = create_app(title="models", servers=[OPENAI])


@app.get("/v1/before")
@app.get("/v1/own/{name}")
def before() -> None:
    """No route of OpenAI's."""


app.include_router(
    openai_router(
        model("support-chat", chat),
        model("team/assistant", assistant, make=from_openai_text, caller_tools=True),
        model("fixed", fixed, make=from_openai_text, text_only=True),
        model("refusing", refusing),
        Model(id="pictures", workflow="pictures", run=pictures, input_model=Conversation, make=all_messages),
        model("private", fixed, admit=keyed),
    )
)


@app.get("/v1/own")
def own() -> None:
    """No route of OpenAI's."""


@dataclass
class Running:
    upstream: Upstream
    http: httpx2.AsyncClient
    openai: Any
    """OpenAI's SDK. What it is asked here, its types would not let pass."""

    async def post(self, path: str, body: Any) -> httpx2.Response:
        return await self.http.post(f"/v1/{path}", json=body)


Start = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Start:
    @asynccontextmanager
    async def start(*scripts: list[Step]) -> AsyncGenerator[Running]:
        async with scripted_upstream(*scripts) as server:
            monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            with serve(app) as service:
                url = f"{service.url}/v1"
                async with (
                    httpx2.AsyncClient(base_url=service.url, timeout=20, trust_env=False) as http,
                    AsyncOpenAI(api_key="sk-other", base_url=url, max_retries=0) as client,
                ):
                    yield Running(server, http, client)

    return start


def data_of(body: str) -> Iterator[Any]:
    for line in body.splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line.removeprefix("data: "))


def asking(content: Any = "hello", name: str = "support-chat") -> dict[str, Any]:
    return {"model": name, "messages": [{"role": "user", "content": content}]}


async def test_a_whole_chat_completion(running: Start) -> None:
    async with running([WHOLE]) as service:
        earlier = [{"role": "system", "content": "Be kind."}, {"role": "assistant", "content": "Yes?"}]
        response = await service.post(
            "chat/completions", {"model": "support-chat", "messages": [*earlier, {"role": "user", "content": "hello"}]}
        )
        assert response.status_code == 200
        body = response.json()
        check("CreateChatCompletionResponse", body)
        assert body["choices"][0]["message"]["content"] == "Hello"
        assert body["choices"][0]["finish_reason"] == "stop"
        assert body["model"] == "support-chat"
        assert body["usage"]["prompt_tokens_details"]["cached_tokens"] == 4
        assert service.upstream.requests[0]["messages"] == [*earlier, {"role": "user", "content": "hello"}]
        assert "stream" not in service.upstream.requests[0]


async def test_a_streamed_chat_completion(running: Start) -> None:
    async with running([head() + HELLO]) as service:
        response = await service.post(
            "chat/completions", {**asking(), "stream": True, "stream_options": {"include_usage": True}}
        )
        assert response.headers["content-type"] == "text/event-stream"
        assert response.text.endswith("data: [DONE]\n\n")
        chunks = list(data_of(response.text))
        for each in chunks:
            check("CreateChatCompletionStreamResponse", each)
        assert [each["choices"][0]["delta"].get("content") for each in chunks[:-1]] == ["", "Hel", "lo", None]
        assert [each["choices"][0]["finish_reason"] for each in chunks[:-1]] == [None, None, None, "stop"]
        assert [each["usage"] for each in chunks[:-1]] == [None] * 4
        assert chunks[-1]["choices"] == []
        assert chunks[-1]["usage"]["total_tokens"] == 11


async def test_what_ends_a_model_s_answer_is_told(running: Start) -> None:
    cut = chunk({"content": "Hel"}) + chunk({}, "length") + DONE
    whole_cut = head(content_type="application/json") + whole({"content": "Hel"}, "length")
    async with running([head() + cut], [whole_cut], [head() + cut], [whole_cut]) as service:
        streamed = await service.post("chat/completions", {**asking(), "stream": True})
        assert list(data_of(streamed.text))[-1]["choices"][0]["finish_reason"] == "length"
        whole_answer = await service.post("chat/completions", asking())
        assert whole_answer.json()["choices"][0]["finish_reason"] == "length"
        streamed = await service.post("responses", {"model": "support-chat", "input": "hi", "stream": True})
        last = list(data_of(streamed.text))[-1]
        assert last["type"] == "response.incomplete"
        assert last["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
        assert (await service.post("responses", {"model": "support-chat", "input": "hi"})).json()[
            "status"
        ] == "incomplete"


async def test_tokens_leave_when_they_arrive(running: Start) -> None:
    """The model says no more before each has arrived."""
    arrived = {"a": asyncio.Event(), "b": asyncio.Event()}
    script: list[Step] = [head() + text("a"), arrived["a"], text("b"), arrived["b"], FINISH + DONE]
    async with running(script) as service, asyncio.timeout(60):
        stream = await service.openai.chat.completions.create(
            model="support-chat", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        async for each in stream:
            if piece := each.choices[0].delta.content:
                arrived[piece].set()
    assert all(each.is_set() for each in arrived.values())


@pytest.mark.parametrize("path", ["chat/completions", "responses"])
async def test_who_leaves_ends_the_call_upstream(running: Start, path: str) -> None:
    body = {**asking(), "input": "hi", "stream": True}
    async with running([head() + text("a"), 10.0]) as service:
        async with service.http.stream("POST", f"/v1/{path}", json=body) as response:
            async for line in response.aiter_lines():
                if '"a"' in line:
                    break
        await asyncio.wait_for(service.upstream.client_gone.wait(), 1)


async def test_a_response(running: Start) -> None:
    async with running([WHOLE]) as service:
        response = await service.post(
            "responses",
            {
                "model": "support-chat",
                "instructions": "Be kind.",
                "input": [
                    {"role": "assistant", "content": [{"type": "output_text", "text": "Yes?"}]},
                    {"role": "user", "content": [{"type": "input_text", "text": "hello"}]},
                ],
            },
        )
        body = response.json()
        check("Response", body)
        assert body["output"][0]["content"][0]["text"] == "Hello"
        assert body["usage"]["input_tokens"] == 9
        assert service.upstream.requests[0]["messages"] == [
            {"role": "system", "content": "Be kind."},
            {"role": "assistant", "content": [{"type": "text", "text": "Yes?"}]},
            {"role": "user", "content": "hello"},
        ]


async def test_a_streamed_response(running: Start) -> None:
    async with running([head() + HELLO]) as service:
        response = await service.post("responses", {"model": "support-chat", "input": "hello", "stream": True})
        events = list(data_of(response.text))
        for each in events:
            check("ResponseStreamEvent", each)
        assert [each["type"].removeprefix("response.") for each in events] == [
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "completed",
        ]
        assert [each["sequence_number"] for each in events] == list(range(10))
        assert events[-1]["response"]["output"][0]["content"][0]["text"] == "Hello"


async def test_the_sdk_puts_a_response_together(running: Start) -> None:
    async with (
        running([head() + HELLO]) as service,
        service.openai.responses.stream(model="support-chat", input="hello") as stream,
    ):
        assert (await stream.get_final_response()).output_text == "Hello"


@pytest.mark.parametrize("streamed", [False, True])
async def test_functions_of_the_caller(running: Start, streamed: bool) -> None:
    calls = [{"id": "call_a", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}]
    whole_call = head(content_type="application/json") + whole({"content": None, "tool_calls": calls}, "tool_calls")
    script: list[Step] = [head() + CALL + chunk({}, "tool_calls") + DONE] if streamed else [whole_call]
    async with running(script, script) as service:
        tools: Any = [{"type": "function", "function": WEATHER}]
        asked: Any = {**asking(name="team/assistant"), "tools": tools}
        if streamed:
            async with service.openai.chat.completions.stream(**asked) as stream:
                completion: Any = await stream.get_final_completion()
            events = await service.openai.responses.create(
                model="team/assistant",
                input="hi",
                tools=[{"type": "function", **WEATHER}],
                stream=True,
            )
            kinds: list[Any] = [each async for each in events]
            for each in kinds:
                check("ResponseStreamEvent", each.model_dump(mode="json", exclude_unset=True))
            response: Any = kinds[-1].response
        else:
            completion = await service.openai.chat.completions.create(**asked)
            check("CreateChatCompletionResponse", completion.model_dump(mode="json", exclude_unset=True))
            response = await service.openai.responses.create(
                model="team/assistant",
                input="hi",
                tools=[{"type": "function", **WEATHER}],
            )
        choice: Any = completion.choices[0]
        assert choice.finish_reason == "tool_calls"
        [call] = choice.message.tool_calls
        assert (call.id, call.function.name, json.loads(call.function.arguments)) == (
            "call_a",
            "get_weather",
            {"city": "Oslo"},
        )
        [item] = response.output
        assert (item.type, item.call_id, json.loads(item.arguments)) == ("function_call", "call_a", {"city": "Oslo"})
        assert service.upstream.requests[0]["tools"] == tools


async def test_functions_that_a_workflow_does_not_pass_on_are_not_offered(running: Start) -> None:
    async with running([WHOLE]) as service:
        tools = [{"type": "function", "function": WEATHER}]
        assert (await service.post("chat/completions", {**asking(), "tools": tools})).status_code == 200
        assert "tools" not in service.upstream.requests[0]


async def test_an_output_that_is_no_text_is_json(running: Start) -> None:
    async with running() as service:
        body = (await service.post("chat/completions", asking(name="fixed"))).json()
        assert body["choices"][0]["message"]["content"] == '{"said":"hello"}'
        streamed = await service.post("chat/completions", {**asking(name="fixed"), "stream": True})
        assert [each["choices"][0]["delta"].get("content") for each in data_of(streamed.text)][1] == '{"said":"hello"}'


async def test_models(running: Start) -> None:
    async with running() as service:
        listed = (await service.http.get("/v1/models")).json()
        check("ListModelsResponse", listed)
        assert [each["id"] for each in listed["data"]] == [
            "support-chat",
            "team/assistant",
            "fixed",
            "refusing",
            "pictures",
        ]
        assert (await service.openai.models.retrieve("team/assistant")).id == "team/assistant"
        with pytest.raises(openai.NotFoundError) as missing:
            await service.openai.models.retrieve("gpt-4")
        assert missing.value.code == "model_not_found"


async def test_what_is_not_served_is_told_in_the_form_of_openai(running: Start) -> None:
    async with running() as service:
        with pytest.raises(openai.NotFoundError) as missing:
            await service.openai.embeddings.create(model="support-chat", input="hello")
        said = (
            "POST /v1/embeddings is not served. POST /v1/chat/completions, POST /v1/responses and GET /v1/models are."
        )
        answer: Any = missing.value.response.json()
        assert (answer["error"]["message"], missing.value.type) == (said, "invalid_request_error")
        check("ErrorResponse", answer)
        wrong = await service.http.get("/v1/chat/completions")
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST, OPTIONS")
        check("ErrorResponse", wrong.json())
        for path in ("own", "own/name", "before"):
            assert (await service.http.get(f"/v1/{path}")).json() is None
        assert (await service.http.post("/v1/chat/completions/", json={})).status_code == 307
        listed = await service.http.options("/v1/chat/completions")
        assert (listed.status_code, listed.headers["allow"]) == (204, "POST, OPTIONS")
        for path, status in (("/v2/models", 404), ("/v1", 404), ("/v1/before", 405)):
            other = await service.http.post(path)
            assert (other.status_code, other.json()["status"]) == (status, status)


async def test_who_may_not_ask_a_model(running: Start) -> None:
    async with running() as service:
        with pytest.raises(openai.AuthenticationError):
            await service.openai.chat.completions.create(model="private", messages=[{"role": "user", "content": "hi"}])
        mine = service.openai.with_options(api_key="sk-mine")
        done = await mine.chat.completions.create(model="private", messages=[{"role": "user", "content": "hi"}])
        assert done.choices[0].message.content == '{"said":"hi"}'
        assert "private" in [each.id async for each in mine.models.list()]


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("chat/completions", {"messages": []}, "model"),
        ("chat/completions", {"model": "fixed", "messages": []}, "messages"),
        ("chat/completions", {"model": "fixed", "messages": "hi"}, "messages"),
        ("chat/completions", {"model": "fixed", "messages": [7]}, "messages[0]"),
        ("chat/completions", {"model": "fixed", "messages": [{"role": "boss", "content": "x"}]}, "messages[0].role"),
        ("chat/completions", {"model": "fixed", "messages": [{"role": "user"}]}, "messages[0].content"),
        ("chat/completions", {"model": "fixed", "messages": [{"role": "system", "content": "x"}]}, "messages"),
        ("chat/completions", {**asking([{"type": "text"}], "fixed")}, "messages[0].content[0].text"),
        ("chat/completions", {**asking([{"type": "image_url", "image_url": {"url": "x"}}], "fixed")}, "messages"),
        ("chat/completions", {**asking(name="fixed"), "n": 2}, "n"),
        ("chat/completions", {**asking(name="fixed"), "stream": "yes"}, "stream"),
        ("chat/completions", {**asking("much too long to be taken"), "model": "fixed"}, None),
        ("chat/completions", {**asking("\ud83d"), "model": "fixed"}, None),
        ("chat/completions", {**asking(), "model": "\ud83d"}, None),
        ("chat/completions", {**asking(name="fixed"), "tools": "\ud83d"}, None),
        ("chat/completions", {**asking(name="fixed"), "temperature": float("nan")}, None),
        ("responses", {"model": "fixed"}, "input"),
        ("responses", {"model": "fixed", "input": "x", "previous_response_id": "resp_1"}, "previous_response_id"),
        ("responses", {"model": "fixed", "input": "x", "background": True}, "background"),
        ("responses", {"model": "fixed", "input": [{"type": "computer_call"}]}, "input[0].type"),
        (
            "responses",
            {"model": "fixed", "input": [{"role": "user", "content": [{"type": "x"}]}]},
            "input[0].content[0].type",
        ),
        ("responses", [], None),
    ],
)
async def test_bad_requests(running: Start, path: str, body: Any, param: str | None) -> None:
    async with running() as service:
        response = await service.http.post(f"/v1/{path}", content=json.dumps(body))
        assert response.status_code == 400, response.text
        check("ErrorResponse", response.json())
        error = response.json()["error"]
        assert (error["type"], error["param"]) == ("invalid_request_error", param)
        assert response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("parameter", "body", "param"),
    [
        ("messages.[0].content.[0].type", asking([IMAGE], "pictures"), "messages"),
        (
            "input",
            {"model": "pictures", "input": [{"role": "user", "content": [{"type": "input_image", "image_url": URL}]}]},
            "input",
        ),
        (
            "tools[0].function.parameters",
            {**asking(name="team/assistant"), "tools": [{"type": "function", "function": WEATHER}]},
            "tools",
        ),
        ("max_tokens", asking([IMAGE], "pictures"), None),
        ("tools[0].function.parameters", asking(name="team/assistant"), None),
        ("messages[0].content", asking(name="pictures"), None),
    ],
)
async def test_what_a_model_refuses_of_the_request_is_the_callers(
    running: Start, parameter: str, body: Any, param: str | None, streamed: bool
) -> None:
    refused = answer("400 Bad Request", problem("invalid_value", param=parameter))
    async with running(refused) as service:
        path = "chat/completions" if "messages" in body else "responses"
        told = await service.post(path, {**body, "stream": streamed})
        assert told.status_code == (502 if param is None else 400), told.text
        assert told.json()["error"]["param"] == param
        check("ErrorResponse", told.json())


async def test_errors_of_a_run(running: Start) -> None:
    limited = answer("429 Too Many Requests", problem("rate_limit_exceeded"), retry_after="90")
    broken: list[Step] = [head() + text("Hel")]
    async with running(limited, broken, broken) as service:
        with pytest.raises(openai.RateLimitError) as told:
            await service.openai.chat.completions.create(**asking())
        assert told.value.response.headers["retry-after"] == "90"
        assert told.value.code == "rate_limited"
        seen = ""
        stream: Any = await service.openai.chat.completions.create(**asking(), stream=True)
        with pytest.raises(openai.APIError) as cut:  # noqa: PT012
            async for each in stream:
                seen += each.choices[0].delta.content or ""
        assert (seen, cut.value.code) == ("Hel", "stream_interrupted")
        streamed = await service.post("responses", {"model": "support-chat", "input": "hi", "stream": True})
        last = list(data_of(streamed.text))[-1]
        check("ResponseStreamEvent", last)
        assert last["type"] == "response.failed"
        with pytest.raises(openai.PermissionDeniedError, match="Not today"):
            await service.openai.chat.completions.create(**asking(name="refusing"))


async def test_a_body_that_is_too_large_is_told_in_openai_s_form(
    running: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_BODY_BYTES", "1024")
    async with running() as service:
        response = await service.post("chat/completions", asking("x" * 1024))
        assert response.status_code == 413
        check("ErrorResponse", response.json())


OPEN_WEBUI = {
    "stream": True,
    "model": "support-chat",
    "params": {"function_calling": "native"},
    "messages": [{"role": "user", "content": "hello"}],
    "features": {"image_generation": False, "code_interpreter": False, "web_search": False, "memory": False},
    "variables": {"{{USER_NAME}}": "someone", "{{CURRENT_DATE}}": "2026-11-28"},
    "model_item": {"id": "support-chat", "name": "support-chat", "object": "model", "owned_by": "openai"},
    "session_id": "f2QdE9",
    "chat_id": "0f1c",
    "id": "9a2b",
    "background_tasks": {"title_generation": True, "tags_generation": True},
    "stream_options": {"include_usage": True},
    "max_tokens": 2000,
    "logit_bias": {},
}
LIBRE_CHAT = {
    "model": "support-chat",
    "temperature": 1,
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "user": "65f0c0ffee",
    "stream": True,
    "stop": ["||>", "\nUser:"],
    "messages": [
        {"role": "system", "content": "Be short.", "name": "instructions"},
        {"role": "user", "content": [{"type": "text", "text": "hello"}]},
    ],
    "tools": [],
    "parallel_tool_calls": True,
    "reasoning_effort": None,
    "safety_settings": [{"category": "x", "threshold": "BLOCK_NONE"}],
}


@pytest.mark.parametrize("body", [OPEN_WEBUI, LIBRE_CHAT], ids=["open-webui", "librechat"])
async def test_clients_that_send_all_they_know(running: Start, body: dict[str, Any]) -> None:
    async with running([head() + HELLO]) as service:
        response = await service.post("chat/completions", body)
        assert response.status_code == 200, response.text
        said = [each["choices"][0]["delta"].get("content") or "" for each in data_of(response.text) if each["choices"]]
        assert "".join(said) == "Hello"
