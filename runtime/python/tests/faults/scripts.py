"""Short ways to write the scripts of a fault for the ways in which it can come up."""

from collections.abc import Mapping, Sequence

from tests.faults.scene import HELD, JSON, WAYS, Scripts, Way
from tests.upstream import Step, head


def everywhere(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes by all APIs, streamed and whole: faults of HTTP, which know nothing of either."""
    return dict.fromkeys(WAYS, scripts)


def by_openai(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes by both of OpenAI's APIs, where the models asked for are its own."""
    return {way: scripts for way in WAYS if not way.startswith("messages")}


def streams(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes as the streams of all APIs."""
    return {way: scripts for way in WAYS if way.endswith("stream")}


def wholes(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes as the whole answers of all APIs."""
    return {way: scripts for way in WAYS if way.endswith("whole")}


def streamed(
    chat: bytes | None, responses: bytes | None = None, messages: bytes | None = None, *, held: bool = True
) -> Mapping[Way, Scripts]:
    """A body for each API, after which upstream says nothing more; with `held` it leaves the connection open."""
    scripts: dict[Way, Scripts] = {}
    if chat is not None:
        scripts["chat_stream"] = [[head() + chat, *([HELD] if held else ())]]
    if responses is not None:
        scripts["responses_stream"] = [[head() + responses, *([HELD] if held else ())]]
    if messages is not None:
        scripts["messages_stream"] = [[head() + messages, *([HELD] if held else ())]]
    return scripts


def whole(chat: bytes | None, responses: bytes | None = None, messages: bytes | None = None) -> Mapping[Way, Scripts]:
    """A whole answer for each API."""
    scripts: dict[Way, Scripts] = {}
    if chat is not None:
        scripts["chat_whole"] = [[JSON + chat]]
    if responses is not None:
        scripts["responses_whole"] = [[JSON + responses]]
    if messages is not None:
        scripts["messages_whole"] = [[JSON + messages]]
    return scripts
