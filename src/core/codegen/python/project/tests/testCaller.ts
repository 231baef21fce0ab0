import { Unknown, type Value } from '../../../../workflow/expressions/values.ts';
import type { TriggerNode } from '../../../../workflow/trigger.ts';

/** Who asks in tests: the name of their key, and the subject of their token. */
export const testName = 'tests';

/** What expressions read of who asks in tests, as far as it is known before they run. */
export function testCaller(trigger: TriggerNode): Value {
  if (trigger.type === 'webhookReceiver')
    return { name: trigger.config.service, event: new Unknown(false), id: new Unknown(false) };
  if (trigger.type === 'scheduledTask') return { name: trigger.id, scheduled_at: new Unknown(true) };
  if (trigger.type === 'queueConsumer') return {};
  const { kind, scopes = [] } = trigger.config.auth ?? { kind: 'none' };
  const caller = { name: testName, scopes: scopes.toSorted() };
  return kind === 'bearer' ? { ...caller, claims: new Unknown(false) } : caller;
}
