import type { PathExpression } from '../../../../workflow/expressions/syntax.ts';
import { pathsIn } from '../../../../workflow/expressions/walk.ts';
import type { Json } from '../../../../workflow/json.ts';
import { itemsOf, meaningOf, typesOf, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import { sampleOf } from '../sample.ts';
import type { Trial } from './trial.ts';

/** What a test can set. */
interface Values {
  schemaAt(path: PathExpression): JsonSchema;
  set(trial: Trial, path: PathExpression, value: Json): Trial | undefined;
}

/** Other lengths of the lists that a loop goes through. */
export function loopMoves(
  { config }: NodeOf<'loop'>,
  values: Values,
): readonly ((trial: Trial) => Trial | undefined)[] {
  const { single } = config.items;
  if (single === undefined) return [];
  return pathsIn(single).flatMap(({ path }) => {
    const schema = meaningOf(values.schemaAt(path));
    const types = typesOf(schema);
    if (types.length > 0 && !types.includes('array')) return [];
    const item = itemsOf(schema) ?? { type: 'string' };
    return [0, 1, 2, 3].map((length) => (trial: Trial) => {
      const items = Array.from({ length }, (_, index) => sampleOf(item, `item ${index + 1}`, true));
      return values.set(trial, path, items);
    });
  });
}
