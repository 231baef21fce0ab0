"""Files that come with a request. They lie where the server put them, and are deleted when it has been answered."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, BinaryIO

from pydantic import AfterValidator, BaseModel, ConfigDict, ModelWrapValidatorHandler, PrivateAttr, model_validator
from starlette.datastructures import UploadFile

from app.runtime.errors import InvalidInput

_SIGNATURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
    "application/pdf": b"%PDF-",
}
"""How files of some types begin: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern"""


class UploadedFile(BaseModel):
    """A file of the request, which only a part of a form can be, and never what JSON says of one."""

    model_config = ConfigDict(frozen=True)

    name: str
    """What the caller calls it; nothing is opened or made under that name."""
    type: str
    """The media type that the caller says it has."""
    size: int
    """In bytes."""
    _upload: UploadFile = PrivateAttr()

    @model_validator(mode="wrap")
    @classmethod
    def of_part(cls, part: Any, make: ModelWrapValidatorHandler["UploadedFile"]) -> "UploadedFile":
        """The file of a part of a form; one that is made already stays the same."""
        if isinstance(part, UploadedFile):
            return part
        if not isinstance(part, UploadFile):
            raise ValueError("This has to be a file of a multipart body.")
        kind = (part.content_type or "application/octet-stream").partition(";")[0].strip().lower()
        made = make({"name": part.filename or "", "type": kind, "size": part.size or 0})
        made._upload = part  # noqa: SLF001 - it is one of this class
        return made

    @property
    def file(self) -> BinaryIO:
        """The open file, at its beginning."""
        self._upload.file.seek(0)
        return self._upload.file

    @property
    def content(self) -> bytes:
        """All of it."""
        return self.file.read()

    @property
    def text(self) -> str:
        """All of it as text.

        Raises:
            InvalidInput: it is no text in UTF-8.
        """
        try:
            return self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InvalidInput("A file of the request is no text in UTF-8.", hint="Send it as UTF-8.") from None

    @property
    def base64(self) -> str:
        """All of it in Base64."""
        return b64encode(self.content).decode()

    @property
    def data_url(self) -> str:
        """All of it as an address, which models take as an image or a document: https://www.rfc-editor.org/rfc/rfc2397"""
        return f"data:{self.type};base64,{self.base64}"


def limits(*, max_bytes: int, types: Sequence[str] = ()) -> AfterValidator:
    """What a file may be: its size, and its types, such as `application/pdf` or `image/*`."""

    def check(file: UploadedFile) -> UploadedFile:
        if file.size > max_bytes:
            raise ValueError(f"The file has {file.size} bytes, and may have {max_bytes}.")
        if types and not {file.type, file.type.partition("/")[0] + "/*"} & set(types):
            raise ValueError(f"The file is said to be {file.type}, and has to be {' or '.join(types)}.")
        if not file.file.read(8).startswith(_SIGNATURES.get(file.type, b"")[:8]):
            raise ValueError(f"The file is said to be {file.type}, and is not.")
        return file

    return AfterValidator(check)
