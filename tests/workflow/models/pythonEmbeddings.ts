import type { EmbeddingFacts, EmbeddingServer } from '../../../src/core/workflow/models/embeddings/facts.ts';
import { embeddingServer, knownServersOfEmbeddings } from '../../../src/core/workflow/models/embeddings/servers.ts';
import type { Listed } from '../../../src/core/workflow/models/catalog.ts';

/** The module `app/llm/providers/embedding_models.py`, laid out as ruff does. */
export function pythonEmbeddingModels(): string {
  const entries = knownServersOfEmbeddings.flatMap(({ provider, catalog }) =>
    catalog.models.map((model) => line(`${provider.id}/${model.name}`, 'ModelFacts', factsOf(model))),
  );
  return `"""What models that make embeddings take and cost, by their providers and names."""

from app.llm.models import ModelFacts

EMBEDDING_MODELS: dict[str, ModelFacts] = {
${entries.join('')}}
`;
}

/** The module \`app/llm/providers/embedding_habits.py\`, laid out as ruff does. */
export function pythonEmbeddingHabits(): string {
  const servers = [...knownServersOfEmbeddings, embeddingServer('azure')];
  const entries = servers.map((server) => line(server.provider.id, 'EmbeddingHabits', habitsOf(server)));
  return `"""How those who make embeddings differ from one another."""

from app.llm.embeddings.types import EmbeddingHabits

EMBEDDING_HABITS: dict[str, EmbeddingHabits] = {
${entries.join('')}}
`;
}

function factsOf({ prices, mostTokens, dimensions, shutdownDate, replacement }: Listed<EmbeddingFacts>) {
  return [
    ...(prices === null ? ['None', 'None', 'None'] : [String(prices.input), 'None', '0']),
    whole(mostTokens),
    `dimensions=${whole(dimensions)}`,
    ...(shutdownDate === null ? [] : [`retired=${JSON.stringify(shutdownDate)}`]),
    ...(replacement === null ? [] : [`replacement=${JSON.stringify(replacement)}`]),
  ];
}

function habitsOf({ provider, habits, catalog }: EmbeddingServer) {
  const owner = knownServersOfEmbeddings.find((other) => other.catalog === catalog)?.provider.id;
  return [
    ...(habits.mostTexts === 2048 ? [] : [`most_texts=${whole(habits.mostTexts)}`]),
    ...(habits.mostTokens === undefined ? [] : [`most_tokens=${whole(habits.mostTokens)}`]),
    ...(habits.dimensionsAs === undefined ? [] : [`dimensions=${JSON.stringify(habits.dimensionsAs)}`]),
    ...(habits.inputType ? ['input_type=True'] : []),
    ...(habits.cutsUnasked ? ['cuts_unasked=True'] : []),
    ...(owner === undefined || owner === provider.id ? [] : [`models_of=${JSON.stringify(owner)}`]),
  ];
}

function line(key: string, type: string, values: readonly string[]): string {
  const written = `    ${JSON.stringify(key)}: ${type}(${values.join(', ')}),\n`;
  return written.length <= 121
    ? written
    : `    ${JSON.stringify(key)}: ${type}(\n        ${values.join(', ')}\n    ),\n`;
}

function whole(value: number): string {
  return value.toLocaleString('en').replaceAll(',', '_');
}
