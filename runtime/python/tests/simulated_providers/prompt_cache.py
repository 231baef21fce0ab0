"""Which part of a prompt counts as cached: its longest beginning that was sent before.

Source: https://platform.openai.com/docs/guides/prompt-caching: from 1,024 tokens on, in steps of 128.
"""

import hashlib

from tests.simulated_providers import tokens
from tests.simulated_providers.json_values import encode
from tests.simulated_providers.request import Request

LEAST = 1_024
STEP = 128
MAX_ENTRIES = 10_000


class PromptCache:
    """Remembers the beginnings of prompts by their hashes."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def cached_tokens(self, request: Request) -> int:
        """The cached tokens of a request, which from now on is remembered itself."""
        if request.prompt_tokens < LEAST:
            return 0
        body = request.body
        digest = hashlib.sha256(encode([request.model.id, body.get("tools"), body.get("functions")]))
        length = request.prompt_tokens - tokens.REPLY_START - sum(map(tokens.count_message, request.messages))
        cached = 0
        beginnings: list[bytes] = []
        for message in request.messages:
            digest.update(encode(message))
            beginnings.append(digest.digest())
            length += tokens.count_message(message)
            if beginnings[-1] in self._seen:
                cached = length
        if len(self._seen) > MAX_ENTRIES:
            self._seen.clear()
        self._seen.update(beginnings)
        return cached // STEP * STEP if cached >= LEAST else 0
