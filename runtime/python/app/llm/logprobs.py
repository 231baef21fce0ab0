"""Log probabilities of tokens, in the one form in which a result has them.

They are read apart from the rest of an answer, so that calls that do not ask for them decode nothing more.
https://platform.openai.com/docs/api-reference/chat/object#chat/object-choices-logprobs
"""

from collections.abc import Sequence

import msgspec

from app.llm.types import TokenLogprob, TopLogprob


class WireAlternative(msgspec.Struct):
    """A token that the model may have written, with its log probability."""

    token: str | None = None
    logprob: float | None = None
    bytes: list[int] | None = None

    def told(self) -> TopLogprob:
        """It by our names."""
        return {"token": self.token or "", "logprob": self.logprob or 0.0, "bytes": self.bytes}


class WireToken(WireAlternative):
    """A token that it has written, with what else it may have been."""

    top_logprobs: list[WireAlternative | None] | None = None


def token_logprobs(tokens: Sequence[WireToken | None] | None) -> list[TokenLogprob]:
    """The tokens as a result has them; what a server leaves out of one costs only that one."""
    return [
        {**token.told(), "top_logprobs": [other.told() for other in token.top_logprobs or () if other is not None]}
        for token in tokens or ()
        if token is not None and token.logprob is not None
    ]
