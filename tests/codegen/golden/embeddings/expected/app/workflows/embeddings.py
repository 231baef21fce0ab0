"""embeddings: Finds the answer that is nearest to a question, and says it."""

import asyncio
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.functions.nearest import nearest
from app.nodes.llm.embeddings import EmbeddingConfig, Embeddings, generate_embeddings
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import to_json
from app.runtime.functions import call_function

QUESTION_VECTOR: EmbeddingConfig = {
    "provider": "openai",
    "model": "text-embedding-3-small",
    "dimensions": 256,
    "cache": True,
}
ANSWER_VECTORS: EmbeddingConfig = {
    "provider": "openai",
    "model": "text-embedding-3-small",
    "dimensions": 256,
    "batch_size": 5,
    "parallel": 2,
    "timeout": {"connect": 2, "total": 30},
    "max_retries": 1,
}
KEPT: EmbeddingConfig = {
    "provider": "voyage",
    "model": "voyage-4",
    "input_type": "document",
    "extra_body": {"output_dtype": "float"},
}
DEPLOYED: EmbeddingConfig = {
    "provider": "azure_openai",
    "model": "my-embeddings",
    "base_model": "text-embedding-3-large",
}
LOCAL: EmbeddingConfig = {"provider": "my_server", "model": "nomic-embed-text", "input": ["only this"]}
SAY: OpenAIConfig = {"model": "gpt-5.4-mini"}


class EmbeddingsInput(BaseModel):
    """What POST /nearest takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    question: str = Field(min_length=1)
    answers: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1, max_length=20)
    title: str = "untitled"


async def run(ctx: ExecutionContext, inputs: EmbeddingsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def parallel_branch() -> tuple[Embeddings, int]:
        async with asyncio.TaskGroup() as tasks:
            question_vector_task = tasks.create_task(
                generate_embeddings(ctx, {**QUESTION_VECTOR, "input": inputs.question}, node="question-vector")
            )
            answer_vectors_task = tasks.create_task(
                generate_embeddings(ctx, {**ANSWER_VECTORS, "input": inputs.answers}, node="answer-vectors")
            )
        question_vector = question_vector_task.result()
        answer_vectors = answer_vectors_task.result()
        nearest_result: int = await call_function(
            ctx, "nearest", nearest, vector=question_vector["embeddings"][0], others=answer_vectors["embeddings"]
        )
        return (answer_vectors, nearest_result)

    async def kept_branch() -> tuple[Embeddings, Embeddings, Embeddings]:
        kept = await generate_embeddings(
            ctx,
            {**KEPT, "input": [f"{inputs.title}: {inputs.question}", inputs.title, "what never changes"]},
            node="kept",
        )
        deployed = await generate_embeddings(ctx, {**DEPLOYED, "input": f"{inputs.title} and more"}, node="deployed")
        local = await generate_embeddings(ctx, LOCAL, node="local")
        return (kept, deployed, local)

    async with asyncio.TaskGroup() as tasks:
        parallel_task = tasks.create_task(parallel_branch())
        kept_task = tasks.create_task(kept_branch())
    (answer_vectors, nearest_result) = parallel_task.result()
    (kept, deployed, local) = kept_task.result()
    say = await complete(
        ctx,
        {
            **SAY,
            "messages": [{"role": "user", "content": f"Say number {nearest_result} of {to_json(inputs.answers)}."}],
        },
        node="say",
        streamed=ctx.streaming,
    )
    return Reply(
        {
            "said": say["content"],
            "vectors": kept["embeddings"],
            "model": deployed["model"],
            "count": len(local["embeddings"]),
            "tokens": answer_vectors["usage"]["total_tokens"],
        }
    )
