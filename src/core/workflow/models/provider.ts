import type { ModelCatalog } from './catalog.ts';
import type { RequestRules } from './requestRules.ts';

/** Who serves models. */
export interface Provider {
  /** As texts call it. */
  readonly name: string;
  /** What the names of its environment variables begin with; they are settings and secrets, and no workflow reads them. */
  readonly environmentPrefix: string;
  /** The variables that a service is told an account in: its key, the address of its API, and what may be set besides. */
  readonly variables: { readonly key: string; readonly baseUrl: string; readonly further: readonly string[] };
  readonly catalog: ModelCatalog;
  readonly rules: RequestRules;
}
