"""index-docs: Reads the documents of a folder, cuts them into sections and keeps these where ask-docs finds them."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.embeddings import EmbeddingConfig, generate_embeddings
from app.retrieval.documents import LoadDocuments
from app.retrieval.readers.html import HTML_FILES
from app.retrieval.readers.text import MARKDOWN_FILES, TEXT_FILES
from app.retrieval.split import SplitText
from app.retrieval.upsert import QdrantUpsert
from app.runtime.context import ExecutionContext, Reply
from app.runtime.steps import Retries, Step

DOCUMENTS = LoadDocuments(node="documents", formats=[TEXT_FILES, MARKDOWN_FILES, HTML_FILES], skip_broken=True)
PIECES = SplitText(node="pieces", by="sections", size=300, overlap=30, max_pieces=2000)
EMBED: EmbeddingConfig = {"provider": "openai", "model": "text-embedding-3-small", "dimensions": 512}
INDEX = QdrantUpsert(node="index", hybrid=True)
INDEX_STEP = Step("index", retries=Retries(2))


class IndexDocsInput(BaseModel):
    """What POST /index-docs takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    folder: str = Field(default=".", max_length=200)


class DocumentsOutputDocumentsItem(TypedDict):
    """The shape of documents output documents item."""

    text: str
    source: str
    title: str
    page: int | None


class DocumentsOutputBrokenItem(TypedDict):
    """The shape of documents output broken item."""

    source: str
    problem: str


class DocumentsOutput(TypedDict):
    """The shape of documents output."""

    documents: list[DocumentsOutputDocumentsItem]
    broken: list[DocumentsOutputBrokenItem]
    files: int


class PiecesOutputPiecesItem(TypedDict):
    """The shape of pieces output pieces item."""

    text: str
    source: str
    title: str
    page: int | None
    heading: str | None
    start: int
    end: int
    number: int
    tokens: int


class PiecesOutput(TypedDict):
    """The shape of pieces output."""

    pieces: list[PiecesOutputPiecesItem]
    count: int


class IndexOutput(TypedDict):
    """The shape of index output."""

    upserted: int
    deleted: int
    created: bool


async def run(ctx: ExecutionContext, inputs: IndexDocsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    documents: DocumentsOutput = await DOCUMENTS.read(ctx, inputs.folder)
    pieces: PiecesOutput = await PIECES.read(ctx, documents["documents"])
    embed = await generate_embeddings(
        ctx, {**EMBED, "input": [entry["text"] for entry in pieces["pieces"]]}, node="embed"
    )
    index: IndexOutput = await INDEX_STEP.run(INDEX.send, ctx, "handbook", pieces["pieces"], embed["embeddings"])
    return Reply(
        {
            "files": documents["files"],
            "broken": documents["broken"],
            "pieces": index["upserted"],
            "deleted": index["deleted"],
        }
    )
