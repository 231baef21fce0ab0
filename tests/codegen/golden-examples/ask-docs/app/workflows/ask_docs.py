"""ask-docs: Answers from the documents that index-docs has read, and says which passages it goes by."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.embeddings import EmbeddingConfig, generate_embeddings
from app.nodes.llm.openai import OpenAIConfig, complete
from app.retrieval import filters
from app.retrieval.search import QdrantSearch
from app.runtime.context import ExecutionContext, Reply
from app.runtime.inputs import Omittable

EMBED: EmbeddingConfig = {"provider": "openai", "model": "text-embedding-3-small", "dimensions": 512, "cache": True}
SEARCH = QdrantSearch(node="search", mode="hybrid", limit=4)
ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 400}


class AskDocsInput(BaseModel):
    """What POST /ask-docs takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    question: str = Field(min_length=1, max_length=1000)
    source: Omittable[str] = Field(default=None, max_length=200)


class SearchOutputHitsItemPayload(TypedDict):
    """The shape of search output hits item payload."""

    text: str
    source: str
    title: str
    page: int | None
    heading: str | None
    start: int
    end: int
    number: int
    tokens: int


SearchOutputHitsItem = TypedDict(
    "SearchOutputHitsItem", {"id": str, "score": float, "payload": SearchOutputHitsItemPayload}
)


class SearchOutput(TypedDict):
    """The shape of search output."""

    hits: list[SearchOutputHitsItem]
    count: int


async def run(ctx: ExecutionContext, inputs: AskDocsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    embed = await generate_embeddings(ctx, {**EMBED, "input": inputs.question}, node="embed")
    search: SearchOutput = await SEARCH.send(
        ctx,
        "handbook",
        vector=embed["embeddings"][0],
        text=inputs.question,
        where=filters.where(all_of=[filters.equals("source", inputs.source, optional=True)]),
    )
    if search["count"] > 0:
        answer = await complete(
            ctx,
            {
                **ANSWER,
                "messages": [
                    {
                        "role": "system",
                        "content": (
                            "Answer from the passages alone, in a few sentences. Name the source of what you say in brackets, "
                            "as [leave.md]. If the passages do not answer the question, say so."
                        ),
                    },
                    {
                        "role": "user",
                        "content": "".join(
                            [
                                "".join(
                                    [
                                        f"[{hit['payload']['source']}] {hit['payload']['title']}\n{hit['payload']['text']}\n\n"
                                        for hit in search["hits"]
                                    ]
                                ),
                                "Question: ",
                                inputs.question,
                            ]
                        ),
                    },
                ],
            },
            node="answer",
        )
        return Reply({"answer": answer["content"], "sources": [entry["payload"] for entry in search["hits"]]})
    return Reply({"answer": "None of the documents says anything about that.", "sources": []})
