"""Answers that HTTP frames in every way it allows, and in some that it does not, by both APIs, streamed and whole."""

import pytest

from tests.faults.framing import FRAMING
from tests.faults.scene import Fault, Scene, Way

CASES = [pytest.param(fault, way, id=f"{name}-{way}") for name, fault in FRAMING.items() for way in fault.scripts]


@pytest.mark.parametrize(("fault", "way"), CASES)
async def test_framing(scene: Scene, fault: Fault, way: Way) -> None:
    await scene.check(fault, way)
