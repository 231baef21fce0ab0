/**
 * The chat models of OpenAI, as of November 2026.
 * Sources: https://developers.openai.com/api/docs/models, https://developers.openai.com/api/docs/deprecations, and the
 * dates in `openai/types/shared/chat_model.py` of the Python SDK 3.54.0.
 */
export interface Model {
  readonly name: string;
  readonly status: 'current' | 'retiring' | 'retired';
  /** The last day, as an ISO date, of a model that is retired or will be. */
  readonly shutdownDate: string | undefined;
  /** The current model that comes closest, for one that is retired or will be. */
  readonly replacement: string | undefined;
  /** In tokens, prompt and answer together. */
  readonly contextWindow: number;
  /** In tokens. */
  readonly maxOutput: number;
  /** False when only the default temperature is taken, unless `reasoning_effort` is "none". */
  readonly takesTemperature: boolean;
}

type Limits = Pick<Model, 'contextWindow' | 'maxOutput' | 'takesTemperature'>;

const gpt35: Limits = { contextWindow: 16_385, maxOutput: 4_096, takesTemperature: true };
const gpt4: Limits = { contextWindow: 8_192, maxOutput: 8_192, takesTemperature: true };
const gpt432k: Limits = { ...gpt4, contextWindow: 32_768 };
const gpt4Turbo: Limits = { contextWindow: 128_000, maxOutput: 4_096, takesTemperature: true };
const gpt4o: Limits = { contextWindow: 128_000, maxOutput: 16_384, takesTemperature: true };
const gpt41: Limits = { contextWindow: 1_047_576, maxOutput: 32_768, takesTemperature: true };
const oSeries: Limits = { contextWindow: 200_000, maxOutput: 100_000, takesTemperature: false };
const gpt5: Limits = { contextWindow: 400_000, maxOutput: 128_000, takesTemperature: false };
const gpt51: Limits = { ...gpt5, takesTemperature: true };
const gpt54: Limits = { ...gpt51, contextWindow: 1_050_000 };
const gpt55: Limits = { ...gpt54, takesTemperature: false };

function current(limits: Limits, ...names: readonly string[]): readonly Model[] {
  return names.map((name) => ({ name, status: 'current', shutdownDate: undefined, replacement: undefined, ...limits }));
}

function ending(
  status: 'retiring' | 'retired',
  limits: Limits,
  shutdownDate: string,
  replacement: string,
  ...names: readonly string[]
): readonly Model[] {
  return names.map((name) => ({ name, status, shutdownDate, replacement, ...limits }));
}

const [large, small, nano] = ['gpt-5.4', 'gpt-5.4-mini', 'gpt-5.4-mini'];

/** Every chat model that OpenAI offers or has offered. */
export const models: readonly Model[] = [
  ...current(gpt51, 'gpt-5.2', 'gpt-5.2-2025-12-11', 'gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17'),
  ...current(gpt5, 'gpt-5.2-pro', 'gpt-5.2-pro-2025-12-11'),
  ...current(gpt54, 'gpt-5.4'),
  ...current(gpt55, 'gpt-5.5', 'gpt-5.5-2026-04-23', 'gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'),
  ...current(
    gpt55,
    'gpt-6-sol',
    'gpt-6-luna',
    'gpt-6-astra',
    'gpt-6.1-sol',
    'gpt-6.1-terra',
    'gpt-6.2-sol',
    'gpt-6.2-astra',
  ),

  ...ending('retiring', gpt5, '2026-12-11', large, 'gpt-5', 'gpt-5-2025-08-07'),
  ...ending('retiring', gpt5, '2026-12-11', small, 'gpt-5-mini', 'gpt-5-mini-2025-08-07'),
  ...ending('retiring', gpt5, '2026-12-11', nano, 'gpt-5-nano', 'gpt-5-nano-2025-08-07'),
  ...ending('retiring', oSeries, '2026-12-11', large, 'o3', 'o3-2025-04-16'),
  ...ending('retiring', gpt4o, '2027-01-14', large, 'gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'),
  ...ending('retiring', gpt4o, '2027-01-14', small, 'gpt-4o-mini', 'gpt-4o-mini-2024-07-18'),
  ...ending('retiring', gpt41, '2027-01-14', large, 'gpt-4.1', 'gpt-4.1-2025-04-14'),
  ...ending('retiring', gpt41, '2027-01-14', small, 'gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'),
  ...ending('retiring', gpt4o, '2027-01-20', small, 'gpt-audio-mini', 'gpt-audio-mini-2025-12-15'),
  ...ending('retiring', gpt51, '2027-04-01', large, 'gpt-5.1', 'gpt-5.1-2025-11-13'),
  ...ending('retiring', gpt51, '2027-04-01', nano, 'gpt-5.4-nano', 'gpt-5.4-nano-2026-03-17'),

  ...ending(
    'retired',
    gpt35,
    '2024-09-13',
    small,
    'gpt-3.5-turbo-0301',
    'gpt-3.5-turbo-0613',
    'gpt-3.5-turbo-16k',
    'gpt-3.5-turbo-16k-0613',
  ),
  ...ending('retired', gpt35, '2026-09-28', small, 'gpt-3.5-turbo-1106'),
  ...ending('retired', gpt35, '2026-10-23', small, 'gpt-3.5-turbo', 'gpt-3.5-turbo-0125'),
  ...ending('retired', gpt432k, '2025-06-06', large, 'gpt-4-32k', 'gpt-4-32k-0314', 'gpt-4-32k-0613'),
  ...ending('retired', gpt4, '2026-03-26', large, 'gpt-4-0314'),
  ...ending('retired', gpt4, '2026-10-23', large, 'gpt-4', 'gpt-4-0613'),
  ...ending('retired', gpt4Turbo, '2024-12-06', large, 'gpt-4-vision-preview'),
  ...ending('retired', gpt4Turbo, '2026-03-26', large, 'gpt-4-turbo-preview', 'gpt-4-0125-preview'),
  ...ending('retired', gpt4Turbo, '2026-10-23', large, 'gpt-4-turbo', 'gpt-4-turbo-2024-04-09', 'gpt-4-1106-preview'),
  ...ending('retired', gpt4o, '2025-10-10', large, 'gpt-4o-audio-preview-2024-10-01'),
  ...ending('retired', gpt4o, '2026-02-17', small, 'chatgpt-4o-latest'),
  ...ending(
    'retired',
    gpt4o,
    '2026-05-07',
    large,
    'gpt-4o-audio-preview',
    'gpt-4o-audio-preview-2024-12-17',
    'gpt-4o-audio-preview-2025-06-03',
  ),
  ...ending('retired', gpt4o, '2026-05-07', small, 'gpt-4o-mini-audio-preview', 'gpt-4o-mini-audio-preview-2024-12-17'),
  ...ending(
    'retired',
    gpt4o,
    '2026-07-23',
    large,
    'gpt-4o-search-preview',
    'gpt-4o-search-preview-2025-03-11',
    'gpt-5-chat-latest',
  ),
  ...ending(
    'retired',
    gpt4o,
    '2026-07-23',
    small,
    'gpt-4o-mini-search-preview',
    'gpt-4o-mini-search-preview-2025-03-11',
  ),
  ...ending('retired', gpt4o, '2026-10-23', large, 'gpt-4o-2024-05-13'),
  ...ending('retired', gpt41, '2026-10-23', nano, 'gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14'),
  ...ending('retired', oSeries, '2025-07-28', large, 'o1-preview', 'o1-preview-2024-09-12'),
  ...ending('retired', oSeries, '2025-10-27', small, 'o1-mini', 'o1-mini-2024-09-12'),
  ...ending('retired', oSeries, '2026-02-12', small, 'codex-mini-latest'),
  ...ending('retired', oSeries, '2026-10-23', large, 'o1', 'o1-2024-12-17'),
  ...ending('retired', oSeries, '2026-10-23', small, 'o3-mini', 'o3-mini-2025-01-31', 'o4-mini', 'o4-mini-2025-04-16'),
  ...ending('retired', gpt51, '2026-07-23', large, 'gpt-5.1-codex', 'gpt-5.1-chat-latest'),
  ...ending('retired', gpt51, '2026-08-10', large, 'gpt-5.2-chat-latest', 'gpt-5.3-chat-latest'),
];

const byName = new Map(models.map((model) => [model.name, model]));

/** What is known of a model, also under a fine-tuned name (`ft:gpt-4o:…`) or a provider's (`openai/gpt-4o`). */
export function findModel(name: string): Model | undefined {
  const base = name.slice(name.lastIndexOf('/') + 1);
  return byName.get(base.startsWith('ft:') ? (base.split(':')[1] ?? '') : base);
}
