"""sign-up: Takes a form as a page sends it, and leads on."""

from html import escape
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.runtime.context import ExecutionContext, Reply
from app.runtime.raw_answers import text_answer


class SignUpInput(BaseModel):
    """What POST /sign-up takes."""

    model_config = ConfigDict(extra="allow")
    email: str = Field(min_length=3)
    age: int = Field(ge=18)
    topics: list[Literal["news", "offers"]] = ["news"]
    agrees: bool = False


async def run(ctx: ExecutionContext, inputs: SignUpInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return text_answer(
        "".join(
            [
                "<p>Thanks, ",
                escape(inputs.email),
                " (",
                escape(str(inputs.age)),
                "), ",
                escape(" ".join(inputs.topics)),
                ".</p>",
                "".join(
                    [
                        "".join(
                            [
                                "<li>",
                                escape(topic),
                                f"<b>{escape(inputs.email)}&amp;</b>" if topic == "offers" else "",
                                "</li>",
                            ]
                        )
                        for topic in inputs.topics
                    ]
                ),
            ]
        ),
        content_type="text/html; charset=utf-8",
    )
