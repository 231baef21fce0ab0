import { typeWords } from './diagnostics/words.ts';
import type { Json } from './json.ts';
import { schemasInside, target, typesOf, type JsonSchema, type JsonTypeName } from './jsonSchema.ts';

/**
 * Why a value does not fit a schema, in a few words; undefined when it does.
 * `pattern` and `format` are left to the service, whose regular expressions differ from ours: where only they decide, the
 * value fits.
 */
export function misfit(value: Json, schema: JsonSchema): string | undefined {
  return new Fit(undefined).misfit(value, schema);
}

/**
 * Whether a value surely fits. What may hang on a regular expression is not sure, but for the `pattern` of a text in its own
 * place, which whoever made the value has seen to.
 */
export function surelyFits(value: Json, schema: JsonSchema): boolean {
  return new Fit('it may hang on a pattern').misfit(value, schema) === undefined;
}

type JsonArray = readonly Json[];
type JsonObject = Readonly<Record<string, Json>>;

/** Remembers what it has found, so that values and schemas that hold each other in many ways are compared once. */
class Fit {
  readonly #unsure: string | undefined;
  readonly #certain = new Map<JsonSchema, boolean>();
  readonly #known = new Map<JsonSchema, Map<Json, string | undefined>>();

  /** @param unsure what is said of a value where only a regular expression could tell */
  constructor(unsure: string | undefined) {
    this.#unsure = unsure;
  }

  misfit(value: Json, schema: JsonSchema): string | undefined {
    const known = this.#known.get(schema) ?? new Map<Json, string | undefined>();
    if (!known.has(value)) {
      this.#known.set(schema, known);
      known.set(value, this.#misfit(value, schema));
    }
    return known.get(value);
  }

  #fits(value: Json, schema: JsonSchema): boolean {
    return this.misfit(value, schema) === undefined;
  }

  #misfit(value: Json, schema: JsonSchema): string | undefined {
    const types = typesOf({ type: schema.type });
    if (types.length > 0 && !types.some((type) => isOfType(value, type))) return `it is not ${typeWords(types)}`;
    if (schema.const !== undefined && !isEqual(schema.const, value)) return 'it differs from `const`';
    if (schema.enum !== undefined && !schema.enum.some((allowed) => isEqual(allowed, value)))
      return 'it is not one of `enum`';
    const problem = this.#compositionMisfit(value, schema);
    if (problem !== undefined) return problem;
    if (typeof value === 'number') return numberMisfit(value, schema);
    // JSON Schema counts characters, not UTF-16 code units.
    if (typeof value === 'string')
      return countMisfit([...value].length, schema.minLength, schema.maxLength, 'characters');
    if (Array.isArray(value)) return this.#arrayMisfit(value as JsonArray, schema);
    return typeof value === 'object' && value !== null ? this.#objectMisfit(value as JsonObject, schema) : undefined;
  }

  /** By the schemas that a schema is made of. */
  #compositionMisfit(value: Json, schema: JsonSchema): string | undefined {
    const { anyOf, oneOf, allOf = [], not } = schema;
    const referred = schema[target];
    for (const part of referred === undefined ? allOf : [referred, ...allOf]) {
      const problem = this.misfit(value, part);
      if (problem !== undefined) return problem;
    }
    if (anyOf !== undefined && !anyOf.some((option) => this.#fits(value, option))) return 'it fits no part of `anyOf`';
    const fitting = oneOf?.filter((option) => this.#fits(value, option)) ?? [];
    if (oneOf !== undefined && fitting.length === 0) return 'it fits no part of `oneOf`';
    const certain = fitting.filter((option) => this.#isCertain(option));
    if (certain.length > 1) return 'it fits several parts of `oneOf`';
    if (fitting.length > 1) return this.#unsure;
    if (not !== undefined && !this.#isCertain(not)) return this.#unsure;
    if (not !== undefined && this.#fits(value, not)) return 'it fits what `not` says';
    if (schema.if === undefined) return undefined;
    if (!this.#isCertain(schema.if)) return this.#unsure;
    const then = this.#fits(value, schema.if) ? schema.then : schema.else;
    return then === undefined ? undefined : this.misfit(value, then);
  }

  #arrayMisfit(items: JsonArray, schema: JsonSchema): string | undefined {
    const { prefixItems = [], contains, minContains = 1, maxContains } = schema;
    const problem = countMisfit(items.length, schema.minItems, schema.maxItems, 'items');
    if (problem !== undefined) return problem;
    for (const [index, item] of items.entries()) {
      const rule = prefixItems[index] ?? schema.items;
      const inside = rule === undefined ? undefined : this.misfit(item, rule);
      if (inside !== undefined) return `item ${index + 1}: ${inside}`;
    }
    if (schema.uniqueItems === true && new Set(items.map(canonical)).size < items.length) return 'it has an item twice';
    if (contains === undefined) return undefined;
    if (!this.#isCertain(contains)) return this.#unsure;
    const found = items.filter((item) => this.#fits(item, contains)).length;
    return countMisfit(found, minContains, maxContains, 'items that fit `contains`');
  }

  #objectMisfit(value: JsonObject, schema: JsonSchema): string | undefined {
    const names = Object.keys(value);
    const dependent = Object.entries(schema.dependentRequired ?? {}).flatMap(([name, needed]) =>
      Object.hasOwn(value, name) ? needed : [],
    );
    const absent = [...(schema.required ?? []), ...dependent].find((name) => !Object.hasOwn(value, name));
    if (absent !== undefined) return `it lacks \`${absent}\``;
    const problem = countMisfit(names.length, schema.minProperties, schema.maxProperties, 'properties');
    if (problem !== undefined) return problem;
    for (const name of names) {
      const inside = this.#memberMisfit(name, value[name] as Json, schema);
      if (inside !== undefined) return inside;
    }
    const conditional = Object.entries(schema.dependentSchemas ?? {}).filter(([name]) => Object.hasOwn(value, name));
    return conditional.map(([, each]) => this.misfit(value, each)).find((each) => each !== undefined);
  }

  #memberMisfit(name: string, member: Json, schema: JsonSchema): string | undefined {
    const { properties = {}, propertyNames, patternProperties, additionalProperties: others } = schema;
    if (propertyNames !== undefined && !this.#isCertain(propertyNames)) return this.#unsure;
    const named = propertyNames === undefined ? undefined : this.misfit(name, propertyNames);
    if (named !== undefined) return `the name \`${name}\`: ${named}`;
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (patternProperties !== undefined && this.#unsure !== undefined) return this.#unsure;
    const rule = declared ?? (patternProperties === undefined ? others : undefined);
    if (rule === false) return `it must not have \`${name}\``;
    const inside = typeof rule === 'object' ? this.misfit(member, rule) : undefined;
    return inside === undefined ? undefined : `\`${name}\`: ${inside}`;
  }

  /** False where a regular expression may decide whether a value fits. */
  #isCertain(schema: JsonSchema): boolean {
    const known = this.#certain.get(schema);
    if (known !== undefined) return known;
    // What holds itself is as certain as the rest of it.
    this.#certain.set(schema, true);
    const inside = [...schemasInside(schema)].map(([inner]) => inner);
    const referred = schema[target] === undefined ? inside : [...inside, schema[target]];
    const hasPattern = schema.pattern !== undefined || schema.patternProperties !== undefined;
    const isCertain = !hasPattern && referred.every((each) => this.#isCertain(each));
    this.#certain.set(schema, isCertain);
    return isCertain;
  }
}

/** Equal values, equal texts. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_key, each: Json) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function isOfType(value: Json, type: JsonTypeName): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
  }
}

function numberMisfit(value: number, schema: JsonSchema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) return `it is less than ${minimum}`;
  if (maximum !== undefined && value > maximum) return `it is more than ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `it is not more than ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `it is not less than ${exclusiveMaximum}`;
  // 0.3 / 0.1 is not quite 3.
  const steps = multipleOf === undefined ? 0 : value / multipleOf;
  return Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, Math.abs(steps))
    ? `it is no multiple of ${multipleOf}`
    : undefined;
}

function countMisfit(
  count: number,
  least: number | undefined,
  most: number | undefined,
  noun: string,
): string | undefined {
  if (least !== undefined && count < least) return `it has ${count} ${noun}, fewer than ${least}`;
  return most !== undefined && count > most ? `it has ${count} ${noun}, more than ${most}` : undefined;
}

function isEqual(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, Json>>];
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && isEqual(value, right[key] as Json))
  );
}
