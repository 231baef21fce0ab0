import * as z from 'zod';

import { formHints, type FormHint } from '../../../../core/workflow/formHints.ts';
import type { Json } from '../../../../core/workflow/json.ts';

/** What a form edits: a value of a schema. */
export interface Field {
  readonly shape: FieldShape;
  readonly hint: FormHint;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  /** What counts while the file says nothing. */
  readonly default: Json | undefined;
  /** An expression can stand in place of the value. */
  readonly canBeTemplate: boolean;
}

export type FieldShape =
  | { readonly kind: 'text' | 'template' | 'boolean' | 'json' | 'templateJson' | 'jsonSchema' }
  | { readonly kind: 'number'; readonly isInteger: boolean; readonly least?: number; readonly most?: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: 'record'; readonly value: Field }
  | { readonly kind: 'list'; readonly item: Field }
  | { readonly kind: 'union'; readonly options: readonly FieldOption[] };

/** One of several forms that a value can have. */
export interface FieldOption {
  readonly title: string;
  readonly field: Field;
}

const known = new WeakMap<z.core.$ZodType, Field>();

/** The form of a schema's values. */
export function fieldOf(schema: z.core.$ZodType): Field {
  const found = known.get(schema) ?? read(schema);
  known.set(schema, found);
  return found;
}

function read(schema: z.core.$ZodType): Field {
  const hint = formHints.get(schema);
  const description = schema instanceof z.ZodType ? schema.description : undefined;
  const about = (field: Field, change: Partial<Field> = {}): Field => ({
    ...field,
    ...change,
    hint: { ...field.hint, ...hint },
    description: description ?? field.description,
  });
  if (hint?.editor === 'template') return about(plain({ kind: 'template' }));
  if (hint?.editor === 'templateJson') return about(plain({ kind: 'templateJson' }));
  if (hint?.editor === 'json') return about(plain({ kind: 'json' }));
  if (hint?.editor === 'jsonSchema') return about(plain({ kind: 'jsonSchema' }));
  if (schema instanceof z.ZodOptional) return about(fieldOf(schema.unwrap()), { isRequired: false });
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return about(fieldOf(schema.unwrap()), { isRequired: false, default: schema.def.defaultValue as Json });
  if (schema instanceof z.ZodPipe) return about(fieldOf(schema.in));
  if (schema instanceof z.ZodLazy) return about(fieldOf(schema.unwrap()));
  if (schema instanceof z.ZodUnion) return about(unionOf(schema.options));
  if (schema instanceof z.ZodNullable) return about(unionOf([schema.unwrap(), z.null()]));
  return about(plain(shapeOf(schema)));
}

function shapeOf(schema: z.core.$ZodType): FieldShape {
  if (schema instanceof z.ZodString) return { kind: 'text' };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (schema instanceof z.ZodNumber) return numberShape(schema);
  if (schema instanceof z.ZodEnum) return { kind: 'choice', values: schema.options.map(String) };
  if (schema instanceof z.ZodNull) return { kind: 'constant', value: null };
  if (schema instanceof z.ZodLiteral) return { kind: 'constant', value: schema.value as Json };
  if (schema instanceof z.ZodRecord) return { kind: 'record', value: fieldOf(schema.valueType) };
  if (schema instanceof z.ZodArray) return { kind: 'list', item: fieldOf(schema.element) };
  if (schema instanceof z.ZodObject) {
    const entries = Object.entries(schema.shape);
    return { kind: 'object', fields: new Map(entries.map(([key, value]) => [key, fieldOf(value)])) };
  }
  return { kind: 'json' };
}

function numberShape({ minValue, maxValue, format }: z.ZodNumber): FieldShape {
  const isLimit = (value: number | null): value is number =>
    value !== null && Number.isFinite(value) && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  return {
    kind: 'number',
    isInteger: format?.includes('int') ?? false,
    ...(isLimit(minValue) && { least: minValue }),
    ...(isLimit(maxValue) && { most: maxValue }),
  };
}

/** An expression among others is no form of its own, unless texts are: it can stand in any field. */
function unionOf(options: readonly z.core.$ZodType[]): Field {
  const fields = options.map(fieldOf);
  const isTitled = fields.some(({ hint }) => hint.title !== undefined);
  const others = isTitled ? fields : fields.filter(({ shape }) => shape.kind !== 'template');
  const canBeTemplate = others.length < fields.length;
  const [only] = others;
  if (only !== undefined && others.length === 1) return { ...only, canBeTemplate };
  const listed = others.flatMap((field): readonly FieldOption[] =>
    field.shape.kind === 'choice'
      ? field.shape.values.map((value) => ({ title: titleOf(value), field: plain({ kind: 'constant', value }) }))
      : [{ title: optionTitle(field), field }],
  );
  return { ...plain({ kind: 'union', options: listed }), canBeTemplate };
}

function optionTitle({ hint, shape }: Field): string {
  if (hint.title !== undefined) return hint.title;
  switch (shape.kind) {
    case 'object': {
      const constant = [...shape.fields.values()].find((field) => field.shape.kind === 'constant');
      return constant?.shape.kind === 'constant'
        ? constantTitle(constant.shape.value)
        : titleOf([...shape.fields.keys()][0] ?? 'object');
    }
    case 'constant':
      return constantTitle(shape.value);
    case 'list':
      return 'Several';
    case 'text':
    case 'template':
      return 'Text';
    default:
      return titleOf(shape.kind);
  }
}

function constantTitle(value: Json): string {
  return titleOf(typeof value === 'string' ? value : JSON.stringify(value));
}

function plain(shape: FieldShape): Field {
  return { shape, hint: {}, description: undefined, isRequired: true, default: undefined, canBeTemplate: false };
}

/** "Max tokens" for `maxTokens`. */
export function titleOf(key: string): string {
  const words = key
    .replaceAll(/[_-]+/g, ' ')
    .replaceAll(/([a-z\d])([A-Z])/g, (_match, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .replaceAll(/\b(id|url|json|api|http|usd)\b/gi, (word) => word.toUpperCase());
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

export function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a value looks like one of the field's, so that its form can show it. Undefined fits where it may be left out. */
export function fits({ shape, canBeTemplate }: Field, value: Json | undefined): boolean {
  if (value === undefined) return true;
  if (canBeTemplate && isTemplate(value)) return true;
  switch (shape.kind) {
    case 'text':
    case 'template':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'choice':
      return typeof value === 'string' && shape.values.includes(value);
    case 'constant':
      return value === shape.value;
    case 'jsonSchema':
    case 'record':
      return isRecord(value);
    case 'object':
      return isRecord(value) && constantsFit(shape.fields, value);
    case 'list':
      return isList(value);
    case 'union':
      return optionFor(shape.options, value) !== undefined;
    case 'json':
    case 'templateJson':
      return true;
  }
}

/** The first form that a value has. */
export function optionFor(options: readonly FieldOption[], value: Json): FieldOption | undefined {
  return options.find(({ field }) => fits(field, value));
}

/** What tells objects of a union apart. */
function constantsFit(fields: ReadonlyMap<string, Field>, value: { readonly [key: string]: Json }): boolean {
  return [...fields].every(
    ([key, { shape }]) => shape.kind !== 'constant' || !Object.hasOwn(value, key) || value[key] === shape.value,
  );
}

/** Whether a value is a text that is an expression. */
export function isTemplate(value: Json | undefined): value is string {
  return typeof value === 'string' && value.includes('{{');
}

/** What a field begins with when someone wants to set it: the simplest that its form can show. */
export function firstValue({ shape, default: usual }: Field): Json {
  if (usual !== undefined) return usual;
  switch (shape.kind) {
    case 'text':
    case 'template':
    case 'templateJson':
      return '';
    case 'boolean':
      return true;
    case 'number':
      return shape.least ?? 0;
    case 'choice':
      return shape.values[0] ?? '';
    case 'constant':
      return shape.value;
    case 'jsonSchema':
      return { type: 'object', properties: {} };
    case 'record':
      return {};
    case 'list':
      return [firstValue(shape.item)];
    case 'union': {
      const [first] = shape.options;
      return first === undefined ? null : firstValue(first.field);
    }
    case 'object':
      return Object.fromEntries(
        [...shape.fields].filter(([, field]) => field.isRequired).map(([key, field]) => [key, firstValue(field)]),
      );
    case 'json':
      return null;
  }
}
