import { consumersOf } from '../../../workflow/checked.ts';
import { plan } from '../plan/index.ts';
import type { Plan } from '../plan/plan.ts';

/** Plans with those of the workflows that take what they put into queues, directly or not, each once. */
export function withConsumers(plans: readonly Plan[]): readonly Plan[] {
  const known = new Map(plans.map((each) => [each.checked, each]));
  return consumersOf(plans.map(({ checked }) => checked)).map((checked) => known.get(checked) ?? plan(checked));
}
