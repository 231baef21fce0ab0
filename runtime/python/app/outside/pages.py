"""Answers that come in pages, and how the next one is asked for."""

import re
from dataclasses import dataclass
from typing import Any, Literal, cast

import httpx2

from app.outside.errors import AddressRefused, AnswerUnusable

# A link and its parameters; a comma, a semicolon or `rel=` in quotes belongs to the text there.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LINK = re.compile(rf"<([^<>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:{_QUOTED}|[^\s;,\"]*))?)*)")
_PARAMETER = re.compile(rf";\s*([^\s=;,]+)(?:\s*=\s*({_QUOTED}|[^\s;,\"]*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How one gets from page to page, at most `most` of them.

    `link`: the header Link names the next one (RFC 8288). `next`: the body does, at the path `at`. `cursor`: what
    stands there goes into the query as `parameter`. `page`: `parameter` counts from `start`, until a page is empty.
    `items` is the path of the list in a body; a body that is a list itself has none.
    """

    by: Literal["link", "next", "cursor", "page"]
    at: str = ""
    parameter: str = ""
    start: int = 1
    items: str = ""
    most: int = 10

    def first(self, url: httpx2.URL) -> httpx2.URL:
        """The address of the first page."""
        return url.copy_set_param(self.parameter, self.start) if self.by == "page" else url

    def items_of(self, body: Any) -> list[Any]:
        """What a page holds.

        Raises:
            AnswerUnusable: there is no list where it should be.
        """
        found = _at(body, self.items)
        if isinstance(found, list):
            return cast("list[Any]", found)
        where = f"at `{self.items}` of a page" if self.items else "in a page"
        raise AnswerUnusable(f"There is no list {where}.", hint="Correct `items` of the node's `pages`.")

    def after(self, url: httpx2.URL, answer: dict[str, Any], found: list[Any], count: int) -> httpx2.URL | None:
        """The address of the page behind the one at `url`, the `count`th; None behind the last.

        Raises:
            AddressRefused: it is that of another host.
        """
        match self.by:
            case "page":
                return url.copy_set_param(self.parameter, self.start + count) if found else None
            case "cursor":
                cursor = _at(answer["body"], self.at)
                return None if cursor in (None, "", False) else url.copy_set_param(self.parameter, str(cursor))
            case "next":
                target = _at(answer["body"], self.at)
            case "link":
                target = _next_link(answer["headers"].get("link", ""))
        if not isinstance(target, str) or not target:
            return None
        try:
            following = url.join(target)
        except (httpx2.InvalidURL, ValueError):
            raise AnswerUnusable("The address of the next page is none.") from None
        if (following.scheme, following.host, following.port) != (url.scheme, url.host, url.port):
            hint = "Pages are followed within one host."
            raise AddressRefused(f"The next page is at another host, {following.host}.", hint=hint)
        return following


def _at(value: Any, path: str) -> Any:
    """What stands at a path such as `data.items`; None where there is nothing."""
    for key in path.split(".") if path else ():
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return value


def _next_link(header: str) -> str | None:
    """The target of the first link whose relations, by its first `rel`, include `next`.

    Source: https://www.rfc-editor.org/rfc/rfc8288#section-3
    """
    for target, parameters in _LINK.findall(header):
        relations = (value for name, value in _PARAMETER.findall(parameters) if name.lower() == "rel")
        if "next" in next(relations, "").strip('"').lower().split():
            return target
    return None
