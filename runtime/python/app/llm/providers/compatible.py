"""Servers that speak Chat Completions under names of their own: those of a table, and any that the operator sets up.

The key of a server is in `NAME_API_KEY` and goes to its address in the table, or to the one in `NAME_BASE_URL`, and to
no other: neither a workflow nor a request names an address or another variable.
"""

import re
from collections.abc import Mapping
from functools import partial
from hashlib import md5
from typing import Any, NamedTuple, Optional, Required

import msgspec
from pydantic import create_model

from app.llm.carried import taken_back, with_call_ids
from app.llm.errors import InvalidRequest
from app.llm.provider import Api, Parts, Provider
from app.llm.types import CompletionConfig, JsonObject
from app.runtime.errors import MissingEnv
from app.runtime.http.pool import ConnectionPool
from app.runtime.settings import ApiKey, BaseSettings, BaseUrl, Settings

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ANY_OBJECT: JsonObject = {"type": "object"}
_SHORT_ID = re.compile(r"[a-zA-Z0-9]{9}")


class CompatibleConfig(CompletionConfig, total=False):
    """One request; `provider` is the name of the server that answers it."""

    provider: Required[str]


class CompatibleServer(NamedTuple):
    """A server that is known: where it is, and what it does otherwise than OpenAI.

    One that is `keyless` answers without a key. `new_limit` says that the limit of an answer is
    `max_completion_tokens`. Without `stream_options` it refuses these, and reports the usage of a
    stream unasked. `tells_cost` says that its answers tell what they cost in US dollars. `one_system_message` is for
    those that take one at most. `wants_thoughts`: every answer with calls has to come back with what the model thought,
    be it nothing. Without `json_schema` it is asked for any JSON, and told of the schema in a message; without
    `json_mode` it is sent a schema that takes any object. `takes_back` is what it takes of an answer that comes back,
    besides text and calls: all, where that is None. `seed` is what it calls the seed. With `short_call_ids` the ids of
    calls are of nine letters and digits.
    """

    address: str | None = None
    keyless: bool = True
    new_limit: bool = False
    stream_options: bool = True
    tells_cost: bool = False
    one_system_message: bool = False
    wants_thoughts: bool = False
    json_schema: bool = True
    json_mode: bool = True
    takes_back: tuple[str, ...] | None = None
    seed: str = "seed"
    short_call_ids: bool = False


class CompatibleServers:
    """The servers by their names, as a project asks them: by these APIs."""

    def __init__(self, *apis: Api, parts: Parts, servers: Mapping[str, CompatibleServer]) -> None:
        self._apis = {api.name: api for api in apis}
        self._parts = parts
        self._servers = servers
        self._made: dict[str, Provider] = {}

    def __getitem__(self, name: str) -> Provider:
        """The server of a name.

        Raises:
            InvalidRequest: the name could not be a part of a variable's name.
        """
        known_as = name.lower().replace("-", "_")
        made = self._made.get(known_as)
        if made is None:
            if not _NAME.fullmatch(known_as):
                raise InvalidRequest(
                    "The name of the server is none.", hint="Give a name of letters and digits, such as ollama."
                )
            made = self._made[known_as] = self._make(known_as)
        return made

    def _make(self, name: str) -> Provider:
        server = self._servers.get(name) or CompatibleServer()
        prefix = name.upper()
        return Provider(
            name=name,
            account=_account(name),
            secret=f"{prefix}_API_KEY",
            connect=partial(_connect, name, server),
            needs_key=not server.keyless,
            apis=self._apis,
            parts=self._parts,
            token_limit=lambda model: "max_completion_tokens" if server.new_limit else "max_tokens",
            takes_stream_options=server.stream_options,
            tells_cost=server.tells_cost,
            adapt=partial(_adapt, server),
            words={
                "the provider's API key": f"{prefix}_API_KEY",
                "the provider's base URL": f"{prefix}_BASE_URL",
                "the provider's status page": f"the status page of {name}",
            },
        )


def _account(name: str) -> type[BaseSettings]:
    """Who asks, and where: the variables of a server of that name."""
    kinds: dict[str, Any] = {f"{name}_api_key": ApiKey, f"{name}_base_url": BaseUrl}
    fields: dict[str, Any] = {field: (Optional[kind], None) for field, kind in kinds.items()}  # noqa: UP045
    return create_model(f"{name.title()}Account", __base__=BaseSettings, **fields)


def _connect(
    name: str, server: CompatibleServer, settings: Settings, account: BaseSettings, api_key: str
) -> ConnectionPool:
    address: str | None = getattr(account, f"{name}_base_url") or server.address
    if address is None:
        variable = f"{name.upper()}_BASE_URL"
        raise MissingEnv(
            f"{variable} is not set, and nothing else says where {name} is.",
            hint=f"Set {variable} in the environment or in the .env file and start the service again.",
            variable=variable,
        )
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    return ConnectionPool(
        address, headers, limit=settings.max_connections, keepalive_seconds=settings.keepalive_seconds
    )


def _adapt(server: CompatibleServer, body: JsonObject) -> None:
    """Makes a request that the server takes. The role `developer` is of OpenAI alone."""
    messages: list[JsonObject] = [
        {**message, "role": "system"} if message.get("role") == "developer" else dict(message)
        for message in body["messages"]
    ]
    if server.takes_back is not None:
        messages = [taken_back(message, server.takes_back) for message in messages]
    if server.short_call_ids:
        messages = [with_call_ids(message, _short_id) for message in messages]
    if isinstance(body.get("stop"), str):
        # Together takes a list and nothing else: `types/chat/` of together 3.1.1.
        body["stop"] = [body["stop"]]
    if "seed" in body:
        body[server.seed] = body.pop("seed")
    response_format: JsonObject = body.get("response_format") or {}
    schema: JsonObject | None = response_format.get("json_schema")
    if schema is not None and not server.json_schema:
        body["response_format"] = {"type": "json_object"}
        wanted = msgspec.json.encode(schema.get("schema")).decode()
        messages.insert(0, {"role": "system", "content": f"Answer in JSON that fits this JSON schema: {wanted}"})
    elif response_format.get("type") == "json_object" and not server.json_mode:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": _ANY_OBJECT}}
    if server.one_system_message:
        messages = _with_one_system_message(messages)
    if server.wants_thoughts:
        for message in messages:
            if message.get("tool_calls"):
                message.setdefault("reasoning_content", "")
    body["messages"] = messages


def _short_id(call_id: str) -> str:
    """The id as Mistral takes it, whoever has made it; the same for the same."""
    return call_id if _SHORT_ID.fullmatch(call_id) else md5(call_id.encode(), usedforsecurity=False).hexdigest()[:9]


def _with_one_system_message(messages: list[JsonObject]) -> list[JsonObject]:
    """The messages with those of the system at their beginning as one; those with parts are left alone."""
    count = next((place for place, message in enumerate(messages) if message["role"] != "system"), len(messages))
    texts = [message["content"] for message in messages[:count]]
    if count < 2 or not all(isinstance(text, str) for text in texts):
        return messages
    return [{"role": "system", "content": "\n\n".join(texts)}, *messages[count:]]
