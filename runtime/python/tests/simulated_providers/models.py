"""The models that OpenAI's API knows, and what each takes.

Sources: https://platform.openai.com/docs/models, https://platform.openai.com/docs/deprecations, and the list with dates
in `openai/types/shared/chat_model.py` of the Python SDK.
"""

from dataclasses import dataclass, replace

NONE_TO_HIGH = ("none", "low", "medium", "high")
NONE_TO_XHIGH = (*NONE_TO_HIGH, "xhigh")
NONE_TO_MAX = (*NONE_TO_XHIGH, "max")
MINIMAL_TO_HIGH = ("minimal", "low", "medium", "high")
LOW_TO_HIGH = ("low", "medium", "high")
LOW_TO_MAX = (*LOW_TO_HIGH, "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Model:
    """One model: names, limits in tokens, and which parameters it takes.

    `efforts` are its values of `reasoning_effort`, empty when it does not reason; `effort` is what it uses unasked.
    `chat` is false for models of the Responses API alone, `verbosity` says whether answers can be
    shorter or longer than medium. `tools_while_reasoning` is false for models that take
    function tools here only with `reasoning_effort` "none". `sampling_without_reasoning` is true for those that take
    temperature and the like with that effort. `shutdown_date` is an ISO date; `retired` says that it has passed.
    """

    id: str
    created: int
    context_window: int
    max_output: int
    snapshot: str = ""
    efforts: tuple[str, ...] = ()
    effort: str = "none"
    vision: bool = True
    audio: bool = False
    chat: bool = True
    verbosity: bool = False
    functions: bool = True
    parallel_calls: bool = True
    json_mode: bool = True
    json_schema: bool = True
    sampling_without_reasoning: bool = False
    tools_while_reasoning: bool = True
    shutdown_date: str | None = None
    retired: bool = False

    @property
    def reasons(self) -> bool:
        """Whether it is a reasoning model."""
        return bool(self.efforts)


def _aliases(model: Model, *names: str) -> list[Model]:
    """The model under its own name and under further ones; answers name the snapshot."""
    return [model, *(replace(model, id=name, snapshot=name) for name in names)]


GPT_35 = Model("gpt-3.5-turbo", 1677610602, 16_385, 4_096, vision=False, json_schema=False)
GPT_4 = Model("gpt-4", 1687882411, 8_192, 8_192, vision=False, json_mode=False, json_schema=False)
GPT_4_TURBO = Model("gpt-4-turbo", 1712361441, 128_000, 4_096, json_schema=False)
GPT_4O = Model("gpt-4o", 1715367049, 128_000, 16_384, shutdown_date="2027-01-14")
GPT_41 = Model("gpt-4.1", 1744316542, 1_047_576, 32_768, shutdown_date="2027-01-14")
O_SERIES = Model("o3", 1744225308, 200_000, 100_000, efforts=LOW_TO_HIGH, effort="medium", parallel_calls=False)
GPT_5 = Model(
    "gpt-5",
    1754425777,
    400_000,
    128_000,
    efforts=MINIMAL_TO_HIGH,
    effort="medium",
    verbosity=True,
    shutdown_date="2026-12-11",
)
GPT_51 = replace(
    GPT_5,
    id="gpt-5.1",
    created=1762800673,
    efforts=NONE_TO_HIGH,
    effort="none",
    sampling_without_reasoning=True,
    shutdown_date=None,
)
GPT_52 = replace(GPT_51, id="gpt-5.2", created=1765313051, efforts=NONE_TO_XHIGH)
GPT_54 = replace(GPT_52, id="gpt-5.4", created=1772691852, context_window=1_050_000, tools_while_reasoning=False)
GPT_55 = replace(GPT_54, id="gpt-5.5", created=1776902400, effort="medium")
GPT_56 = replace(GPT_55, id="gpt-5.6-sol", created=1783555200, efforts=NONE_TO_MAX)


def _gone(model: Model, date: str, *names: str) -> list[Model]:
    """Models that OpenAI has shut down on a date."""
    return [replace(model, id=name, snapshot=name, shutdown_date=date, retired=True) for name in names]


_ALL: list[Model] = [
    *_aliases(replace(GPT_4O, snapshot="gpt-4o-2024-08-06"), "gpt-4o-2024-08-06", "gpt-4o-2024-11-20"),
    *_aliases(
        replace(GPT_4O, id="gpt-4o-mini", snapshot="gpt-4o-mini-2024-07-18", created=1721172741),
        "gpt-4o-mini-2024-07-18",
    ),
    *_aliases(replace(GPT_41, snapshot="gpt-4.1-2025-04-14"), "gpt-4.1-2025-04-14"),
    *_aliases(replace(GPT_41, id="gpt-4.1-mini", snapshot="gpt-4.1-mini-2025-04-14"), "gpt-4.1-mini-2025-04-14"),
    *_aliases(replace(O_SERIES, snapshot="o3-2025-04-16", shutdown_date="2026-12-11"), "o3-2025-04-16"),
    *_aliases(replace(GPT_5, snapshot="gpt-5-2025-08-07"), "gpt-5-2025-08-07"),
    *_aliases(replace(GPT_5, id="gpt-5-mini", snapshot="gpt-5-mini-2025-08-07"), "gpt-5-mini-2025-08-07"),
    *_aliases(replace(GPT_5, id="gpt-5-nano", snapshot="gpt-5-nano-2025-08-07"), "gpt-5-nano-2025-08-07"),
    *_aliases(replace(GPT_51, snapshot="gpt-5.1-2025-11-13", shutdown_date="2027-04-01"), "gpt-5.1-2025-11-13"),
    *_aliases(replace(GPT_52, snapshot="gpt-5.2-2025-12-11"), "gpt-5.2-2025-12-11"),
    *_aliases(
        replace(GPT_52, id="gpt-5.2-pro", snapshot="gpt-5.2-pro-2025-12-11", chat=False), "gpt-5.2-pro-2025-12-11"
    ),
    *_aliases(replace(O_SERIES, id="o1-pro", snapshot="o1-pro-2025-03-19", chat=False), "o1-pro-2025-03-19"),
    *_aliases(replace(O_SERIES, id="o3-pro", snapshot="o3-pro-2025-06-10", chat=False), "o3-pro-2025-06-10"),
    *_aliases(
        replace(GPT_5, id="gpt-5-pro", snapshot="gpt-5-pro-2025-10-06", chat=False, efforts=("high",), effort="high",
                max_output=272_000, shutdown_date=None),
        "gpt-5-pro-2025-10-06",
    ),
    replace(GPT_5, id="gpt-5-codex", chat=False, efforts=LOW_TO_HIGH, shutdown_date=None),
    replace(GPT_51, id="gpt-5.1-codex-max", chat=False, efforts=NONE_TO_XHIGH),
    *_aliases(
        replace(GPT_55, id="gpt-5.5-pro", snapshot="gpt-5.5-pro-2026-04-23", chat=False), "gpt-5.5-pro-2026-04-23"
    ),
    *_aliases(GPT_54),
    *_aliases(
        replace(GPT_54, id="gpt-5.4-mini", snapshot="gpt-5.4-mini-2026-03-17", context_window=400_000),
        "gpt-5.4-mini-2026-03-17",
    ),
    *_aliases(
        replace(
            GPT_54,
            id="gpt-5.4-nano",
            snapshot="gpt-5.4-nano-2026-03-17",
            context_window=400_000,
            shutdown_date="2027-04-01",
        ),
        "gpt-5.4-nano-2026-03-17",
    ),
    *_aliases(replace(GPT_55, snapshot="gpt-5.5-2026-04-23"), "gpt-5.5-2026-04-23"),
    *_aliases(GPT_56, "gpt-5.6-terra", "gpt-5.6-luna"),
    *_aliases(replace(GPT_56, id="gpt-6-sol", created=1788220800), "gpt-6-luna", "gpt-6.1-terra"),
    *_aliases(
        replace(GPT_56, id="gpt-6-astra", created=1788220800, efforts=LOW_TO_MAX, sampling_without_reasoning=False),
        "gpt-6.1-sol", "gpt-6.2-sol", "gpt-6.2-astra",
    ),
    *_aliases(
        replace(GPT_4O, id="gpt-audio-mini", created=1765760000, vision=False, audio=True, json_schema=False,
                snapshot="gpt-audio-mini-2025-12-15", shutdown_date="2027-01-20"),
        "gpt-audio-mini-2025-12-15",
    ),
    *_gone(GPT_35, "2024-09-13", "gpt-3.5-turbo-16k", "gpt-3.5-turbo-16k-0613"),
    *_gone(GPT_35, "2024-09-13", "gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613"),
    *_gone(GPT_35, "2026-09-28", "gpt-3.5-turbo-1106"),
    *_gone(GPT_35, "2026-10-23", "gpt-3.5-turbo", "gpt-3.5-turbo-0125"),
    *_gone(GPT_4, "2026-10-23", "gpt-4", "gpt-4-0613"),
    *_gone(GPT_4, "2026-03-26", "gpt-4-0314"),
    *_gone(replace(GPT_4, context_window=32_768), "2025-06-06", "gpt-4-32k", "gpt-4-32k-0314", "gpt-4-32k-0613"),
    *_gone(replace(GPT_4_TURBO, vision=False), "2026-03-26", "gpt-4-turbo-preview", "gpt-4-0125-preview"),
    *_gone(replace(GPT_4_TURBO, vision=False), "2026-10-23", "gpt-4-1106-preview"),
    *_gone(GPT_4_TURBO, "2026-10-23", "gpt-4-turbo", "gpt-4-turbo-2024-04-09"),
    *_gone(GPT_4_TURBO, "2024-12-06", "gpt-4-vision-preview"),
    *_gone(replace(GPT_4O, json_schema=False), "2026-10-23", "gpt-4o-2024-05-13"),
    *_gone(GPT_4O, "2026-02-17", "chatgpt-4o-latest"),
    *_gone(GPT_4O, "2026-07-23", "gpt-4o-search-preview", "gpt-4o-mini-search-preview",
           "gpt-4o-search-preview-2025-03-11", "gpt-4o-mini-search-preview-2025-03-11"),
    *_gone(replace(GPT_4O, audio=True), "2026-05-07", "gpt-4o-audio-preview", "gpt-4o-audio-preview-2024-12-17",
           "gpt-4o-audio-preview-2025-06-03", "gpt-4o-mini-audio-preview", "gpt-4o-mini-audio-preview-2024-12-17"),
    *_gone(replace(GPT_4O, audio=True), "2025-10-10", "gpt-4o-audio-preview-2024-10-01"),
    *_gone(GPT_41, "2026-10-23", "gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"),
    *_gone(O_SERIES, "2026-10-23", "o1", "o1-2024-12-17", "o4-mini", "o4-mini-2025-04-16"),
    *_gone(replace(O_SERIES, vision=False), "2026-10-23", "o3-mini", "o3-mini-2025-01-31"),
    *_gone(replace(O_SERIES, vision=False, functions=False), "2025-07-28", "o1-preview", "o1-preview-2024-09-12"),
    *_gone(replace(O_SERIES, vision=False, functions=False), "2025-10-27", "o1-mini", "o1-mini-2024-09-12"),
    *_gone(replace(O_SERIES, id="codex-mini-latest"), "2026-02-12", "codex-mini-latest"),
    *_gone(GPT_51, "2026-07-23", "gpt-5.1-codex", "gpt-5.1-chat-latest"),
    *_gone(replace(GPT_4O, functions=False), "2026-07-23", "gpt-5-chat-latest"),
    *_gone(GPT_52, "2026-08-10", "gpt-5.2-chat-latest", "gpt-5.3-chat-latest"),
]  # fmt: skip


def general_model(name: str) -> Model:
    """A model of which nothing is known: it takes what chat models without reasoning take."""
    return replace(GPT_4O, id=name, snapshot=name)


MODELS: dict[str, Model] = {model.id: model for model in _ALL}


def find_model(name: str) -> Model | None:
    """The model of a name; a fine-tuned one (`ft:gpt-4o-mini:org::id`) has its base's properties. None: unknown."""
    if not name.startswith("ft:"):
        return MODELS.get(name)
    base = MODELS.get(name.split(":")[1])
    return replace(base, id=name, snapshot=name) if base else None
