import { typeWords } from './diagnostics/words.ts';
import type { Json } from './json.ts';
import { meaningOf, typesOf, type JsonSchema, type JsonTypeName } from './jsonSchema.ts';
import { misfit } from './schemaFit.ts';

/**
 * Why no value of one schema fits another, in a few words; undefined when one may. What a schema leaves open may fit:
 * values are looked at where they are known, objects key by key, lists item by item.
 */
export function conflict(given: JsonSchema, wanted: JsonSchema): string | undefined {
  return new Comparison().conflict(given, wanted);
}

/** Of schemas that may hold themselves: a pair that is being looked at adds nothing where it comes back. */
class Comparison {
  readonly #known = new Map<JsonSchema, Map<JsonSchema, string | undefined>>();

  conflict(one: JsonSchema, other: JsonSchema): string | undefined {
    const [given, wanted] = [meaningOf(one), meaningOf(other)];
    const known = this.#known.get(given) ?? new Map<JsonSchema, string | undefined>();
    if (known.has(wanted)) return known.get(wanted);
    this.#known.set(given, known.set(wanted, undefined));
    const problem = this.#conflict(given, wanted);
    known.set(wanted, problem);
    return problem;
  }

  #conflict(given: JsonSchema, wanted: JsonSchema): string | undefined {
    if (given.anyOf !== undefined) return everyConflict(given.anyOf.map((option) => this.conflict(option, wanted)));
    const values: readonly Json[] | undefined = given.const === undefined ? given.enum : [given.const];
    if (values !== undefined) return everyConflict(values.map((value) => misfit(value, wanted)));
    if (wanted.anyOf !== undefined) {
      const fits = wanted.anyOf.some((option) => this.conflict(given, option) === undefined);
      return fits ? undefined : 'it fits no part of `anyOf`';
    }
    const [types, takes] = [typesOf(given), typesOf(wanted)];
    if (types.length === 0 || takes.length === 0) return undefined;
    const shared = types.filter((type) => takes.some((other) => overlaps(type, other)));
    if (shared.length === 0) return `it is ${typeWords(types)}, not ${typeWords(takes)}`;
    if (shared.length > 1) return undefined;
    if (shared[0] === 'object') return this.#objectConflict(given, wanted);
    return shared[0] === 'array' ? this.#listConflict(given, wanted) : undefined;
  }

  #objectConflict(given: JsonSchema, wanted: JsonSchema): string | undefined {
    const has = given.properties ?? {};
    const takes = wanted.properties ?? {};
    const lacks = wanted.required?.find((name) => !Object.hasOwn(has, name) && given.additionalProperties === false);
    if (lacks !== undefined) return `it lacks \`${lacks}\``;
    for (const name of given.required ?? []) {
      const rule = Object.hasOwn(takes, name) ? takes[name] : wanted.additionalProperties;
      if (rule === false) return `it must not have \`${name}\``;
      const inside = typeof rule === 'object' ? this.conflict(has[name] ?? {}, rule) : undefined;
      if (inside !== undefined) return `\`${name}\`: ${inside}`;
    }
    return undefined;
  }

  #listConflict(given: JsonSchema, wanted: JsonSchema): string | undefined {
    const [least, most] = [given.minItems ?? 0, given.maxItems ?? Number.POSITIVE_INFINITY];
    if (least > (wanted.maxItems ?? Number.POSITIVE_INFINITY))
      return `it has ${least} items, more than ${wanted.maxItems}`;
    if (most < (wanted.minItems ?? 0)) return `it has ${most} items, fewer than ${wanted.minItems}`;
    if (least === 0 || given.items === undefined || wanted.items === undefined) return undefined;
    const inside = this.conflict(given.items, wanted.items);
    return inside === undefined ? undefined : `its items: ${inside}`;
  }
}

/** The first problem, where every way has one. */
function everyConflict(problems: readonly (string | undefined)[]): string | undefined {
  return problems.includes(undefined) ? undefined : problems[0];
}

function overlaps(a: JsonTypeName, b: JsonTypeName): boolean {
  const isNumber = (type: JsonTypeName): boolean => type === 'number' || type === 'integer';
  return a === b || (isNumber(a) && isNumber(b));
}
