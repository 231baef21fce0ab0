"""Bodies that are forms. Their files go to disk while they arrive, under names that nobody chooses."""

from collections.abc import Callable, Coroutine
from typing import Any

import python_multipart  # noqa: F401  # pyright: ignore[reportUnusedImport] - Starlette reads forms with it
from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.runtime.bodies import JsonRoute, media_type

_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


class FormRoute(JsonRoute):
    """A route that takes a form where its input is one, and strict JSON elsewhere."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI's, with a request that brings nothing that is said to be something else."""
        if self.body_field is None or not isinstance(self.body_field.field_info, Form):
            return super().get_route_handler()
        handle = APIRoute.get_route_handler(self)

        async def handle_form(request: Request) -> Response:
            await self.admit(request)
            kind = media_type(request.headers)
            if kind and kind not in _KINDS:
                offered = " or ".join(_KINDS)
                raise HTTPException(415, f"This endpoint takes a form: {offered}.", {"Accept-Post": ", ".join(_KINDS)})
            return await handle(request)

        return handle_form
