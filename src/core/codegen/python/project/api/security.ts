import type { TriggerNode } from '../../../../workflow/trigger.ts';
import { isAsked } from '../../../../workflow/trigger.ts';

/** As the runtime's ways of telling who asks call themselves in `/openapi.json`; one of them is enough. */
const schemes = { none: [], apiKey: ['ApiKey', 'ApiKeyHeader'], basic: ['Basic'], bearer: ['BearerToken'] } as const;

/** What a request needs that several workflows may answer, each for its own callers. */
export function securityOf(triggers: readonly TriggerNode[]): { readonly security?: readonly object[] } {
  const kinds = new Set(
    triggers.map((trigger) => (isAsked(trigger) ? trigger.config.auth?.kind : undefined) ?? 'none'),
  );
  if ([...kinds].join() === 'none') return {};
  const open = kinds.has('none') ? [{}] : [];
  return { security: [...open, ...[...kinds].flatMap((kind) => schemes[kind].map((name) => ({ [name]: [] })))] };
}
