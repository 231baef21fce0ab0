import type { Json, JsonPath } from '../../../../core/workflow/index.ts';
import { isList, isRecord } from './field.ts';

type JsonRecord = { readonly [key: string]: Json };

export const simpleTypes = ['string', 'number', 'integer', 'boolean', 'object'] as const;
type SimpleType = (typeof simpleTypes)[number];
export type RowType = SimpleType | 'choice' | 'list' | `list of ${SimpleType}` | 'any' | 'other';

/** A property of an object's schema, as a table shows it. */
export interface SchemaRow {
  readonly key: string;
  readonly type: RowType;
  readonly isRequired: boolean;
  readonly description: string;
  /** Of a choice. */
  readonly choices: readonly string[];
  /** Words that the table has no column for; they stay as they are. */
  readonly rules: JsonRecord;
  /** Where the schema of the object inside stands, from the property's own. */
  readonly inside: JsonPath | undefined;
  readonly schema: Json;
}

/** Something that is set in a schema; undefined removes it. */
export interface SchemaChange {
  readonly path: JsonPath;
  readonly value: Json | undefined;
}

const columns = new Set(['type', 'description', 'properties', 'required']);

/** The properties of a schema; undefined where a table cannot show what it says. */
export function rowsOf(schema: Json | undefined): readonly SchemaRow[] | undefined {
  if (!isRecord(schema) || ('type' in schema && schema['type'] !== 'object')) return undefined;
  if (['$ref', 'anyOf', 'oneOf', 'allOf', 'if', 'patternProperties'].some((word) => word in schema)) return undefined;
  const { properties = {} } = schema;
  if (!isRecord(properties)) return undefined;
  const required = requiredOf(schema);
  return Object.entries(properties).map(([key, inner]) => rowOf(key, inner, required.includes(key)));
}

function rowOf(key: string, schema: Json, isRequired: boolean): SchemaRow {
  const own = isRecord(schema) ? schema : {};
  const type = typeOf(schema);
  const { description, items } = own;
  const shown = new Set([
    ...columns,
    ...(type === 'choice' ? ['enum'] : []),
    ...(type.startsWith('list of') ? ['items'] : []),
  ]);
  const ofItems = type.startsWith('list of') && isRecord(items) ? withoutWords(items, columns) : {};
  return {
    key,
    type,
    isRequired,
    description: typeof description === 'string' ? description : '',
    choices: type === 'choice' && isList(own['enum']) ? own['enum'].map(String) : [],
    rules: { ...withoutWords(own, shown), ...(Object.keys(ofItems).length > 0 && { items: ofItems }) },
    inside: type === 'object' ? [] : type === 'list of object' ? ['items'] : undefined,
    schema,
  };
}

function withoutWords(schema: JsonRecord, words: ReadonlySet<string>): JsonRecord {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => !words.has(word)));
}

function typeOf(schema: Json): RowType {
  if (!isRecord(schema)) return schema === true ? 'any' : 'other';
  const { type, enum: choices, items } = schema;
  if (isList(choices) && choices.every((each) => typeof each === 'string') && (type === undefined || type === 'string'))
    return 'choice';
  if (type === undefined)
    return ['$ref', 'anyOf', 'oneOf', 'allOf', 'const'].some((word) => word in schema) ? 'other' : 'any';
  const simple = simpleTypes.find((each) => each === type);
  if (simple !== undefined) return simple;
  if (type !== 'array') return 'other';
  const ofItems = isRecord(items) ? simpleTypes.find((each) => each === items['type']) : undefined;
  if (ofItems !== undefined) return `list of ${ofItems}`;
  return items === undefined ? 'list' : 'other';
}

function requiredOf(schema: JsonRecord): readonly string[] {
  const { required } = schema;
  return isList(required) ? required.filter((each) => typeof each === 'string') : [];
}

function requiredChange(schema: JsonRecord, required: readonly string[]): readonly SchemaChange[] {
  const before = requiredOf(schema);
  if (before.length === required.length && before.every((key, index) => required[index] === key)) return [];
  return [{ path: ['required'], value: required.length === 0 ? undefined : required }];
}

export function withRequired(schema: JsonRecord, key: string, isRequired: boolean): readonly SchemaChange[] {
  const others = requiredOf(schema).filter((each) => each !== key);
  return requiredChange(schema, isRequired ? [...others, key] : others);
}

/** A property of another name in the same place. Nothing where the name is taken. */
export function withName(schema: JsonRecord, key: string, name: string): readonly SchemaChange[] {
  const { properties } = schema;
  if (!isRecord(properties) || name === '' || name === key || Object.hasOwn(properties, name)) return [];
  const entries = Object.entries(properties).map(([each, value]) => [each === key ? name : each, value] as const);
  const required = requiredOf(schema).map((each) => (each === key ? name : each));
  return [{ path: ['properties'], value: Object.fromEntries(entries) }, ...requiredChange(schema, required)];
}

export function withoutProperty(schema: JsonRecord, key: string): readonly SchemaChange[] {
  return [{ path: ['properties', key], value: undefined }, ...withRequired(schema, key, false)];
}

/** A new property, which is a text that has to be there. */
export function withNewProperty(schema: JsonRecord): {
  readonly key: string;
  readonly changes: readonly SchemaChange[];
} {
  const taken = new Set((rowsOf(schema) ?? []).map(({ key }) => key));
  let key = 'field';
  for (let number = 2; taken.has(key); number += 1) key = `field_${number}`;
  return {
    key,
    changes: [{ path: ['properties', key], value: { type: 'string' } }, ...withRequired(schema, key, true)],
  };
}

/** The words that make a property one of another type; all that the table does not show stays. */
export function withType(schema: Json, type: RowType): readonly SchemaChange[] {
  const own = isRecord(schema) ? schema : {};
  const before = typeOf(schema);
  const left: readonly SchemaChange[] = [
    ...(before === 'choice' && type !== 'choice' ? [{ path: ['enum'], value: undefined }] : []),
    ...(before.startsWith('list of') && !type.startsWith('list of') ? [{ path: ['items'], value: undefined }] : []),
  ];
  const words = (): readonly SchemaChange[] => {
    if (type === 'any') return [{ path: ['type'], value: undefined }];
    if (type === 'choice')
      return [
        { path: ['type'], value: 'string' },
        { path: ['enum'], value: ['one', 'other'] },
      ];
    if (type === 'list') return [{ path: ['type'], value: 'array' }];
    if (type.startsWith('list of ')) {
      const items = isRecord(own['items']) ? own['items'] : {};
      const ofItems = type.slice('list of '.length);
      return [
        { path: ['type'], value: 'array' },
        {
          path: ['items'],
          value: {
            ...items,
            type: ofItems,
            ...(ofItems === 'object' && !('properties' in items) && { properties: {} }),
          },
        },
      ];
    }
    const properties = type === 'object' && !('properties' in own) ? [{ path: ['properties'], value: {} }] : [];
    return [{ path: ['type'], value: type }, ...properties];
  };
  return [...left, ...words()];
}

/** "at least 1 letter": what the table has no column for, in a few words. */
export function rulesText(rules: JsonRecord): string {
  return Object.entries(rules)
    .map(([word, value]) => `${word}: ${JSON.stringify(value)}`)
    .join(', ');
}
