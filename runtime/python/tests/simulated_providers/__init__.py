"""Simulated providers of models: real wire formats and refusals, deterministic answers, faults on demand.

`python -m tests.simulated_providers` runs them, `testing` puts them behind tests.
"""

from tests.simulated_providers.app import SimulatedProviders
from tests.simulated_providers.settings import REFUSED_REQUEST, Answer, Fault, Settings, Wire

__all__ = ["REFUSED_REQUEST", "Answer", "Fault", "Settings", "SimulatedProviders", "Wire"]
