"""The table of faults: every one by its name."""

from tests.simulated_providers.faults.connections import CONNECTION_FAULTS
from tests.simulated_providers.faults.deltas import DELTA_FAULTS
from tests.simulated_providers.faults.events import EVENT_FAULTS
from tests.simulated_providers.faults.kinds import FaultKind
from tests.simulated_providers.faults.outcomes import OUTCOME_FAULTS
from tests.simulated_providers.faults.response_events import RESPONSE_FAULTS
from tests.simulated_providers.faults.statuses import STATUS_FAULTS

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
