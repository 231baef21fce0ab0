import type { JsonSchema } from '../jsonSchema.ts';
import type { StrictProblem } from '../strictSchema.ts';
import type { ModelCatalog } from './catalog.ts';
import type { RequestRules } from './requestRules.ts';

/** How a provider's API is spoken. */
export type ApiName = 'chat' | 'responses' | 'messages';

/** Who serves models. */
export interface Provider {
  /** As files and the command line call it. */
  readonly id: string;
  /** As routes may call it besides. */
  readonly shortName?: string;
  /** As texts call it. */
  readonly name: string;
  /** What the names of its environment variables begin with; they are settings and secrets, and no workflow reads them. */
  readonly environmentPrefix: string;
  /** The variables that a service is told an account in: its key, the address of its API, and what may be set besides. */
  readonly variables: { readonly key: string; readonly baseUrl: string; readonly further: readonly string[] };
  /** The API of a node that has no choice; Chat Completions where it is left out. */
  readonly api?: ApiName;
  /** Its servers answer without a key too. */
  readonly isKeyless?: boolean;
  /** Where its API is; left out where its operator alone knows that. */
  readonly address?: string;
  /** The path of its API at the simulated providers, `/v1` when left out: what the address variable holds behind the origin. */
  readonly simulatedPath?: string;
  /** False: nothing in an answer says that the model refuses; it does so in its text. */
  readonly tellsRefusals?: false;
  readonly catalog: ModelCatalog;
  readonly rules: RequestRules;
  /** What it takes to hold a model to a schema; OpenAI's strict mode where it is left out. */
  readonly strictness?: Strictness;
}

/** Which schemas an API can hold a model to, and how such a one is sent. */
export interface Strictness {
  readonly problems: (schema: JsonSchema) => readonly StrictProblem[];
  readonly sent: (schema: JsonSchema) => JsonSchema;
}

/** The address that a service is told where the simulated providers at `origin` stand in for a provider. */
export function simulatedAddress({ simulatedPath = '/v1' }: Pick<Provider, 'simulatedPath'>, origin: string): string {
  return `${origin}${simulatedPath}`;
}
