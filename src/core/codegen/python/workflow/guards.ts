import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';

/** What has to hold so that a value is there. */
export type Guard =
  /** The step that gives it has run. */
  | { readonly kind: 'ran'; readonly test: Expr }
  /** The value is not None. */
  | { readonly kind: 'present'; readonly value: Expr }
  /** The caller has sent the field of an object of the input, be it null. */
  | { readonly kind: 'sent'; readonly object: Expr; readonly field: string }
  | { readonly kind: 'item'; readonly list: Expr; readonly index: number }
  | { readonly kind: 'key'; readonly object: Expr; readonly key: string };

/** `value if … else other`, as one would write it: `and`, `or` and `.get(…)` where they say the same. */
export function guarded(
  guards: readonly Guard[],
  value: Expr,
  other: { readonly code: Expr; readonly mayRaise: boolean },
  isBoolean: boolean,
): Expr {
  const [only] = guards;
  if (only === undefined) return value;
  if (guards.length === 1 && only.kind === 'key' && isItem(value, only) && !other.mayRaise)
    return py.call(py.attribute(only.object, 'get'), py.literal(only.key), other.code);
  // What is missing is None already.
  const last = guards.at(-1);
  if (isNull(other.code) && last !== undefined && isNoneWithout(last, value))
    return guarded(guards.slice(0, -1), value, other, isBoolean);
  const stand = other.code.kind === 'literal' ? other.code.value : undefined;
  // A list that stands for its length is no boolean.
  if (isBoolean && typeof stand === 'boolean' && !guards.some(({ kind }) => kind === 'item'))
    return stand ? py.or(...guards.map((guard) => py.not(testOf(guard))), value) : py.and(...testsOf(guards), value);
  return py.conditional(all(testsOf(guards)), value, other.code);
}

/** Whether a value is None where a guard does not hold. */
export function isNoneWithout(guard: Guard, value: Expr): boolean {
  if (guard.kind === 'present') return guard.value === value;
  return guard.kind === 'sent' && value.kind === 'attribute' && value.object === guard.object;
}

function isNull(code: Expr): boolean {
  return code.kind === 'literal' && code.value === null;
}

function isItem(value: Expr, { object, key }: Extract<Guard, { kind: 'key' }>): boolean {
  return (
    value.kind === 'subscript' && value.object === object && value.key.kind === 'literal' && value.key.value === key
  );
}

/** A list that has a first item is there, and is true. */
function testsOf(guards: readonly Guard[]): readonly Expr[] {
  const begun = guards.flatMap((guard) => (guard.kind === 'item' && guard.index <= 0 ? [guard.list] : []));
  return guards.filter((guard) => guard.kind !== 'present' || !begun.includes(guard.value)).map(testOf);
}

function testOf(guard: Guard): Expr {
  switch (guard.kind) {
    case 'ran':
      return guard.test;
    case 'present':
      return py.compare(guard.value, 'is not', py.literal(null));
    case 'sent':
      return py.compare(py.literal(guard.field), 'in', py.attribute(guard.object, 'model_fields_set'));
    case 'item':
      return guard.index <= 0
        ? guard.list
        : py.compare(py.call(py.name('len'), guard.list), '>', py.literal(guard.index));
    case 'key':
      return py.compare(py.literal(guard.key), 'in', guard.object);
  }
}

function all(tests: readonly Expr[]): Expr {
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : py.and(...tests);
}
