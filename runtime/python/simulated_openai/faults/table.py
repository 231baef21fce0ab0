"""The table of faults."""

from simulated_openai.faults.kinds import FaultKind

_ALL: list[FaultKind] = []

FAULTS: dict[str, FaultKind] = {kind.name: kind for kind in _ALL}


def find_fault(name: str) -> FaultKind:
    """The fault of a name. Raises ValueError that lists the names when there is none."""
    if name not in FAULTS:
        raise ValueError(f"There is no fault `{name}`. There are: {', '.join(FAULTS)}.")
    return FAULTS[name]
