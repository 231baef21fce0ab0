"""receipt: Takes files beside the fields of a form."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.functions.receipts import count_bytes
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text
from app.runtime.files import UploadedFile, limits
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable

LOOK: OpenAIConfig = {"model": "gpt-5.4-mini"}


class ReceiptInput(BaseModel):
    """What POST /receipts takes."""

    model_config = ConfigDict(extra="allow", allow_inf_nan=False)
    amount: float = Field(ge=0)
    tags: list[str] = []
    photo: Annotated[UploadedFile, limits(max_bytes=100000, types=["image/png", "application/pdf"])]
    note: Omittable[Annotated[UploadedFile, limits(max_bytes=5242880, types=["text/*"])]] = None


async def run(ctx: ExecutionContext, inputs: ReceiptInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    look = await complete(
        ctx,
        {
            **LOOK,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "text",
                            "text": f"What was bought for {as_text(inputs.amount)}? The photo is {inputs.photo.name}.",
                        },
                        {"type": "image_url", "image_url": {"url": inputs.photo.data_url}},
                    ],
                }
            ],
        },
        node="look",
    )
    count_result: int = await call_function(ctx, "count", count_bytes, file=inputs.photo)
    return Reply(
        {
            "text": look["content"],
            "bytes": count_result,
            "type": inputs.photo.type,
            "size": inputs.photo.size,
            "note": inputs.note.text if inputs.note is not None else "none",
            "photo": inputs.photo,
            "tags": inputs.tags,
        }
    )
