"""Simulated providers of models: real wire formats and refusals, deterministic answers, faults on demand.

`python -m tests.simulated_providers` runs them, `testing` puts them behind tests.
"""

from tests.simulated_providers.app import SimulatedProviders
from tests.simulated_providers.settings import Answer, Fault, Settings, Wire

__all__ = ["Answer", "Fault", "Settings", "SimulatedProviders", "Wire"]
