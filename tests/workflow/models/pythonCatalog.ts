import type { Model } from '../../../src/core/workflow/models/catalog.ts';
import type { ThinkingFacts, TokenPrices } from '../../../src/core/workflow/models/facts.ts';
import type { Provider } from '../../../src/core/workflow/models/provider.ts';

/** The module `app/llm/providers/PROVIDER_models.py`, laid out as ruff does. One module may import those of several providers. */
export function pythonCatalog({ id, name, catalog: { models } }: Provider): string {
  const entries = models.map(entry).join('');
  const types = entries.includes('=LongContext(') ? 'LongContext, ModelFacts' : 'ModelFacts';
  const sources = [...new Set(models.flatMap(({ sources: { prices } }) => prices ?? []))];
  const [most = ''] = sources.toSorted((a, b) => pricedBy(b, models) - pricedBy(a, models));
  return `"""What ${name}'s chat models take and cost, as far as the service names them."""

from app.llm.models import ${types}

# Prices: ${most}${sources.length > 1 ? '; the pages of the models for those it does not have yet' : ''}.
${id === 'openai' ? '' : `${id.toUpperCase()}_`}MODELS: dict[str, ModelFacts] = {
${entries}}
`;
}

function pricedBy(source: string, models: readonly Model[]): number {
  return models.filter(({ sources }) => sources.prices === source).length;
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
    ...(long === null
      ? []
      : [
          `long_context=LongContext(${[whole(long.above), ...pricesOf(long), ...writtenOf(long).map(String)].join(', ')})`,
        ]),
    ...(model.shutdownDate === null ? [] : [`retired=${text(model.shutdownDate)}`]),
    ...(model.replacement === null ? [] : [`replacement=${text(model.replacement)}`]),
    ...(prices === null ? [] : named(['write_price', 'hour_write_price'], writtenOf(prices))),
    ...(model.thinking === undefined ? [] : ofClaude(model, model.thinking)),
  ];
}

/** What only the Messages API is told, or makes something of. */
function ofClaude(model: Model, thinking: ThinkingFacts): readonly string[] {
  return [
    `max_output=${whole(model.maxOutput)}`,
    ...(thinking.off === 'disabled' ? [] : [`thinking_off=${text(thinking.off)}`]),
    ...(thinking.unasked === 'off' ? [] : ['thinks_unasked=True']),
    ...(model.cacheMinimum === undefined ? [] : [`cache_minimum=${whole(model.cacheMinimum)}`]),
    ...(model.lateInstructions === false ? ['late_instructions=False'] : []),
  ];
}

function writtenOf({ written }: TokenPrices): readonly number[] {
  return written === undefined ? [] : [written.short, written.hour];
}

function named(names: readonly string[], values: readonly number[]): readonly string[] {
  return values.map((value, index) => `${names[index]}=${value}`);
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
