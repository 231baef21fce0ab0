import type { Json, JsonPath } from './json.ts';
import { meaningOf, target, typesOf, type JsonSchema, type JsonTypeName } from './jsonSchema.ts';
import { linkSchema } from './schemaLinks.ts';

/**
 * Limits of strict schemas.
 * Source: https://developers.openai.com/api/docs/guides/structured-outputs#supported-schemas
 */
export const strictLimits = {
  properties: 5_000,
  depth: 10,
  characters: 120_000,
  enumValues: 1_000,
  /** An enum of texts with more values than `longEnum` may have `longEnumCharacters` characters in all. */
  longEnum: 250,
  longEnumCharacters: 15_000,
} as const;

const formats = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'];

/** Words that strict mode takes; it refuses all others. */
const permitted: ReadonlySet<string> = new Set(
  `$ref $defs definitions $schema $id $comment title description type enum const properties required additionalProperties
  items minItems maxItems pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf anyOf`.split(
    /\s+/,
  ),
);

/** Words that it refuses and that say what values there may be, so that a schema without them says less. */
const limiting: ReadonlySet<string> = new Set(
  `allOf oneOf not if then else dependentSchemas dependentRequired prefixItems contains minContains maxContains
  patternProperties propertyNames minProperties maxProperties uniqueItems minLength maxLength`.split(/\s+/),
);
const droppable: ReadonlySet<string> = new Set(['minLength', 'maxLength']);

/**
 * How `strictSchema` mends a problem. `exact`: what fits the schema then fitted it before, so that nobody need know.
 * `other`: it takes values that did not fit before, such as null for what was left out.
 */
type Mending = 'exact' | 'other';

/** What strict mode refuses in a schema. */
export interface StrictProblem {
  readonly path: JsonPath;
  readonly message: string;
  /** Undefined where the schema has no such form. */
  readonly mending: Mending | undefined;
}

/** Everything that strict mode refuses in a schema, in the order it stands there. */
export function strictProblems(schema: JsonSchema): readonly StrictProblem[] {
  const problems: StrictProblem[] = [];
  const report: Report = (path, message, mending) => {
    problems.push({ path, message, mending });
  };
  if (schema.$ref !== undefined) report(['$ref'], 'the root is a reference, not an object itself', 'exact');
  if (schema.anyOf !== undefined) report(['anyOf'], 'the root is `anyOf`, not one object');
  else if (typesOf(schema).join() !== 'object') report([], 'the root is no object');
  const size = { properties: 0, depth: 0, characters: 0, enumValues: 0 };
  visit(schema, [], 1, report, size);
  for (const key of ['properties', 'depth', 'characters', 'enumValues'] as const) {
    if (size[key] <= strictLimits[key]) continue;
    report(
      [],
      `it has ${size[key].toLocaleString('en')} ${sizeWords[key]}, and at most ${strictLimits[key].toLocaleString('en')} are taken`,
    );
  }
  return problems;
}

const sizeWords = {
  properties: 'properties',
  depth: 'levels',
  characters: 'characters in names and values',
  enumValues: 'enum values',
} as const;

type Report = (path: JsonPath, message: string, mending?: Mending) => void;
type Size = Record<keyof typeof sizeWords, number>;

function visit(schema: JsonSchema, path: JsonPath, depth: number, report: Report, size: Size): void {
  checkWords(schema, path, report);
  for (const word of ['$defs', 'definitions'] as const)
    for (const [name, inner] of Object.entries(schema[word] ?? {}))
      visit(inner, [...path, word, name], 1, report, size);
  for (const word of ['anyOf', 'oneOf', 'allOf'] as const)
    for (const [index, option] of (schema[word] ?? []).entries())
      visit(option, [...path, word, index], depth, report, size);
  if (schema.items !== undefined) visit(schema.items, [...path, 'items'], depth, report, size);
  measureValues(schema, path, report, size);
  // Of what stands behind a reference, or in parts, these are to say it.
  if ([schema.$ref, schema.anyOf, schema.oneOf, schema.allOf].some((word) => word !== undefined)) return;
  const types = typesOf(schema);
  if (types.length === 0) report(path, 'it does not say its type');
  if (types.includes('array') && schema.items === undefined) report(path, 'it does not say its `items`');
  if (!types.includes('object')) return;
  size.depth = Math.max(size.depth, depth);
  checkObject(schema, path, report);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    size.properties += 1;
    size.characters += name.length;
    visit(property, [...path, 'properties', name], depth + 1, report, size);
  }
}

function checkWords(schema: JsonSchema, path: JsonPath, report: Report): void {
  const beside = Object.keys(schema).filter((word) => !notBeside.has(word));
  if (schema.$ref !== undefined && path.length > 0 && Object.keys(schema).length > 1)
    report(
      [...path, '$ref'],
      'there are other keywords beside `$ref`',
      beside.some((word) => limiting.has(word) || permitted.has(word)) ? undefined : 'exact',
    );
  for (const word of Object.keys(schema)) {
    if (permitted.has(word)) continue;
    const message = `\`${word}\` is not permitted`;
    if (word === 'oneOf') report([...path, word], message, areApart(schema.oneOf ?? []) ? 'exact' : 'other');
    else if (word === 'allOf')
      report([...path, word], message, schema.allOf?.length === 1 && beside.length === 0 ? 'exact' : undefined);
    else report([...path, word], message, droppable.has(word) ? 'other' : limiting.has(word) ? undefined : 'exact');
  }
  if (schema.format !== undefined && !formats.includes(schema.format))
    report([...path, 'format'], `the format \`${schema.format}\` is not known`, 'exact');
  if (/\(\?<?[=!]/.test(schema.pattern ?? '')) report([...path, 'pattern'], 'the pattern looks around');
}

/** Words that may stand beside `$ref` and a single part of `allOf` without another meaning than a reader's. */
const notBeside: ReadonlySet<string> = new Set('$ref $defs definitions allOf title description $comment'.split(' '));

/** Whether no value fits two of the schemas: their types differ, or a property that all of them need. */
function areApart(options: readonly JsonSchema[]): boolean {
  const meant = options.map(meaningOf);
  const types = meant.flatMap((option) => {
    const own = typesOf(option).map((type) => (type === 'integer' ? 'number' : type));
    return own.length === 0 ? ['any', 'any'] : [...new Set(own)];
  });
  if (new Set(types).size === types.length) return true;
  return Object.keys(meant[0]?.properties ?? {}).some((name) => {
    const values = meant.map(({ properties = {}, required = [] }) => {
      const property =
        required.includes(name) && Object.hasOwn(properties, name) ? meaningOf(properties[name] ?? {}) : {};
      return property.const === undefined ? property.enum : [property.const];
    });
    const all = values.flatMap((each) => [...new Set((each ?? []).map((value) => JSON.stringify(value)))]);
    return !values.includes(undefined) && new Set(all).size === all.length;
  });
}

function checkObject(schema: JsonSchema, path: JsonPath, report: Report): void {
  const { additionalProperties: others, properties, required = [] } = schema;
  const isMap = properties === undefined || Object.keys(properties).length === 0;
  if (typeof others === 'object' || (others === true && isMap) || (others === undefined && properties === undefined))
    report(others === undefined ? path : [...path, 'additionalProperties'], 'its keys are not fixed');
  else if (others === true) report([...path, 'additionalProperties'], '`additionalProperties` is not false', 'exact');
  else if (others === undefined) report(path, '`additionalProperties` is not false', 'exact');
  for (const [name, property] of Object.entries(properties ?? {})) {
    if (required.includes(name)) continue;
    const mending = typesOf(property).includes('null') ? 'exact' : 'other';
    report([...path, 'properties', name], `\`${name}\` is not in \`required\``, mending);
  }
}

function measureValues(schema: JsonSchema, path: JsonPath, report: Report, size: Size): void {
  const values = schema.enum ?? [];
  const characters = [...values, schema.const].reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 0),
    0,
  );
  size.enumValues += values.length;
  size.characters += characters;
  if (values.length > strictLimits.longEnum && characters > strictLimits.longEnumCharacters)
    report([...path, 'enum'], `it has more than ${strictLimits.longEnumCharacters.toLocaleString('en')} characters`);
}

/**
 * The schema as strict mode takes it: objects closed, every property required, those that were not may be null, and without
 * what it does not permit. What has no such form stays as it is.
 */
export function strictSchema(schema: JsonSchema): JsonSchema {
  return linkSchema(strictForm(schema, schema));
}

function strictForm(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const { allOf, oneOf, ...rest } = { ...referred(schema, schema === root) };
  const [part] = allOf ?? [];
  const own: JsonSchema = allOf?.length === 1 && part !== undefined ? { ...referred(part, true), ...rest } : rest;
  const words = Object.entries(own).filter(
    ([word]) => permitted.has(word) || (limiting.has(word) && !droppable.has(word)),
  );
  const strict = Object.fromEntries(words) as JsonSchema;
  if (oneOf !== undefined) strict.anyOf = oneOf;
  if (allOf !== undefined && allOf.length > 1) strict.allOf = allOf;
  if (strict.format !== undefined && !formats.includes(strict.format)) delete strict.format;
  const inner = (each: JsonSchema): JsonSchema => strictForm(each, root);
  if (strict.items !== undefined) strict.items = inner(strict.items);
  if (strict.anyOf !== undefined) strict.anyOf = strict.anyOf.map(inner);
  for (const word of ['$defs', 'definitions'] as const)
    if (strict[word] !== undefined) strict[word] = mapped(strict[word], inner);
  if (strict.$ref !== undefined || strict.anyOf !== undefined || !typesOf(own).includes('object')) return strict;
  const { properties = {}, required = [], additionalProperties } = strict;
  strict.properties = mapped(properties, (property, name) =>
    required.includes(name) ? inner(property) : nullable(inner(property), typesOf(property)),
  );
  strict.required = Object.keys(properties);
  if (typeof additionalProperties !== 'object') strict.additionalProperties = false;
  return strict;
}

function mapped(
  schemas: Readonly<Record<string, JsonSchema>>,
  map: (schema: JsonSchema, name: string) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, each]) => [name, map(each, name)]));
}

/** The schema with what its reference leads to in the reference's place, where something else stands beside it. */
function referred(schema: JsonSchema, isRoot: boolean): JsonSchema {
  const leadsTo = schema[target];
  if (leadsTo === undefined || (!isRoot && Object.keys(schema).length === 1)) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...referred(leadsTo, true), ...beside };
}

function nullable(schema: JsonSchema, types: readonly JsonTypeName[]): JsonSchema {
  if (types.includes('null')) return schema;
  if (schema.anyOf !== undefined) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (schema.$ref !== undefined || schema.const !== undefined || types.length === 0)
    return { anyOf: [schema, { type: 'null' }] };
  const values: { enum?: Json[] } = schema.enum === undefined ? {} : { enum: [...schema.enum, null] };
  return { ...schema, type: [...types, 'null'], ...values };
}
