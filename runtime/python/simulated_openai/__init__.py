"""A simulated OpenAI: the real wire format and its refusals, deterministic answers, faults on demand.

`python -m simulated_openai` runs it, `simulated_openai.testing` puts it behind tests.
"""

from simulated_openai.app import SimulatedOpenAI
from simulated_openai.settings import Answer, Fault, Settings

__all__ = ["Answer", "Fault", "Settings", "SimulatedOpenAI"]
