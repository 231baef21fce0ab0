"""The servers that speak Chat Completions and are known, by what a node's `provider` says."""

from app.llm.providers.compatible import CompatibleServer

SERVERS: dict[str, CompatibleServer] = {
    "gemini": CompatibleServer("https://generativelanguage.googleapis.com/v1beta/openai", keyless=False),
    "openrouter": CompatibleServer("https://openrouter.ai/api/v1", keyless=False, tells_cost=True),
    "deepseek": CompatibleServer("https://api.deepseek.com/v1", keyless=False, wants_thoughts=True, json_schema=False),
    "mistral": CompatibleServer(
        "https://api.mistral.ai/v1",
        keyless=False,
        stream_options=False,
        takes_back=(),
        seed="random_seed",
        short_call_ids=True,
    ),
    "xai": CompatibleServer("https://api.x.ai/v1", keyless=False, tells_cost=True),
    "together": CompatibleServer(
        "https://api.together.xyz/v1", keyless=False, takes_back=("reasoning", "reasoning_content")
    ),
    "fireworks": CompatibleServer(
        "https://api.fireworks.ai/inference/v1", keyless=False, takes_back=("reasoning_content",)
    ),
    "cerebras": CompatibleServer(
        "https://api.cerebras.ai/v1", keyless=False, new_limit=True, takes_back=("reasoning",)
    ),
    "moonshot": CompatibleServer("https://api.moonshot.ai/v1", keyless=False),
    "perplexity": CompatibleServer(
        "https://api.perplexity.ai",
        keyless=False,
        stream_options=False,
        tells_cost=True,
        json_mode=False,
        takes_back=("reasoning_steps",),
    ),
    "ollama": CompatibleServer("http://127.0.0.1:11434/v1"),
    "vllm": CompatibleServer("http://127.0.0.1:8000/v1", one_system_message=True),
    "llamacpp": CompatibleServer("http://127.0.0.1:8080/v1"),
    "lmstudio": CompatibleServer("http://127.0.0.1:1234/v1"),
    "voyage": CompatibleServer("https://api.voyageai.com/v1", keyless=False),
}
