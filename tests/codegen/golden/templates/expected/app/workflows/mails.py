"""mails: Blocks and functions in texts."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict

from app.functions import keep
from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime import ambient, lists, texts
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, plain
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable

ASK: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "sorted",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "groups": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "name": {"type": "string"},
                                "ids": {"type": "array", "items": {"type": "integer"}},
                            },
                            "required": ["name", "ids"],
                            "additionalProperties": False,
                        },
                    }
                },
                "required": ["groups"],
                "additionalProperties": False,
            },
        },
    },
}


class MailsInputMailsItem(BaseModel):
    """An object of the input: input mails item."""

    model_config = ConfigDict(strict=True, extra="allow")
    id: int
    title: str
    tags: list[str] = []
    note: Omittable[str] = None


class MailsInput(BaseModel):
    """What POST /mails takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    name: str
    mails: list[MailsInputMailsItem]
    short: bool = False
    words: Omittable[list[str]] = None


class SortedGroupsItem(TypedDict):
    """The shape of sorted groups item."""

    name: str
    ids: list[int]


class Sorted(TypedDict):
    """The shape of sorted."""

    groups: list[SortedGroupsItem]


async def run(ctx: ExecutionContext, inputs: MailsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    ask: CompletionOf[Sorted] = await complete(
        ctx,
        {
            **ASK,
            "messages": [
                {"role": "system", "content": f"Today is {texts.format_date(ambient.now(), '%Y-%m-%d')}."},
                {
                    "role": "user",
                    "content": "".join(
                        [
                            "Sort these mails of ",
                            inputs.name,
                            ":\n",
                            "".join(
                                [
                                    "".join(
                                        [
                                            "- ",
                                            str(mail.id),
                                            ": ",
                                            mail.title.upper(),
                                            f" ({mail.note if mail.note is not None else ''})"
                                            if (mail.note if mail.note is not None else "")
                                            else "",
                                            "\n",
                                            "".join([f"  #{tag}\n" for tag in mail.tags]),
                                        ]
                                    )
                                    for mail in inputs.mails
                                ]
                            ),
                            "Be short.\n"
                            if inputs.short
                            else "Take your time.\n"
                            if len(inputs.mails) > 3
                            else "".join(
                                [
                                    "Few: ",
                                    "".join(
                                        [
                                            f"{as_text(word)}, "
                                            for word in (inputs.words if inputs.words is not None else ["none"])
                                        ]
                                    ),
                                    "\n",
                                ]
                            ),
                        ]
                    ),
                },
            ],
        },
        node="ask",
    )
    if ambient.random() < 0.5:
        keep_result: str = await call_function(ctx, "keep", keep.run, text=ambient.uuid())
        return Reply(keep_result)
    return Reply(
        {
            "text": "".join(
                [
                    "".join([group["name"], ": ", "".join([f"{id_} " for id_ in group["ids"]]), "\n"])
                    for group in ask["parsed"]["groups"]
                ]
            ),
            "at": ambient.now(),
            "named": "".join([mail["title"] for mail in lists.where(plain(inputs.mails), "note")]),
        }
    )
