"""Asks a service with a client that openapi-python-client made of its description: `python ask.py URL`."""

import json
import sys

from client import Client
from client.api.default import create_chat_completion, create_response, list_models, second_opinion, send_mcp_message
from client.models import (
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionRequest,
    McpMessage,
    McpResult,
    ModelResponse,
    OpenAIError,
    Problem,
    ResponseRequest,
    SecondOpinionAnswer,
    SecondOpinionDoneEvent,
    SecondOpinionInput,
    TokenEvent,
    UsageEvent,
)

client = Client(base_url=sys.argv[1], timeout=30)
question = SecondOpinionInput(question="Should our shop offer free returns?")

answer = second_opinion.sync(client=client, body=question)
assert isinstance(answer, SecondOpinionAnswer), answer
assert isinstance(answer.output, str)
assert answer.usage.total_tokens > 0
assert answer.meta.node_timings["pros"] > 0

# The client knows the events, and leaves it to its HTTP client to read them.
models = {"token": TokenEvent, "usage": UsageEvent, "done": SecondOpinionDoneEvent}
streamed = []
http = client.get_httpx_client()
with http.stream("POST", "/weigh", json=question.to_dict(), headers={"accept": "text/event-stream"}) as stream:
    for block in "".join(stream.iter_text()).strip().split("\n\n"):
        event, data = (line.partition(": ")[2] for line in block.split("\n"))
        streamed.append(models[event].from_dict(json.loads(data)))
done = streamed[-1]
assert isinstance(done, SecondOpinionDoneEvent), done
assert "".join(each.text for each in streamed if isinstance(each, TokenEvent)) == done.text == done.output
assert sum(each.total_tokens for each in streamed if isinstance(each, UsageEvent)) == done.usage.total_tokens

refused = second_opinion.sync_detailed(client=client, body=SecondOpinionInput(question=""))
assert refused.status_code == 422, refused
assert isinstance(refused.parsed, Problem)
assert refused.parsed.code == "invalid_input"
assert refused.parsed["errors"][0]["pointer"] == "/question"

models = list_models.sync(client=client)
assert [model.id for model in models.data] == ["house-model"], models
messages = [{"role": "user", "content": "When does the canteen open?"}]
chat = ChatCompletionRequest.from_dict({"model": "house-model", "messages": messages})
completion = create_chat_completion.sync(client=client, body=chat)
assert isinstance(completion, ChatCompletion), completion
said = completion.choices[0].message.content
assert "canteen" in said
with http.stream("POST", "/v1/chat/completions", json={**chat.to_dict(), "stream": True}) as stream:
    *data, last = (line.removeprefix("data: ") for line in "".join(stream.iter_text()).strip().split("\n\n"))
assert last == "[DONE]"
chunks = [ChatCompletionChunk.from_dict(json.loads(each)) for each in data]
assert "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices) == said
responded = create_response.sync(client=client, body=ResponseRequest.from_dict({"model": "house-model", "input": said}))
assert isinstance(responded, ModelResponse), responded
assert responded.output[0].content[0].text
misnamed = create_chat_completion.sync_detailed(
    client=client, body=ChatCompletionRequest.from_dict({"model": "house-model", "messages": [{"role": "user", "content": []}]})
)
assert misnamed.status_code == 400
assert isinstance(misnamed.parsed, OpenAIError)
assert misnamed.parsed.error.param == "messages[0].content"

listed = send_mcp_message.sync(
    client=client, body=McpMessage.from_dict({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
)
assert isinstance(listed, McpResult), listed
assert [tool["name"] for tool in listed.result["tools"]] == ["summarize"]
