import {
  definition,
  itemsOf,
  meaningOf,
  typesOf,
  type JsonSchema,
  type JsonTypeName,
} from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';

/** The type of values that fit a schema; `hint` names the classes that it needs. */
export type TypeOfSchema = (schema: JsonSchema, hint: string) => Expr;

interface Parts {
  /** Schemas whose types are being made, inside of one class; none of them can be a part of itself but as a class. */
  readonly within: Set<JsonSchema>;
  /** Of what lies inside lists, maps and unions. */
  readonly inner: TypeOfSchema;
  /** Of objects. */
  readonly object: TypeOfSchema;
}

/** Nobody reads a type that nests deeper. */
const deepest = 16;

/** The Python type of the JSON values that fit a schema. */
export function pythonType(given: JsonSchema, place: string, parts: Parts): Expr {
  const schema = meaningOf(given);
  const hint = schema[definition] ?? place;
  const isObject = schema.properties !== undefined && typesOf(schema).join() === 'object';
  if (isObject) return parts.object(schema, hint);
  if (schema.properties === undefined && (parts.within.has(schema) || parts.within.size > deepest)) return any;
  parts.within.add(schema);
  const type = typeOf(schema, hint, parts);
  parts.within.delete(schema);
  return type;
}

function typeOf(schema: JsonSchema, hint: string, parts: Parts): Expr {
  const literal = literalType(schema);
  if (literal !== undefined) return literal;
  if (schema.anyOf !== undefined && schema.const === undefined && schema.enum === undefined)
    return union(optionTypes(schema.anyOf, hint, parts.inner));
  const types = typesOf(schema);
  return types.length === 0 ? any : union(types.map((type) => typeNamed(type, schema, hint, parts)));
}

/** The types of a schema's options; only where there are several beside null do they need names of their own. */
function optionTypes(options: readonly JsonSchema[], hint: string, inner: TypeOfSchema): readonly Expr[] {
  const isNull = (option: JsonSchema): boolean => typesOf(option).join() === 'null';
  const isOnly = options.filter((option) => !isNull(option)).length === 1;
  return options.map((option, index) => inner(option, isOnly ? hint : `${hint} ${index + 1}`));
}

/** Whether a value of a schema is, or holds in lists, maps and alternatives, one whose schema passes a test. */
export function holds(schema: JsonSchema, test: (meant: JsonSchema) => boolean): boolean {
  const seen = new Set<JsonSchema>();
  const visit = (given: JsonSchema | boolean | undefined): boolean => {
    if (typeof given !== 'object') return false;
    const meant = meaningOf(given);
    if (seen.has(meant)) return false;
    seen.add(meant);
    return test(meant) || [itemsOf(meant), meant.additionalProperties, ...(meant.anyOf ?? [])].some(visit);
  };
  return visit(schema);
}

/** `dict[str, …]`, for an object whose keys are not known. */
export function mapType(schema: JsonSchema, hint: string, inner: TypeOfSchema): Expr {
  const { additionalProperties: rest } = schema;
  const values = typeof rest === 'object' ? inner(rest, `${hint} value`) : any;
  return py.subscript(py.name('dict'), py.tuple([py.name('str'), values]));
}

const any: Expr = py.imported('typing', 'Any');

/** `Literal[…]` where the values are listed and Python has literal types of them. */
function literalType(schema: JsonSchema): Expr | undefined {
  const values = schema.const !== undefined ? [schema.const] : (schema.enum ?? []);
  const simple = values.every(
    (value) => value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value),
  );
  const [only] = values;
  if (only === undefined || !simple) return undefined;
  const key = values.length === 1 ? py.literal(only) : py.tuple(values.map((value) => py.literal(value)));
  return py.subscript(py.imported('typing', 'Literal'), key);
}

function typeNamed(type: JsonTypeName, schema: JsonSchema, hint: string, parts: Parts): Expr {
  switch (type) {
    case 'string':
      return py.name('str');
    case 'number':
      return py.name('float');
    case 'integer':
      return py.name('int');
    case 'boolean':
      return py.name('bool');
    case 'null':
      return py.literal(null);
    case 'array': {
      const items = itemsOf(schema);
      return py.subscript(py.name('list'), items === undefined ? any : parts.inner(items, `${hint} item`));
    }
    case 'object':
      return parts.object(schema, hint);
  }
}

/** `A | B | None`, each member once. */
export function union(types: readonly Expr[]): Expr {
  const distinct = [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
  const isNone = (type: Expr): boolean => type.kind === 'literal' && type.value === null;
  const ordered = distinct.toSorted((a, b) => Number(isNone(a)) - Number(isNone(b)));
  const [only] = ordered;
  return ordered.length === 1 && only !== undefined ? only : py.union(...ordered);
}
