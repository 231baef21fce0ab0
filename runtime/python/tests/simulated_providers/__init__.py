"""A simulated OpenAI: the real wire format and its refusals, deterministic answers, faults on demand.

`python -m tests.simulated_providers` runs it, `testing` puts it behind tests.
"""

from tests.simulated_providers.app import SimulatedOpenAI
from tests.simulated_providers.settings import Answer, Fault, Settings

__all__ = ["Answer", "Fault", "Settings", "SimulatedOpenAI"]
