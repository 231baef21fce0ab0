"""Short ways to write the scripts of a fault for the ways in which it can come up."""

from collections.abc import Mapping, Sequence

from tests.faults.scene import HELD, JSON, WAYS, Scripts, Way
from tests.upstream import Step, head


def everywhere(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes by both APIs, streamed and whole: faults of HTTP, which know nothing of either."""
    return dict.fromkeys(WAYS, scripts)


def streams(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes as the streams of both APIs."""
    return {"chat_stream": scripts, "responses_stream": scripts}


def wholes(*scripts: Sequence[Step] | None) -> Mapping[Way, Scripts]:
    """The same bytes as the whole answers of both APIs."""
    return {"chat_whole": scripts, "responses_whole": scripts}


def streamed(chat: bytes | None, responses: bytes | None = None, *, held: bool = True) -> Mapping[Way, Scripts]:
    """A body for each API, after which upstream says nothing more; with `held` it leaves the connection open."""
    scripts: dict[Way, Scripts] = {}
    if chat is not None:
        scripts["chat_stream"] = [[head() + chat, *([HELD] if held else ())]]
    if responses is not None:
        scripts["responses_stream"] = [[head() + responses, *([HELD] if held else ())]]
    return scripts


def whole(chat: bytes | None, responses: bytes | None = None) -> Mapping[Way, Scripts]:
    """A whole answer for each API."""
    scripts: dict[Way, Scripts] = {}
    if chat is not None:
        scripts["chat_whole"] = [[JSON + chat]]
    if responses is not None:
        scripts["responses_whole"] = [[JSON + responses]]
    return scripts
