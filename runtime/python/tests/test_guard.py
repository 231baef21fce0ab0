"""Who may come in, over real sockets: keys, tokens, limits, pages of other origins."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app import keys
from app.door import key_file
from app.door.api_keys import ApiKeys, BasicKeys
from app.door.bearer import BearerTokens
from app.door.bearer import Issuer as TrustedIssuer
from app.door.cors import Cors, Origins
from app.door.guard import Guard, GuardedRoute, admitted
from app.door.limits import Quota, RateLimits
from app.runtime.context import Asked, ExecutionContext, Reply
from app.runtime.server import create_app, respond
from tests.database_servers import running_redis
from tests.door.tokens import AUDIENCE, Issuer
from tests.door.tokens import ISSUER as NAME
from tests.server import serve

STREAM = {"accept": "text/event-stream"}


class Input(BaseModel):
    tokens: int = 0
    wait: float = 0.0


async def run(ctx: ExecutionContext, inputs: Input) -> Reply:
    await asyncio.sleep(inputs.wait)
    if inputs.tokens:
        counts = {"prompt_tokens": inputs.tokens, "completion_tokens": 0, "total_tokens": inputs.tokens}
        usage: Any = {**counts, "cached_tokens": 0, "reasoning_tokens": 0}
        ctx.usage.add(usage, inputs.tokens / 1000)
    return Reply({"caller": ctx.caller})


@asynccontextmanager
async def guarded(guard: Guard, **headers: str) -> AsyncGenerator[httpx2.AsyncClient]:
    router = APIRouter(route_class=GuardedRoute)

    async def ask(request: Request, inputs: Input) -> Response:
        return respond(request, admitted(run, request), inputs, workflow="test")

    router.add_api_route("/ask", ask, methods=["POST"], dependencies=guard.dependencies)
    if guard.cors is not None:
        router.add_api_route("/ask", guard.cors.preflight, methods=["OPTIONS"], include_in_schema=False)
    servers: list[Asked] = [Origins, *([TrustedIssuer] if isinstance(guard.auth, BearerTokens) else [])]
    app = create_app(title="test", servers=servers)
    app.include_router(router)
    with serve(app) as server:
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False, headers=headers) as client:
            yield client


@pytest.fixture(autouse=True)
def key_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDIS_URL", "")
    path = tmp_path / "keys.json"
    monkeypatch.setenv("API_KEYS_FILE", str(path))
    return path


async def ask(client: httpx2.AsyncClient, **headers: str) -> tuple[int, Any]:
    answer = await client.post("/ask", json={}, headers={name.replace("_", "-"): it for name, it in headers.items()})
    body = answer.json()
    return answer.status_code, body.get("code") or body["output"]["caller"]


async def test_keys_are_told_apart_and_noticed_without_a_restart(key_path: Path) -> None:
    async with guarded(Guard(auth=ApiKeys())) as client:
        assert await ask(client) == (401, "unauthenticated")
        assert await ask(client, authorization="Bearer guess") == (401, "invalid_credentials")
        key = key_file.add(key_path, "shop", ["read"])
        known: dict[str, Any] = {"name": "shop", "scopes": ["read"], "claims": {}}
        assert await ask(client, authorization=f"Bearer {key}") == (200, known)
        assert await ask(client, authorization=f"bearer  {key}") == (200, known)
        assert await ask(client, x_api_key=key) == (200, known)
        key_file.revoke(key_path, "shop")
        assert await ask(client, x_api_key=key) == (401, "invalid_credentials")
        for wrong in (f"Basic {key}", key, f"Bearer {key}x", "Bearer", f"Bearer {key[:-1]}"):
            status, _ = await ask(client, authorization=wrong)
            assert status == 401
        key_path.write_text("{")  # noqa: ASYNC240
        assert await ask(client, x_api_key=key) == (503, "auth_unavailable")


async def test_two_headers_with_keys_are_none(key_path: Path) -> None:
    key = key_file.add(key_path, "shop", [])
    async with guarded(Guard(auth=ApiKeys())) as client:
        for name, sent in (("authorization", f"Bearer {key}"), ("x-api-key", key)):
            twice = [(name, sent), (name, "Bearer other")]
            assert (await client.post("/ask", json={}, headers=twice)).status_code == 401


async def test_scopes_are_needed_all(key_path: Path) -> None:
    some, every = key_file.add(key_path, "some", ["a"]), key_file.add(key_path, "every", ["a", "b", "c"])
    async with guarded(Guard(auth=ApiKeys(), scopes=["a", "b"])) as client:
        answer = await client.post("/ask", json={}, headers={"x-api-key": some})
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert answer.json()["scopes"] == ["a", "b"]
        assert answer.headers["www-authenticate"] == 'Bearer error="insufficient_scope", scope="a b"'
        assert (await ask(client, x_api_key=every))[0] == 200


def test_keys_that_are_added_and_revoked_at_once_are_all_there(key_path: Path) -> None:
    names = [f"key-{number}" for number in range(24)]
    with ThreadPoolExecutor(12) as threads:
        for name in names:
            threads.submit(key_file.add, key_path, name, [])
    with ThreadPoolExecutor(12) as threads:
        for name in names[::2]:
            threads.submit(key_file.revoke, key_path, name)
    assert sorted(key.name for key in key_file.read(key_path).keys) == sorted(names[1::2])


async def test_basic_is_the_name_and_the_key(key_path: Path) -> None:
    key = key_file.add(key_path, "tool", [])
    async with guarded(Guard(auth=BasicKeys())) as client:
        for auth, status in ((("tool", key), 200), (("other", key), 401), (("tool", "no"), 401), (("", ""), 401)):
            answer = await client.post("/ask", json={}, auth=auth)
            assert answer.status_code == status
        answer = await client.post("/ask", json={})
        assert answer.headers["www-authenticate"] == 'Basic realm="service", charset="UTF-8"'
        assert (await client.post("/ask", json={}, headers={"authorization": "Basic !"})).status_code == 401


async def test_nothing_is_read_of_a_body_before_it_is_known_who_sends_it() -> None:
    async with guarded(Guard(auth=ApiKeys())) as client:
        host, port = str(client.base_url).removeprefix("http://").strip("/").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /ask HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n")
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 401")
        writer.close()
        answer = await client.post("/ask", content=b"{", headers={"content-type": "application/json"})
        assert answer.status_code == 401


async def test_openapi_says_what_is_asked_for() -> None:
    async with guarded(Guard(auth=ApiKeys())) as client:
        described = (await client.get("/openapi.json")).json()
        assert described["paths"]["/ask"]["post"]["security"] == [{"ApiKey": []}, {"ApiKeyHeader": []}]
        schemes = described["components"]["securitySchemes"]
        assert (schemes["ApiKey"]["scheme"], schemes["ApiKeyHeader"]["in"]) == ("bearer", "header")


async def test_the_caller_is_in_the_log(key_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    key = key_file.add(key_path, "shop", [])
    with caplog.at_level(logging.INFO, "app"):
        async with guarded(Guard(auth=ApiKeys(), scopes=[])) as client:
            await ask(client, x_api_key=key)
            await ask(client, x_api_key="guess")
    lines = {line["event"]: line for line in map(json.loads, caplog.messages)}
    assert (lines["run"]["caller"], lines["run"]["address"]) == ("shop", "127.0.0.1")
    assert "usage" in lines["run"]
    assert lines["refused"]["address"] == "127.0.0.1"
    assert key not in caplog.text
    assert "guess" not in caplog.text


def test_the_command_makes_lists_and_revokes(key_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.main(["add", "shop", "--scope", "read", "--scope", "write"]) == 0
    key = capsys.readouterr().out.strip()
    assert key.startswith("key_")
    assert key not in key_path.read_text()
    assert key_path.stat().st_mode & 0o777 == 0o600
    found = key_file.read(key_path).find(key)
    assert found is not None
    assert found.scopes == ["read", "write"]
    assert keys.main(["add", "shop"]) == 1
    assert "already" in capsys.readouterr().err
    assert keys.main(["add", "a b"]) == 1
    assert keys.main(["list"]) == 0
    assert "shop\t" in capsys.readouterr().out
    assert keys.main(["revoke", "shop"]) == 0
    assert keys.main(["revoke", "shop"]) == 1
    assert [path.name for path in key_path.parent.iterdir()] == ["keys.json"]


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    with ExitStack() as stack:
        made = Issuer("RS256")
        server = stack.enter_context(serve(made))
        monkeypatch.setenv("JWT_JWKS_URL", f"{server.url}/keys")
        monkeypatch.setenv("JWT_ISSUER", NAME)
        monkeypatch.setenv("JWT_AUDIENCE", AUDIENCE)
        yield made


def forged(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A token signed by hand, as no library would."""
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    signed = b".".join(parts)
    return b".".join(
        [signed, urlsafe_b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).rstrip(b"=")]
    ).decode()


async def test_tokens_that_count_and_that_do_not(issuer: Issuer) -> None:
    async with guarded(Guard(auth=BearerTokens(["RS256"]))) as client:

        async def outcome(token: str) -> int:
            return (await ask(client, authorization=f"Bearer {token}"))[0]

        now = int(time.time())
        status, caller = await ask(client, authorization=f"Bearer {issuer.token(scope='a b', email='x@y')}")
        assert status == 200
        assert (caller["name"], caller["scopes"], caller["claims"]["email"]) == ("tests", ["a", "b"], "x@y")
        assert await outcome(issuer.token(exp=now - 10)) == 200  # within the leeway
        refused: list[dict[str, Any]] = [
            {"exp": now - 100},
            {"exp": None},
            {"exp": "soon"},
            {"nbf": now + 100},
            {"iss": f"{NAME}/"},
            {"iss": None},
            {"aud": ["others"]},
            {"aud": None},
            {"sub": None},
            {"sub": ""},
        ]
        for claims in refused:
            assert await outcome(issuer.token(**claims)) == 401, claims
        nested = urlsafe_b64encode(b'{"alg":' + b"[" * 9000).rstrip(b"=").decode()
        assert await outcome(f"{nested}.e30.e30") == 401
        assert await outcome(issuer.token(aud=["others", AUDIENCE])) == 200
        public = issuer.keys["first"].public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        claims = {"iss": NAME, "aud": AUDIENCE, "sub": "forger", "exp": now + 300}
        # The public key taken for a secret, no algorithm at all, and one that is not listed.
        assert await outcome(forged({"alg": "HS256", "kid": "first"}, claims, pem)) == 401
        assert await outcome(forged({"alg": "none", "kid": "first"}, claims, b"")) == 401
        assert await outcome(forged({"alg": "RS256", "kid": "first"}, claims, pem)) == 401
        other = jwt.encode(claims, issuer.keys["first"], algorithm="RS512", headers={"kid": "first"})
        assert await outcome(other) == 401
        own = jwt.encode(
            claims,
            Issuer("RS256").keys["first"],
            algorithm="RS256",
            headers={"kid": "first", "jwk": {"kty": "RSA"}, "jku": "http://127.0.0.1:9/"},
        )
        assert await outcome(own) == 401
        head, body, signature = issuer.token().split(".")
        for broken in (
            "..",
            "a.b.c",
            f"{head}.{body}",
            f"{head}.{body}.",
            f"{head}.{body}.{signature}.x",
            "x" * 17_000,
        ):
            assert await outcome(broken) == 401
        assert await outcome(forged({"alg": "RS256", "kid": ["first"]}, claims, b"")) == 401


async def test_new_keys_of_the_issuer_are_fetched_but_not_for_everyone_who_makes_one_up(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_REFRESH_SECONDS", "1.5")
    stranger = Issuer("RS256")
    stranger.keys = {f"k{n}": stranger.keys["first"] for n in range(20)}
    further = Issuer("RS256").keys["first"]
    async with guarded(Guard(auth=BearerTokens(["RS256"]))) as client:
        assert (await ask(client, authorization=f"Bearer {issuer.token()}"))[0] == 200
        assert issuer.asked == 1
        issuer.keys["second"] = further
        for made_up in stranger.keys:
            assert (await ask(client, authorization=f"Bearer {stranger.token(made_up)}"))[0] == 401
        assert issuer.asked == 1
        await asyncio.sleep(1.6)
        assert (await ask(client, authorization=f"Bearer {issuer.token('second')}"))[0] == 200
        assert issuer.asked == 2


async def test_without_keys_nobody_comes_in_and_with_old_ones_who_did(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_KEYS_SECONDS", "0.1")
    async with guarded(Guard(auth=BearerTokens(["RS256"]))) as client:
        assert (await ask(client, authorization=f"Bearer {issuer.token()}"))[0] == 200
        monkeypatch.setattr(Issuer, "published", dict[str, Any])
        await asyncio.sleep(0.2)
        assert (await ask(client, authorization=f"Bearer {issuer.token()}"))[0] == 200
    monkeypatch.setenv("JWT_JWKS_URL", "http://127.0.0.1:9/keys")
    async with guarded(Guard(auth=BearerTokens(["RS256"]))) as client:
        assert await ask(client, authorization=f"Bearer {issuer.token()}") == (503, "auth_unavailable")
    monkeypatch.setenv("JWT_ISSUER", "")
    async with guarded(Guard(auth=BearerTokens(["RS256"]))) as client:
        assert (await client.get("/readyz")).status_code == 503


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "ES512", "EdDSA"])
async def test_each_kind_of_key(algorithm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer(algorithm)
    with serve(issuer) as server:
        monkeypatch.setenv("JWT_JWKS_URL", server.url)
        monkeypatch.setenv("JWT_ISSUER", NAME)
        monkeypatch.setenv("JWT_AUDIENCE", AUDIENCE)
        async with guarded(Guard(auth=BearerTokens([algorithm]))) as client:
            assert (await ask(client, authorization=f"Bearer {issuer.token()}"))[0] == 200
            assert (await ask(client, authorization=f"Bearer {Issuer(algorithm).token()}"))[0] == 401


def limited(*quotas: Quota, **options: Any) -> Guard:
    return Guard(auth=ApiKeys(), limits=RateLimits("test", quotas, **options))


async def spend(
    client: httpx2.AsyncClient, key: str, tokens: int, wait: float = 0.0, headers: dict[str, str] | None = None
) -> httpx2.Response:
    return await client.post(
        "/ask", json={"tokens": tokens, "wait": wait}, headers={"x-api-key": key, **(headers or {})}
    )


async def test_requests_tokens_and_money_are_counted_for_each_caller(key_path: Path) -> None:
    one, other = key_file.add(key_path, "one", []), key_file.add(key_path, "other", [])
    async with guarded(limited(Quota(2, "requests", "minute"))) as client:
        first = await spend(client, one, 0)
        assert first.headers["ratelimit-policy"] == '"requests-per-minute";q=2;w=60'
        assert first.headers["ratelimit"] == '"requests-per-minute";r=1;t=60'
        assert (await spend(client, one, 0)).status_code == 200
        refused = await spend(client, one, 0)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(refused.headers["retry-after"]) == refused.json()["retry_after_s"] <= 60
        assert (await spend(client, other, 0)).status_code == 200
    for quota in (Quota(100, "tokens", "day"), Quota(0.1, "usd", "day")):
        async with guarded(limited(quota)) as client:
            assert (await spend(client, one, 60)).status_code == 200
            streamed = await spend(client, one, 60, headers=STREAM)
            assert "event: done" in streamed.text
            assert "ratelimit" in streamed.headers
            refused = await spend(client, one, 1)
            assert refused.status_code == 429
            assert ";r=0;" in refused.headers["ratelimit"]
            assert (await spend(client, other, 1)).status_code == 200


async def test_runs_that_begin_at_once_cannot_use_a_quota_many_times_over(key_path: Path) -> None:
    for shared in (False, True):
        key = key_file.add(key_path, f"at once {shared}".replace(" ", "-"), [])
        with ExitStack() as stack:
            if shared:
                environment = stack.enter_context(pytest.MonkeyPatch.context())
                environment.setenv("REDIS_URL", stack.enter_context(running_redis()))
            async with guarded(limited(Quota(100, "tokens", "day"))) as client:
                # Nobody knows yet what a run uses.
                answers = await asyncio.gather(*(spend(client, key, 1, wait=0.3) for _ in range(40)))
                passed = [answer.status_code for answer in answers].count(200)
                assert passed == 10
                refused = next(answer for answer in answers if answer.status_code == 429)
                assert refused.json()["code"] == "too_many_requests"
                assert refused.headers["retry-after"]
                # Now that is known: 10 are used, and runs of 30 are learnt from the first of them.
                assert (await spend(client, key, 30)).status_code == 200
                answers = await asyncio.gather(*(spend(client, key, 30, wait=0.3) for _ in range(40)))
                assert [answer.status_code for answer in answers].count(200) == 2
                assert (await spend(client, key, 1)).status_code == 429


async def test_what_a_run_held_is_free_when_it_has_used_less_or_failed(key_path: Path) -> None:
    key = key_file.add(key_path, "one", [])
    async with guarded(limited(Quota(100, "tokens", "day"))) as client:
        for _ in range(15):
            assert (await client.post("/ask", content=b"no json", headers={"x-api-key": key})).status_code == 422
            assert (await spend(client, key, 1)).status_code == 200


async def test_those_who_are_not_known_count_by_address() -> None:
    limits = RateLimits("test", [Quota(1, "requests", "minute")])
    async with guarded(Guard(limits=limits)) as client:
        assert (await client.post("/ask", json={})).status_code == 200
        assert (await client.post("/ask", content=b"no json")).status_code == 429


async def test_processes_that_share_redis_count_together_and_say_what_they_do_without(
    key_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_file.add(key_path, "one", [])
    quota = Quota(1, "requests", "minute")
    with running_redis() as url:
        monkeypatch.setenv("REDIS_URL", url)
        async with guarded(limited(quota)) as client, guarded(limited(quota)) as other:
            assert (await spend(client, key, 5)).status_code == 200
            assert (await spend(other, key, 5)).status_code == 429
    for is_open, status in ((False, 503), (True, 200)):
        async with guarded(limited(quota, open_when_uncounted=is_open)) as client:
            answer = await spend(client, key, 0)
            assert answer.status_code == status
            assert "ratelimit" not in answer.headers


CORS = Guard(auth=ApiKeys(), cors=Cors(["POST"], headers=["X-Own"]))
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "x-own"}


async def test_pages_of_the_operators_origins_may_ask(key_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://app.example.com, http://localhost:3000")
    key = key_file.add(key_path, "page", [])
    async with guarded(CORS) as client:
        origin = {"origin": "https://app.example.com"}
        allowed = await client.options("/ask", headers={**origin, **PREFLIGHT})
        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == "https://app.example.com"
        assert allowed.headers["access-control-allow-methods"] == "POST"
        assert "X-Own" in allowed.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in allowed.headers
        for headers, status in (({"x-api-key": key}, 200), ({}, 401)):
            answer = await client.post("/ask", json={}, headers={**origin, **headers})
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == "https://app.example.com"
            assert answer.headers["vary"] == "origin"
        wrong = await client.post("/ask", content=b"{", headers={**origin, "x-api-key": key})
        assert wrong.headers["access-control-allow-origin"] == "https://app.example.com"
        for other in (
            "https://app.example.com.evil.test",
            "null",
            "http://app.example.com",
            "https://APP.example.com:444",
        ):
            refused = await client.options("/ask", headers={"origin": other, **PREFLIGHT})
            assert (refused.status_code, refused.json()["code"]) == (403, "origin_refused")
            assert "access-control-allow-origin" not in refused.headers
            answer = await client.post("/ask", json={}, headers={"origin": other, "x-api-key": key})
            assert "access-control-allow-origin" not in answer.headers
        plain = await client.options("/ask")
        assert (plain.status_code, plain.headers["allow"]) == (204, "OPTIONS, POST")


async def test_all_origins_never_go_with_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "*")
    headers = {"origin": "https://any.test", **PREFLIGHT}
    async with guarded(Guard(cors=Cors(["POST"]))) as client:
        assert (await client.options("/ask", headers=headers)).headers[
            "access-control-allow-origin"
        ] == "https://any.test"
    async with guarded(Guard(cors=Cors(["POST"], credentials=True))) as client:
        assert (await client.options("/ask", headers=headers)).status_code == 403


async def test_security_headers_are_on_every_answer() -> None:
    async with guarded(Guard(auth=ApiKeys())) as client:
        for answer in (
            await client.post("/ask", json={}),
            await client.get("/openapi.json"),
            await client.get("/nowhere"),
        ):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["x-frame-options"] == "DENY"
            assert answer.headers["cache-control"] == "no-store"
            assert "strict-transport-security" not in answer.headers
