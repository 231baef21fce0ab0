"""The faults that every API can have, by name. An API has more of its own, and its own way of some of these."""

from tests.simulated_providers.faults.answers import ANSWER_FAULTS
from tests.simulated_providers.faults.connections import CONNECTION_FAULTS
from tests.simulated_providers.faults.kinds import FaultKind
from tests.simulated_providers.faults.notation import NOTATION_FAULTS

NO_FAULT = "none"

SHARED_FAULTS: dict[str, FaultKind] = {
    kind.name: kind
    for kind in [
        FaultKind(NO_FAULT, "nothing goes wrong"),
        *ANSWER_FAULTS,
        *CONNECTION_FAULTS,
        *NOTATION_FAULTS,
        # What these look like is for each API to say.
        FaultKind("tool_without_id", "tool calls without id"),
        FaultKind("tool_interleaved", "deltas of several calls in turn"),
    ]
}
