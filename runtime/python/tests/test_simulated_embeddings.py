"""The simulated embeddings, driven by the official SDK and held to OpenAI's published schema."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import openai
import pytest

from tests.openai_schema import check
from tests.simulated_providers.testing import RunningSimulation, simulate

MODEL = "text-embedding-3-small"
KEY = {"authorization": "Bearer sk-test"}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.fixture
def client(server: RunningSimulation) -> Iterator[openai.OpenAI]:
    server.settings.reset()
    server.requests.clear()
    with openai.OpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as made:
        yield made


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def post(server: RunningSimulation, path: str, body: Any) -> httpx2.Response:
    return httpx2.post(f"{server.origin}{path}", json=body, headers=KEY, trust_env=False)


def test_the_sdk_reads_both_notations_as_the_same_numbers(client: openai.OpenAI, server: RunningSimulation) -> None:
    in_base64 = client.embeddings.create(model=MODEL, input=["rain in the north", "sun"])
    as_numbers = client.embeddings.create(model=MODEL, input=["rain in the north", "sun"], encoding_format="float")
    assert server.requests[0].json["encoding_format"] == "base64"
    assert [each.embedding for each in in_base64.data] == [each.embedding for each in as_numbers.data]
    assert [each.index for each in in_base64.data] == [0, 1]
    assert len(in_base64.data[0].embedding) == 1536
    assert in_base64.usage.prompt_tokens == in_base64.usage.total_tokens > 0


@pytest.mark.parametrize("dimensions", [1, 8, 256, 1536])
def test_embeddings_are_as_long_as_one(client: openai.OpenAI, dimensions: int) -> None:
    (made,) = client.embeddings.create(model=MODEL, input="Rain falls in the north.", dimensions=dimensions).data
    assert len(made.embedding) == dimensions
    assert cosine(made.embedding, made.embedding) == pytest.approx(1, abs=1e-6)


def test_texts_with_common_words_lie_near_each_other(client: openai.OpenAI) -> None:
    texts = [
        "How do I return a broken lamp?",
        "You can return a broken lamp within thirty days.",
        "Our office is closed on public holidays.",
        "Shipping to Norway takes one week.",
    ]
    question, *others = (each.embedding for each in client.embeddings.create(model=MODEL, input=texts).data)
    near = [cosine(question, other) for other in others]
    assert near[0] > 0.4
    assert max(near[1:]) < 0.25


def test_the_same_text_has_the_same_embedding(client: openai.OpenAI) -> None:
    one, other = (client.embeddings.create(model=MODEL, input="again").data[0].embedding for _ in range(2))
    assert one == other


def test_tokens_are_taken_in_place_of_texts(client: openai.OpenAI) -> None:
    tokens: list[list[int]] = [[1212, 318], [257]]
    assert len(client.embeddings.create(model=MODEL, input=tokens).data) == 2
    assert len(client.embeddings.create(model=MODEL, input=[1212, 318, 257]).data) == 1


@pytest.mark.parametrize("encoding", ["float", None])
def test_answers_fit_the_published_schema(client: openai.OpenAI, server: RunningSimulation, encoding: Any) -> None:
    body = {"model": MODEL, "input": ["one", "two"], **({"encoding_format": encoding} if encoding else {})}
    check("CreateEmbeddingRequest", body)
    check("CreateEmbeddingResponse", post(server, "/v1/embeddings", body).json())


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ({"input": ""}, "'$.input' is invalid"),
        ({"input": []}, "'$.input' is invalid"),
        ({"input": ["one", ""]}, "'$.input' is invalid"),
        ({"input": [1, "one"]}, "'$.input' is invalid"),
        ({"input": None}, "Invalid type for 'input'"),
        ({"input": ["x"] * 2049}, "maximum length 2048"),
        ({"encoding_format": "hex"}, "Invalid value: 'hex'"),
        ({"dimensions": 0}, "Must be from 1 to 1536"),
        ({"dimensions": 1537}, "Must be from 1 to 1536"),
        ({"dimensions": "8"}, "Invalid type for 'dimensions'"),
        ({"model": "text-embedding-ada-002", "dimensions": 1536}, "does not support specifying dimensions"),
        ({"temperature": 1}, "Unknown parameter: 'temperature'"),
        ({"input": ["short", "word " * 9000]}, "Invalid 'input[1]': maximum input length is 8192 tokens."),
        ({"input": ["word " * 8000] * 40}, "max 300000 tokens per request"),
    ],
)
def test_what_openai_refuses(client: openai.OpenAI, server: RunningSimulation, refused: Any, said: str) -> None:
    answer = post(server, "/v1/embeddings", {"model": MODEL, "input": "text", **refused})
    assert answer.status_code == 400
    check("ErrorResponse", answer.json())
    assert said in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("text-embedding-9", openai.NotFoundError),
        ("text-search-ada-doc-001", openai.NotFoundError),
        ("gpt-5.4", openai.PermissionDeniedError),
    ],
)
def test_models_that_make_none(client: openai.OpenAI, model: str, kind: type[openai.APIError]) -> None:
    with pytest.raises(kind):
        client.embeddings.create(model=model, input="text")


def test_faults_meet_embeddings_too(client: openai.OpenAI, server: RunningSimulation) -> None:
    for fault, kind in {"rate_limited": openai.RateLimitError, "cut": openai.APIConnectionError}.items():
        server.settings.fault = fault
        with pytest.raises(kind):
            client.embeddings.create(model=MODEL, input="text")


class TestOthers:
    """Those that speak it otherwise."""

    def test_voyage(self, server: RunningSimulation) -> None:
        server.settings.reset()
        path = "/compatible/voyage/v1/embeddings"
        body = {"model": "voyage-4", "input": "text", "output_dimension": 256, "input_type": "query"}
        answer = post(server, path, body).json()
        assert len(answer["data"][0]["embedding"]) == 256
        assert set(answer["usage"]) == {"total_tokens"}
        refused = post(server, path, {**body, "dimensions": 256})
        assert (refused.status_code, set(refused.json())) == (400, {"detail"})

    def test_voyage_cuts_what_is_too_long_unless_told_not_to(self, server: RunningSimulation) -> None:
        server.settings.reset()
        path = "/compatible/voyage/v1/embeddings"
        body = {"model": "voyage-4", "input": ["word " * 33_000]}
        assert post(server, path, body).status_code == 200
        assert "at index 0" in post(server, path, {**body, "truncation": False}).json()["detail"]

    def test_gemini_takes_a_hundred_texts(self, server: RunningSimulation) -> None:
        server.settings.reset()
        path = "/compatible/gemini/v1/embeddings"
        body = {"model": "gemini-embedding-001", "input": ["text"] * 101}
        refused = post(server, path, body)
        assert refused.status_code == 400
        assert isinstance(refused.json(), list)

    def test_deployments_of_azure_have_any_name(self, server: RunningSimulation) -> None:
        server.settings.reset()
        azure = openai.OpenAI(
            api_key="unused",
            default_headers={"api-key": "key"},
            base_url=f"{server.origin}/azure/openai/v1",
            max_retries=0,
        )
        with azure:
            assert azure.embeddings.create(model="my-deployment", input="text").data
