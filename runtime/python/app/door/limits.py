"""How much who asks may use in a time: requests, tokens and money.

What callers are told of it are the fields of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/.
"""

import ipaddress
import logging
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from app.door.held import Held
from app.outside.counters import Change, Count, Counters, TooManyRequests, counter_name
from app.runtime.context import ExecutionContext, Pools
from app.runtime.errors import ServiceError
from app.runtime.log import log_event

Unit = Literal["requests", "tokens", "usd"]

_SECONDS = {"minute": 60, "day": 86_400}
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests, tokens or US dollars in a minute or a day, which begins with the first request."""

    most: float
    unit: Unit
    per: Literal["minute", "day"]

    @property
    def name(self) -> str:
        """What callers know it by."""
        return f"{self.unit}-per-{self.per}"

    @property
    def seconds(self) -> int:
        """How long its time is."""
        return _SECONDS[self.per]

    @property
    def size(self) -> int:
        """How much it is in what is counted: money in millionths of a dollar, as counts are whole."""
        return round(self.most * _MICRO) if self.unit == "usd" else round(self.most)

    @property
    def policy(self) -> str:
        """It as an item of RateLimit-Policy."""
        unit = {"requests": "", "tokens": ';qu="tokens"', "usd": ';qu="micro-usd"'}[self.unit]
        return f'"{self.name}";q={self.size}{unit};w={self.seconds}'


class Admission(NamedTuple):
    """What the door keeps of a request that may pass: whose counts grow when its run has ended."""

    key: str
    headers: list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The quotas of each caller, or of each address, of a workflow.

    Requests count when they come, refused ones too; tokens and money when a run has ended, and what those under way in
    this process are expected to use is held meanwhile. Where Redis cannot count, requests are refused unless
    `open_when_uncounted`.
    """

    workflow: str
    quotas: Sequence[Quota]
    by_address: bool = False
    open_when_uncounted: bool = False

    async def admit(self, pools: Pools, key: str) -> Admission:
        """Counts a request.

        Raises:
            TooManyRequests: a quota is used up.
            DatabaseUnreachable, DatabaseTimeout, QueryFailed: Redis cannot count.
        """
        changes = [self._change(quota, key, 1 if quota.unit == "requests" else 0) for quota in self.quotas]
        held = pools.shared(Held)
        return Admission(key, await self._passed(pools, self.quotas, changes, [held.of(each.name) for each in changes]))

    @asynccontextmanager
    async def using(self, ctx: ExecutionContext, admission: Admission) -> AsyncGenerator[None]:
        """Around a run: holds what it is expected to use, and counts in the end what it has used.

        Raises:
            TooManyRequests: those under way will have used a quota up.
            DatabaseUnreachable, DatabaseTimeout, QueryFailed: Redis cannot count.
        """
        quotas = [quota for quota in self.quotas if quota.unit != "requests"]
        if not quotas:
            yield
            return
        held = ctx.pools.shared(Held)
        changes = [self._change(quota, admission.key, 0) for quota in quotas]
        kinds = [f"{self.workflow} {quota.unit}" for quota in quotas]
        expected = [held.expected(kind, quota.size) for kind, quota in zip(kinds, quotas, strict=True)]
        # Of runs that begin at once each counts those before it.
        before = [held.of(change.name) for change in changes]
        with held.holding([(change.name, amount) for change, amount in zip(changes, expected, strict=True)]):
            await self._passed(ctx.pools, quotas, changes, before)
            try:
                yield
            finally:
                spent = self._spent(ctx, admission.key)
                for kind, change in zip(kinds, spent, strict=True):
                    held.learn(kind, change.amount)
                await self._count(ctx.pools, [change for change in spent if change.amount > 0])

    async def count(self, ctx: ExecutionContext, key: str) -> None:
        """Counts what a run has used that has ended, of which nothing was held: it may have begun elsewhere."""
        await self._count(ctx.pools, [change for change in self._spent(ctx, key) if change.amount > 0])

    def _spent(self, ctx: ExecutionContext, key: str) -> list[Change]:
        """What a run has used of each quota but that of requests."""
        used = ctx.usage.total()
        amounts = {"tokens": used["total_tokens"], "usd": math.ceil((used["cost_usd"] or 0) * _MICRO)}
        return [self._change(quota, key, amounts[quota.unit]) for quota in self.quotas if quota.unit != "requests"]

    async def _count(self, pools: Pools, changes: Sequence[Change]) -> None:
        if not changes:
            return
        try:
            await pools.shared(Counters).add(pools, *changes)
        except ServiceError as error:
            log_event("not_counted", level=logging.WARNING, workflow=self.workflow, reason=error.code)

    async def _passed(
        self, pools: Pools, quotas: Sequence[Quota], changes: Sequence[Change], held: Sequence[int]
    ) -> list[tuple[bytes, bytes]]:
        """Makes the changes; what callers are told of the counts then, with what is held of each."""
        try:
            told = await pools.shared(Counters).add(pools, *changes)
        except ServiceError as error:
            if not self.open_when_uncounted:
                raise
            log_event("not_counted", level=logging.WARNING, workflow=self.workflow, reason=error.code)
            return []
        counts = [Count(count.total + more, count.left) for count, more in zip(told, held, strict=True)]
        headers = _headers(quotas, counts)
        used_up = [(quota, count) for quota, count in zip(quotas, counts, strict=True) if is_over(quota, count)]
        if used_up:
            wait = max(1, math.ceil(max(count.left for _, count in used_up)))
            raise TooManyRequests(
                f"Used up: {', '.join(quota.name for quota, _ in used_up)}.",
                headers={"Retry-After": str(wait), **{name.decode(): value.decode() for name, value in headers}},
                retry_after_s=wait,
            )
        return headers

    def _change(self, quota: Quota, key: str, amount: int) -> Change:
        return Change(counter_name("quota", self.workflow, quota.name, key=key), amount, quota.seconds)


def _headers(quotas: Sequence[Quota], counts: Sequence[Count]) -> list[tuple[bytes, bytes]]:
    policies = ", ".join(quota.policy for quota in quotas)
    left = ", ".join(
        f'"{quota.name}";r={max(0, quota.size - count.total)};t={math.ceil(count.left)}'
        for quota, count in zip(quotas, counts, strict=True)
    )
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())]


def is_over(quota: Quota, count: Count) -> bool:
    """Whether a quota is used up: by requests with this one, by what runs have used and hold before it."""
    return count.total > quota.size if quota.unit == "requests" else count.total >= quota.size


def address_key(client: Any) -> str:
    """Whose address it is; who has one of IPv6 has 2^64 of them: https://www.rfc-editor.org/rfc/rfc6177."""
    host = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
