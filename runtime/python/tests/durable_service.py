"""A service with a durable workflow, in a process that can be killed and started again in a moment.

`python -m tests.durable_service MODULE` has everything of this or another module imported, and for each line that it
reads it kills the service that runs, if one does, and forks another. With `stop` or `leave` it is told to end; after
`leave` and `down` there is none.
"""

import importlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.door.api_keys import ApiKeys
from app.door.cors import Cors
from app.door.guard import Guard, GuardedRoute
from app.door.limits import Quota, RateLimits
from app.durable import ambient
from app.durable.engine import DurableWorkflow
from app.durable.routed_tool_calls import complete_routed_with_tools
from app.durable.serving import Durable, respond_durably
from app.durable.steps import DurableStep, TaskGroup, run_items
from app.durable.times import delay, timed_durably
from app.durable.tool_calls import complete_with_tools
from app.llm.parts import OPENAI
from app.llm.router.orders import as_written
from app.llm.tools import Tool
from app.nodes.llm.openai import complete
from app.nodes.llm.router import Candidate, Router, complete_routed
from app.runtime import serve
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.loops import in_round
from app.runtime.server import create_app, respond
from app.runtime.steps import Retries, StepFailed
from app.runtime.streamed_sub_workflow import StreamedSubWorkflow
from app.runtime.sub_workflow import SubWorkflow


class Topic(BaseModel):
    topic: str


class Given(BaseModel):
    """`name` tells the calls of a run from those of others."""

    name: str
    words: list[str] = []
    pause: float = 0.0
    fails: bool = False


def shout(text: str) -> str:
    """Says it loudly.

    Args:
        text: What to say.
    """
    with Path(os.environ["CALLED"]).open("a") as called:
        called.write(f"shout {text}\n")
    return text.upper()


def wait_to_shout(text: str) -> str:
    """Says it loudly, when it may.

    Args:
        text: What to say.
    """
    said = shout(text)
    while not Path(os.environ["CALLED"]).with_name("may-shout").exists():
        time.sleep(0.01)
    return said


def fail(text: str) -> str:
    with Path(os.environ["CALLED"]).open("a") as called:
        called.write(f"fail {text}\n")
    if Path(os.environ["CALLED"]).with_name("mended").exists():
        return "mended"
    raise RuntimeError


OPENING = DurableStep("opening")
PROS = DurableStep("pros")
CONS = DurableStep("cons")
WORD = DurableStep("word")
SHOUT = DurableStep("shout")
INNER = DurableStep("inner")
DIG = DurableStep("dig", parts=True)
TOOLS = DurableStep("tools", parts=True)
FAIL = DurableStep("fail", retries=Retries(1, backoff=0.01))
LAST = DurableStep("last")
SHOUT_TOOL = Tool.of(shout, node="shout_tool")
ROUTED = DurableStep("routed", parts=True)
ROUTER = Router(as_written)
FIRST = Candidate(OPENAI, {"model": "gpt-5.4-mini"})
SECOND = Candidate(OPENAI, {"model": "gpt-5.4"})
WAIT_TOOL = Tool.of(wait_to_shout, node="wait_tool")


async def ask(ctx: ExecutionContext, step: DurableStep, text: str, *, streamed: bool = False) -> str:
    request: Any = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": f"{step.node}: {text}"}]}
    answer = await step.run(complete, ctx, request, node=step.node, streamed=streamed)
    return answer["content"] or ""


async def dig(ctx: ExecutionContext, inputs: Topic) -> Reply:
    text = await ask(ctx, INNER, inputs.topic)
    return Reply(await SHOUT.run(call_function, ctx, "shout", shout, text=f"{inputs.topic} {len(text)}"))


async def routed(ctx: ExecutionContext, inputs: Topic) -> Reply:
    told = await ROUTED.run(
        complete_routed_with_tools,
        ctx,
        ROUTER,
        [FIRST],
        {"messages": [{"role": "user", "content": f"routed: {inputs.topic} Wait to shout the text."}]},
        node="routed",
        fallback=SECOND,
        tools=[WAIT_TOOL],
        streamed=True,
    )
    return Reply({"text": told["content"], "route": told["route"]})


DUG = SubWorkflow("dig", dig, Topic)
SAY = DurableStep("say")
HEAR = DurableStep("hear", parts=True, retries=Retries(1, backoff=0.01))
TELL = DurableStep("tell", parts=True)


async def say(ctx: ExecutionContext, inputs: Topic) -> Reply:
    """Says something on two models in turn, where the first breaks off, and again for each letter."""
    told = await SAY.run(
        complete_routed,
        ctx,
        Router(as_written, restarts=True),
        [FIRST, SECOND],
        {"messages": [{"role": "user", "content": f"say: {inputs.topic}"}]},
        node="say",
        streamed=True,
    )

    async def each(index: int, letter: str) -> str:
        inner = in_round(ctx, ("letters", index))
        return await ask(inner, WORD, f"{inputs.topic} {letter}", streamed=True)

    letters = await run_items(ctx, "letters", "ab", each, concurrency=1)
    return Reply([told["content"], *letters])


async def hear(ctx: ExecutionContext, inputs: Topic) -> Reply:
    first = await HEAR.run(StreamedSubWorkflow("say", say, Topic).call, ctx, "hear", {"topic": inputs.topic})
    return Reply([first, await ask(ctx, LAST, inputs.topic, streamed=True)])


async def tell(ctx: ExecutionContext, inputs: Given) -> Reply:
    """Calls a workflow that calls a workflow, for each word; whoever listens hears all of it."""
    heard = StreamedSubWorkflow("hear", hear, Topic)

    async def each(index: int, word: str) -> Any:
        inner = in_round(ctx, ("each", index))
        return await TELL.run(heard.call, inner, "tell", {"topic": f"{inputs.name} {word}"})

    return Reply(await run_items(ctx, "each", inputs.words, each, concurrency=1))


async def run(ctx: ExecutionContext, inputs: Given) -> Reply:
    drawn = ambient.uuid()
    opening = await ask(ctx, OPENING, inputs.name, streamed=True)

    async def pros_branch() -> tuple[str, str]:
        return await ask(ctx, PROS, inputs.name), ambient.uuid()

    async with TaskGroup() as tasks:
        pros_task = tasks.create_task(pros_branch())
        cons_task = tasks.create_task(ask(ctx, CONS, inputs.name))
    pros, cons = pros_task.result(), cons_task.result()

    async def each(index: int, word: str) -> str:
        asked = await ask(ctx, WORD, f"{inputs.name} {word}")
        return await SHOUT.run(call_function, ctx, "shout", shout, text=f"{inputs.name} {index} {len(asked)}")

    words = await run_items(ctx, "each", inputs.words, each, concurrency=2)
    dug = await DIG.run(DUG.call, ctx, "dig", {"topic": inputs.name})
    told = await TOOLS.run(
        complete_with_tools,
        ctx,
        OPENAI,
        {
            "model": "gpt-5.4-mini",
            "messages": [{"role": "user", "content": f"tools: {inputs.name} Shout the text."}],
        },
        node="tools",
        tools=[SHOUT_TOOL],
    )
    failed = ""
    if inputs.fails:
        failed = await FAIL.run(call_function, ctx, "fail", fail, text=inputs.name)
    else:
        try:
            await FAIL.attempt(call_function, ctx, "fail", fail, text=inputs.name)
        except StepFailed as error:
            failed = error.problem["code"]
    await delay(ctx, "pause", inputs.pause)
    last = await ask(ctx, LAST, inputs.name, streamed=True)
    return Reply(
        {
            "texts": [opening, pros[0], cons, told["content"], last],
            "drawn": [drawn, pros[1], ambient.uuid()],
            "words": words,
            "dug": dug,
            "failed": failed,
            "now": ambient.now(),
        }
    )


MEMBERS = Guard(auth=ApiKeys(), limits=RateLimits("members", [Quota(100, "tokens", "minute")]))
DURABLE = Durable(
    "durable-test",
    DurableWorkflow("survive", timed_durably(run, 30 * 86_400), Given),
    DurableWorkflow("dig", dig, Topic),
    DurableWorkflow("routed", routed, Topic),
    DurableWorkflow("tell", tell, Given),
    DurableWorkflow("members", dig, Topic, guard=MEMBERS),
    cors=Cors(["DELETE", "GET", "POST"], headers=["Last-Event-ID"]),
)
router = APIRouter(route_class=GuardedRoute)


@router.post("/survive")
async def survive(request: Request, inputs: Given) -> Response:
    return await respond_durably(request, "survive", inputs)


@router.post("/dig")
async def dig_in(request: Request, inputs: Topic) -> Response:
    return await respond_durably(request, "dig", inputs)


@router.post("/routed")
async def answer_routed(request: Request, inputs: Topic) -> Response:
    return await respond_durably(request, "routed", inputs)


@router.post("/tell")
async def tell_of_words(request: Request, inputs: Given) -> Response:
    return await respond_durably(request, "tell", inputs)


@router.post("/tell-at-once")
async def tell_at_once(request: Request, inputs: Given) -> Response:
    return respond(request, tell, inputs, workflow="tell", stream="always")


@router.post("/members", dependencies=MEMBERS.dependencies)
async def dig_for_members(request: Request, inputs: Topic) -> Response:
    return await respond_durably(request, "members", inputs)


router.include_router(DURABLE.routes)
app = create_app(title="durable-test", servers=[OPENAI])
app.include_router(router)


def main() -> None:
    module = sys.argv[1] if len(sys.argv) > 1 else "tests.durable_service"
    importlib.import_module(module)
    child = 0
    for line in sys.stdin:
        if child:
            os.kill(child, signal.SIGTERM if line.strip() in ("stop", "leave") else signal.SIGKILL)
            os.waitpid(child, 0)
        child = 0
        if line.strip() in ("down", "leave"):
            continue
        child = os.fork()
        if not child:
            serve.main(["--app", f"{module}:app"])
            os._exit(0)
        Path("pid").write_text(str(child))
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
