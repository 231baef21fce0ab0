import type { ModelServer } from '../../../host/modelServer.ts';
import type { Answerer } from '../../protocol/index.ts';

/** Who answers, as pages and kept runs have it. */
export function answerersOf({ answerers }: ModelServer): Answerer[] {
  return answerers.map(({ provider, kind }) => ({ provider: provider.name, kind }));
}
