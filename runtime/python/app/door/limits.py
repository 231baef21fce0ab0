"""How much who asks may use in a time: requests, tokens and money.

What callers are told of it are the fields of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/10/.
"""

import ipaddress
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

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

    Requests count when they come, refused ones too; tokens and money when a run has ended, so that runs which are
    under way are not counted yet. Where Redis cannot count, requests are refused unless `open_when_uncounted`.
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
        try:
            counts = await pools.shared(Counters).add(pools, *changes)
        except ServiceError as error:
            if not self.open_when_uncounted:
                raise
            log_event("not_counted", level=logging.WARNING, workflow=self.workflow, reason=error.code)
            return Admission(key, [])
        headers = self._headers(counts)
        used_up = [(quota, count) for quota, count in zip(self.quotas, counts, strict=True) if is_over(quota, count)]
        if used_up:
            wait = max(1, math.ceil(max(count.left for _, count in used_up)))
            raise TooManyRequests(
                f"Used up: {', '.join(quota.name for quota, _ in used_up)}.",
                headers={"Retry-After": str(wait), **{name.decode(): value.decode() for name, value in headers}},
                retry_after_s=wait,
            )
        return Admission(key, headers)

    async def count(self, ctx: ExecutionContext, admission: Admission) -> None:
        """Counts what a run has used."""
        used = ctx.usage.total()
        amounts = {"tokens": used["total_tokens"], "usd": math.ceil((used["cost_usd"] or 0) * _MICRO)}
        changes = [
            self._change(quota, admission.key, amounts[quota.unit])
            for quota in self.quotas
            if amounts.get(quota.unit, 0) > 0
        ]
        if not changes:
            return
        try:
            await ctx.pools.shared(Counters).add(ctx.pools, *changes)
        except ServiceError as error:
            log_event("not_counted", level=logging.WARNING, workflow=self.workflow, reason=error.code)

    def _change(self, quota: Quota, key: str, amount: int) -> Change:
        return Change(counter_name("quota", self.workflow, quota.name, key=key), amount, quota.seconds)

    def _headers(self, counts: Sequence[Count]) -> list[tuple[bytes, bytes]]:
        policies = ", ".join(quota.policy for quota in self.quotas)
        left = ", ".join(
            f'"{quota.name}";r={max(0, quota.size - count.total)};t={math.ceil(count.left)}'
            for quota, count in zip(self.quotas, counts, strict=True)
        )
        return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())]


def is_over(quota: Quota, count: Count) -> bool:
    """Whether a quota is used up: by requests with this one, by what runs have used before it."""
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
