"""How those who make embeddings differ from one another."""

from app.llm.embeddings.types import EmbeddingHabits

EMBEDDING_HABITS: dict[str, EmbeddingHabits] = {
    "openai": EmbeddingHabits(most_tokens=300_000),
    "voyage": EmbeddingHabits(
        most_texts=1_000, most_tokens=120_000, dimensions="output_dimension", input_type=True, cuts_unasked=True
    ),
    "gemini": EmbeddingHabits(most_texts=100),
    "mistral": EmbeddingHabits(most_texts=128, most_tokens=16_384, dimensions="output_dimension"),
    "azure_openai": EmbeddingHabits(most_tokens=300_000, models_of="openai"),
}
