"""The workflows of this project as batches run them, the variables that they need, and the servers that they ask.

BATCHES are those of the providers that have such.

`catalyst build --with batch` writes this file.
"""

from collections.abc import Callable
from typing import Any

from app.batch.providers.anthropic import AnthropicBatches
from app.batch.providers.openai import OpenAIBatches
from app.batch.providers.remote import RemoteBatches
from app.batch.workflow import BatchWorkflow
from app.runtime.context import Server

BATCHES: dict[str, Callable[[], RemoteBatches]] = {"openai": OpenAIBatches, "anthropic": AnthropicBatches}
ENV: list[str] = []
SERVERS: list[Server[Any]] = []
WORKFLOWS: list[BatchWorkflow] = []
