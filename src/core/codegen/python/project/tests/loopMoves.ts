import { pathsIn } from '../../../../workflow/expressions/walk.ts';
import { itemsOf, meaningOf, typesOf } from '../../../../workflow/jsonSchema.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { sampleOf } from '../sample.ts';
import { schemaOf, settingPath, type Move } from './moves.ts';

/** Other lengths of the lists that a loop goes through. */
export function loopMoves(plan: Plan, { config }: NodeOf<'loop'>): readonly Move[] {
  const { single } = config.items;
  if (single === undefined) return [];
  return pathsIn(single).flatMap(({ path }) => {
    const schema = meaningOf(schemaOf(plan, path));
    const types = typesOf(schema);
    if (types.length > 0 && !types.includes('array')) return [];
    const item = itemsOf(schema) ?? { type: 'string' };
    return [0, 1, 2, 3].map((length): Move => (trial) => {
      const items = Array.from({ length }, (_, index) => sampleOf(item, `item ${index + 1}`, true));
      return settingPath(plan, trial, path, items);
    });
  });
}
