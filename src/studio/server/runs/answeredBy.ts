import { kindOf, type ModelServer } from '../../../host/modelServer.ts';
import type { ModelServerState } from '../../protocol/index.ts';

/** Who answers, in the word that pages and kept runs have for it: `openai` stands for any provider itself. */
export function answeredBy(models: ModelServer): ModelServerState['kind'] {
  const kind = kindOf(models);
  return kind === 'provider' ? 'openai' : kind;
}
