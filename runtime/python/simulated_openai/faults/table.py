"""The table of faults: every one by its name."""

from simulated_openai.faults.connections import CONNECTION_FAULTS
from simulated_openai.faults.deltas import DELTA_FAULTS
from simulated_openai.faults.events import EVENT_FAULTS
from simulated_openai.faults.kinds import FaultKind
from simulated_openai.faults.outcomes import OUTCOME_FAULTS
from simulated_openai.faults.response_events import RESPONSE_FAULTS
from simulated_openai.faults.statuses import STATUS_FAULTS

NO_FAULT = "none"

FAULTS: dict[str, FaultKind] = {
    kind.name: kind
    for kind in [
        FaultKind(NO_FAULT, "nothing goes wrong"),
        *STATUS_FAULTS,
        *CONNECTION_FAULTS,
        *EVENT_FAULTS,
        *DELTA_FAULTS,
        *OUTCOME_FAULTS,
        *RESPONSE_FAULTS,
    ]
}


def find_fault(name: str) -> FaultKind:
    """The fault of a name. Raises ValueError that lists the names when there is none."""
    if name not in FAULTS:
        raise ValueError(f"There is no fault `{name}`. There are: {', '.join(FAULTS)}.")
    return FAULTS[name]
