"""The models that make embeddings, and how those who serve them differ."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """One model: the tokens that a text may have, the dimensions of an embedding, and those that can be asked for."""

    most_tokens: int = 8_192
    dimensions: int = 1_536
    sizes: tuple[int, ...] = ()
    least: int | None = None
    retired: bool = False

    def can_have(self, dimensions: int) -> bool:
        """Whether embeddings can be so long."""
        return dimensions in self.sizes if self.least is None else self.least <= dimensions <= self.dimensions


# https://developers.openai.com/api/docs/models, and the dates of https://developers.openai.com/api/docs/deprecations
OPENAI: Mapping[str, EmbeddingModel] = {
    "text-embedding-3-small": EmbeddingModel(least=1),
    "text-embedding-3-large": EmbeddingModel(dimensions=3_072, least=1),
    "text-embedding-ada-002": EmbeddingModel(),
    **{
        name: EmbeddingModel(2_046, 1_024, retired=True)
        for name in ("text-similarity-ada-001", "text-search-ada-doc-001", "text-search-ada-query-001")
    },
}
_SIZES = (256, 512, 1_024, 2_048)
# https://docs.voyageai.com/docs/embeddings
VOYAGE: Mapping[str, EmbeddingModel] = {
    name: EmbeddingModel(32_000, 1_024, _SIZES)
    for name in ("voyage-4", "voyage-4-large", "voyage-4-lite", "voyage-code-4", "voyage-3.5", "voyage-3.5-lite")
}
# https://ai.google.dev/gemini-api/docs/embeddings
GEMINI: Mapping[str, EmbeddingModel] = {
    "gemini-embedding-2": EmbeddingModel(8_192, 3_072, least=128),
    "gemini-embedding-001": EmbeddingModel(2_048, 3_072, least=128),
}
# https://docs.mistral.ai/models
MISTRAL: Mapping[str, EmbeddingModel] = {
    "mistral-embed": EmbeddingModel(8_192, 1_024),
    "codestral-embed": EmbeddingModel(8_192, 3_072, least=1),
}
_OPENAI_PARAMETERS = ("input", "model", "dimensions", "encoding_format", "user")


def _together_at_openai(tokens: int, most: int) -> str:
    return f"Requested {tokens} tokens, max {most} tokens per request"


def _together_at_voyage(tokens: int, most: int) -> str:
    return f"The max allowed tokens per submitted batch is {most}. Your batch has {tokens} tokens after truncation."


def _together_at_mistral(tokens: int, most: int) -> str:
    return f"Too many tokens in batch. Max is {most} got {tokens}"


def _too_long_at_openai(index: int, most: int) -> str:
    return f"Invalid 'input[{index}]': maximum input length is {most} tokens."


def _too_long_at_voyage(index: int, most: int) -> str:
    return (
        f"The example at index {index} in your batch has too many tokens and does not fit into the model's context "
        f"window of {most} tokens. Please lower the number of tokens in the listed example(s) or use truncation."
    )


@dataclass(frozen=True, slots=True)
class Server:
    """Who serves models: OpenAI, but for what is said here.

    `models` are None where any name is one. `cuts` says that texts that are too long are cut unless the request says
    otherwise, `terse` that refusals are a sentence and the usage a sum.
    """

    models: Mapping[str, EmbeddingModel] | None = None
    parameters: tuple[str, ...] = _OPENAI_PARAMETERS
    dimensions: str = "dimensions"
    most_texts: int = 2_048
    most_tokens: int = 300_000
    cuts: bool = False
    terse: bool = False
    errors_in_list: bool = False
    together: Callable[[int, int], str] = _together_at_openai
    too_long: Callable[[int, int], str] = _too_long_at_openai


ANY = EmbeddingModel(least=1)
"""A model of which nothing is known."""

AT_OPENAI = Server(OPENAI)
AT_AZURE = Server()
_AT_OTHERS = {
    "voyage": Server(
        VOYAGE,
        ("input", "model", "input_type", "truncation", "output_dimension", "output_dtype", "encoding_format"),
        "output_dimension",
        1_000,
        120_000,
        cuts=True,
        terse=True,
        together=_together_at_voyage,
        too_long=_too_long_at_voyage,
    ),
    "gemini": Server(GEMINI, most_texts=100, errors_in_list=True),
    "mistral": Server(
        MISTRAL,
        ("input", "model", "metadata", "output_dimension", "output_dtype", "encoding_format"),
        "output_dimension",
        128,
        16_384,
        together=_together_at_mistral,
    ),
}


def server_named(name: str) -> Server:
    """Who serves models under a name."""
    return _AT_OTHERS.get(name) or Server()
