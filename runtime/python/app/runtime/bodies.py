"""Bodies of requests: how they arrive, and JSON as RFC 8259 has it and nothing that Python takes besides."""

import asyncio
import json
import math
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Coroutine, Mapping
from inspect import signature
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from app.runtime.settings import Settings

_EXACT = 2**53
"""Below it a float is the integer that was written."""
_SMALL = 65_536
"""Bodies up to here pass when others hold all that they may: those who send much do not keep out who sends little."""


TOO_MUCH = "Too much is being sent at once."
JSON = re.compile(r"application/([^/]+\+)?json")
"""The media types that are."""


class Bodies:
    """What is under way of all that callers have sent to a process, in bytes: at most `most`."""

    __slots__ = ("held", "most")

    def __init__(self, most: int) -> None:
        self.held = 0
        self.most = most


class Share:
    """What one request or message holds of it, in bytes."""

    __slots__ = ("_all", "size")

    def __init__(self, bodies: Bodies, size: int = 0) -> None:
        self._all = bodies
        self.size = 0
        self.take(size)

    def take(self, size: int) -> None:
        """Holds so much more."""
        self.size += size
        self._all.held += size

    def release(self) -> None:
        """Holds nothing any more."""
        self.take(-self.size)

    @property
    def too_much(self) -> bool:
        """Whether there is no room for it."""
        return self._all.held > self._all.most and self.size > _SMALL


class ArrivingBody:
    """The body of one request, which comes piece by piece."""

    __slots__ = ("_complete", "_deadline", "_receive", "_settings", "_share", "_size")

    def __init__(self, receive: Receive, headers: dict[bytes, bytes], settings: Settings, bodies: Bodies) -> None:
        self._receive = receive
        self._settings = settings
        self._share = Share(bodies)
        self._size = int(headers.get(b"content-length", 0))
        self._deadline = asyncio.get_running_loop().time() + settings.read_timeout_seconds
        self._complete = False

    async def receive(self) -> Message:
        """The next message about the request, as ASGI has it.

        Raises:
            HTTPException: 413, the body is too large; 408, it is too slow; 503, it is large and there is no room left.
        """
        if self._complete:
            return await self._receive()
        most = self._settings.max_body_bytes
        message: Message = {}
        if self._size <= most:
            try:
                async with asyncio.timeout_at(self._deadline):
                    message = await self._receive()
            except TimeoutError:
                raise _refused(408, "The request's body did not arrive in time.") from None
            self._share.take(len(message.get("body", b"")))
            if self._share.too_much:
                raise _refused(503, TOO_MUCH, {"retry-after": "10"})
        if max(self._size, self._share.size) > most:
            raise _refused(413, f"The request's body is larger than {most} bytes.")
        self._complete = not message.get("more_body", False)
        return message

    def release(self) -> None:
        """The request has ended, and holds nothing any more."""
        self._share.release()


def _refused(status: int, detail: str, headers: dict[str, str] | None = None) -> HTTPException:
    return HTTPException(status, detail, {"connection": "close", **(headers or {})})


def media_type(headers: Mapping[str, str], default: str = "") -> str:
    """What a body is said to be, without parameters, in lower case."""
    return headers.get("content-type", default).partition(";")[0].strip().lower()


class JsonRoute(APIRoute):
    """A route that takes JSON in UTF-8, without NaN, and with each name of an object once.

    An endpoint `(request: Request, inputs: Model) -> Response`, as workflows have, is asked without FastAPI's search
    for parameters and dependencies, which took a fifth of a request; any other is asked as FastAPI does.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        # A body that does not say what it is counts as JSON.
        options["strict_content_type"] = False
        super().__init__(path, endpoint, **options)
        told = signature(endpoint, eval_str=True)
        takes: list[Any] = [each.annotation for each in told.parameters.values()]
        if self.is_bare and told.return_annotation is Response and takes[:-1] == [Request] and _is_model(takes[-1]):
            self._model: type[BaseModel] = takes[-1]
            self.app = self._answer

    @property
    def is_bare(self) -> bool:
        """Whether the route has nothing around it that FastAPI would have to see to."""
        return not self.dependencies and self.max_body_size is None

    async def admit(self, request: Request) -> None:
        """Lets a request pass before its body is read, or raises why not."""

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        await self.admit(request)
        try:
            inputs = self._model.model_validate(await _told(request), from_attributes=True)
        except json.JSONDecodeError as error:
            raise RequestValidationError([no_json(error)]) from None
        except ValidationError as error:
            found = error.errors(include_url=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None
        response = await self.endpoint(request, inputs)
        await response(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI's, with a request that is read strictly."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            await self.admit(request)
            return await handle(_JsonRequest(request.scope, request.receive))

        return handle_strictly


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


async def _told(request: Request) -> Any:
    """What a request brings: JSON, or else the bytes of its body, which fit no model.

    Raises:
        RequestValidationError: there is no body.
        HTTPException, JSONDecodeError: as `_JsonRequest.json`.
    """
    body = await request.body()
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}])
    return _strict(request, body) if JSON.fullmatch(media_type(request.headers, "application/json")) else body


def no_json(error: json.JSONDecodeError) -> dict[str, Any]:
    """What FastAPI tells of a body that is none."""
    return {"type": "json_invalid", "loc": ("body", error.pos), "msg": "No JSON", "ctx": {"error": error.msg}}


class _JsonRequest(Request):
    async def json(self) -> Any:
        """What the body says.

        Raises:
            HTTPException: 415, it is compressed.
            JSONDecodeError: it is no JSON; FastAPI makes the error of the request of it.
        """
        return _strict(self, await self.body())


def _strict(request: Request, body: bytes) -> Any:
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "The body is compressed; send it as it is.", {"Accept-Encoding": "identity"})
    return read_json(body)


def read_json(body: bytes) -> Any:
    """What a text of JSON says. JSONDecodeError when it is none."""
    try:
        return _DECODER.decode(body.removeprefix(BOM_UTF8).decode())
    except UnicodeDecodeError as error:
        _refuse("what is not UTF-8", error.start)
    except RecursionError:
        _refuse("lists or objects that nest too deeply")
    except json.JSONDecodeError:
        raise
    except ValueError:
        # https://docs.python.org/3/library/stdtypes.html#integer-string-conversion-length-limitation
        _refuse("a number of too many digits")


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        _refuse(f"the name {json.dumps(next(name for name in names if names.count(name) > 1))} twice in an object")
    return found


def _number(digits: str) -> float:
    """What is written with a point may be an integer: https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.3"""
    number = float(digits)
    if math.isinf(number):
        _refuse("a number that is too large")
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _refuse(what: str, position: int = -1) -> NoReturn:
    """Says what no JSON has; the position is that of a byte, -1 where it is not known."""
    raise json.JSONDecodeError(f"It holds {what}", "", position)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_refuse)
