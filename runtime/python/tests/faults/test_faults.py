"""What happens when upstream misbehaves, over real sockets: fault by fault, by all APIs, streamed and whole."""

import pytest

from tests.faults.deltas import DELTAS
from tests.faults.endings import ENDINGS
from tests.faults.messages import MESSAGES
from tests.faults.notation import NOTATION
from tests.faults.outcomes import OUTCOMES
from tests.faults.refusals import REFUSALS
from tests.faults.scene import Fault, Scene, Way

TABLE: dict[str, Fault] = {**REFUSALS, **ENDINGS, **NOTATION, **DELTAS, **OUTCOMES, **MESSAGES}
CASES = [pytest.param(fault, way, id=f"{name}-{way}") for name, fault in TABLE.items() for way in fault.scripts]


@pytest.mark.parametrize(("fault", "way"), CASES)
async def test_fault(scene: Scene, fault: Fault, way: Way) -> None:
    await scene.check(fault, way)
