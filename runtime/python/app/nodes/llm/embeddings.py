"""Embeddings of texts: by hand, and as a step of a workflow.

    async with open_context() as ctx:  # app.runtime.context; in a workflow `ctx` is there already
        config = {"provider": "openai", "model": "text-embedding-3-small", "input": ["One text", "Another"]}
        vectors = (await execute_embedding_generate(ctx, config))["embeddings"]

They share the connections, retries, deadlines and errors of completions.
"""

from app.llm.embeddings.embed import embed
from app.llm.embeddings.types import EmbeddingConfig as EmbeddingConfig
from app.llm.embeddings.types import Embeddings as Embeddings
from app.llm.parts import EMBEDDERS
from app.runtime.context import ExecutionContext
from app.runtime.timing import timed_step


async def execute_embedding_generate(ctx: ExecutionContext, config: EmbeddingConfig) -> Embeddings:
    """Makes an embedding of each text, in their order; a single text gives a list of one.

    Raises:
        ServiceError: everything that can go wrong, by class and `code`; see `app.llm.errors`.
    """
    return await embed(ctx, EMBEDDERS[config["provider"]], config)


async def generate_embeddings(ctx: ExecutionContext, config: EmbeddingConfig, *, node: str) -> Embeddings:
    """Makes embeddings as the step `node` of a workflow.

    Raises:
        ServiceError: as `execute_embedding_generate`; `node` is filled in.
    """
    with timed_step(ctx, node):
        return await embed(ctx, EMBEDDERS[config["provider"]], config, node=node)
