import type { ModelCatalog } from './catalog.ts';
import type { RequestRules } from './requestRules.ts';

/** Who serves models. */
export interface Provider {
  /** As texts call it. */
  readonly name: string;
  /** What the names of its environment variables begin with; they are settings and secrets, and no workflow reads them. */
  readonly environmentPrefix: string;
  readonly catalog: ModelCatalog;
  readonly rules: RequestRules;
}
