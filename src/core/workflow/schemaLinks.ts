import {
  anyOfSchemas,
  definition,
  meaning,
  meaningOf,
  target,
  typesOf,
  type JsonSchema,
  type JsonTypeName,
} from './jsonSchema.ts';
import { SchemaReferences } from './schemaReferences.ts';

/** What meanings say in other words. */
const elsewhere: ReadonlySet<string> = new Set(['$ref', '$defs', 'definitions', 'anyOf', 'oneOf', 'allOf']);

/** Words that mean something else without each other. */
const together = [
  ['contains', 'minContains', 'maxContains'],
  ['if', 'then', 'else'],
  ['prefixItems', 'items'],
] as const;

/** Words that say what lies inside a value. Beside them, alternatives only narrow down what there is. */
const structure = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'items',
  'prefixItems',
  'enum',
  'const',
] as const;

/**
 * Notes at every schema inside of one what it means (`meaningOf`), as far as that is not what it says itself.
 * @param schema is changed so, in a way that neither its text nor its keys show
 * @returns the same schema
 */
export function linkSchema(schema: JsonSchema): JsonSchema {
  const links = new Links(new SchemaReferences(schema));
  links.link();
  return schema;
}

/** As `linkSchema`, of an input, which has names in any case: alternatives are seen as one object that may have all their names. */
export function linkInput(schema: JsonSchema): JsonSchema {
  linkSchema(schema);
  const own = meaningOf(schema);
  const options = own.properties === undefined ? (own.anyOf ?? []) : [];
  if (options.length > 0 && options.every((option) => typesOf(option).join() === 'object'))
    note(schema, meaning, oneObject(options.map(meaningOf)));
  return schema;
}

function note(
  schema: JsonSchema,
  key: typeof meaning | typeof target | typeof definition,
  value: JsonSchema | string,
): void {
  Object.defineProperty(schema, key, { value, enumerable: false, configurable: true });
}

class Links {
  readonly #references: SchemaReferences;
  readonly #meanings = new Map<JsonSchema, JsonSchema>();

  constructor(references: SchemaReferences) {
    this.#references = references;
  }

  link(): void {
    for (const schema of this.#references.schemas) {
      const means = this.#meaning(schema);
      if (means !== schema) note(schema, meaning, means);
      const leadsTo = this.#references.targets.get(schema);
      if (leadsTo !== undefined) note(schema, target, leadsTo);
    }
  }

  /** References never lead back here without going into the value, so this ends. */
  #meaning(schema: JsonSchema): JsonSchema {
    let means = this.#meanings.get(schema);
    if (means === undefined) {
      means = this.#made(schema);
      const name = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(schema.$ref ?? '')?.[1];
      if (name !== undefined && this.#references.targets.has(schema)) note(means, definition, name);
      this.#meanings.set(schema, means);
    }
    return means;
  }

  #made(schema: JsonSchema): JsonSchema {
    const { allOf = [], anyOf = schema.oneOf ?? [] } = schema;
    const leadsTo = this.#references.targets.get(schema);
    const parts = [...(leadsTo === undefined ? [] : [leadsTo]), ...allOf].map((part) => this.#meaning(part));
    const options = this.#options(anyOf);
    const own = Object.fromEntries(Object.entries(schema).filter(([word]) => !elsewhere.has(word))) as JsonSchema;
    if (options.length > 0) own.anyOf = [...options];
    const [only] = parts;
    if (only !== undefined && parts.length === 1 && Object.keys(own).length === 0) return only;
    const says = schema.$ref === undefined && parts.length === 0 && isSame(options, schema.anyOf ?? []);
    const means = alternatives(says ? schema : [...parts, own].reduce(both, {}));
    return mayHaveOtherKeys(means) ? { ...means, additionalProperties: true } : means;
  }

  /** The alternatives, those of alternatives among them, each once. */
  #options(options: readonly JsonSchema[]): readonly JsonSchema[] {
    const flat = options
      .map((option) => this.#meaning(option))
      .flatMap((each) => (isChoice(each) ? (each.anyOf ?? []) : [each]));
    return [...new Set(flat)];
  }
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

function isChoice(schema: JsonSchema): boolean {
  return schema.anyOf !== undefined && structure.every((word) => schema[word] === undefined);
}

/** What two schemas say together of one value; where both cannot be said, what the second says. */
function both(first: JsonSchema, second: JsonSchema): JsonSchema {
  const merged: JsonSchema = { ...first, ...second };
  for (const words of together) {
    if (words.every((word) => second[word] === undefined)) continue;
    for (const word of words) if (second[word] === undefined) delete merged[word];
  }
  if (first.properties !== undefined && second.properties !== undefined)
    merged.properties = { ...first.properties, ...second.properties };
  if (first.required !== undefined && second.required !== undefined)
    merged.required = [...new Set([...first.required, ...second.required])];
  if (first.additionalProperties === false) merged.additionalProperties = false;
  const types = sharedTypes(first, second);
  if (types.length > 0) merged.type = types.length === 1 ? types[0] : types;
  return merged;
}

function sharedTypes(first: JsonSchema, second: JsonSchema): JsonTypeName[] {
  const [some, others] = [typesOf(first), typesOf(second)];
  if (some.length === 0 || others.length === 0) return [...(some.length === 0 ? others : some)];
  const fits = (type: JsonTypeName, types: readonly JsonTypeName[]): boolean =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  return [...new Set([...some.filter((type) => fits(type, others)), ...others.filter((type) => fits(type, some))])];
}

/** Alternatives as the types that there are to choose from, or left out where there is more to say than the choice. */
function alternatives(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (anyOf === undefined) return schema;
  if (!isChoice(schema)) {
    const saysMore =
      anyOf.some((option) => meaningOf(option).properties !== undefined) && rest.additionalProperties === undefined;
    return saysMore ? { ...rest, additionalProperties: true } : rest;
  }
  const { type } = rest;
  if (type === undefined) return schema;
  if (anyOf.every((option) => typesOf(option).length > 0)) return schema;
  return { ...schema, anyOf: anyOf.map((option) => (typesOf(option).length === 0 ? { type, ...option } : option)) };
}

/** Whether other keys than `properties` names are described by their patterns, or under conditions. */
function mayHaveOtherKeys({
  patternProperties,
  dependentSchemas = {},
  then,
  else: otherwise,
  additionalProperties,
}: JsonSchema): boolean {
  if (patternProperties !== undefined && additionalProperties !== true) return true;
  const conditional = [...Object.values(dependentSchemas), then, otherwise];
  return additionalProperties === undefined && conditional.some((each) => each?.properties !== undefined);
}

function oneObject(options: readonly JsonSchema[]): JsonSchema {
  const names = new Set(options.flatMap(({ properties = {} }) => Object.keys(properties)));
  const properties = [...names].map((name) => {
    const declared = options.flatMap(({ properties: own = {} }) => (Object.hasOwn(own, name) ? [own[name] ?? {}] : []));
    return [name, anyOfSchemas(declared)] as const;
  });
  const required = [...names].filter((name) => options.every((option) => option.required?.includes(name)));
  const isClosed = options.every(({ additionalProperties }) => additionalProperties === false);
  const isOpen = options.some(({ additionalProperties }) => (additionalProperties ?? false) !== false);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required,
    ...(isClosed || isOpen ? { additionalProperties: isOpen } : {}),
  };
}
