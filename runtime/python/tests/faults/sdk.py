"""What the official Python SDK makes of a stream, by its own accumulation of the events."""

import json
from typing import Any, cast

import httpx2
from openai import AsyncOpenAI

from tests.faults.decoding import Decoded
from tests.upstream import head, upstream


def _client(url: str) -> AsyncOpenAI:
    transport = httpx2.AsyncClient(verify=False, trust_env=False, timeout=5)
    return AsyncOpenAI(api_key="sk-test", base_url=url, max_retries=0, http_client=transport)


async def ask_chat(body: bytes) -> Decoded | BaseException:
    """What `client.chat.completions.stream()` gives for a streamed answer with this body, or raises."""
    async with upstream([head() + body]) as server:
        client = _client(server.url)
        text = ""
        try:
            asking = client.chat.completions.stream(model="m", messages=[{"role": "user", "content": "Hello"}])
            async with asking as stream:
                async for event in stream:
                    if event.type == "content.delta":
                        text += event.delta
                completion = await stream.get_final_completion()
            choice = completion.choices[0]
            calls = [_called(call.function) for call in choice.message.tool_calls or ()]
            if choice.message.function_call is not None:
                calls.append(_called(choice.message.function_call))
            prompt_tokens = None if completion.usage is None else completion.usage.prompt_tokens
            return Decoded(choice.message.content or "", calls, choice.finish_reason, None, prompt_tokens)
        except Exception as error:
            return error
        finally:
            await client.close()


async def ask_responses(body: bytes) -> Decoded | BaseException:
    """What `client.responses.stream()` gives for a streamed answer with this body, or raises."""
    async with upstream([head() + body]) as server:
        client = _client(server.url)
        try:
            async with client.responses.stream(model="m", input="Hello") as stream:
                async for _ in stream:
                    pass
                response = await stream.get_final_response()
            calls = [_called(item) for item in response.output if item.type == "function_call"]
            usage = response.usage
            reason = "tool_calls" if calls else "stop" if response.status == "completed" else response.status
            return Decoded(response.output_text, calls, reason, None, None if usage is None else usage.input_tokens)
        except Exception as error:
            return error
        finally:
            await client.close()


def _called(function: Any) -> tuple[str, Any]:
    """Name and arguments, parsed where they can be."""
    try:
        return function.name, json.loads(function.arguments)
    except (TypeError, ValueError):
        return function.name, cast("object", function.arguments)
