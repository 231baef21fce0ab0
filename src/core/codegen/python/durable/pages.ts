import type { WorkflowModule } from '../project/workflowModules.ts';
import type { Scope } from '../syntax/names.ts';
import * as py from '../syntax/build.ts';
import type { Keyword, Stmt } from '../syntax/tree.ts';
import { allowedTogether } from '../door/clientPages.ts';
import { corsOf } from '../door/guards.ts';

/** What a page sends besides what every caller does: to begin a run once, without waiting, and to hear its events. */
export const durableHeaders: readonly string[] = ['Idempotency-Key', 'Last-Event-ID', 'Prefer'];

/**
 * `cors=RUNS_CORS`: what pages of other origins may ask of runs, where an endpoint lets them begin some.
 * @param constants where what allows it is added
 */
export function runPages(workflows: readonly WorkflowModule[], names: Scope, constants: Stmt[]): readonly Keyword[] {
  const allowed = workflows.flatMap(({ plan: { checked } }) =>
    checked.trigger.type === 'httpEndpoint' ? (checked.trigger.config.cors ?? []) : [],
  );
  if (allowed.length === 0) return [];
  const cors = py.name(names.constant('runs cors'));
  const rights = allowedTogether(allowed, durableHeaders);
  constants.push(py.assign(cors, corsOf(rights, ['DELETE', 'GET', 'POST'])));
  return [py.keyword('cors', cors)];
}
