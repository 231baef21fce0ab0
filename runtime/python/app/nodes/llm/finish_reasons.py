"""Why an answer ended, in OpenAI's words, whichever words a compatible server has for it.

https://platform.openai.com/docs/api-reference/chat/object; the others are those of the vendors' own APIs, which their
compatible endpoints let through.
"""

_OPENAI = {
    "stop": ("eos", "eos_token", "end", "end_turn", "stop_sequence", "complete", "completed", "finished"),
    "length": ("max_tokens", "max_output_tokens", "max_length", "model_length", "token_limit"),
    "tool_calls": ("tool_use", "tool_call"),
    "content_filter": (
        "content_filtered",
        "safety",
        "recitation",
        "blocklist",
        "prohibited_content",
        "spii",
        "sensitive",
        "guardrail_intervened",
    ),
    "error": (
        "abort",
        "aborted",
        "cancelled",
        "network_error",
        "malformed_function_call",
        "insufficient_system_resource",
    ),
}
_KNOWN = {other: name for name, others in _OPENAI.items() for other in others}
_GRAVEST = ("error", "content_filter", "length")


def finish_reason_of(said: str) -> str | None:
    """The reason by OpenAI's name; one that nobody knows as it is, and None for words that say there is none."""
    if said in _OPENAI:
        return said
    word = said.strip().lower()
    return None if word in ("", "null", "none") else word if word in _OPENAI else _KNOWN.get(word, said)


def graver(first: str | None, second: str | None) -> str | None:
    """Of the reasons that two events of an answer give, the one to heed: the first, unless the other is worse."""
    for reason in _GRAVEST:
        if reason in (first, second):
            return reason
    return first or second
