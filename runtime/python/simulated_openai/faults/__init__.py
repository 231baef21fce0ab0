"""Everything that can go wrong between a client and OpenAI, by name."""

from simulated_openai.faults.kinds import FaultKind
from simulated_openai.faults.table import FAULTS, NO_FAULT, find_fault

__all__ = ["FAULTS", "NO_FAULT", "FaultKind", "find_fault"]
