"""nightly-digest: Sums up many articles and writes a digest of them; a run goes on where it was when its service has died."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.durable import ambient
from app.durable.steps import DurableStep, run_items
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import to_json
from app.runtime.loops import in_round
from app.runtime.steps import Retries

SUMMARY: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 200}
SUMMARY_STEP = DurableStep("summary", retries=Retries(3))
DIGEST: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 1500}
DIGEST_STEP = DurableStep("digest")


class NightlyDigestInputArticlesItem(BaseModel):
    """An object of the input: input articles item."""

    model_config = ConfigDict(strict=True, extra="allow")
    title: str = Field(max_length=200)
    text: str = Field(max_length=20000)


class NightlyDigestInput(BaseModel):
    """What POST /digest takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    articles: list[NightlyDigestInputArticlesItem] = Field(min_length=1, max_length=500)


async def run(ctx: ExecutionContext, inputs: NightlyDigestInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def each_body(each_index: int, each_item: NightlyDigestInputArticlesItem) -> dict[str, Any]:
        summary = await SUMMARY_STEP.run(
            complete,
            in_round(ctx, ("each", each_index)),
            {
                **SUMMARY,
                "messages": [
                    {"role": "system", "content": "Sum up the article in two sentences."},
                    {"role": "user", "content": f"{each_item.title}\n\n{each_item.text}"},
                ],
            },
            node="summary",
        )
        return {"title": each_item.title, "summary": summary["content"]}

    each: list[dict[str, Any]] = await run_items(ctx, "each", inputs.articles, each_body, concurrency=8)
    digest = await DIGEST_STEP.run(
        complete,
        ctx,
        {
            **DIGEST,
            "messages": [
                {
                    "role": "system",
                    "content": "Write a digest of the news from these summaries, the most important first.",
                },
                {"role": "user", "content": to_json(each)},
            ],
        },
        node="digest",
    )
    return Reply({"digest": digest["content"], "written": ambient.now()})
