"""What stands for a provider in a project: it has OpenAI's address and key, and nothing is known of its models."""

from dataclasses import replace

from app.llm.provider import Api, Parts, Provider
from app.llm.providers.openai import openai


def grove(*apis: Api, parts: Parts) -> Provider:
    """The provider, as a project asks it."""
    return replace(openai(*apis, parts=parts, models={}), name="grove")
