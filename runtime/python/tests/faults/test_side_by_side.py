"""The node beside the official Python SDK on the same streams, over sockets.

Where both understand a stream they have to understand the same. Where they do not, the tables say what the SDK does:
"silent" when it ends as if all were well and the node does not, "differs" when it has other text, calls, usage or
another reason, else the exception.
"""

import pytest

from app.llm.stream import AnswerStream
from tests.decoders import chat_stream, responses_stream
from tests.faults.chunks import Said
from tests.faults.decoding import Decoded, decode
from tests.faults.oddities import ODDITIES
from tests.faults.providers import PROVIDERS
from tests.faults.scene import Fault, Way
from tests.faults.sdk import ask_chat, ask_responses
from tests.faults.test_faults import TABLE
from tests.upstream import head

# Pydantic warns when it writes out what the SDK built unchecked.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

STREAMS = {**PROVIDERS, **ODDITIES}

OF_SERVERS = {
    "Azure, filtered on the way": "ContentFilterFinishReasonError",
    "Azure, filtered after stop": "ContentFilterFinishReasonError",
    "OpenRouter, error on the way": "APIError",
    "OpenRouter, error as a finish_reason only": "silent",
    "OpenRouter, limited on the way": "APIError",
    "OpenRouter, out of credit on the way": "APIError",
    "DeepSeek, out of resources": "silent",
    "vLLM, error in its own shape": "silent",
    "vLLM, server error on the way": "APIError",
    "vLLM, aborted": "silent",
    "Groq, error on the way": "silent",
    "Groq, failed call": "APIError",
    "Mistral, content in parts": "TypeError",
    "Mistral, the model's own limit": "differs",
    "Gemini": "TypeError",
    "Gemini, calls with one index and no ids": "differs",
    "Gemini, error as a list": "AttributeError",
    "Gemini, stopped for safety": "silent",
    "Ollama, whole calls": "differs",
    "llama.cpp, error named in the field": "AssertionError",
    "llama.cpp, error object": "APIError",
    "LM Studio, error event": "APIError",
    "Together": "differs",
    "Cohere": "differs",
    "Anthropic, overloaded on the way": "APIError",
    "Perplexity, everything once more": "differs",
    "LiteLLM, the whole answer as one event": "AssertionError",
    "LiteLLM before OCI, another id in every piece of a call": "differs",
    "Zhipu, sensitive": "silent",
    "Bedrock, a guardrail intervened": "silent",
    "usage that is no object": "AttributeError",
    "length, then stop": "differs",
    "finish_reason in capitals": "differs",
    "finish_reason end_turn": "differs",
    "finish_reason of an empty text": "silent",
    "tool_calls without a call": "silent",
    "another choice only": "IndexError",
    "two choices in a chunk, the second first": "LengthFinishReasonError",
    "arguments null and nothing else": "differs",
    "calls in both forms": "differs",
    "error as text": "APIError",
    "error as a list": "APIError",
    "error after finish_reason": "APIError",
    "[DONE] with blanks": "JSONDecodeError",
    "[DONE] in quotes": "AttributeError",
    "HTML in the middle": "silent",
    "HTML in an event": "JSONDecodeError",
    "a JSON list of chunks": "AssertionError",
    "chunks of JSON without events": "AssertionError",
    "two objects in one event": "JSONDecodeError",
    "surrogates cut apart": "differs",
    "half a pair of surrogates": "differs",
    "NaN in a field that nobody reads": "differs",
    "numbers in quotes": "TypeError",
    "keys twice": "differs",
}

OF_FAULTS = {
    "200 with an empty body-chat_stream": "AssertionError",
    "200 with an empty body-responses_stream": "RuntimeError",
    "response.completed of a response that is not-responses_stream": "RuntimeError",
    "clean end without finish_reason-chat_stream": "silent",
    "clean end without finish_reason-responses_stream": "RuntimeError",
    "[DONE] without finish_reason-chat_stream": "silent",
    "[DONE] without finish_reason-responses_stream": "RuntimeError",
    "[DONE] without finish_reason after a call: no tools run-chat_stream": "silent",
    "[DONE] without finish_reason after a call: no tools run-responses_stream": "RuntimeError",
    "half an event at the end-chat_stream": "silent",
    "half an event at the end-responses_stream": "RuntimeError",
    "an event of 8 MB-chat_stream": "silent",
    "an event of 8 MB-responses_stream": "RuntimeError",
    "an event of 8 MB that does not end-chat_stream": "silent",
    "an event of 8 MB that does not end-responses_stream": "RuntimeError",
    "data: {error} inside the stream-chat_stream": "APIError",
    "data: {error} inside the stream-responses_stream": "APIError",
    "data: {error} of an unknown kind-chat_stream": "APIError",
    "data: {error} of an unknown kind-responses_stream": "APIError",
    "data: {error} as text-chat_stream": "APIError",
    "data: {error} as text-responses_stream": "APIError",
    "data: {error} before the first token-chat_stream": "APIError",
    "data: {error} before the first token-responses_stream": "APIError",
    "data: {error} after finish_reason-chat_stream": "APIError",
    "event: error-chat_stream": "silent",
    "event: error-responses_stream": "RuntimeError",
    "event: error with an object-chat_stream": "APIError",
    "event: error with an object-responses_stream": "APIError",
    "event: error whose data is no JSON-chat_stream": "JSONDecodeError",
    "event: error whose data is no JSON-responses_stream": "JSONDecodeError",
    'finish_reason "error"-chat_stream': "silent",
    'finish_reason "error"-responses_stream': "RuntimeError",
    "malformed JSON in a chunk-chat_stream": "JSONDecodeError",
    "malformed JSON in a chunk-responses_stream": "JSONDecodeError",
    "JSON that is no object in a chunk-chat_stream": "AttributeError",
    "JSON that is no object in a chunk-responses_stream": "AttributeError",
    "nesting without end in a chunk-chat_stream": "RecursionError",
    "nesting without end in a chunk-responses_stream": "RecursionError",
    "invalid UTF-8-chat_stream": "UnicodeDecodeError",
    "invalid UTF-8-responses_stream": "UnicodeDecodeError",
    "U+2028 in data-chat_stream": "differs",
    "U+2028 in data-responses_stream": "TypeError",
    "byte order mark-chat_stream": "differs",
    "event without data-chat_stream": "JSONDecodeError",
    "event without data-responses_stream": "JSONDecodeError",
    "event whose data is empty-chat_stream": "JSONDecodeError",
    "event whose data is empty-responses_stream": "JSONDecodeError",
    "retry: only-chat_stream": "JSONDecodeError",
    "retry: only-responses_stream": "JSONDecodeError",
    "id: only-chat_stream": "JSONDecodeError",
    "id: only-responses_stream": "JSONDecodeError",
    "empty choices-responses_stream": "RuntimeError",
    "missing choices-responses_stream": "RuntimeError",
    "null choices-responses_stream": "RuntimeError",
    "null choice-responses_stream": "RuntimeError",
    "null delta-chat_stream": "AttributeError",
    "null delta-responses_stream": "RuntimeError",
    "missing delta-responses_stream": "RuntimeError",
    "tool delta without index-chat_stream": "TypeError",
    "tool delta without index-responses_stream": "differs",
    "tool delta without index in pieces-chat_stream": "TypeError",
    "tool delta without id-responses_stream": "RuntimeError",
    "same index with a new id-chat_stream": "differs",
    "first index 1-chat_stream": "IndexError",
    "name repeated-chat_stream": "differs",
    'finish_reason "stop" together with tool calls-chat_stream': "differs",
    "arguments that are not valid JSON-chat_stream": "silent",
    "arguments that are not valid JSON-responses_stream": "silent",
    "arguments that are empty-chat_stream": "differs",
    "arguments that are empty-responses_stream": "differs",
    "arguments that are blank-chat_stream": "differs",
    "arguments that are blank-responses_stream": "differs",
    "arguments that are empty, cut by length-chat_stream": "LengthFinishReasonError",
    "arguments that are empty, cut by length-responses_stream": "RuntimeError",
    "arguments that are no object-chat_stream": "silent",
    "arguments that are no object-responses_stream": "silent",
    "arguments with something after them-chat_stream": "silent",
    "arguments with something after them-responses_stream": "silent",
    "arguments cut by length-chat_stream": "LengthFinishReasonError",
    "arguments cut by length-responses_stream": "RuntimeError",
    'finish_reason "length" in JSON mode-chat_stream': "LengthFinishReasonError",
    'finish_reason "length" in JSON mode-responses_stream': "RuntimeError",
    'finish_reason "length" in JSON mode where the JSON is whole-chat_stream': "LengthFinishReasonError",
    'finish_reason "length" in JSON mode where the JSON is whole-responses_stream': "RuntimeError",
    "content_filter-chat_stream": "ContentFilterFinishReasonError",
    "content_filter-responses_stream": "RuntimeError",
}


def bodies() -> dict[str, tuple[bytes, Way]]:
    """The streams of the table of faults that come in one piece."""
    found: dict[str, tuple[bytes, Way]] = {}
    for name, fault in TABLE.items():
        for way in ("chat_stream", "responses_stream"):
            body = _body(fault, way)
            if body is not None:
                found[f"{name}-{way}"] = (body, way)
    return found


def _body(fault: Fault, way: Way) -> bytes | None:
    match fault.scripts.get(way):
        case [[bytes() as answer] | [bytes() as answer, float()]] if fault.code != "upstream_timeout":
            return answer.removeprefix(head()) if answer.startswith(head()) else None
        case _:
            return None


BODIES = bodies()


def verdict(node: Decoded, sdk: Decoded | BaseException) -> str:
    """What the SDK makes of a stream, beside what the node does."""
    if isinstance(sdk, BaseException):
        return type(sdk).__name__
    if node.code is not None:
        return "silent"
    counted = sdk.prompt_tokens or node.prompt_tokens  # in some streams the SDK loses it
    return "same" if sdk._replace(prompt_tokens=counted) == node else "differs"


def chat() -> AnswerStream:
    return chat_stream("m", max_event_bytes=4 << 20)


def responses() -> AnswerStream:
    return responses_stream("m", max_event_bytes=4 << 20)


@pytest.mark.parametrize("name", STREAMS)
async def test_streams_of_servers(name: str) -> None:
    said: Said = STREAMS[name]
    assert verdict(decode(chat, [said.stream]), await ask_chat(said.stream)) == OF_SERVERS.get(name, "same")


@pytest.mark.parametrize("name", BODIES)
async def test_faults(name: str) -> None:
    body, way = BODIES[name]
    node, sdk = (chat, ask_chat) if way == "chat_stream" else (responses, ask_responses)
    assert verdict(decode(node, [body]), await sdk(body)) == OF_FAULTS.get(name, "same")
