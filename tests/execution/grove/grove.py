"""What stands for a provider's module in a project: OpenAI answers under its names."""

from app.nodes.llm.openai import CompletionOf as GroveCompletionOf
from app.nodes.llm.openai import OpenAICompletion as GroveCompletion
from app.nodes.llm.openai import OpenAIConfig as GroveConfig
from app.nodes.llm.openai import complete
from app.runtime.context import ExecutionContext

__all__ = ["GroveCompletion", "GroveCompletionOf", "GroveConfig", "complete_by_grove"]


async def complete_by_grove(
    ctx: ExecutionContext, config: GroveConfig, *, node: str, streamed: bool = False
) -> GroveCompletion:
    """Asks a model that the simulated OpenAI has, without what only Grove takes."""
    known: GroveConfig = {**config, "model": "gpt-5.4-mini", "extra_body": {}}
    return await complete(ctx, known, node=node, streamed=streamed)
