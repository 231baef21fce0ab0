"""Answers of providers that are here whole, in the place of one that is read from a connection."""

from collections.abc import Mapping

from app.runtime.http.connection import Connection, Response


class ToldResponse(Response):
    """An answer as `ConnectionPool.post` gives it, of which nothing is still to come."""

    __slots__ = ()

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        unused = Connection(lambda connection: None)
        super().__init__(unused, status, dict(headers), _body=[body] if body else [], _complete=True)
