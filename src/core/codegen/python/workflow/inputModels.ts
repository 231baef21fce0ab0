import { meaningOf, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Scope } from '../syntax/names.ts';
import { createScope } from '../syntax/names.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';
import { fileOf } from '../../../workflow/nodes/requestBody.ts';
import { constraints } from './constraints.ts';
import { fileType, uploadedFile } from './fileTypes.ts';
import { holds, mapType, pythonType } from './schemaTypes.ts';

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
  'parse_obj parse_raw register fits_schema schema schema_json update_forward_refs validate bool float int list str'
).split(' ');

/** What makes another class of the same properties. */
const classWords = ['required', 'additionalProperties'] as const;

/** Pydantic keeps what begins so for itself: https://docs.pydantic.dev/latest/api/config/#pydantic.config.ConfigDict.protected_namespaces */
const protectedName = /^[^a-z0-9]*model[^a-z0-9]*(dump|validate)/i;

/**
 * Makes Pydantic models of an input schema. Source of the constraints:
 * https://docs.pydantic.dev/latest/concepts/fields/ and JSON Schema 2020-12 (validation).
 */
export class InputModels {
  readonly #scope: Scope;
  readonly #prefix: string;
  /** By what they describe; a description or a default beside a reference makes no other class of it. */
  readonly #classes = new Map<object, { readonly schema: JsonSchema; readonly made: ModelClass }[]>();
  readonly #open = new Set<ModelClass>();
  #within = new Set<JsonSchema>();
  /** Whether some class names one that comes after it. */
  looksAhead = false;
  readonly #statements: Stmt[] = [];
  /** The query of a GET comes as text, so numbers in it have to be read from text. */
  readonly #strict: boolean;

  readonly #mostClasses: number;

  /**
   * @param prefix what the names of classes inside the input begin with, so that they differ from those of other workflows
   * @param mostClasses further objects are plain dicts
   */
  constructor(scope: Scope, prefix: string, strict: boolean, mostClasses: number) {
    this.#mostClasses = mostClasses;
    this.#prefix = prefix;
    this.#scope = scope;
    this.#strict = strict;
  }

  /** Class statements in the order in which they have to stand. */
  get statements(): readonly Stmt[] {
    return this.#statements;
  }

  /** The class made for a schema, if it is one of an object with known properties. */
  classOf(given: JsonSchema): ModelClass | undefined {
    const schema = meaningOf(given);
    if (fileOf(schema) !== undefined) return uploadedFile;
    const alike = this.#classes.get(schema.properties ?? schema) ?? [];
    return alike.find(({ schema: other }) => classWords.every((word) => other[word] === schema[word]))?.made;
  }

  /**
   * Adds the class of an object schema under a given name, after the classes of what lies inside it.
   * @param more statements that its body ends with
   */
  addNamed(
    given: JsonSchema,
    name: Identifier,
    hint: string,
    docstring: string,
    more: readonly Stmt[] = [],
  ): ModelClass {
    const schema = meaningOf(given);
    const fieldScope = createScope(takenForFields);
    const fields = new Map<string, Identifier>();
    const made = { name, fields };
    this.#register(schema, made);
    this.#open.add(made);
    const within = this.#within;
    this.#within = new Set();
    const body: Stmt[] = [...this.#config(schema)];
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const field = fieldScope.field(protectedName.test(key) ? `value ${key}` : key);
      fields.set(key, field);
      body.push(this.#field(schema, key, field, property, `${hint} ${key}`));
    }
    this.#within = within;
    this.#open.delete(made);
    this.#statements.push(
      py.classDef(name, { bases: [py.imported('pydantic', 'BaseModel')], docstring, body: [...body, ...more] }),
    );
    return made;
  }

  #register(schema: JsonSchema, made: ModelClass): void {
    const key = schema.properties ?? schema;
    const alike = this.#classes.get(key) ?? [];
    this.#classes.set(key, [...alike, { schema, made }]);
  }

  #config(schema: JsonSchema): readonly Stmt[] {
    const options: Keyword[] = [];
    if (this.#strict) options.push(py.keyword('strict', py.literal(true)));
    // What nothing is said of is allowed, as JSON Schema has it, and there where an object is passed on whole.
    options.push(py.keyword('extra', py.literal(schema.additionalProperties === false ? 'forbid' : 'allow')));
    // JSON has no such numbers, but Python reads 1e999 as one.
    if (holdsNumber(schema)) options.push(py.keyword('allow_inf_nan', py.literal(false)));
    if (usesPattern(schema)) options.push(py.keyword('regex_engine', py.literal('python-re')));
    return [py.assign(py.name('model_config'), py.call(py.imported('pydantic', 'ConfigDict'), ...options))];
  }

  #field(schema: JsonSchema, key: string, field: Identifier, given: JsonSchema, hint: string): Stmt {
    const property = meaningOf(given);
    const optional = !(schema.required?.includes(key) ?? false) && property.default === undefined;
    const type = this.#type(property, hint);
    const annotation = optional ? omittable(property, type) : type;
    const options = [...constraints(property)];
    if ((field as string) !== key) options.push(py.keyword('alias', py.literal(key)));
    if (property.description !== undefined) options.push(py.keyword('description', py.literal(property.description)));
    // Pydantic takes a default as it is, also where it is to be an object of a class.
    if (typeof property.default === 'object' && property.default !== null && holds(property, isClass))
      options.push(py.keyword('validate_default', py.literal(true)));
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
      within: this.#within,
      inner: (inner, innerHint) => this.#inner(inner, innerHint),
      object: (object, objectHint) => this.#objectType(object, objectHint),
    });
  }

  #objectType(schema: JsonSchema, hint: string): Expr {
    const file = fileOf(schema);
    if (file !== undefined) return fileType(file);
    const known = this.classOf(schema);
    if (known !== undefined) {
      if (this.#open.has(known)) this.looksAhead = true;
      return py.name(known.name);
    }
    if (schema.properties !== undefined) {
      if (this.#classes.size >= this.#mostClasses) return mapType({}, hint, (inner) => this.#inner(inner, hint));
      const docstring = schema.description ?? `An object of the input: ${hint.toLowerCase()}.`;
      return py.name(this.addNamed(schema, this.#scope.pascal(`${this.#prefix} ${hint}`), hint, docstring).name);
    }
    return mapType(schema, hint, (inner, innerHint) => this.#inner(inner, innerHint));
  }

  /** A type inside another: its constraints go along as `Annotated`. */
  #inner(schema: JsonSchema, hint: string): Expr {
    const type = this.#type(schema, hint);
    const limits = constraints(meaningOf(schema));
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

/** Whether a field of the class is a number, or holds some. */
function holdsNumber({ properties }: JsonSchema): boolean {
  return Object.values(properties ?? {}).some((property) =>
    holds(property, (each) => typesOf(each).includes('number')),
  );
}

function isClass({ properties }: JsonSchema): boolean {
  return properties !== undefined;
}

/** Whether a field of the class has a pattern; objects inside have classes of their own. */
function usesPattern(schema: JsonSchema): boolean {
  return Object.values(schema.properties ?? {}).some((property) =>
    holds(property, ({ pattern }) => pattern !== undefined),
  );
}
