import type { Answerer, ModelCall, RunSummary } from '../../protocol/index.ts';

type Kind = RunSummary['answeredBy'];

/** Who answers on the whole, in a word. */
export const answererKinds: Readonly<Record<Kind, string>> = {
  provider: 'Provider',
  custom: 'Own server',
  simulated: 'Simulated',
  told: 'Replayed',
};

/** Who answers, by name where somebody real does: `OpenAI, Groq (own server), Anthropic (simulated)`. */
export function answererWords(kind: Kind, answerers: readonly Answerer[] | undefined): string {
  if (answerers === undefined || kind === 'told') return answererKinds[kind];
  if (answerers.length === 0) return 'No model';
  return kind === 'simulated' ? answererKinds.simulated : answerers.map(named).join(', ');
}

function named({ provider, kind }: Answerer): string {
  return kind === 'provider' ? provider : `${provider} (${answererKinds[kind].toLowerCase()})`;
}

/** Who answered a call. */
export function callAnswerer({ answeredBy, provider }: Pick<ModelCall, 'answeredBy' | 'provider'>): string {
  if (answeredBy === 'told') return 'a recorded answer';
  if (answeredBy === 'simulated') return `the simulated ${provider ?? 'provider'}`;
  return provider ?? 'a model';
}
