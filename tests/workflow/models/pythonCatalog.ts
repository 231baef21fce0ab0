import type { Model } from '../../../src/core/workflow/models/catalog.ts';
import { genaiPrices, type TokenPrices } from '../../../src/core/workflow/models/facts.ts';
import { openai } from '../../../src/core/workflow/models/openai/openai.ts';

const head = `"""What OpenAI's chat models take and cost. Written from the compiler's catalog, which has the sources.

\`UPDATE_CATALOG=1 npm test -- tests/workflow/models\` writes it again.
"""

import re
from typing import Literal, NamedTuple


class LongContext(NamedTuple):
    """Prices of a whole call whose prompt has more than \`above\` tokens, in USD per million tokens."""

    above: int
    input_price: float
    cached_price: float | None
    output_price: float


class ModelFacts(NamedTuple):
    """One model. Prices are in USD per million tokens, None when they are not known; limits are in tokens.

    \`cached_price\` is None as well when cached prompt tokens cost as much as others. \`functions\` says whether the
    deprecated parameter is taken, \`vision\` whether images are. Without \`tools_with_reasoning\`, Chat Completions
    refuses tools unless the effort is "none"; \`default_effort\` is the one of a call that names none, None for a model
    that does not reason. \`retired\` is the model's last day, past or to come, as an ISO date.
    """

    input_price: float | None
    cached_price: float | None
    output_price: float | None
    context_window: int
    max_output: int
    token_limit_parameter: Literal["max_tokens", "max_completion_tokens"]
    functions: bool = False
    vision: bool = True
    tools_with_reasoning: bool = True
    responses_only: bool = False
    default_effort: str | None = None
    long_context: LongContext | None = None
    retired: str | None = None
    replacement: str | None = None


# Prices: ${genaiPrices}; https://developers.openai.com/api/docs/pricing for those it does not have yet.
MODELS: dict[str, ModelFacts] = {
`;

const tail = `}

_SNAPSHOT = re.compile(r"-\\d{4}-\\d{2}-\\d{2}$")


def facts_of(name: str) -> ModelFacts | None:
    """What is known of a model; None for one that is not in the catalog.

    Takes the names of fine-tuned models (\`ft:gpt-4o:…\`, whose prices are not known), of providers (\`openai/gpt-4o\`),
    of Azure (\`gpt-35-turbo\`) and of later snapshots (\`gpt-5.4-2027-01-31\`) for those of their base.
    """
    own = name.strip().lower().rpartition("/")[2]
    tuned = own.startswith("ft:")
    base = own.split(":")[1] if tuned else own
    if base.startswith("gpt-35-"):
        base = f"gpt-3.5-{base.removeprefix('gpt-35-')}"
    facts = MODELS.get(base) or MODELS.get(_SNAPSHOT.sub("", base))
    if facts is None or not tuned:
        return facts
    return facts._replace(input_price=None, cached_price=None, output_price=None, long_context=None)
`;

/** The module `app/llm/providers/openai_models.py`, laid out as ruff does. */
export function pythonCatalog(): string {
  return `${head}${openai.catalog.models.map(entry).join('')}${tail}`;
}

const width = 120;

function entry(model: Model): string {
  const key = `    ${text(model.name)}: ModelFacts(`;
  const values = argumentsOf(model);
  const line = `${key}${values.join(', ')}),\n`;
  if (line.length <= width + 1) return line;
  const inner = `        ${values.join(', ')}`;
  const body = inner.length <= width ? inner : values.map((value) => `        ${value},`).join('\n');
  return `${key}\n${body}\n    ),\n`;
}

function argumentsOf(model: Model): readonly string[] {
  const { prices } = model;
  const long = prices?.longContext ?? null;
  return [
    ...(prices === null ? ['None', 'None', 'None'] : pricesOf(prices)),
    whole(model.contextWindow),
    whole(model.maxOutput),
    text(model.tokenLimitParameter),
    ...(model.functions ? ['functions=True'] : []),
    ...(model.vision ? [] : ['vision=False']),
    ...(model.toolsWithReasoning ? [] : ['tools_with_reasoning=False']),
    ...(model.chat ? [] : ['responses_only=True']),
    ...(model.defaultEffort === null ? [] : [`default_effort=${text(model.defaultEffort)}`]),
    ...(long === null ? [] : [`long_context=LongContext(${[whole(long.above), ...pricesOf(long)].join(', ')})`]),
    ...(model.shutdownDate === null ? [] : [`retired=${text(model.shutdownDate)}`]),
    ...(model.replacement === null ? [] : [`replacement=${text(model.replacement)}`]),
  ];
}

function pricesOf({ input, cached, output }: TokenPrices): readonly string[] {
  return [String(input), cached === null ? 'None' : String(cached), String(output)];
}

function whole(value: number): string {
  return value.toLocaleString('en').replaceAll(',', '_');
}

function text(value: string): string {
  return JSON.stringify(value);
}
