import type { Json } from '../../../workflow/json.ts';
import { meaningOf, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { misfit, surelyFits } from '../../../workflow/schemaFit.ts';
import { textOfPattern } from './patternText.ts';

type JsonObject = { readonly [key: string]: Json };

/** A sample that a test can hold is no larger: values and, for long texts, pieces of them. */
const mostSampleSize = 2000;
const pieceLength = 64;
const mostSampleDepth = 50;

const greeting = 'Hello! What can you do for me?';

/**
 * A value that fits a schema, as an example of it: its first example, default or choice, or the simplest that fits; null
 * where there is none that could be written down.
 * @param text what a text says of which nothing more is known; inside an object, `named` texts are the names of their keys
 */
export function sampleOf(schema: JsonSchema, text = greeting, named = false): Json {
  return new Samples(named).of(schema, text) ?? null;
}

/** An object with the required properties only, of the first alternative that has one where there are several. */
export function sampleObject(schema: JsonSchema, named = false): JsonObject {
  return new Samples(named).fittingObject(schema) ?? {};
}

/** Why there is no sample that fits, in words for whoever is to give one; undefined where there is. */
export function whyNoSample(schema: JsonSchema): string | undefined {
  const samples = new Samples(false);
  if (samples.isTooLarge(schema)) return 'more items or characters than a test should hold';
  const isObject = typesOf(schema).join() === 'object';
  const sample = isObject ? samples.fittingObject(schema) : samples.of(schema, greeting);
  if (samples.hasUnreadPattern) return 'a pattern';
  return sample === undefined || !surelyFits(sample, schema) ? 'rules that no simple value fits' : undefined;
}

/** Samples of one schema and what lies inside it. */
class Samples {
  readonly #named: boolean;
  /** Schemas of which a sample is being made: one inside of itself would never end. */
  readonly #within = new Set<JsonSchema>();
  readonly #sizes = new Map<JsonSchema, number>();
  /** Whether some pattern was too clever to be read backwards, and had no example. */
  hasUnreadPattern = false;

  constructor(named: boolean) {
    this.#named = named;
  }

  fittingObject(schema: JsonSchema): JsonObject | undefined {
    const means = meaningOf(schema);
    const options = (schema.oneOf ?? schema.anyOf ?? []).map(meaningOf).map((option) => ({
      ...(option.properties === undefined ? means : option),
      required: [...new Set([...(means.required ?? []), ...(option.required ?? [])])],
    }));
    const samples = [means, ...options].map((each) => this.object(each));
    return samples.find((each) => each !== undefined && surelyFits(each, schema)) ?? samples[0];
  }

  of(given: JsonSchema, text: string): Json | undefined {
    const schema = meaningOf(given);
    if (schema.const !== undefined) return schema.const;
    const chosen = [...(schema.examples ?? []), schema.default, ...(schema.enum ?? [])].find(
      (value) => value !== undefined && (value !== schema.default || misfit(value, given) === undefined),
    );
    if (chosen !== undefined) return chosen;
    if (this.#within.has(schema) || this.#within.size > mostSampleDepth) return undefined;
    this.#within.add(schema);
    const sample = schema.anyOf === undefined ? this.#ofType(schema, text) : this.#option(schema.anyOf, text);
    this.#within.delete(schema);
    return sample;
  }

  #option(options: readonly JsonSchema[], text: string): Json | undefined {
    for (const option of options) {
      const sample = this.of(option, text);
      if (sample !== undefined) return sample;
    }
    return undefined;
  }

  #ofType(schema: JsonSchema, text: string): Json | undefined {
    switch (typesOf(schema)[0]) {
      case 'string':
        return this.#text(schema, text);
      case 'integer':
        return sampleNumber(schema, 1);
      case 'number':
        return sampleNumber(schema, 0.5);
      case 'boolean':
        return true;
      case 'array':
        return this.#list(schema, text);
      case 'object':
        return this.object(schema);
      default:
        return null;
    }
  }

  #list(schema: JsonSchema, text: string): Json | undefined {
    const { prefixItems = [], items, minItems = 0 } = schema;
    const count = this.isTooLarge(schema) ? 1 : Math.max(minItems, prefixItems.length, 1);
    const samples = Array.from({ length: count }, (_, index) =>
      this.of(prefixItems[index] ?? items ?? { type: 'string' }, text),
    );
    const found = samples.filter((sample) => sample !== undefined);
    if (found.length === samples.length) return found;
    return minItems === 0 ? [] : undefined;
  }

  /** An object with the required properties only; undefined where one of them has no sample. */
  object(schema: JsonSchema): JsonObject | undefined {
    if (this.isTooLarge(schema)) return {};
    const found: [string, Json][] = [];
    for (const [key, property] of requiredProperties(schema)) {
      const sample = this.of(property, this.#named ? key : greeting);
      if (sample === undefined) return undefined;
      found.push([key, sample]);
    }
    return Object.fromEntries(found);
  }

  #text(schema: JsonSchema, text: string): string {
    const { pattern, minLength = 0, maxLength } = schema;
    const isTooLarge = this.isTooLarge(schema);
    if (pattern !== undefined && !isTooLarge) {
      const matching = textOfPattern(pattern, minLength, maxLength ?? Number.POSITIVE_INFINITY);
      if (matching !== undefined) return matching;
      this.hasUnreadPattern = true;
    }
    return text.slice(0, maxLength ?? text.length).padEnd(isTooLarge ? 0 : minLength, '!');
  }

  isTooLarge(schema: JsonSchema): boolean {
    return this.#sizeOf(schema) > mostSampleSize;
  }

  /** How much the simplest value of a schema holds. */
  #sizeOf(given: JsonSchema): number {
    const schema = meaningOf(given);
    const known = this.#sizes.get(schema);
    if (known !== undefined) return known;
    // What lies inside of itself is left out of the sample.
    this.#sizes.set(schema, 1);
    const size = this.#newSize(schema);
    this.#sizes.set(schema, size);
    return size;
  }

  #newSize(schema: JsonSchema): number {
    if (isGiven(schema)) return 1;
    const [option] = schema.anyOf ?? [];
    if (option !== undefined) return this.#sizeOf(option);
    switch (typesOf(schema)[0]) {
      case 'string':
        return 1 + (schema.minLength ?? 0) / pieceLength;
      case 'array': {
        const { prefixItems = [], items = { type: 'string' }, minItems = 0 } = schema;
        const first = prefixItems.reduce((size, item) => size + this.#sizeOf(item), 1);
        const more = Math.max(minItems, 1) - prefixItems.length;
        return more > 0 ? first + more * this.#sizeOf(items) : first;
      }
      case 'object':
        return requiredProperties(schema).reduce((size, [, property]) => size + this.#sizeOf(property), 1);
      default:
        return 1;
    }
  }
}

function isGiven({ const: only, examples, default: fallback, enum: choices }: JsonSchema): boolean {
  return [only, examples?.[0], fallback, choices?.[0]].some((value) => value !== undefined);
}

/** What an object needs, by name; a name that is not declared has what further keys have. */
function requiredProperties(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const required = new Set(schema.required);
  const declared = Object.entries(schema.properties ?? {}).filter(([key]) => required.delete(key));
  const { additionalProperties: others } = schema;
  return [...declared, ...[...required].map((key) => [key, typeof others === 'object' ? others : {}] as const)];
}

function sampleNumber(schema: JsonSchema, start: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step = multipleOf ?? start;
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  const wanted = Math.min(Math.max(step, low ?? step), high ?? Number.POSITIVE_INFINITY);
  return multipleOf === undefined ? wanted : Math.ceil(wanted / multipleOf) * multipleOf;
}
