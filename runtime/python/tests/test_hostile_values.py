"""Hostile values in steps that ask others, and hostile answers: a typed error or a value, nothing else."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.outside.bodies import Form, Json, Multipart, Part, Text
from app.outside.conversations import Conversation
from app.outside.graphql import GraphqlQuery
from app.outside.pages import Pages
from app.outside.postgres import PostgresQuery
from app.outside.redis import Operation, RedisOperation
from app.outside.request import HttpRequest
from app.outside.sqlite import SqliteQuery
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import InternalError
from app.runtime.events import encode
from app.runtime.problems import as_service_error
from app.runtime.redis_connections import RedisConnections
from tests.database_servers import running_postgres, running_redis


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


HOSTILE: list[Any] = [
    "",
    "\x00",
    "\ud800",
    "a\r\nX-Injected: 1",
    "'; DROP TABLE t; --",
    "../../etc/passwd",
    "%2e%2e/%00",
    "\u202e\u2028\ufeff",
    "x" * 300_000,
    float("nan"),
    float("inf"),
    -0.0,
    10**400,
    10**4000,
    -(2**63) - 1,
    True,
    None,
    [],
    {},
    {"__proto__": 1, "constructor": {"prototype": None}},
    {"$ne": None},
    ["a", {"b": ["\x00"]}],
    nested(190),
]


async def outcome(asked: Awaitable[Any]) -> str:
    """ "given", or the code of the error. What nobody expected fails the test."""
    try:
        encode(await asked)
    except Exception as error:
        found = as_service_error(error)
        if isinstance(found, InternalError):
            raise AssertionError(f"{type(error).__name__}: {error}"[:300]) from error
        return found.code
    return "given"


async def of_all(ask: Callable[[Any], Awaitable[Any]]) -> list[str]:
    found: list[str] = []
    for value in HOSTILE:
        try:
            found.append(await outcome(ask(value)))
        except AssertionError as error:
            raise AssertionError(f"{repr(value)[:60]}: {error}") from error
    return found


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with running_postgres() as running:
        yield running.url


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with running_redis() as url:
        yield url


@asynccontextmanager
async def context(monkeypatch: pytest.MonkeyPatch, **variables: str) -> AsyncGenerator[ExecutionContext]:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    async with open_context() as ctx:
        yield ctx


@pytest.mark.parametrize(
    "kind", ["text", "int", "float8", "jsonb", "text[]", "date", "bytea", "uuid", "numeric", "inet"]
)
async def test_parameters_of_postgres(postgres: str, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    look = PostgresQuery(node="look", statements=[f"SELECT $1::{kind} AS it"])
    async with context(monkeypatch, DATABASE_URL=postgres) as ctx:
        await of_all(lambda value: look.send(ctx, [value]))


@pytest.mark.parametrize(
    "given",
    [
        "10::numeric ^ 5000",
        "'NaN'::numeric",
        "'-infinity'::timestamptz",
        "'infinity'::date",
        "'0044-03-15 BC'::date",
        "(repeat('1', 6000))::jsonb",
        "'1e400'::jsonb",
        "'[\"\\ud83d\\ude00\"]'::jsonb",
        "(repeat('[', 3000) || repeat(']', 3000))::jsonb",
        "ROW(1, 'a')",
        "int4range(1, 5)",
        "point(1, 2)",
        "B'101'",
        "'{{1,2},{3,4}}'::int[]",
        "interval '100000 years'",
        "'08:00:2b:01:02:03'::macaddr",
        "'<a/>'::xml",
        "to_tsvector('a b')",
        "'a=>1'::text",
        "E'\\x01'::text",
    ],
)
async def test_what_postgres_gives(postgres: str, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    look = PostgresQuery(node="look", statements=[f"SELECT {given} AS it"])
    async with context(monkeypatch, DATABASE_URL=postgres) as ctx:
        await outcome(look.send(ctx, []))


async def test_parameters_and_values_of_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with context(monkeypatch, SQLITE_PATH=str(tmp_path / "data.sqlite")) as ctx:
        for statement in ("SELECT $1 AS it", "SELECT json_extract($1, '$') AS it", "SELECT CAST($1 AS BLOB) AS it"):
            look = SqliteQuery(node="look", statements=[statement])
            await of_all(lambda value, look=look: look.send(ctx, [value]))
        for given in ("9e999", "CAST(x'ff' AS TEXT)", "char(55296)", "zeroblob(10)", "-9223372036854775808"):
            await outcome(SqliteQuery(node="look", statements=[f"SELECT {given} AS it"]).send(ctx, []))


async def test_keys_fields_and_values_of_redis(redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operations: tuple[Operation, ...] = (
        "set",
        "get",
        "append",
        "range",
        "pop",
        "hashSet",
        "hashGet",
        "hashAll",
        "publish",
    )
    async with context(monkeypatch, REDIS_URL=redis) as ctx:
        for operation in operations:
            step = RedisOperation("do", operation)
            await of_all(lambda value, step=step: step.send(ctx, f"k:{step.operation}", field="f", value=value))
            await of_all(lambda value, step=step: step.send(ctx, str(value)[:99], field=str(value)[:99], value=1))
        client_says = RedisOperation("do", "get")
        await RedisOperation("do", "delete").send(ctx, "raw")
        await ctx.pools.shared(RedisConnections).client.set("raw", b"\xff\xfe")
        assert await outcome(client_says.send(ctx, "raw")) in ("given", "query_failed")


async def test_sessions_and_turns(postgres: str, redis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = ({"SQLITE_PATH": str(tmp_path / "turns.sqlite")}, {"REDIS_URL": redis}, {"DATABASE_URL": postgres})
    for place in places:
        for name in ("REDIS_URL", "DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        async with context(monkeypatch, **place) as ctx:
            talk = Conversation(node="talk")
            await of_all(lambda value, talk=talk: talk.read(ctx, str(value)[:300]))
            await of_all(
                lambda value, talk=talk: talk.append(ctx, str(value)[:300], [{"role": "user", "content": "a"}])
            )
            await of_all(lambda value, talk=talk: talk.append(ctx, "s", [{"role": "user", "content": value}]))
            await of_all(lambda value, talk=talk: talk.append(ctx, "s", [value]))
            assert await outcome(talk.delete(ctx, "s")) == "given"


Raw = Callable[[], bytes]


def said(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"content-length: %d" % len(body), b"connection: close", *headers, b"", body]
    return b"\r\n".join(lines)


JSON = b"content-type: application/json"
ANSWERS = [
    said(b"1e400", JSON),
    said(b"9" * 6000, JSON),
    said(b'"\\ud800"', JSON),
    said(b"[" * 5000 + b"]" * 5000, JSON),
    said(b"NaN", JSON),
    said(b"\xef\xbb\xbf{}", JSON),
    said(b"\xff", JSON),
    said(b'{"a":1,"a":2,"__proto__":3}', JSON),
    *(
        said(b"a\xff\x00", b"content-type: text/plain; charset=" + name)
        for name in (
            b"undefined",
            b"idna",
            b"punycode",
            b"utf-7",
            b"base64",
            b"unicode_escape",
            b"utf-16",
            b"\xff",
            b"'",
            b"mbcs",
            b"rot13",
        )
    ),
    said(b"x", b"content-type: " + b"a" * 5000),
    said(b"x", b"content-encoding: gzip, gzip, gzip, deflate"),
    said(b"x", b"content-encoding: br"),
    said(b"x", b"retry-after: " + b"9" * 500, status=b"429 No"),
    said(b"x", "retry-after: \u0661\u0662".encode(), status=b"503 No"),
    said(b"x", b"retry-after: \xb2", status=b"503 No"),
    said(b"", b"link: <http://[::1>; rel=next"),
    said(b"", b"location: http://[bad", status=b"302 Found"),
    said(b"", b"location: //", status=b"302 Found"),
    said(b"", b"location: file:///etc/passwd", status=b"302 Found"),
    said(b"", b"location: http://user:pw@127.0.0.1/", status=b"302 Found"),
    said(b"", b"location: \xff\xfe", status=b"302 Found"),
    said(b"", "location: http://\u2488\u2489.example/".encode(), status=b"302 Found"),
    said(b"", b"location: http://" + b"a" * 300 + b"/", status=b"302 Found"),
    b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nshort",
    b"HTTP/1.1 999 \xff\r\n\r\n",
    b"HTTP/9.9 200\r\n\r\n",
    b"\x00\x01\x02",
    b"",
    b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 20_000,
    b"HTTP/1.1 200 OK\r\n: novalue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",
]


async def test_answers_of_services(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = b""
    received: list[bytes] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.read(1_000_000))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, context(monkeypatch, ALLOW_PRIVATE_ADDRESSES="1", REQUEST_TIMEOUT_SECONDS="5") as ctx:
        for answer in ANSWERS:
            for step in (
                HttpRequest("get", "GET", accept_status=(404,)),
                HttpRequest("get", "POST", answer_schema={"type": "object"}),
                HttpRequest("get", "GET", pages=Pages(by="link", most=2)),
                HttpRequest("get", "GET", pages=Pages(by="next", at="a.b", items="c", most=2)),
                HttpRequest("get", "GET", pages=Pages(by="cursor", at="a", parameter="p", most=2)),
            ):
                try:
                    await outcome(step.send(ctx, f"{url}/a"))
                except AssertionError as error:
                    raise AssertionError(f"{answer[:120]!r} {step.pages}: {error}") from error
            await outcome(GraphqlQuery("ask", "{ a }").send(ctx, f"{url}/a"))


async def test_what_is_sent_to_services(monkeypatch: pytest.MonkeyPatch) -> None:
    received: list[bytes] = []

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(said(b"{}", JSON))
        writer.close()

    server = await asyncio.start_server(serve_one, "127.0.0.1", 0, limit=2_000_000)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    post, file = HttpRequest("post", "POST"), Part("name.txt")
    ways: list[Callable[[ExecutionContext, Any], Awaitable[Any]]] = [
        lambda ctx, value: post.send(ctx, url, query={"q": value}),
        lambda ctx, value: post.send(ctx, url, headers={"X-Value": value}),
        lambda ctx, value: post.send(ctx, url, headers={"Cookie": value}),
        lambda ctx, value: post.send(ctx, url, headers={"Content-Type": value}, body=Text("x")),
        lambda ctx, value: post.send(ctx, url, body=Json(value)),
        lambda ctx, value: post.send(ctx, url, body=Form({"f": value})),
        lambda ctx, value: post.send(ctx, url, body=Text(value)),
        lambda ctx, value: post.send(ctx, url, body=Multipart({"f": value, "g": file})),
        lambda ctx, value: post.send(ctx, url, body=Multipart({"f": Part(str(value)[:500], content="x")})),
        lambda ctx, value: post.send(ctx, url, body=Multipart({"f": Part("n", content=value)})),
        lambda ctx, value: post.send(ctx, url, body=Multipart({"f": Part("n", base64=value)})),
        lambda ctx, value: post.send(ctx, url, body=Multipart({"f": Part("n", "x", content_type=str(value)[:500])})),
        lambda ctx, value: GraphqlQuery("ask", "query($v: A) { a }").send(ctx, url, variables={"v": value}),
        lambda ctx, value: post.send(ctx, f"{url}/{str(value)[:500]}"),
        lambda ctx, value: post.send(ctx, f"http://{str(value)[:500]}/"),
    ]
    async with server, context(monkeypatch, ALLOW_PRIVATE_ADDRESSES="1", REQUEST_TIMEOUT_SECONDS="5") as ctx:
        for number, way in enumerate(ways):
            try:
                await of_all(lambda value, way=way: way(ctx, value))
            except AssertionError as error:
                raise AssertionError(f"way {number}: {error}") from error
    assert not any(b"\r\nX-Injected" in head or b"\nX-Injected" in head for head in received)


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1%25lo]/",
        "http://[::127.0.0.1]/",
        "http://localhost/",
        "http://localhost./",
        "http://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://169.254.169.254/latest",
        "http://user@127.0.0.1/",
        "http://example.com@127.0.0.1/",
        "http://127.0.0.1#@example.com/",
        "http://127.0.0.1\\@example.com/",
        "http://example.com\r\nHost: x/",
        "http://[::1",
        "http://:80/",
        "http://-/",
        "http://a..b/",
        "http://127.0.0.1:99999/",
        "gopher://127.0.0.1/",
        "http:///etc",
        "http:127.0.0.1",
        "//127.0.0.1/",
        "http://%31%32%37.0.0.1/",
        "http://100.64.0.1/",
        "http://198.18.0.1/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[ff02::1]/",
        "http://[2002:7f00:1::]/",
        "http://xn--a/",
        "http://\u0000/",
        "http://" + "a" * 64 + ".com/",
    ],
)
async def test_addresses_that_lead_home(url: str) -> None:
    async with open_context() as ctx:
        assert await outcome(HttpRequest("get", "GET").send(ctx, url)) in ("address_refused", "service_unreachable")
