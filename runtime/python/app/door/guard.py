"""What a request has to pass before its body is read: who asks, whether he may, and how much he has used."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security.base import SecurityBase

from app.door.callers import Auth, Caller
from app.door.cors import Cors
from app.door.errors import InsufficientScope, InvalidCredentials, Unauthenticated
from app.door.limits import Admission, RateLimits, address_key
from app.runtime.bodies import JsonRoute
from app.runtime.context import ExecutionContext, Reply

Input = TypeVar("Input")


@dataclass(slots=True)
class Visit:
    """Who asks, from where, and what is counted of it."""

    guard: "Guard"
    address: str
    caller: Caller | None = None
    admission: Admission | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guard:
    """Stands before a route: `auth` tells who asks, who needs all of `scopes`, `limits` say how much he may use, and
    `cors` lets pages of other origins ask.
    """

    auth: Auth | None = None
    scopes: Sequence[str] = ()
    limits: RateLimits | None = None
    cors: Cors | None = None

    @property
    def dependencies(self) -> list[Any]:
        """For a GuardedRoute, which asks `admit`, and for /openapi.json."""
        schemes = () if self.auth is None else self.auth.schemes
        return [Depends(self), *(Security(scheme) for scheme in schemes)]

    def __call__(self) -> None:
        """As a dependency it does nothing: those are asked when the body has been read already."""

    async def admit(self, request: Request) -> None:
        """Lets a request pass; `request.state.visit` says who asks.

        Raises:
            Unauthenticated, InvalidCredentials, AuthUnavailable: nobody knows who asks.
            InsufficientScope: he may not.
            TooManyRequests: he has used what he may.
            DatabaseUnreachable, DatabaseTimeout, QueryFailed: what he has used cannot be counted.
        """
        await self.recognise(request)
        visit: Visit = request.state.visit
        if self.limits is not None:
            by_caller = visit.caller is not None and not self.limits.by_address
            key = f"caller {visit.caller.name}" if visit.caller and by_caller else f"address {visit.address}"
            visit.admission = await self.limits.admit(request.state.process.pools, key)
            request.state.answer_headers.extend(visit.admission.headers)

    async def recognise(self, request: Request) -> None:
        """Lets `request.state.visit` say who asks, without counting the request.

        Raises:
            Unauthenticated, InvalidCredentials, AuthUnavailable, InsufficientScope: as in `admit`.
        """
        visit = Visit(self, address_key(request.client))
        request.state.visit = visit
        request.state.log_fields["address"] = visit.address
        if self.cors is not None:
            self.cors.tell(request)
        if self.auth is not None:
            visit.caller = await self._authenticated(request, self.auth)

    async def count(self, ctx: ExecutionContext, key: str) -> None:
        """Counts what a run has used that a request with this key has begun."""
        if self.limits is not None:
            await self.limits.count(ctx, key)

    async def _authenticated(self, request: Request, auth: Auth) -> Caller:
        try:
            caller = await auth.caller(request)
        except InvalidCredentials as error:
            # https://www.rfc-editor.org/rfc/rfc6750#section-3
            mark = ' error="invalid_token"' if auth.challenge == "Bearer" else ""
            error.headers["WWW-Authenticate"] = f"{auth.challenge}{mark}"
            raise
        if caller is None:
            detail = "This endpoint answers only callers whom it knows."
            raise Unauthenticated(detail, headers={"WWW-Authenticate": auth.challenge})
        request.state.log_fields["caller"] = caller.name
        if not caller.scopes.issuperset(self.scopes):
            challenge = auth.challenge
            if challenge == "Bearer":
                challenge = f'Bearer error="insufficient_scope", scope="{" ".join(self.scopes)}"'
            raise InsufficientScope(
                "The key or the token lacks a scope.",
                headers={"WWW-Authenticate": challenge},
                scopes=list(self.scopes),
            )
        return caller


class GuardedRoute(JsonRoute):
    """A route whose guard is asked before the body of a request is read."""

    @property
    def is_bare(self) -> bool:
        """A guard, and what says in /openapi.json how it knows callers, need nobody else."""
        known = (each.dependency for each in self.dependencies)
        return self.max_body_size is None and all(isinstance(each, Guard | SecurityBase) for each in known)

    async def admit(self, request: Request) -> None:
        """Asks the guard."""
        for each in self.dependencies:
            if isinstance(each.dependency, Guard):
                await each.dependency.admit(request)


def admitted(
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]], request: Request
) -> Callable[[ExecutionContext, Input], Awaitable[Reply]]:
    """A workflow's `run` that knows who asks; what it uses is counted, however it ends."""
    visit: Visit = request.state.visit

    async def run_for_caller(ctx: ExecutionContext, inputs: Input) -> Reply:
        if visit.caller is not None:
            ctx.caller = visit.caller.told()
        if visit.guard.limits is None or visit.admission is None:
            return await run(ctx, inputs)
        async with visit.guard.limits.using(ctx, visit.admission):
            return await run(ctx, inputs)

    return run_for_caller
