"""GraphQL over HTTP as a step of a workflow: https://graphql.github.io/graphql-over-http/draft/."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.outside.bodies import Json
from app.outside.credentials import Credential
from app.outside.errors import AnswerUnusable
from app.outside.request import HttpRequest
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.json_schema import schema_problems

_MOST_ERRORS = 5


class QueryFailed(ServiceError, code="graphql_error", title="GraphQL query failed", status=502):
    """The service answered with errors; `errors` has the first ones."""

    hint = "Check the query and its variables against the service's schema."


@dataclass(frozen=True, slots=True)
class GraphqlQuery:
    """A query or mutation; `node` is the step that sends it. Its data has to fit `data_schema`, a JSON Schema."""

    node: str
    query: str
    credential: Credential | None = None
    data_schema: Mapping[str, Any] | None = None
    max_bytes: int = 10_485_760

    async def send(
        self,
        ctx: ExecutionContext,
        url: str,
        *,
        variables: Mapping[str, Any] | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> Any:
        """Asks, and gives the data of the answer.

        Raises:
            QueryFailed: there are errors in the answer, whatever data is beside them.
            AnswerUnusable: the answer is none of GraphQL, or does not fit.
            ServiceError: as `HttpRequest.send`.
        """
        # Errors in a query come with a status of 400 from services that go by the standard.
        request = HttpRequest(self.node, "POST", self.credential, accept_status=(400,), max_bytes=self.max_bytes)
        sent = {"accept": "application/graphql-response+json, application/json", **(headers or {})}
        asked = {"query": self.query, "variables": variables or {}}
        answer = (await request.send(ctx, url, headers=sent, body=Json(asked)))["body"]
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            raise AnswerUnusable("The answer is none of GraphQL: it has neither data nor errors.", node=self.node)
        body = cast("dict[str, Any]", answer)
        if body.get("errors"):
            errors = [_message(error) for error in body["errors"][:_MOST_ERRORS]]
            raise QueryFailed("The service did not do what the query asks for.", node=self.node, errors=errors)
        data = body.get("data")
        problems = [] if self.data_schema is None else schema_problems(data, self.data_schema)
        if problems:
            raise AnswerUnusable("The data is not what `dataSchema` says.", node=self.node, errors=problems)
        return data


def _message(error: Any) -> dict[str, Any]:
    """Message and path of an error."""
    known = cast("dict[str, Any]", error) if isinstance(error, dict) else {}
    return {"message": str(known.get("message", error))[:500], "path": known.get("path")}
