"""What models that make embeddings take and cost, by their providers and names."""

from app.llm.models import ModelFacts

EMBEDDING_MODELS: dict[str, ModelFacts] = {
    "openai/text-embedding-3-small": ModelFacts(0.02, None, 0, 8_192, dimensions=1_536),
    "openai/text-embedding-3-large": ModelFacts(0.13, None, 0, 8_192, dimensions=3_072),
    "openai/text-embedding-ada-002": ModelFacts(0.1, None, 0, 8_192, dimensions=1_536),
    "openai/text-similarity-ada-001": ModelFacts(
        None, None, None, 2_046, dimensions=1_024, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-ada-doc-001": ModelFacts(
        None, None, None, 2_046, dimensions=1_024, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-ada-query-001": ModelFacts(
        None, None, None, 2_046, dimensions=1_024, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/code-search-ada-code-001": ModelFacts(
        None, None, None, 2_046, dimensions=1_024, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/code-search-ada-text-001": ModelFacts(
        None, None, None, 2_046, dimensions=1_024, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-similarity-babbage-001": ModelFacts(
        None, None, None, 2_046, dimensions=2_048, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-babbage-doc-001": ModelFacts(
        None, None, None, 2_046, dimensions=2_048, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-babbage-query-001": ModelFacts(
        None, None, None, 2_046, dimensions=2_048, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/code-search-babbage-code-001": ModelFacts(
        None, None, None, 2_046, dimensions=2_048, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/code-search-babbage-text-001": ModelFacts(
        None, None, None, 2_046, dimensions=2_048, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-similarity-curie-001": ModelFacts(
        None, None, None, 2_046, dimensions=4_096, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-curie-doc-001": ModelFacts(
        None, None, None, 2_046, dimensions=4_096, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-curie-query-001": ModelFacts(
        None, None, None, 2_046, dimensions=4_096, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-similarity-davinci-001": ModelFacts(
        None, None, None, 2_046, dimensions=12_288, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-davinci-doc-001": ModelFacts(
        None, None, None, 2_046, dimensions=12_288, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "openai/text-search-davinci-query-001": ModelFacts(
        None, None, None, 2_046, dimensions=12_288, retired="2024-01-04", replacement="text-embedding-3-small"
    ),
    "voyage/voyage-4": ModelFacts(0.06, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-3.5": ModelFacts(0.06, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-4-large": ModelFacts(0.12, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-code-4": ModelFacts(0.12, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-4-lite": ModelFacts(0.02, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-3.5-lite": ModelFacts(0.02, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-3-large": ModelFacts(0.18, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-code-3": ModelFacts(0.18, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-3": ModelFacts(0.06, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-3-lite": ModelFacts(0.02, None, 0, 32_000, dimensions=512),
    "voyage/voyage-finance-2": ModelFacts(0.12, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-multilingual-2": ModelFacts(0.12, None, 0, 32_000, dimensions=1_024),
    "voyage/voyage-law-2": ModelFacts(0.12, None, 0, 16_000, dimensions=1_024),
    "voyage/voyage-code-2": ModelFacts(0.12, None, 0, 16_000, dimensions=1_536),
    "voyage/voyage-large-2": ModelFacts(0.12, None, 0, 16_000, dimensions=1_536),
    "voyage/voyage-2": ModelFacts(0.1, None, 0, 4_000, dimensions=1_024),
    "gemini/gemini-embedding-2": ModelFacts(0.2, None, 0, 8_192, dimensions=3_072),
    "gemini/gemini-embedding-001": ModelFacts(0.15, None, 0, 2_048, dimensions=3_072),
    "gemini/gemini-embedding-2-preview": ModelFacts(
        0.2, None, 0, 8_192, dimensions=3_072, retired="2026-11-06", replacement="gemini-embedding-2"
    ),
    "gemini/text-embedding-004": ModelFacts(
        None, None, None, 2_048, dimensions=768, retired="2026-01-14", replacement="gemini-embedding-001"
    ),
    "gemini/embedding-001": ModelFacts(
        None, None, None, 2_048, dimensions=768, retired="2025-10-30", replacement="gemini-embedding-001"
    ),
    "gemini/embedding-gecko-001": ModelFacts(
        None, None, None, 2_048, dimensions=768, retired="2025-10-30", replacement="gemini-embedding-001"
    ),
    "gemini/gemini-embedding-exp": ModelFacts(
        None, None, None, 2_048, dimensions=3_072, retired="2025-10-30", replacement="gemini-embedding-001"
    ),
    "gemini/gemini-embedding-exp-03-07": ModelFacts(
        None, None, None, 2_048, dimensions=3_072, retired="2025-10-30", replacement="gemini-embedding-001"
    ),
    "mistral/mistral-embed": ModelFacts(0.1, None, 0, 8_192, dimensions=1_024),
    "mistral/mistral-embed-2312": ModelFacts(0.1, None, 0, 8_192, dimensions=1_024),
    "mistral/codestral-embed": ModelFacts(0.15, None, 0, 8_192, dimensions=1_536),
    "mistral/codestral-embed-2505": ModelFacts(0.15, None, 0, 8_192, dimensions=1_536),
}
