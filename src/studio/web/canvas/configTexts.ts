import type { Json } from '../../../core/workflow/index.ts';

/** All texts in a value, keys left out. */
export function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((item) => textsIn(item));
}
