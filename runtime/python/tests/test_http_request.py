"""Requests to other services: what is sent, what comes back, and what must never happen."""

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import httpcore2
import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.outside.addresses import is_public
from app.outside.bodies import BodyUnusable, Form, Json, Multipart, Part, Text
from app.outside.credentials import Credential
from app.outside.errors import (
    AddressRefused,
    AnswerTooLarge,
    AnswerUnusable,
    CredentialRefused,
    RequestFailed,
    RequestTimeout,
    Unreachable,
)
from app.outside.pages import Pages
from app.outside.request import HttpRequest
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import MissingApiKey
from tests.server import RunningServer, serve

SECRET = "s3cret-value"


async def echo(request: Request) -> Response:
    return JSONResponse(
        {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": dict(request.headers),
            "body": (await request.body()).decode(errors="replace"),
        }
    )


async def answer(request: Request) -> Response:
    kind = request.query_params["kind"]
    bodies: dict[str, Response] = {
        "text": Response("sch\xf6n".encode("latin-1"), media_type="text/plain; charset=latin-1"),
        "bytes": Response(b"\x00\xff", media_type="image/png"),
        "empty": Response(status_code=204),
        "broken": Response(b'{"a":', media_type="application/json"),
        "zipped": Response(
            gzip.compress(b"x" * 5_000_000), headers={"content-encoding": "gzip"}, media_type="text/plain"
        ),
        "torn": Response(b"no gzip", headers={"content-encoding": "gzip"}, media_type="text/plain"),
        "marked": Response('\ufeff{"a":"\u00f6"}'.encode(), media_type="application/json"),
        "utf16": Response('{"a":"\u00f6"}'.encode("utf-16"), media_type="application/json; charset=utf-16"),
        "latin": Response('{"a":"\u00f6"}'.encode("latin-1"), media_type="application/json; charset=iso-8859-1"),
        "called latin": Response('{"a":"\u00f6"}'.encode(), media_type="application/json; charset=iso-8859-1"),
        "cookie": Response("ok", headers={"set-cookie": "session=1"}),
    }
    return bodies[kind]


async def status(request: Request) -> Response:
    code = int(request.path_params["code"])
    return JSONResponse({"said": SECRET}, code, headers={"retry-after": "7"})


async def slow(request: Request) -> Response:
    await asyncio.sleep(1)
    return Response("late")


async def to(request: Request) -> Response:
    return RedirectResponse(request.query_params["target"], int(request.query_params.get("status", "307")))


async def turn(request: Request) -> Response:
    return RedirectResponse(request.url.path)


async def listed(request: Request) -> Response:
    page = int(request.query_params.get("page", "1"))
    items = {1: ["a", "b"], 2: ["c"]}.get(page, [])
    following = f"/list?page={page + 1}" if page < 2 else None
    headers = {"link": f'</list?page={page + 1}>; rel="next"'} if following else {}
    return JSONResponse(
        {"data": {"items": items}, "next": following, "cursor": following and page + 1}, headers=headers
    )


def service() -> Starlette:
    methods = ["GET", "POST", "PUT", "DELETE", "HEAD"]
    routes = [
        Route("/to", to, methods=methods),
        Route("/round", turn),
        Route("/answer", answer),
        Route("/status/{code}", status, methods=methods),
        Route("/slow", slow),
        Route("/list", listed),
        Route("/{path:path}", echo, methods=methods),
    ]
    return Starlette(routes=routes)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[RunningServer, RunningServer]]:
    """Two services, on ports of their own."""
    with ExitStack() as stack:
        yield stack.enter_context(serve(service())), stack.enter_context(serve(service()))


@pytest.fixture
def servers(
    running: tuple[RunningServer, RunningServer], monkeypatch: pytest.MonkeyPatch
) -> tuple[RunningServer, RunningServer]:
    """The two, which have not been asked anything yet."""
    monkeypatch.setenv("ALLOW_PRIVATE_ADDRESSES", "1")
    for server in running:
        server.requests.clear()
    return running


@pytest.fixture
def url(servers: tuple[RunningServer, RunningServer]) -> str:
    return servers[0].url


@pytest.fixture
async def ctx(url: str) -> AsyncIterator[ExecutionContext]:
    async with open_context() as opened:
        yield opened


GET = HttpRequest("ask", "GET")
POST = HttpRequest("ask", "POST")
KEY = Credential("weather", "bearer")


class TestWhatIsSent:
    async def test_query_and_headers(self, ctx: ExecutionContext, url: str) -> None:
        query = {"city": "K\xf6ln & Bonn", "n": 3, "tag": ["a", "b"], "none": None, "flag": True}
        got = await GET.send(ctx, f"{url}/now?unit=c", query=query, headers={"X-Trace": "1", "X-None": None})
        assert got["status"] == 200
        assert got["body"]["query"] == "unit=c&city=K%C3%B6ln+%26+Bonn&n=3&tag=a&tag=b&flag=true"
        assert got["body"]["headers"]["x-trace"] == "1"
        assert "x-none" not in got["body"]["headers"]
        assert got["headers"]["content-type"] == "application/json"

    @pytest.mark.parametrize(
        ("body", "kind", "text"),
        [
            (Json({"a": [1, None]}), "application/json", '{"a":[1,null]}'),
            (Form({"a": "x y", "b": ["1", 2], "c": None}), "application/x-www-form-urlencoded", "a=x+y&b=1&b=2"),
            (Text("<a/>"), "text/plain; charset=utf-8", "<a/>"),
        ],
    )
    async def test_bodies(self, ctx: ExecutionContext, url: str, body: Any, kind: str, text: str) -> None:
        got = (await POST.send(ctx, url, body=body))["body"]
        assert (got["headers"]["content-type"], got["body"]) == (kind, text)

    async def test_a_header_says_what_a_text_is(self, ctx: ExecutionContext, url: str) -> None:
        got = await POST.send(ctx, url, body=Text("<a/>"), headers={"Content-Type": "application/xml"})
        assert got["body"]["headers"]["content-type"] == "application/xml"

    async def test_a_multipart_body(self, ctx: ExecutionContext, url: str) -> None:
        text = Part("a.txt", content="text", content_type="text/plain")
        parts = {"note": "hi", "doc": text, "x": Part("b", base64="AAE=")}
        got = (await POST.send(ctx, url, body=Multipart(parts)))["body"]
        assert got["headers"]["content-type"].startswith("multipart/form-data; boundary=")
        assert 'name="doc"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ntext' in got["body"]
        assert 'name="note"\r\n\r\nhi' in got["body"]
        assert "\x00\x01" in got["body"]

    async def test_null_is_left_out_of_a_list_of_parts(self, ctx: ExecutionContext, url: str) -> None:
        got = (await POST.send(ctx, url, body=Multipart({"tag": ["a", None, "b"], "none": None})))["body"]
        assert (got["body"].count('name="tag"'), "null" in got["body"]) == (2, False)

    @pytest.mark.parametrize("sent", [" Ann ", "\tAnn", "Ann \t", "Ann"])
    async def test_white_space_around_a_header_is_none_of_it(self, ctx: ExecutionContext, url: str, sent: str) -> None:
        got = await GET.send(ctx, url, headers={"X-Name": sent})
        assert got["body"]["headers"]["x-name"] == "Ann"

    async def test_a_header_cannot_begin_another(self, ctx: ExecutionContext, url: str) -> None:
        with pytest.raises(BodyUnusable, match="X-Name"):
            await GET.send(ctx, url, headers={"X-Name": "a\r\nX-Evil: 1"})

    @pytest.mark.parametrize("bad", ["/a/../b", "/a/%2e%2e/b", "/..", "/a/./b", "/a/%2E/b", "/a\\..\\b"])
    async def test_a_path_does_not_leave_its_place(self, ctx: ExecutionContext, url: str, bad: str) -> None:
        with pytest.raises(AddressRefused, match=r"`\.`"):
            await GET.send(ctx, url + bad)

    @pytest.mark.parametrize(
        "bad", ["", "ftp://a/b", "file:///etc/passwd", "http://", "https://u:p@h/", "http://[::1", "//a"]
    )
    async def test_what_is_no_address(self, ctx: ExecutionContext, bad: str) -> None:
        with pytest.raises(AddressRefused) as caught:
            await GET.send(ctx, bad)
        assert caught.value.node == "ask"


class TestWhatComesBack:
    @pytest.mark.parametrize("kind", ["marked", "utf16", "latin", "called latin"])
    async def test_json_however_it_is_written(self, ctx: ExecutionContext, url: str, kind: str) -> None:
        got = await GET.send(ctx, f"{url}/answer", query={"kind": kind})
        assert got["body"] == {"a": "\u00f6"}

    async def test_by_content_type(self, ctx: ExecutionContext, url: str) -> None:
        async def body(kind: str) -> Any:
            return (await GET.send(ctx, f"{url}/answer", query={"kind": kind}))["body"]

        assert await body("text") == "sch\xf6n"
        assert await body("bytes") == "AP8="
        assert await body("empty") is None
        with pytest.raises(AnswerUnusable, match="JSON"):
            await body("broken")
        with pytest.raises(AnswerUnusable, match="unpacked"):
            await body("torn")

    async def test_a_large_answer_is_refused_however_small_it_travels(self, ctx: ExecutionContext, url: str) -> None:
        small = HttpRequest("ask", "GET", max_bytes=1_000_000)
        with pytest.raises(AnswerTooLarge, match="1,000,000"):
            await small.send(ctx, f"{url}/answer?kind=zipped")
        assert len((await GET.send(ctx, f"{url}/answer?kind=zipped"))["body"]) == 5_000_000

    async def test_an_error_status(self, ctx: ExecutionContext, url: str) -> None:
        with pytest.raises(RequestFailed) as caught:
            await GET.send(ctx, f"{url}/status/503?token=abc")
        error = caught.value
        assert error.retryable
        assert (error.details["upstream_status"], error.details["retry_after_s"]) == (503, 7.0)
        assert SECRET not in json.dumps(error.problem())
        assert "abc" not in json.dumps(error.problem())
        with pytest.raises(RequestFailed) as caught:
            await GET.send(ctx, f"{url}/status/404")
        assert not caught.value.retryable

    async def test_a_status_that_is_accepted(self, ctx: ExecutionContext, url: str) -> None:
        got = await HttpRequest("ask", "GET", accept_status=(404,)).send(ctx, f"{url}/status/404")
        assert (got["status"], got["body"]) == (404, {"said": SECRET})

    async def test_a_schema(self, ctx: ExecutionContext, url: str) -> None:
        wants = HttpRequest("ask", "GET", answer_schema={"type": "object", "required": ["temperature"]})
        with pytest.raises(AnswerUnusable) as caught:
            await wants.send(ctx, url)
        assert "temperature" in json.dumps(caught.value.details["errors"])

    async def test_nothing_is_remembered_between_requests(self, ctx: ExecutionContext, url: str) -> None:
        await GET.send(ctx, f"{url}/answer?kind=cookie")
        assert "cookie" not in (await GET.send(ctx, url))["body"]["headers"]

    async def test_too_slow(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUEST_TIMEOUT_SECONDS", "0.2")
        async with open_context() as ctx:
            with pytest.raises(RequestTimeout, match=r"0\.2"):
                await GET.send(ctx, f"{url}/slow")

    async def test_nobody_there(self, ctx: ExecutionContext) -> None:
        with pytest.raises(Unreachable):
            await GET.send(ctx, "http://127.0.0.1:9")
        with pytest.raises(Unreachable, match="resolved"):
            await GET.send(ctx, "http://name.invalid")


class TestPages:
    @pytest.mark.parametrize(
        "pages",
        [
            Pages(by="page", parameter="page", items="data.items"),
            Pages(by="cursor", at="cursor", parameter="page", items="data.items"),
            Pages(by="next", at="next", items="data.items"),
            Pages(by="link", items="data.items"),
        ],
    )
    async def test_all_of_them(self, ctx: ExecutionContext, url: str, pages: Pages) -> None:
        got = await HttpRequest("ask", "GET", pages=pages).send(ctx, f"{url}/list")
        assert (got["body"], got["complete"]) == (["a", "b", "c"], True)

    async def test_no_more_than_allowed(self, ctx: ExecutionContext, url: str) -> None:
        pages = Pages(by="link", items="data.items", most=1)
        got = await HttpRequest("ask", "GET", pages=pages).send(ctx, f"{url}/list")
        assert (got["body"], got["pages"], got["complete"]) == (["a", "b"], 1, False)

    async def test_no_list(self, ctx: ExecutionContext, url: str) -> None:
        with pytest.raises(AnswerUnusable, match="`items`"):
            await HttpRequest("ask", "GET", pages=Pages(by="link", items="items")).send(ctx, f"{url}/list")


@pytest.fixture
def weather(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("CREDENTIAL_WEATHER", SECRET)
    monkeypatch.setenv("CREDENTIAL_WEATHER_HOST", url.removeprefix("http://"))


@pytest.mark.usefixtures("weather")
class TestCredentials:
    @pytest.mark.parametrize(
        ("credential", "where"),
        [
            (KEY, ("authorization", f"Bearer {SECRET}")),
            (Credential("weather", "basic"), ("authorization", "Basic czNjcmV0LXZhbHVl")),
            (Credential("weather", "header", "X-Key"), ("x-key", SECRET)),
        ],
    )
    async def test_in_a_header(
        self, ctx: ExecutionContext, url: str, credential: Credential, where: tuple[str, str]
    ) -> None:
        got = await HttpRequest("ask", "GET", credential).send(ctx, url)
        name, value = where
        assert got["body"]["headers"][name] == value

    async def test_in_the_query(self, ctx: ExecutionContext, url: str) -> None:
        got = await HttpRequest("ask", "GET", Credential("weather", "query", "key")).send(ctx, url, query={"a": 1})
        assert got["body"]["query"] == f"a=1&key={SECRET}"

    async def test_never_to_another_host(
        self, ctx: ExecutionContext, servers: tuple[RunningServer, RunningServer]
    ) -> None:
        with pytest.raises(CredentialRefused, match="weather"):
            await HttpRequest("ask", "GET", KEY).send(ctx, servers[1].url)
        assert not servers[1].requests

    @pytest.mark.parametrize("status_code", [301, 302, 303, 307, 308])
    async def test_never_along_a_redirect(
        self, ctx: ExecutionContext, servers: tuple[RunningServer, RunningServer], status_code: int
    ) -> None:
        query = {"target": f"{servers[1].url}/caught", "status": status_code}
        got = await HttpRequest("ask", "GET", KEY).send(
            ctx, f"{servers[0].url}/to", query=query, headers={"Cookie": "a=1", "X-Kept": "1"}
        )
        assert got["body"]["path"] == "/caught"
        assert got["body"]["headers"]["host"] == servers[1].url.removeprefix("http://")
        assert "authorization" not in got["body"]["headers"]
        assert "cookie" not in got["body"]["headers"]
        assert got["body"]["headers"]["x-kept"] == "1"
        assert SECRET not in json.dumps(got)

    async def test_along_a_redirect_at_home(self, ctx: ExecutionContext, url: str) -> None:
        got = await HttpRequest("ask", "GET", KEY).send(ctx, f"{url}/to", query={"target": "/there"})
        assert got["body"]["headers"]["authorization"] == f"Bearer {SECRET}"

    async def test_a_body_is_not_passed_on_to_others(
        self, ctx: ExecutionContext, servers: tuple[RunningServer, RunningServer]
    ) -> None:
        with pytest.raises(RequestFailed, match="another host"):
            await POST.send(ctx, f"{servers[0].url}/to", query={"target": servers[1].url}, body=Json(SECRET))
        assert not servers[1].requests
        got = await POST.send(ctx, f"{servers[0].url}/to", query={"target": "/there"}, body=Json("kept"))
        assert (got["body"]["method"], got["body"]["body"]) == ("POST", '"kept"')

    async def test_redirects_end(self, ctx: ExecutionContext, url: str) -> None:
        with pytest.raises(RequestFailed, match="5 times"):
            await GET.send(ctx, f"{url}/round")

    async def test_not_set(self, ctx: ExecutionContext, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CREDENTIAL_WEATHER_HOST")
        with pytest.raises(MissingApiKey, match="CREDENTIAL_WEATHER_HOST"):
            await HttpRequest("ask", "GET", KEY).send(ctx, url)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('</a>; rel="next"', "/a"),
        ("</a>; rel=next", "/a"),
        ('</a?b=1,2>; rel="prev", </c>; REL="last NEXT"', "/c"),
        ('</a>; title="x, <b>; rel=next"; rel=prev, </c>; title=";\\"<z>, "; rel="next"', "/c"),
        ('</a>; rel="prev"; rel="next"', None),
        ('</a>; rel="nextish"', None),
        ("</a>", None),
        ("", None),
        ('</a>; rel="next', None),
    ],
)
def test_the_next_page_of_a_link_header(header: str, target: str | None) -> None:
    here = httpx2.URL("https://a.example/list")
    following = Pages(by="link").after(here, {"headers": {"link": header}}, [1], 1)
    assert (following and following.path) == target


@pytest.mark.parametrize("more", [b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", b"more", b"\r\n"])
async def test_what_comes_behind_an_answer_is_not_the_answer_to_the_next_request(
    monkeypatch: pytest.MonkeyPatch, more: bytes
) -> None:
    monkeypatch.setenv("ALLOW_PRIVATE_ADDRESSES", "1")

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split()[1]
                lines = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s"
                writer.write(lines % (len(path), path) + more)
        writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, open_context() as ctx:
        for path in ("/a", "/b", "/c"):
            assert (await GET.send(ctx, url + path))["body"] == path


@pytest.mark.parametrize("port", ["0", "65536", "99999"])
async def test_a_port_that_is_none(ctx: ExecutionContext, port: str) -> None:
    with pytest.raises(AddressRefused):
        await GET.send(ctx, f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "sent",
    [
        {"query": {"a": "\ud800"}},
        {"body": Text("\ud800")},
        {"body": Json({"a": "\ud800"})},
        {"body": Form({"a": "\ud800"})},
        {"body": Multipart({"a": "\ud800"})},
        {"body": Multipart({"a": Part("f", "c", content_type="text/plain\r\nX-Y: z")})},
    ],
)
async def test_what_cannot_be_written_down(ctx: ExecutionContext, url: str, sent: dict[str, Any]) -> None:
    with pytest.raises(BodyUnusable) as caught:
        await HttpRequest("ask", "POST").send(ctx, url, **sent)
    assert caught.value.node == "ask"


class TestPrivateAddresses:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
    async def test_are_refused(self, url: str, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
        monkeypatch.setenv("ALLOW_PRIVATE_ADDRESSES", "0")
        port = url.rpartition(":")[2]
        async with open_context() as ctx:
            with pytest.raises(AddressRefused, match="network") as caught:
                await GET.send(ctx, f"http://{host}:{port}/")
        assert "ALLOW_PRIVATE_ADDRESSES" in caught.value.hint

    @pytest.mark.parametrize(
        "address",
        [
            "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.8.8.8", "224.0.0.1",
            "255.255.255.255", "::", "::1", "fc00::1", "fe80::1%eth0", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
            "2002:a00:1::", "2001:0:0:0:0:0:f5ff:fffe", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1",
            "fec0::1", "5f00::1", "3fff::1",
        ],
    )  # fmt: skip
    def test_are_known(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
    def test_public_ones_are_not_among_them(self, address: str) -> None:
        assert is_public(address)


async def test_a_name_that_leads_elsewhere_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: what was looked at is what is connected to, and it is not asked for again."""
    answers = iter(["203.0.114.7", "127.0.0.1"])
    connected: list[str] = []

    def resolved(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    async def refused(_: object, host: str, *__: Any, **___: Any) -> Any:
        connected.append(host)
        raise httpcore2.ConnectError("Nobody is there.")

    monkeypatch.setenv("ALLOW_PRIVATE_ADDRESSES", "0")
    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", refused)
    async with open_context() as ctx:
        with pytest.raises(Unreachable):
            await GET.send(ctx, "http://rebound.example/")
        assert connected == ["203.0.114.7"]
        with pytest.raises(AddressRefused):
            await GET.send(ctx, "http://rebound.example/")
        assert connected == ["203.0.114.7"]
