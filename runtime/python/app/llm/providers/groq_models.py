"""What Groq's chat models take and cost, as far as the service names them."""

from app.llm.models import ModelFacts

# Prices: genai-prices 0.2.3.
GROQ_MODELS: dict[str, ModelFacts] = {
    "openai/gpt-oss-120b": ModelFacts(0.15, 0.075, 0.6, 131_072, vision=False, default_effort="medium"),
    "openai/gpt-oss-20b": ModelFacts(0.075, 0.0375, 0.3, 131_072, vision=False, default_effort="medium"),
    "openai/gpt-oss-safeguard-20b": ModelFacts(0.075, 0.0375, 0.3, 131_072, vision=False, default_effort="medium"),
    "qwen/qwen3.8-27b": ModelFacts(0.8, None, 4, 131_072, default_effort="medium"),
    "groq/compound": ModelFacts(None, None, None, 131_072, vision=False, default_effort="medium"),
    "groq/compound-mini": ModelFacts(None, None, None, 131_072, vision=False, default_effort="medium"),
    "compound-beta": ModelFacts(None, None, None, 131_072, vision=False, default_effort="medium"),
    "compound-beta-mini": ModelFacts(None, None, None, 131_072, vision=False, default_effort="medium"),
    "llama-3.3-70b-versatile": ModelFacts(
        0.59, None, 0.79, 131_072, vision=False, retired="2026-08-16", replacement="openai/gpt-oss-120b"
    ),
    "llama-3.1-8b-instant": ModelFacts(
        0.05, None, 0.08, 131_072, vision=False, retired="2026-08-16", replacement="openai/gpt-oss-20b"
    ),
    "qwen/qwen3-32b": ModelFacts(
        0.29,
        None,
        0.59,
        131_072,
        vision=False,
        default_effort="medium",
        retired="2026-07-17",
        replacement="openai/gpt-oss-120b",
    ),
    "meta-llama/llama-4-scout-17b-16e-instruct": ModelFacts(
        0.11, None, 0.34, 131_072, retired="2026-07-17", replacement="qwen/qwen3.8-27b"
    ),
    "meta-llama/llama-4-maverick-17b-128e-instruct": ModelFacts(
        0.2, None, 0.6, 131_072, retired="2026-03-09", replacement="qwen/qwen3.8-27b"
    ),
    "moonshotai/kimi-k2-instruct": ModelFacts(
        1, 0.5, 3, 131_072, vision=False, retired="2025-10-10", replacement="openai/gpt-oss-120b"
    ),
    "qwen/qwen3.6-27b": ModelFacts(
        0.29, None, 0.59, 131_072, vision=False, default_effort="medium", replacement="qwen/qwen3.8-27b"
    ),
    "moonshotai/kimi-k2-instruct-0905": ModelFacts(
        1, 0.5, 3, 131_072, vision=False, retired="2026-04-15", replacement="openai/gpt-oss-120b"
    ),
    "qwen-qwq-32b": ModelFacts(
        None,
        None,
        None,
        131_072,
        vision=False,
        default_effort="medium",
        retired="2025-07-14",
        replacement="openai/gpt-oss-120b",
    ),
    "llama-3.1-70b-versatile": ModelFacts(
        0.59, None, 0.79, 131_072, vision=False, retired="2025-01-24", replacement="openai/gpt-oss-120b"
    ),
    "llama-3.1-70b-specdec": ModelFacts(
        0.59, None, 0.79, 131_072, vision=False, retired="2025-01-24", replacement="openai/gpt-oss-120b"
    ),
    "mixtral-8x7b-32768": ModelFacts(
        0.24, None, 0.24, 32_768, vision=False, retired="2025-03-20", replacement="openai/gpt-oss-120b"
    ),
    "gemma2-9b-it": ModelFacts(
        0.2, None, 0.2, 8_192, vision=False, retired="2025-10-08", replacement="openai/gpt-oss-20b"
    ),
    "gemma-7b-it": ModelFacts(
        0.07, None, 0.07, 8_192, vision=False, retired="2024-12-18", replacement="openai/gpt-oss-20b"
    ),
    "llama3-70b-8192": ModelFacts(0.59, None, 0.79, 8_192, vision=False, replacement="openai/gpt-oss-120b"),
    "llama3-8b-8192": ModelFacts(0.05, None, 0.08, 8_192, vision=False, replacement="openai/gpt-oss-20b"),
    "llama-3.3-70b-specdec": ModelFacts(0.59, None, 0.99, 8_192, vision=False, replacement="openai/gpt-oss-120b"),
    "llama-3.2-1b-preview": ModelFacts(None, None, None, 131_072, vision=False, replacement="openai/gpt-oss-20b"),
    "llama-3.2-3b-preview": ModelFacts(None, None, None, 131_072, vision=False, replacement="openai/gpt-oss-20b"),
    "llama-3.2-11b-vision-preview": ModelFacts(
        None, None, None, 131_072, retired="2025-04-14", replacement="qwen/qwen3.8-27b"
    ),
    "llama-3.2-90b-vision-preview": ModelFacts(
        None, None, None, 131_072, retired="2025-04-14", replacement="qwen/qwen3.8-27b"
    ),
    "deepseek-r1-distill-llama-70b": ModelFacts(
        0.75,
        None,
        0.99,
        131_072,
        vision=False,
        default_effort="medium",
        retired="2025-10-02",
        replacement="openai/gpt-oss-120b",
    ),
}
