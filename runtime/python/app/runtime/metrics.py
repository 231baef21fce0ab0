"""`GET /metrics`: what the service has done, in numbers, for Prometheus.

Numbers come from the events that the log is told. Labels are names of the workflows, of their nodes and models, and of
outcomes; never what a caller has sent, so that nobody can make series. https://prometheus.io/docs/practices/naming/
"""

import asyncio
import hmac
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, Request, Response
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from pydantic import SecretStr

from app.runtime import log
from app.runtime.context import Process
from app.runtime.errors import HttpError
from app.runtime.settings import BaseSettings, starting

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
_SAMPLE_SECONDS = 1.0
OTHER = "other"
"""The label of a model that no workflow names: a run has decided which."""

REQUESTS = Counter("http_requests", "Requests that were answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "http_request_duration_seconds", "From a request to the end of its answer.", ["method", "route"], buckets=_SECONDS
)
RUNS = Counter("workflow_runs", "Runs that have ended.", ["workflow", "outcome"])
RUN_SECONDS = Histogram("workflow_run_duration_seconds", "How long runs took.", ["workflow"], buckets=_SECONDS)
ACTIVE = Gauge("workflow_runs_active", "Runs that are under way.", multiprocess_mode="livesum")
STEP_RETRIES = Counter("workflow_step_retries", "Further attempts of steps that failed.", ["node"])
CALLS = Counter("model_calls", "Calls of models that have ended.", ["provider", "model", "api", "outcome"])
CALL_SECONDS = Histogram(
    "model_call_duration_seconds", "How long calls took, with their retries.", ["provider", "model"], buckets=_SECONDS
)
FIRST_TOKEN_SECONDS = Histogram(
    "model_first_token_seconds",
    "From a call to the first token of its answer.",
    ["provider", "model"],
    buckets=_SECONDS,
)
CALL_RETRIES = Counter("model_call_retries", "Requests that were sent again.", ["provider", "model"])
TOKENS = Counter("model_tokens", "Tokens of prompts and answers.", ["provider", "model", "type"])
COST = Counter("model_cost_usd", "What calls cost whose price is known.", ["provider", "model"])

_TOKEN_TYPES = {
    "prompt_tokens": "input",
    "completion_tokens": "output",
    "cached_tokens": "input_cached",
    "reasoning_tokens": "output_reasoning",
}
"""The last two are part of the first two."""


class MetricsSettings(BaseSettings):
    """What the operator can set for `/metrics`."""

    metrics_token: SecretStr | None = None
    """Who asks for `/metrics` has to send it as `Authorization: Bearer …`; without one nobody can."""


def metrics(models: Sequence[str]) -> APIRouter:
    """The route, which counts while the service is up. Only these models have labels of their own."""
    observe = _observer(frozenset(models))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        process: Process = app.state.process
        with starting():
            token = MetricsSettings.load().metrics_token
        if token is not None:
            # Where it can be replaced.
            process.secrets["METRICS_TOKEN"] = token.get_secret_value()
        log.observers.append(observe)
        sampling = asyncio.create_task(_sample(process))
        try:
            yield
        finally:
            sampling.cancel()
            log.observers.remove(observe)

    router = APIRouter(lifespan=lifespan)
    router.add_api_route("/metrics", _show, include_in_schema=False, response_class=Response)
    return router


def _show(
    request: Request, authorization: Annotated[str, Header()] = "", accept: Annotated[str, Header()] = ""
) -> Response:
    """The numbers of all workers, in the form that the caller takes."""
    process: Process = request.state.process
    token = process.secrets.get("METRICS_TOKEN")
    if token is None:
        raise HttpError(404, "There is nothing here.")
    if not hmac.compare_digest(authorization.removeprefix("Bearer ").encode(), token.encode()):
        hint = "Send Authorization: Bearer with what METRICS_TOKEN is set to."
        raise HttpError(401, "Metrics are for who has their token.", hint=hint, headers={"WWW-Authenticate": "Bearer"})
    ACTIVE.set(len(process.active))
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    encode, kind = choose_encoder(accept)
    return Response(encode(registry), headers={"content-type": kind})


async def _sample(process: Process) -> None:
    """Tells the other workers, one of which may be asked, how many runs are under way here."""
    while True:
        ACTIVE.set(len(process.active))
        await asyncio.sleep(_SAMPLE_SECONDS)


def _observer(models: frozenset[str]) -> Callable[[str, Mapping[str, Any]], None]:
    def observe(event: str, told: Mapping[str, Any]) -> None:
        match event:
            case "request":
                _request(told)
            case "run":
                RUNS.labels(told["workflow"], told["outcome"]).inc()
                RUN_SECONDS.labels(told["workflow"]).observe(told["elapsed_ms"] / 1000)
            case "step_retry":
                STEP_RETRIES.labels(told["node"]).inc()
            case "model_call":
                _model_call(told, models)
            case _:
                pass

    return observe


def _request(told: Mapping[str, Any]) -> None:
    # What stands for no path of a route does not begin with a slash.
    where = told["method"], told["route"] or "unmatched"
    REQUESTS.labels(*where, told["status"]).inc()
    REQUEST_SECONDS.labels(*where).observe(told["elapsed_ms"] / 1000)


def _model_call(told: Mapping[str, Any], models: frozenset[str]) -> None:
    asked = told["provider"], told["requested"] if told["requested"] in models else OTHER
    CALLS.labels(*asked, told["api"], told["outcome"]).inc()
    CALL_SECONDS.labels(*asked).observe(told["timing"]["total_ms"] / 1000)
    CALL_RETRIES.labels(*asked).inc(max(0, told["attempts"] - 1))
    first = told["timing"].get("first_token_ms")
    if first is not None:
        FIRST_TOKEN_SECONDS.labels(*asked).observe(first / 1000)
    used: Mapping[str, Any] = told["usage"] or {}
    for name, kind in _TOKEN_TYPES.items():
        TOKENS.labels(*asked, kind).inc(used.get(name, 0))
    if told.get("cost_usd"):
        COST.labels(*asked).inc(told["cost_usd"])
