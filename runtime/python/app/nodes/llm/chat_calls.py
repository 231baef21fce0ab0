"""Which call a piece of a tool call belongs to, for servers that do and do not say it as OpenAI does."""

from app.nodes.llm.chat_wire import CallDelta, FunctionDelta
from app.nodes.llm.model_answer import CallParts, ModelAnswer
from app.nodes.llm.openai_types import FunctionCallDelta

_NOTHING = FunctionDelta()


class CallAssembly:
    """Puts the calls of a streamed answer together; they are added to the answer's as they begin.

    A piece goes by its id where there is one, else by its index, else to the call before. Servers that give every
    piece an id of its own, or all calls the same index and no id, are understood by what the pieces say: only the first
    piece of a call has a name, and a call whose arguments are complete has no further pieces.
    """

    __slots__ = ("_answer", "_by_id", "_by_index", "_last")

    def __init__(self, answer: ModelAnswer) -> None:
        self._answer = answer
        self._by_id: dict[str, CallParts] = {}
        self._by_index: dict[int, CallParts] = {}
        self._last: CallParts | None = None

    def take(self, delta: CallDelta) -> FunctionCallDelta:
        """Adds a piece to its call; gives it as what it adds to the answer."""
        function = delta.function or _NOTHING
        arguments = function.text
        call = self._slot(delta, function.name, arguments)
        # Some servers repeat the name in every piece; it is never cut in pieces.
        if function.name:
            call.name = function.name
        if arguments:
            call.arguments.append(arguments)
        return FunctionCallDelta(call.id, call.name, arguments)

    def _slot(self, delta: CallDelta, name: str | None, arguments: str) -> CallParts:
        before = self._last if delta.index is None else self._by_index.get(delta.index)
        if before is not None and not delta.id and not name:
            self._last = before
            return before
        known = self._by_id.get(delta.id) if delta.id else None
        if known is not None and (known is before or not (name and arguments and known.is_complete)):
            self._last = known
            return known
        if known is not None:
            call = self._answer.begin_call(None)  # some servers give all calls of a function its name for an id
        elif before is not None and _goes_on(before, delta.id, name, arguments):
            call = before
        else:
            call = self._answer.begin_call(delta.id)
        if delta.id:
            self._by_id[delta.id] = call
        if delta.index is not None:
            self._by_index[delta.index] = call
        self._last = call
        return call


def _goes_on(call: CallParts, new_id: str | None, name: str | None, arguments: str) -> bool:
    """Whether a piece whose id, if it has one, is new belongs to this call all the same."""
    if not name:
        # Without a name nothing could be called, so that a new id alone is no new call while this one is incomplete.
        return not new_id or not arguments or not call.is_complete
    if new_id:
        return False
    return not call.name or (name == call.name and (not arguments or not call.is_complete))
