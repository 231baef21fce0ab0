import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';
import { sampleOf } from '../../../../core/codegen/python/project/sample.ts';
import type { Json } from '../../../../core/workflow/index.ts';
import { meaningOf, typesOf, type JsonSchema } from '../../../../core/workflow/jsonSchema.ts';
import { fileOf, type RequestFile } from '../../../../core/workflow/nodes/requestBody.ts';
import { asObject } from '../shapes.ts';

/** What a value is edited with; `json` is for what no form could show. */
export type Control =
  | { readonly kind: 'text'; readonly isLong: boolean }
  | { readonly kind: 'number'; readonly isWhole: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly Json[] }
  | { readonly kind: 'object'; readonly fields: readonly FormField[] }
  | { readonly kind: 'list'; readonly item: JsonSchema }
  | { readonly kind: 'file'; readonly file: RequestFile }
  | { readonly kind: 'json' };

export interface FormField {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

const deepest = 5;
/** From so many characters on, a text is likely to have several lines. */
const longText = 500;

/** @param depth how many objects and lists it lies in; a schema that refers to itself would never end */
export function controlOf(given: JsonSchema, depth = 0): Control {
  const file = fileOf(given);
  if (file !== undefined) return { kind: 'file', file };
  const schema = meaningOf(given);
  if (schema.const !== undefined) return { kind: 'choice', choices: [schema.const] };
  if (schema.enum !== undefined) return { kind: 'choice', choices: schema.enum };
  const [type, ...more] = typesOf(schema).filter((each) => each !== 'null');
  if (more.length > 0 || depth > deepest) return { kind: 'json' };
  switch (type) {
    case 'string':
      return { kind: 'text', isLong: (schema.maxLength ?? longText) >= longText && schema.format === undefined };
    case 'integer':
    case 'number':
      return { kind: 'number', isWhole: type === 'integer' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return schema.prefixItems === undefined && schema.items !== undefined
        ? { kind: 'list', item: schema.items }
        : { kind: 'json' };
    case 'object':
      return objectControl(schema);
    default:
      return { kind: 'json' };
  }
}

/** Further keys than those that are declared can only be written as JSON. */
function objectControl(schema: JsonSchema): Control {
  const { properties, required = [], additionalProperties, patternProperties } = schema;
  const isOpen = typeof additionalProperties === 'object' || patternProperties !== undefined;
  if (properties === undefined || isOpen) return { kind: 'json' };
  const fields = Object.entries(properties).map(([name, property]) => ({
    name,
    schema: property,
    isRequired: required.includes(name),
  }));
  return { kind: 'object', fields };
}

/** An object with another value at a key; undefined takes the key out. */
export function withMember(object: Json, name: string, value: Json | undefined): Json {
  const members = Object.entries(asObject(object) ?? {}).filter(([key]) => key !== name || value !== undefined);
  const isNew = value !== undefined && !members.some(([key]) => key === name);
  const changed = members.map(([key, member]) => [key, key === name && value !== undefined ? value : member] as const);
  return Object.fromEntries(isNew ? [...changed, [name, value] as const] : changed);
}

/** What stands in a field that somebody begins to fill. */
export function newValue(schema: JsonSchema): Json {
  const control = controlOf(schema);
  return control.kind === 'text' ? '' : sampleOf(schema, '');
}

/** What is said of a field below it: its description, and what holds without it. */
export function hintOf(given: JsonSchema): string | undefined {
  const { description, default: fallback } = meaningOf(given);
  const without = fallback === undefined ? undefined : `Without it: ${JSON.stringify(fallback)}`;
  const parts = [description, without].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : pageText(parts.join(' '));
}

/** An example of a text, where the schema gives one. */
export function exampleOf(given: JsonSchema): string | undefined {
  const { examples, default: fallback } = meaningOf(given);
  const example = examples?.[0] ?? fallback;
  return example === undefined || typeof example === 'object' ? undefined : pageText(String(example));
}
