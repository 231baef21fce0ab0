"""Claude's models, and what each takes.

Sources: https://platform.claude.com/docs/en/about-claude/models, https://platform.claude.com/docs/en/build-with-claude/thinking
and `_data/deprecated_models.py` of the Python SDK.
"""

from dataclasses import dataclass, replace

from tests.simulated_providers.models import Model

EFFORTS = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class ClaudeModel(Model):
    """One model. `thinking` are the types that it takes, `thinks` says that it does unasked. `quiet` models leave their
    thoughts out unless they are asked for. `off_up_to` is the greatest effort with thinking that is off. `samples`
    says whether it takes temperature and the like by the older version of the API; `forced` whether it can be made to
    call a tool, `prefill` whether a turn of its own may come last, `late_system` whether instructions may come later.
    """

    thinking: tuple[str, ...] = ("adaptive",)
    thinks: bool = True
    quiet: bool = True
    off_up_to: str = "max"
    samples: bool = False
    forced: bool = True
    prefill: bool = False
    late_system: bool = True
    cache_minimum: int = 512


FABLE_5 = ClaudeModel("claude-fable-5", 1780963200, 1_000_000, 128_000, efforts=EFFORTS, effort="high")
FABLE_52 = replace(FABLE_5, id="claude-fable-5-2", forced=False)
OPUS_55 = replace(FABLE_52, id="claude-opus-5-5", effort="medium")
OPUS_5 = replace(FABLE_5, id="claude-opus-5", thinking=("adaptive", "disabled"), off_up_to="high")
SONNET_55 = replace(FABLE_52, id="claude-sonnet-5-5", thinking=("adaptive", "between_tools"), off_up_to="high")
SONNET_5 = replace(
    FABLE_5, id="claude-sonnet-5", thinking=("adaptive", "disabled"), late_system=False, cache_minimum=1_024
)
HAIKU_55 = replace(OPUS_5, id="claude-haiku-5-5", effort="medium")
OPUS_48 = replace(
    FABLE_5,
    id="claude-opus-4-8",
    thinking=("adaptive", "disabled"),
    thinks=False,
    quiet=False,
    cache_minimum=1_024,
)
OPUS_47 = replace(OPUS_48, id="claude-opus-4-7", late_system=False, cache_minimum=2_048)
OPUS_46 = replace(
    OPUS_47,
    id="claude-opus-4-6",
    thinking=("adaptive", "enabled", "disabled"),
    samples=True,
    efforts=("low", "medium", "high", "max"),
    cache_minimum=4_096,
)
SONNET_46 = replace(OPUS_46, id="claude-sonnet-4-6", cache_minimum=1_024)
OPUS_45 = replace(
    OPUS_46,
    id="claude-opus-4-5",
    snapshot="claude-opus-4-5-20251101",
    context_window=200_000,
    max_output=64_000,
    thinking=("enabled", "disabled"),
    efforts=("low", "medium", "high"),
    prefill=True,
    shutdown_date="2027-01-22",
)
SONNET_45 = replace(
    OPUS_45,
    id="claude-sonnet-4-5",
    snapshot="claude-sonnet-4-5-20250929",
    efforts=(),
    effort="none",
    shutdown_date="2026-11-30",
)
HAIKU_45 = replace(SONNET_45, id="claude-haiku-4-5", snapshot="claude-haiku-4-5-20251001", shutdown_date=None)

_GONE = """
claude-mythos-preview claude-opus-4-1 claude-opus-4-1-20250805 claude-opus-4-0 claude-opus-4-20250514 claude-sonnet-4-0
claude-sonnet-4-20250514 claude-3-7-sonnet-20250219 claude-3-7-sonnet-latest claude-3-5-sonnet-20241022
claude-3-5-sonnet-20240620 claude-3-5-sonnet-latest claude-3-5-haiku-20241022 claude-3-5-haiku-latest
claude-3-opus-20240229 claude-3-opus-latest claude-3-sonnet-20240229 claude-3-haiku-20240307
"""
_ALL = [
    *(FABLE_5, FABLE_52, OPUS_55, OPUS_5, SONNET_55, SONNET_5, HAIKU_55),
    *(OPUS_48, OPUS_47, OPUS_46, SONNET_46, OPUS_45, SONNET_45, HAIKU_45),
    *(replace(FABLE_52, id=name) for name in ("claude-fable-5-1", "claude-mythos-5-1", "claude-mythos-5-2")),
    replace(FABLE_5, id="claude-mythos-5"),
    *(replace(model, id=model.snapshot) for model in (OPUS_45, SONNET_45, HAIKU_45)),
    *(replace(SONNET_45, id=name, snapshot=name, retired=True) for name in _GONE.split()),
]
ANTHROPIC_MODELS = {model.id: model for model in _ALL}
