import type { Model } from '../../../src/core/workflow/models/catalog.ts';
import { genaiPrices, type TokenPrices } from '../../../src/core/workflow/models/facts.ts';
import { openai } from '../../../src/core/workflow/models/openai/openai.ts';

const head = `"""What OpenAI's chat models take and cost, as far as the service names them."""

from app.llm.models import LongContext, ModelFacts

# Prices: ${genaiPrices}; https://developers.openai.com/api/docs/pricing for those it does not have yet.
MODELS: dict[str, ModelFacts] = {
`;

/** The module `app/llm/providers/openai_models.py`, laid out as ruff does. */
export function pythonCatalog(): string {
  return `${head}${openai.catalog.models.map(entry).join('')}}\n`;
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
