"""Everything that can go wrong between a client and OpenAI, by name."""

from tests.simulated_providers.faults.kinds import FaultKind
from tests.simulated_providers.faults.table import FAULTS, NO_FAULT, find_fault

__all__ = ["FAULTS", "NO_FAULT", "FaultKind", "find_fault"]
