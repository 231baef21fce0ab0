"""The table of models against the list that OpenAI's Python SDK carries, with the shutdown dates in its text."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest
from openai.types.shared import ChatModel, ResponsesModel

from tests.simulated_providers.models import MODELS, find_model

# "Not a supported model ID. Retained for SDK compatibility", says the SDK.
NEVER_SERVED = {"gpt-5.1-mini"}


def _shutdown_dates() -> dict[str, str]:
    spec = find_spec("openai.types.shared.chat_model")
    assert spec
    assert spec.origin
    text = Path(spec.origin).read_text().partition('"""Deprecated values:')[2]
    entries = re.findall(
        r'^- ((?:"[^"]+",?\s+)*"[^"]+"):\s+Announced shutdown\s+date:\s+(\d{4}-\d{2}-\d{2})', text, re.M
    )
    return {name: date for names, date in entries for name in re.findall(r'"([^"]+)"', names)}


def test_every_model_of_the_sdk_is_known() -> None:
    assert set(get_args(ChatModel)) - set(MODELS) == NEVER_SERVED


def test_the_main_models_of_the_responses_api_are_known() -> None:
    listed = {name for part in get_args(ResponsesModel) if part is not str for name in get_args(part)}
    special = ("deep-research", "computer-use", "daybreak", "cyber", "rosalind", "law")
    rest = listed - set(get_args(ChatModel))
    assert {name for name in rest - set(MODELS) if not any(word in name for word in special)} == set()
    assert not any(MODELS[name].chat for name in rest & set(MODELS))


def test_shutdown_dates_are_those_of_the_sdk() -> None:
    dates = _shutdown_dates()
    assert len(dates) > 60
    assert {name: MODELS[name].shutdown_date for name in dates} == dates
    assert {name for name, model in MODELS.items() if model.shutdown_date} == set(dates)


def test_retired_are_those_whose_date_is_past() -> None:
    for model in MODELS.values():
        assert model.retired == (model.shutdown_date is not None and model.shutdown_date < "2026-12-01"), model.id


@pytest.mark.parametrize(
    ("name", "base"), [("ft:gpt-4o-mini:acme::7p4", "gpt-4o-mini"), ("ft:o3-mini:a:b:c", "o3-mini")]
)
def test_fine_tuned_models_have_their_bases_limits(name: str, base: str) -> None:
    model = find_model(name)
    assert model
    assert (model.id, model.context_window) == (name, MODELS[base].context_window)
    assert find_model("ft:mine") is None
