"""`POST /v1/messages`."""

from collections.abc import Callable, Mapping

from tests.simulated_providers.api import INVALID_KEY_PREFIX, Api
from tests.simulated_providers.apis.messages.answer import content_of, whole_message
from tests.simulated_providers.apis.messages.caching import WrittenPrompts
from tests.simulated_providers.apis.messages.conversation import IssuedThoughts, messages_of, turns_of
from tests.simulated_providers.apis.messages.errors import refusal
from tests.simulated_providers.apis.messages.events import event, make_events
from tests.simulated_providers.apis.messages.faults import MESSAGES_FAULTS
from tests.simulated_providers.apis.messages.request import MessagesRequest, parse_messages_request
from tests.simulated_providers.asgi import Reply, json_reply
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.errors import REQUEST_LIMIT, TOKEN_LIMIT, ApiError
from tests.simulated_providers.identifiers import letters
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.streams import Events, Frames, encode_events


class Messages(Api[MessagesRequest]):
    """Answers with messages or their events."""

    path = "/v1/messages"
    faults = MESSAGES_FAULTS

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        super().__init__(settings, clock)
        self._written = WrittenPrompts()
        self._issued = IssuedThoughts()

    def parse(self, body: bytes, headers: Mapping[str, str]) -> MessagesRequest:
        """The request in a body, with what of its prompt is cached."""
        request = parse_messages_request(body, headers, self.settings)
        self._issued.check(request.turns)
        return self._written.counted(request) if self.settings.cache_prompts else request

    def identify(self, number: int) -> str:
        """The id of a message."""
        return f"msg_01{letters(f'message {number}', 22)}"

    def whole(self, completion: Completion, request: MessagesRequest) -> JsonObject:
        """The message."""
        self._issued.keep(content_of(completion, request))
        return whole_message(completion, request)

    def events(self, completion: Completion, request: MessagesRequest) -> Events:
        """From `message_start` to `message_stop`."""
        self._issued.keep(content_of(completion, request))
        return make_events(completion, request, self.settings.tokens_per_chunk)

    def frames(self, events: Events) -> Frames:
        """The events as they are. What says nothing new is a ping."""
        return encode_events(events, idle=event("ping"), at_once=1)

    def conversation(self, body: JsonObject) -> list[JsonObject]:
        """The messages of a request."""
        return messages_of(body.get("system"), turns_of(body["messages"]))

    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        """Takes `x-api-key` as well as a bearer."""
        bearer = headers.get("authorization", "").partition(" ")[2]
        key = (headers.get("x-api-key") or bearer).strip()
        if not key:
            raise refusal("x-api-key header is required", 401)
        if key.startswith(INVALID_KEY_PREFIX):
            raise refusal("invalid x-api-key", 401)

    @staticmethod
    def refused(error: ApiError) -> Reply:
        """The reply to a request that is refused."""
        body = {"type": "error", "error": {"type": error.kind, "message": str(error)}, "request_id": "req_simulated"}
        return json_reply(body, error.status, error.headers)

    @staticmethod
    def headers(number: int, processing_ms: int) -> dict[str, str]:
        """What stands on every reply. Source: https://platform.claude.com/docs/en/api/overview#response-headers"""
        return {
            "request-id": f"req_01{letters(f'request {number}', 22)}",
            "anthropic-organization-id": "00000000-0000-4000-8000-000000000000",
        }

    @staticmethod
    def limits(prompt_tokens: int) -> dict[str, str]:
        """How much of the limits is left. Source: https://platform.claude.com/docs/en/api/rate-limits"""
        return {
            "anthropic-ratelimit-requests-limit": str(REQUEST_LIMIT),
            "anthropic-ratelimit-requests-remaining": str(REQUEST_LIMIT - 1),
            "anthropic-ratelimit-requests-reset": "2026-01-15T00:00:00Z",
            "anthropic-ratelimit-tokens-limit": str(TOKEN_LIMIT),
            "anthropic-ratelimit-tokens-remaining": str(max(0, TOKEN_LIMIT - prompt_tokens)),
            "anthropic-ratelimit-tokens-reset": "2026-01-15T00:00:00Z",
        }
