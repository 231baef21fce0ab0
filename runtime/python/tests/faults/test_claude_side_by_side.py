"""Claude's node beside the official Python SDK on the same streams, over sockets.

Where both understand a stream they have to understand the same. Where they do not, the table says what the SDK does:
"silent" when it ends as if all were well and the node does not, "differs" when it has other text, calls or another
reason, else the exception.
"""

from typing import Any

import httpx2
import pytest
from anthropic import AsyncAnthropic

from app.llm.answer import finish_reason_of
from app.llm.apis.messages.answer import BlocksAnswer
from app.llm.apis.messages.stream import MessagesStream
from tests import messages_upstream as claude
from tests.faults.decoding import Decoded, decode
from tests.faults.test_faults import TABLE
from tests.faults.test_side_by_side import verdict
from tests.test_messages_stream import THINKS_AND_CALLS
from tests.upstream import head, upstream

OF_FAULTS: dict[str, str] = {
    "200 with an empty body": "AssertionError",
    "arguments that are not valid JSON": "silent",
    "arguments that are blank": "ValueError",
    "arguments that are empty, cut by length": "silent",
    "arguments that are no object": "silent",
    "arguments with something after them": "silent",
    "arguments cut by length": "silent",
    "Claude: overloaded in the middle": "APIStatusError",
    "Claude: api_error in the middle": "APIStatusError",
    "Claude: a limit in the middle": "APIStatusError",
    "Claude: an error without an event's name": "silent",
    "Claude: an error of an unknown kind": "APIStatusError",
    "Claude: a clean end before the stop reason": "silent",
    "Claude: message_stop without a stop reason": "silent",
    "Claude: no event's name": "AssertionError",
}


def bodies() -> dict[str, bytes]:
    """The streams of the table of faults that come in one piece, and such as are fine."""
    found = {"an answer": claude.HELLO, "thoughts, text and calls": THINKS_AND_CALLS}
    for name, fault in TABLE.items():
        match fault.scripts.get("messages_stream"):
            case [[bytes() as answer] | [bytes() as answer, float()]] if fault.code != "upstream_timeout":
                if answer.startswith(head()):
                    found[name] = answer.removeprefix(head())
            case _:
                pass
    return found


BODIES = bodies()


def opened() -> MessagesStream:
    return MessagesStream(BlocksAnswer("m"), max_event_bytes=4 << 20)


async def ask_sdk(body: bytes) -> Decoded | BaseException:
    """What `client.messages.stream()` gives for a streamed answer with this body, or raises."""
    async with upstream([head() + body]) as server:
        transport = httpx2.AsyncClient(verify=False, trust_env=False, timeout=5)
        address = server.url.removesuffix("/v1")
        client = AsyncAnthropic(api_key="sk-test", base_url=address, max_retries=0, http_client=transport)
        asking: Any = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
        try:
            async with client.messages.stream(**asking) as stream:
                text = "".join([piece async for piece in stream.text_stream])
                message: Any = await stream.get_final_message()
            calls = [(block.name, block.input) for block in message.content if block.type == "tool_use"]
            said = "tool_use" if calls else message.stop_reason
            usage = message.usage
            cached = (usage.cache_read_input_tokens or 0) + (usage.cache_creation_input_tokens or 0)
            return Decoded(text, calls, finish_reason_of(said), None, usage.input_tokens + cached)
        except Exception as error:
            return error
        finally:
            await client.close()


@pytest.mark.parametrize("name", BODIES)
async def test_streams(name: str) -> None:
    body = BODIES[name]
    node, sdk = decode(opened, [body]), await ask_sdk(body)
    assert verdict(node, sdk) == OF_FAULTS.get(name, "same")
