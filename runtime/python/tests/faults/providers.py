"""Streams as OpenAI and compatible servers send them, and what is in them.

Each is written down from the vendor's documentation or from reports of its users: the fields beside OpenAI's, their
order, and the ways in which they differ from what OpenAI sends. Ids and texts are ours.
"""

from tests.faults.chunks import CALLED, COUNTED, END, ONE, OSLO, PARIS, SAID, STOP, TEXT, TWO, Said, call, chunk, sse
from tests.upstream import DONE, USAGE

PROVIDERS: dict[str, Said] = {
    "OpenAI": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "", "refusal": None, "audio": None}, usage=None, obfuscation="kX9"),
            chunk({"content": "Hel", "annotations": []}, usage=None, service_tier="default", system_fingerprint="fp_1"),
            chunk({"content": "lo"}, usage=None, obfuscation="a"),
            chunk({}, "stop", choice={"logprobs": None}, usage=None, obfuscation="Zz"),
            *END,
        ),
        text="Hello",
    ),
    "Azure": Said(
        stream=sse(
            {
                "choices": [],
                "created": 0,
                "id": "",
                "model": "",
                "object": "",
                "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False}}}],
            },
            chunk({"role": "assistant", "content": ""}, choice={"content_filter_results": {}}),
            chunk(SAID, choice={"content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}),
            chunk({}, "stop", choice={"content_filter_results": {}}),
            *END,
        ),
        text="Hello",
    ),
    "Azure, filter running beside the answer": Said(
        stream=sse(
            TEXT,
            {
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": None,
                        "content_filter_results": {"violence": {"filtered": False}},
                        "content_filter_offsets": {"check_offset": 0, "start_offset": 0, "end_offset": 5},
                    }
                ]
            },
            STOP,
            {"choices": [{"content_filter_offsets": {"check_offset": 5}, "content_filter_results": {}, "index": 0}]},
            *END,
        ),
        text="Hello",
    ),
    "Azure, filtered on the way": Said(
        stream=sse(chunk({"content": "Hel"}), chunk({}, "content_filter"), *END),
        code="content_filtered",
        text="Hel",
    ),
    "Azure, filtered after stop": Said(
        stream=sse(TEXT, STOP, chunk({}, "content_filter"), *END),
        code="content_filtered",
        text="Hello",
    ),
    "OpenRouter": Said(
        stream=sse(
            b": OPENROUTER PROCESSING\n\n",
            chunk({"role": "assistant", "content": "", "reasoning": "Hm.", "reasoning_details": [{"type": "text"}]}),
            b": OPENROUTER PROCESSING\n\n",
            chunk({"role": "assistant", "content": "Hello"}, provider="X", choice={"native_finish_reason": None}),
            chunk(
                {"role": "assistant", "content": ""}, "stop", provider="X", choice={"native_finish_reason": "end_turn"}
            ),
            chunk({"role": "assistant", "content": ""}, usage={**USAGE, "cost": 0.00012, "is_byok": False}),
            DONE,
        ),
        text="Hello",
    ),
    "OpenRouter, error on the way": Said(
        stream=sse(
            chunk({"content": "Hel"}),
            chunk(
                {"content": ""},
                "error",
                error={"code": 502, "message": "sk-secret", "metadata": {"provider_name": "X"}},
                provider="X",
            ),
            DONE,
        ),
        code="upstream_unavailable",
        text="Hel",
        prompt_tokens=None,
    ),
    "OpenRouter, error as a finish_reason only": Said(
        stream=sse(chunk({"content": "Hel"}), chunk({"content": ""}, "error"), DONE),
        code="stream_interrupted",
        text="Hel",
        prompt_tokens=None,
    ),
    "OpenRouter, limited on the way": Said(
        stream=sse(chunk({"content": "Hel"}), {"error": {"code": 429, "message": "sk-secret"}, "choices": []}),
        code="rate_limited",
        text="Hel",
        prompt_tokens=None,
    ),
    "OpenRouter, out of credit on the way": Said(
        stream=sse(TEXT, {"error": {"code": 402, "message": "x"}}),
        code="quota_exceeded",
        text="Hello",
        prompt_tokens=None,
    ),
    "DeepSeek": Said(
        stream=sse(
            chunk({"role": "assistant", "content": None, "reasoning_content": "Let me see."}, usage=None),
            chunk({"content": "Hello", "reasoning_content": None}, usage=None),
            chunk(
                {"content": "", "reasoning_content": None},
                "stop",
                usage={
                    "prompt_tokens": 9,
                    "completion_tokens": 2,
                    "total_tokens": 11,
                    "prompt_cache_hit_tokens": 4,
                    "prompt_cache_miss_tokens": 5,
                    "completion_tokens_details": {"reasoning_tokens": 1},
                },
            ),
            DONE,
        ),
        text="Hello",
    ),
    "DeepSeek, out of resources": Said(
        stream=sse(b": keep-alive\n\n", TEXT, chunk({}, "insufficient_system_resource"), *END),
        code="stream_interrupted",
        text="Hello",
    ),
    "vLLM, usage on every chunk": Said(
        stream=sse(
            chunk(
                {"role": "assistant", "content": ""},
                prompt_token_ids=None,
                usage={"prompt_tokens": 9, "completion_tokens": 0},
            ),
            chunk(SAID, choice={"token_ids": None}, usage={"prompt_tokens": 9, "completion_tokens": 1}),
            chunk({}, "stop", choice={"stop_reason": None}, usage={"prompt_tokens": 9, "completion_tokens": 2}),
            {**COUNTED, "prompt_logprobs": None},
            DONE,
        ),
        text="Hello",
    ),
    "vLLM, error in its own shape": Said(
        stream=sse(
            chunk({"content": "Hel"}),
            {"object": "error", "message": "sk-secret", "type": "BadRequestError", "param": None, "code": 400},
            DONE,
        ),
        code="invalid_request",
        text="Hel",
        prompt_tokens=None,
    ),
    "vLLM, server error on the way": Said(
        stream=sse(TEXT, {"error": {"message": "sk-secret", "type": "InternalServerError", "code": 500}}, DONE),
        code="upstream_unavailable",
        text="Hello",
        prompt_tokens=None,
    ),
    "vLLM, aborted": Said(
        stream=sse(TEXT, chunk({}, "abort"), *END),
        code="stream_interrupted",
        text="Hello",
    ),
    "vLLM, arguments with the finish": Said(
        stream=sse(
            chunk(call("", id="chatcmpl-tool-1", index=0)),
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": ONE[:8]}}]}),
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": ONE[8:]}}]}, "tool_calls"),
            *END,
        ),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "SGLang": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "", "reasoning_content": None, "tool_calls": None}),
            chunk({"role": None, "content": "Hello", "tool_calls": None}, choice={"matched_stop": None}),
            chunk({"content": None}, "stop", choice={"matched_stop": 128009}),
            *END,
        ),
        text="Hello",
    ),
    "Groq": Said(
        stream=sse(
            chunk({"role": "assistant", "content": ""}, x_groq={"id": "req_1"}),
            TEXT,
            chunk({}, "stop", x_groq={"id": "req_1", "usage": {**USAGE, "queue_time": 0.1, "prompt_time": 0.002}}),
            DONE,
        ),
        text="Hello",
    ),
    "Groq, error on the way": Said(
        stream=sse(chunk({"content": "Hel"}), chunk({}, None, x_groq={"id": "req_1", "error": "sk-secret"}), DONE),
        code="stream_interrupted",
        text="Hel",
        prompt_tokens=None,
    ),
    "Groq, failed call": Said(
        stream=sse(
            b"event: error\n",
            {
                "error": {
                    "message": "sk-secret",
                    "type": "invalid_request_error",
                    "code": "tool_use_failed",
                    "failed_generation": "<function=x",
                    "status_code": 400,
                }
            },
        ),
        code="invalid_tool_arguments",
        prompt_tokens=None,
    ),
    "Mistral": Said(
        stream=sse(
            {
                "id": "1",
                "model": "mistral-small",
                "choices": [{"delta": {"role": "assistant", "content": ""}, "finish_reason": None, "index": 0}],
                "p": "abc",
            },
            chunk(SAID, p="abcdefghijkl"),
            chunk({"content": ""}, "stop", usage=USAGE, p="ab"),
            DONE,
        ),
        text="Hello",
    ),
    "Mistral, calls whole in the last chunk": Said(
        stream=sse(
            chunk({"role": "assistant", "content": ""}),
            chunk(
                {
                    "content": "",
                    "tool_calls": [
                        {"id": "D681PevKs", "function": {"name": "get_weather", "arguments": ONE}, "index": 0},
                        {"id": "xQz12Abcd", "function": {"name": "get_weather", "arguments": TWO}, "index": 1},
                    ],
                },
                "tool_calls",
                usage=USAGE,
            ),
            DONE,
        ),
        calls=[PARIS, OSLO],
        finish_reason="tool_calls",
    ),
    "Mistral, content in parts": Said(
        stream=sse(
            chunk({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]}),
            chunk({"content": [{"type": "text", "text": "Hel"}]}),
            chunk({"content": "lo"}),
            chunk({"content": ""}, "stop", usage=USAGE),
            DONE,
        ),
        text="Hello",
    ),
    "Mistral, the model's own limit": Said(
        stream=sse(TEXT, chunk({"content": ""}, "model_length", usage=USAGE), DONE),
        text="Hello",
        finish_reason="length",
    ),
    "Gemini": Said(
        stream=sse(
            {
                "choices": [
                    {
                        "delta": {
                            "role": "assistant",
                            "tool_calls": [
                                {
                                    "extra_content": {"google": {"thought_signature": "x"}},
                                    "function": {"arguments": ONE, "name": "get_weather"},
                                    "id": "function-call-1",
                                    "type": "function",
                                }
                            ],
                        },
                        "index": 0,
                    }
                ],
                "model": "gemini-x",
                "object": "chat.completion.chunk",
            },
            chunk(
                {
                    "role": "assistant",
                    "tool_calls": [
                        {
                            "function": {"arguments": TWO, "name": "get_weather"},
                            "id": "function-call-2",
                            "type": "function",
                        }
                    ],
                }
            ),
            chunk({"role": "assistant", "tool_calls": [{"extra_content": {"google": {"thought_signature": "y"}}}]}),
            chunk({"role": "assistant"}, "stop", usage=USAGE),
            DONE,
        ),
        calls=[PARIS, OSLO],
        finish_reason="tool_calls",
    ),
    "Gemini, calls with one index and no ids": Said(
        stream=sse(
            chunk(call(ONE, id="", index=0)),
            chunk(call(TWO, id="", index=0)),
            chunk({"role": "assistant"}, "stop", usage=USAGE),
        ),
        calls=[PARIS, OSLO],
        finish_reason="tool_calls",
    ),
    "Gemini, error as a list": Said(
        stream=sse(TEXT, [{"error": {"code": 503, "message": "sk-secret", "status": "UNAVAILABLE"}}]),
        code="upstream_unavailable",
        text="Hello",
        prompt_tokens=None,
    ),
    "Gemini, stopped for safety": Said(
        stream=sse(TEXT, chunk({}, "SAFETY"), DONE),
        code="content_filtered",
        text="Hello",
        prompt_tokens=None,
    ),
    "Ollama": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "Hello"}, system_fingerprint="fp_ollama"),
            chunk({"role": "assistant", "content": ""}, "stop", system_fingerprint="fp_ollama"),
            *END,
        ),
        text="Hello",
    ),
    "Ollama, whole calls": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "", **call(ONE, id="call_1", index=0)}),
            chunk({"role": "assistant", "content": "", **call(TWO, id="call_2", index=0)}),
            chunk({"role": "assistant", "content": ""}, "tool_calls"),
            *END,
        ),
        calls=[PARIS, OSLO],
        finish_reason="tool_calls",
    ),
    "arguments as objects": Said(
        stream=sse(chunk(call({"city": "Paris"}, id="a", index=0)), CALLED, *END),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "llama.cpp": Said(
        stream=sse(
            chunk({"role": "assistant", "content": None}),
            TEXT,
            chunk({}, "stop"),
            {**COUNTED, "timings": {"cache_n": 4, "prompt_n": 5, "predicted_per_second": 51.2}},
            DONE,
        ),
        text="Hello",
    ),
    "llama.cpp, error named in the field": Said(
        stream=b'error: {"code":500,"message":"sk-secret","type":"server_error"}\n\n',
        code="stream_malformed",
        prompt_tokens=None,
    ),
    "llama.cpp, error object": Said(
        stream=sse(TEXT, {"error": {"code": 500, "message": "sk-secret", "type": "server_error"}}),
        code="upstream_unavailable",
        text="Hello",
        prompt_tokens=None,
    ),
    "LM Studio": Said(
        stream=sse(chunk({"role": "assistant", "content": "Hello"}, system_fingerprint="m"), STOP, *END), text="Hello"
    ),
    "LM Studio, error event": Said(
        stream=sse(TEXT, b"event: error\n", {"error": {"message": "sk-secret"}, "message": "sk-secret"}),
        code="stream_interrupted",
        text="Hello",
        prompt_tokens=None,
    ),
    "Together": Said(
        stream=sse(
            chunk(
                {"token_id": 9906, "role": "assistant", "content": "Hello", "tool_calls": None},
                choice={"text": "Hello", "logprobs": None, "seed": None},
                usage=None,
            ),
            chunk(
                {"token_id": 2, "role": "assistant", "content": ""}, "eos", choice={"text": "", "seed": 17}, usage=USAGE
            ),
            DONE,
        ),
        text="Hello",
    ),
    "Fireworks": Said(
        stream=sse(
            chunk({"role": "assistant"}),
            TEXT,
            chunk({}, "stop", usage=USAGE, perf_metrics={"prompt-tokens": "9"}),
            DONE,
        ),
        text="Hello",
    ),
    "Cerebras": Said(
        stream=sse(
            chunk({"role": "assistant"}),
            TEXT,
            chunk({}, "stop", usage=USAGE, time_info={"queue_time": 1e-4, "total_time": 0.01, "created": 1700000000}),
            DONE,
        ),
        text="Hello",
    ),
    "xAI": Said(
        stream=sse(
            chunk({"role": "assistant", "reasoning_content": "Thinking"}),
            TEXT,
            STOP,
            {
                **COUNTED,
                "usage": {
                    **USAGE,
                    "num_sources_used": 0,
                    "prompt_tokens_details": {"text_tokens": 9, "cached_tokens": 4},
                },
                "citations": [],
            },
            DONE,
        ),
        text="Hello",
    ),
    "Cohere": Said(
        stream=sse(
            chunk({"role": "assistant", "content": ""}),
            TEXT,
            chunk({}, "COMPLETE"),
            {
                "id": "1",
                "object": "chat.completion.chunk",
                "choices": [],
                "usage": {"prompt_tokens": 9, "completion_tokens": 2},
            },
            DONE,
        ),
        text="Hello",
        finish_reason="stop",
    ),
    "Anthropic": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "Hel"}),
            chunk({"content": "lo"}),
            chunk({}, "stop"),
            {**COUNTED, "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}},
            DONE,
        ),
        text="Hello",
    ),
    "Anthropic, overloaded on the way": Said(
        stream=sse(TEXT, b"event: error\n", {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}),
        code="upstream_unavailable",
        text="Hello",
        prompt_tokens=None,
    ),
    "Perplexity": Said(
        stream=sse(
            chunk(
                {"role": "assistant", "content": "Hel"},
                choice={"message": {"role": "assistant", "content": "Hel"}},
                citations=["https://a.example"],
                usage={"prompt_tokens": 9, "completion_tokens": 1},
            ),
            chunk(
                {"role": "assistant", "content": "lo"},
                "stop",
                choice={"message": {"role": "assistant", "content": "Hello"}},
                citations=["https://a.example"],
                usage={**USAGE, "search_context_size": "low", "cost": {"total_cost": 0.006}},
            ),
        ),
        text="Hello",
    ),
    "Perplexity, everything once more": Said(
        stream=sse(
            chunk({"content": "Hel"}),
            chunk({"content": "lo"}),
            {
                "id": "1",
                "object": "chat.completion.done",
                "choices": [
                    {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
                ],
                "usage": USAGE,
            },
        ),
        text="Hello",
    ),
    "LiteLLM, the whole answer as one event": Said(
        stream=sse(
            {
                "id": "1",
                "object": "chat.completion",
                "choices": [
                    {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
                ],
                "usage": USAGE,
            },
            DONE,
        ),
        text="Hello",
    ),
    "LiteLLM, another id in every chunk and empty usage": Said(
        stream=sse(
            {**chunk({"content": "Hel", "role": None}, usage={}), "id": "chatcmpl-a"},
            {**chunk({"content": "lo", "role": None}, usage={}), "id": "chatcmpl-b"},
            chunk({}, "stop", usage={}),
            DONE,
        ),
        text="Hello",
        prompt_tokens=None,
    ),
    "LiteLLM before OCI, another id in every piece of a call": Said(
        stream=sse(
            chunk(call("", id="chatcmpl-tool-1", index=0)),
            chunk(call(ONE[:8], name="", id="call_b49e", index=0)),
            chunk(call(ONE[8:], name="", id="call_ed82", index=0)),
            chunk(call("", name="", id="call_72b4", index=0), "stop"),
            *END,
        ),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "Moonshot, usage in the choice": Said(
        stream=sse(TEXT, chunk({}, "stop", choice={"usage": USAGE}), DONE), text="Hello"
    ),
    "Zhipu, sensitive": Said(
        stream=sse(TEXT, chunk({"role": "assistant", "content": ""}, "sensitive"), DONE),
        code="content_filtered",
        text="Hello",
        prompt_tokens=None,
    ),
    "Cloudflare": Said(stream=sse(chunk({"content": "Hello"}, choice={"logprobs": None}), STOP, *END), text="Hello"),
    "Bedrock": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "Hello"}, service_tier="default"),
            chunk({}, "stop", **{"amazon-bedrock-guardrailAction": "NONE"}),
            *END,
        ),
        text="Hello",
    ),
    "Bedrock, a guardrail intervened": Said(
        stream=sse(TEXT, chunk({}, "guardrail_intervened"), *END),
        code="content_filtered",
        text="Hello",
    ),
}
