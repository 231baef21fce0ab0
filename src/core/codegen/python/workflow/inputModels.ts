import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Scope } from '../syntax/names.ts';
import { createScope } from '../syntax/names.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';
import { mapType, pythonType } from './schemaTypes.ts';

/** A Pydantic model that stands for an object schema. */
export interface ModelClass {
  readonly name: Identifier;
  /** The attribute that holds a property. */
  readonly fields: ReadonlyMap<string, Identifier>;
}

/** What a field must not be called: public attributes of `pydantic.BaseModel` and its class, and types that later fields name. */
const takenForFields = (
  'construct copy dict from_orm json model_computed_fields model_config model_construct model_copy model_extra ' +
  'model_fields model_fields_set model_json_schema model_parametrized_name model_post_init model_rebuild mro parse_file ' +
  'parse_obj parse_raw register schema schema_json update_forward_refs validate bool float int list str'
).split(' ');

/** Pydantic keeps what begins so for itself: https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.protected_namespaces */
const protectedName = /^[^a-z0-9]*model[^a-z0-9]*(dump|validate)/i;

/**
 * Makes Pydantic models of an input schema. Source of the constraints:
 * https://docs.pydantic.dev/latest/concepts/fields/ and JSON Schema 2020-12 (validation).
 */
export class InputModels {
  readonly #scope: Scope;
  readonly #prefix: string;
  readonly #classes = new Map<JsonSchema, ModelClass>();
  readonly #statements: Stmt[] = [];
  /** The query of a GET comes as text, so numbers in it have to be read from text. */
  readonly #strict: boolean;

  /** @param prefix what the names of classes inside the input begin with, so that they differ from those of other workflows */
  constructor(scope: Scope, prefix: string, strict: boolean) {
    this.#prefix = prefix;
    this.#scope = scope;
    this.#strict = strict;
  }

  /** Class statements in the order in which they have to stand. */
  get statements(): readonly Stmt[] {
    return this.#statements;
  }

  /** The class made for a schema, if it is one of an object with known properties. */
  classOf(schema: JsonSchema): ModelClass | undefined {
    return this.#classes.get(schema);
  }

  /** Adds the class of an object schema under a given name, after the classes of what lies inside it. */
  addNamed(schema: JsonSchema, name: Identifier, hint: string, docstring: string): ModelClass {
    const fieldScope = createScope(takenForFields);
    const fields = new Map<string, Identifier>();
    const body: Stmt[] = [...this.#config(schema)];
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const field = fieldScope.field(protectedName.test(key) ? `value ${key}` : key);
      fields.set(key, field);
      body.push(this.#field(schema, key, field, property, `${hint} ${key}`));
    }
    this.#statements.push(py.classDef(name, { bases: [py.imported('pydantic', 'BaseModel')], docstring, body }));
    const made = { name, fields };
    this.#classes.set(schema, made);
    return made;
  }

  #config(schema: JsonSchema): readonly Stmt[] {
    const options: Keyword[] = [];
    if (this.#strict) options.push(py.keyword('strict', py.literal(true)));
    if (schema.additionalProperties === false) options.push(py.keyword('extra', py.literal('forbid')));
    if (schema.additionalProperties === true || typeof schema.additionalProperties === 'object') {
      options.push(py.keyword('extra', py.literal('allow')));
    }
    // JSON has no such numbers, but Python reads 1e999 as one.
    if (holdsNumber(schema)) options.push(py.keyword('allow_inf_nan', py.literal(false)));
    if (usesPattern(schema)) options.push(py.keyword('regex_engine', py.literal('python-re')));
    if (options.length === 0) return [];
    return [py.assign(py.name('model_config'), py.call(py.imported('pydantic', 'ConfigDict'), ...options))];
  }

  #field(schema: JsonSchema, key: string, field: Identifier, property: JsonSchema, hint: string): Stmt {
    const optional = !(schema.required?.includes(key) ?? false) && property.default === undefined;
    const type = this.#type(property, hint);
    const annotation = optional ? omittable(property, type) : type;
    const options = constraints(property);
    if ((field as string) !== key) options.push(py.keyword('alias', py.literal(key)));
    if (property.description !== undefined) options.push(py.keyword('description', py.literal(property.description)));
    const fallback =
      property.default !== undefined ? py.literal(property.default) : optional ? py.literal(null) : undefined;
    if (options.length > 0) {
      const value = py.call(
        py.imported('pydantic', 'Field'),
        ...(fallback === undefined ? [] : [py.keyword('default', fallback)]),
        ...options,
      );
      return py.assign(py.name(field), value, { annotation });
    }
    return fallback === undefined
      ? py.declare(py.name(field), annotation)
      : py.assign(py.name(field), fallback, { annotation });
  }

  /** The annotation of a value that fits `schema`, without the constraints a field carries itself. */
  #type(schema: JsonSchema, hint: string): Expr {
    return pythonType(schema, hint, {
      inner: (inner, innerHint) => this.#inner(inner, innerHint),
      object: (object, objectHint) => this.#objectType(object, objectHint),
    });
  }

  #objectType(schema: JsonSchema, hint: string): Expr {
    if (schema.properties !== undefined) {
      const docstring = schema.description ?? `An object of the input: ${hint.toLowerCase()}.`;
      return py.name(this.addNamed(schema, this.#scope.pascal(`${this.#prefix} ${hint}`), hint, docstring).name);
    }
    return mapType(schema, hint, (inner, innerHint) => this.#inner(inner, innerHint));
  }

  /** A type inside another: its constraints go along as `Annotated`. */
  #inner(schema: JsonSchema, hint: string): Expr {
    const type = this.#type(schema, hint);
    const limits = constraints(schema);
    if (limits.length === 0) return type;
    const field = py.call(py.imported('pydantic', 'Field'), ...limits);
    return py.subscript(py.imported('typing', 'Annotated'), py.tuple([type, field]));
  }
}

/** The type of a field that may be left out, which is None then. Null is a value of it only where the schema says so. */
function omittable(schema: JsonSchema, type: Expr): Expr {
  const types = typesOf(schema);
  if (types.includes('null')) return type;
  return types.length === 0
    ? py.union(type, py.literal(null))
    : py.subscript(py.imported('app.runtime.inputs', 'Omittable'), type);
}

function constraints(schema: JsonSchema): Keyword[] {
  const given: Keyword[] = [];
  const {
    minLength,
    maxLength,
    minItems,
    maxItems,
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
    multipleOf,
    pattern,
  } = schema;
  const least = minLength ?? minItems;
  const most = maxLength ?? maxItems;
  if (least !== undefined) given.push(py.keyword('min_length', py.literal(least)));
  if (most !== undefined) given.push(py.keyword('max_length', py.literal(most)));
  if (minimum !== undefined) given.push(py.keyword('ge', py.literal(minimum)));
  if (maximum !== undefined) given.push(py.keyword('le', py.literal(maximum)));
  if (exclusiveMinimum !== undefined) given.push(py.keyword('gt', py.literal(exclusiveMinimum)));
  if (exclusiveMaximum !== undefined) given.push(py.keyword('lt', py.literal(exclusiveMaximum)));
  if (multipleOf !== undefined) given.push(py.keyword('multiple_of', py.literal(multipleOf)));
  if (pattern !== undefined) given.push(py.keyword('pattern', py.literal(pattern)));
  return given;
}

/** Whether a field is a number, or a list or map of numbers. */
function holdsNumber({ properties }: JsonSchema): boolean {
  return Object.values(properties ?? {}).some(({ items, additionalProperties, ...property }) =>
    [property, items, additionalProperties].some(
      (each) => typeof each === 'object' && typesOf(each).includes('number'),
    ),
  );
}

function usesPattern(schema: JsonSchema): boolean {
  return Object.values(schema.properties ?? {}).some(
    (property) => property.pattern !== undefined || property.items?.pattern !== undefined,
  );
}
