"""The fixtures of these tests; `service.py` and `simulated_providers/fixtures.py` say what they are."""

from tests.service import service, stand_in, start_service
from tests.simulated_providers.fixtures import environment, running_simulation, simulated_openai

__all__ = ["environment", "running_simulation", "service", "simulated_openai", "stand_in", "start_service"]
