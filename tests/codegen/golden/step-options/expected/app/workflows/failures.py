"""failures: Steps that may fail."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.functions import book, fetch
from app.llm.types import FunctionSpec
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.delay import delay
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable
from app.runtime.step_cache import CachedStep
from app.runtime.steps import Retries, Step, StepFailed

FETCH_STEP = Step("fetch", timeout=5, retries=Retries(2, backoff=0.5))
BOOK: FunctionSpec = {
    "name": "book",
    "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
}
ANSWER: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "tools": [{"type": "function", "function": BOOK}],
    "parallel_tool_calls": False,
    "max_retries": 0,
}
ANSWER_STEP = Step("answer", timeout=20)
BOOK_STEP = CachedStep("book", workflow="failures", ttl=60)
INSTEAD: OpenAIConfig = {"model": "gpt-4o"}
INSTEAD_STEP = Step("instead", retries=Retries(1))


class FailuresInput(BaseModel):
    """What POST /failures takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    kind: Literal["bill", "bug", "other"]
    urgent: bool
    text: str
    amount: Omittable[float] = None
    note: str | None = None


async def run(ctx: ExecutionContext, inputs: FailuresInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    try:
        fetch_result: str = await FETCH_STEP.attempt(call_function, ctx, "fetch", fetch.run, text=inputs.text)
    except StepFailed as failed:
        fetch_error = failed.problem
        return Reply({"code": fetch_error["code"], "title": fetch_error["title"]})
    try:
        answer = await ANSWER_STEP.attempt(
            complete,
            ctx,
            {**ANSWER, "messages": [{"role": "user", "content": fetch_result}]},
            node="answer",
            one_call=True,
        )
    except StepFailed as failed:
        answer_error = failed.problem
        try:
            instead: Any = await INSTEAD_STEP.attempt(
                complete, ctx, {**INSTEAD, "messages": [{"role": "user", "content": inputs.text}]}, node="instead"
            )
        except StepFailed:
            instead = {"content": "Nobody answers."}
        await delay(ctx, "pause", inputs.amount if inputs.amount is not None else 0)
        return Reply(f"{instead['content']} {answer_error['code']}")
    if call := answer["function_call"]:
        try:
            book_result: str = await BOOK_STEP.keyed([inputs.text, call["arguments"]["n"]]).attempt(
                call_function, ctx, "book", book.run, text=call["name"]
            )
        except StepFailed:
            book_result = "not booked"
        return Reply(book_result)
    return Reply(answer["content"])
