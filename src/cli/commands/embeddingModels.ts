import type { Listed } from '../../core/workflow/models/catalog.ts';
import type { EmbeddingFacts } from '../../core/workflow/models/embeddings/facts.ts';
import { dimensionWords, knownServersOfEmbeddings } from '../../core/workflow/index.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { dollars, ending, isOffered, statusText } from './modelWords.ts';

export type EmbeddingModel = Listed<EmbeddingFacts>;

/** The models that make embeddings, of one provider or of all. */
export function embeddingModels(provider?: string): readonly EmbeddingModel[] {
  const asked = knownServersOfEmbeddings.filter((server) => provider === undefined || server.provider.id === provider);
  return asked.flatMap(({ catalog }) => catalog.models);
}

export function findEmbeddingModel(name: string): EmbeddingModel | undefined {
  return knownServersOfEmbeddings.map(({ catalog }) => catalog.find(name)).find((found) => found !== undefined);
}

/** Lists them as a table. */
export function listEmbeddingModels(terminal: Terminal, models: readonly EmbeddingModel[], all: boolean): void {
  const shown = models.filter((model) => all || isOffered(model));
  if (shown.length === 0) return;
  const { out } = terminal;
  const header = ['embeddings', 'status', 'longest text', 'dimensions', 'input', ''].map((title) => out.dim(title));
  const rows = shown.map((model) => [
    model.name,
    statusText(terminal, model),
    model.mostTokens.toLocaleString('en'),
    `${model.dimensions.toLocaleString('en')}${model.shortens === undefined ? '' : ` (${dimensionWords(model)})`}`,
    model.prices === null ? '?' : dollars(model.prices.input),
    out.dim(ending(model)),
  ]);
  for (const line of table([header, ...rows])) terminal.print(line);
}

/** All that is known of one. */
export function showEmbeddingModel(terminal: Terminal, model: EmbeddingModel): void {
  const { out } = terminal;
  const rows: readonly (readonly [string, string])[] = [
    ['model', model.name],
    ['status', `${statusText(terminal, model)} ${ending(model)}`.trim()],
    ['makes', 'embeddings'],
    ['longest text', `${model.mostTokens.toLocaleString('en')} tokens`],
    ['dimensions', `${model.dimensions.toLocaleString('en')}, or ${dimensionWords(model)}`],
    ['price', model.prices === null ? 'not known' : `${dollars(model.prices.input)} per million tokens`],
    ['sources', [model.sources.capabilities, model.sources.prices].filter((source) => source !== null).join(', ')],
  ];
  for (const line of table(rows.map(([title, text]) => [out.dim(title), text]))) terminal.print(line);
}
