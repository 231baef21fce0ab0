import { gpt4oAnd41 } from './families/gpt4o.ts';
import { gpt54To56 } from './families/gpt54.ts';
import { gpt5To53 } from './families/gpt5.ts';
import { gpt6To62 } from './families/gpt6.ts';
import { legacy } from './families/legacy.ts';
import { oSeries } from './families/oSeries.ts';
import type { Listing, ModelFacts } from './facts.ts';

/**
 * A chat model of OpenAI.
 * Sources of the dates: https://developers.openai.com/api/docs/deprecations and `openai/types/shared/chat_model.py` of
 * openai-python 3.54.0; those of all else are in `sources`.
 */
export interface Model extends ModelFacts {
  readonly name: string;
  /** `unavailable`: OpenAI lists the name, but serves no such model. */
  readonly status: 'current' | 'retiring' | 'retired' | 'unavailable';
  /** The last day, as an ISO date, of a model that is retired or will be. */
  readonly shutdownDate: string | null;
  /** The current model that comes closest, for one that is not. */
  readonly replacement: string | null;
}

/** The day as of which the catalog says what is retired. */
export const catalogDate = '2026-11-23';

/** Every chat model that OpenAI offers or has offered, the newest first. */
export const models: readonly Model[] = [gpt6To62, gpt54To56, gpt5To53, oSeries, gpt4oAnd41, legacy].flatMap((family) =>
  family.flatMap(modelsOf),
);

function modelsOf({ names, facts, ends, unavailable }: Listing): readonly Model[] {
  const shutdownDate = ends?.on ?? null;
  const replacement = ends?.replacement ?? unavailable?.replacement ?? null;
  const ending = shutdownDate === null ? 'current' : shutdownDate > catalogDate ? 'retiring' : 'retired';
  const status = unavailable === undefined ? ending : 'unavailable';
  return names.map((name) => ({ name, status, shutdownDate, replacement, ...facts }));
}

const byName = new Map(models.map((model) => [model.name, model]));

/**
 * What is known of a model, also under the name of a fine-tuned one (`ft:gpt-4o:…`), a provider's (`openai/gpt-4o`),
 * Azure's (`gpt-35-turbo`) or that of a later snapshot (`gpt-5.4-2027-01-31`). Fine-tuned models have prices of their own, which
 * are not known.
 */
export function findModel(name: string): Model | undefined {
  const exact = byName.get(name);
  if (exact !== undefined) return exact;
  const own = name.trim().toLowerCase().split('/').at(-1) ?? '';
  const isTuned = own.startsWith('ft:');
  const base = (isTuned ? (own.split(':')[1] ?? '') : own).replace(/^gpt-35-/, 'gpt-3.5-');
  const model = byName.get(base) ?? byName.get(base.replace(/-\d{4}-\d{2}-\d{2}$/, ''));
  return model === undefined || !isTuned
    ? model
    : { ...model, prices: null, sources: { ...model.sources, prices: null } };
}
