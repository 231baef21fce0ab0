import type { Json, JsonPath } from './json.ts';
import { typesOf, type JsonSchema } from './jsonSchema.ts';

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
const unsupported = ['default', 'examples', 'minLength', 'maxLength'] as const;

/** What strict mode refuses in a schema. */
export interface StrictProblem {
  readonly path: JsonPath;
  readonly message: string;
  /** Whether `strictSchema` mends it. */
  readonly isFixable: boolean;
}

/** Everything that strict mode refuses in a schema, in the order it stands there. */
export function strictProblems(schema: JsonSchema): readonly StrictProblem[] {
  const problems: StrictProblem[] = [];
  const report = (path: JsonPath, message: string, isFixable = false): void => {
    problems.push({ path, message, isFixable });
  };
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

type Report = (path: JsonPath, message: string, isFixable?: boolean) => void;
type Size = Record<keyof typeof sizeWords, number>;

function visit(schema: JsonSchema, path: JsonPath, depth: number, report: Report, size: Size): void {
  const types = typesOf(schema);
  if (types.length === 0 && schema.anyOf === undefined) report(path, 'it does not say its type');
  for (const keyword of unsupported)
    if (schema[keyword] !== undefined) report([...path, keyword], `\`${keyword}\` is not permitted`, true);
  if (schema.format !== undefined && !formats.includes(schema.format))
    report([...path, 'format'], `the format \`${schema.format}\` is not known`, true);
  measureValues(schema, path, report, size);
  if (types.includes('array') && schema.items === undefined) report(path, 'it does not say its `items`');
  if (schema.items !== undefined) visit(schema.items, [...path, 'items'], depth, report, size);
  for (const [index, option] of (schema.anyOf ?? []).entries())
    visit(option, [...path, 'anyOf', index], depth, report, size);
  if (!types.includes('object') || schema.anyOf !== undefined) return;
  size.depth = Math.max(size.depth, depth);
  checkObject(schema, path, report);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    size.properties += 1;
    size.characters += name.length;
    visit(property, [...path, 'properties', name], depth + 1, report, size);
  }
}

function checkObject(schema: JsonSchema, path: JsonPath, report: Report): void {
  const { additionalProperties: others, properties = {}, required = [] } = schema;
  if (typeof others === 'object' || (others === true && Object.keys(properties).length === 0))
    report([...path, 'additionalProperties'], 'its keys are not fixed');
  else if (others === true) report([...path, 'additionalProperties'], '`additionalProperties` is not false', true);
  else if (others === undefined) report(path, '`additionalProperties` is not false', true);
  for (const name of Object.keys(properties))
    if (!required.includes(name)) report([...path, 'properties', name], `\`${name}\` is not in \`required\``, true);
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
  const strict: JsonSchema = { ...schema };
  for (const keyword of unsupported) delete strict[keyword];
  if (strict.format !== undefined && !formats.includes(strict.format)) delete strict.format;
  if (strict.items !== undefined) strict.items = strictSchema(strict.items);
  if (strict.anyOf !== undefined) strict.anyOf = strict.anyOf.map(strictSchema);
  if (!typesOf(strict).includes('object') || strict.anyOf !== undefined) return strict;
  const { properties = {}, required = [], additionalProperties } = strict;
  strict.properties = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const own = strictSchema(property);
      return [name, required.includes(name) ? own : nullable(own)];
    }),
  );
  strict.required = Object.keys(properties);
  if (typeof additionalProperties !== 'object') strict.additionalProperties = false;
  return strict;
}

function nullable(schema: JsonSchema): JsonSchema {
  const types = typesOf(schema);
  if (types.includes('null')) return schema;
  if (schema.anyOf !== undefined) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  if (schema.const !== undefined || types.length === 0) return { anyOf: [schema, { type: 'null' }] };
  const values: { enum?: Json[] } = schema.enum === undefined ? {} : { enum: [...schema.enum, null] };
  return { ...schema, type: [...types, 'null'], ...values };
}
