"""What stands for a provider's node in a project: the simulated OpenAI answers, by a model that it has."""

from app.llm.completion import ModelFunctions
from app.llm.parts import GROVE
from app.llm.types import Completion as GroveCompletion
from app.llm.types import CompletionConfig as GroveConfig
from app.runtime.context import ExecutionContext

__all__ = ["GroveCompletion", "GroveConfig", "complete_by_grove"]


_models = ModelFunctions[GroveConfig](lambda config: GROVE)


async def complete_by_grove(
    ctx: ExecutionContext, config: GroveConfig, *, node: str, streamed: bool = False, one_call: bool = False
) -> GroveCompletion:
    """Asks the model, without what only Grove takes."""
    known: GroveConfig = {**config, "model": "gpt-5.4-mini", "extra_body": {}}
    return await _models.complete(ctx, known, node=node, streamed=streamed, one_call=one_call)
