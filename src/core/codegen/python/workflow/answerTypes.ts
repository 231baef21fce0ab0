import { meaningOf, SchemaTexts, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import { isIdentifier, type Scope } from '../syntax/names.ts';
import { isReserved } from '../syntax/reserved.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';
import { mapType, pythonType } from './schemaTypes.ts';

/**
 * The types of what models answer in JSON, and called workflows. Objects with known keys become a TypedDict: the runtime has checked the answer
 * against the schema already, so it stays the dict that it is.
 */
export class AnswerTypes {
  readonly #scope: Scope;
  readonly #texts = new SchemaTexts();
  readonly #classes = new Map<string, Expr>();
  /** Of schemas that are the same, not only alike: one that holds itself has one class, wherever it is met. */
  readonly #ofSchemas = new Map<JsonSchema, Expr>();
  /** Those whose fields are being made, and how many of them are made by a call, which cannot name what comes after it. */
  readonly #open = new Set<Expr>();
  #calls = 0;
  #within = new Set<JsonSchema>();
  /** Whether some class names one that comes after it. */
  looksAhead = false;
  /** Class statements in the order in which they have to stand. */
  readonly statements: Stmt[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The type of values that fit a schema; `hint` names the classes that it needs. Equal ones are shared. */
  typeOf(schema: JsonSchema, hint: string): Expr {
    return pythonType(schema, hint, {
      within: this.#within,
      inner: (inner, innerHint) => this.typeOf(inner, innerHint),
      object: (object, objectHint) => this.#objectType(object, objectHint),
    });
  }

  #objectType(schema: JsonSchema, hint: string): Expr {
    if (!hasKnownKeys(schema)) return mapType(schema, hint, (inner, innerHint) => this.typeOf(inner, innerHint));
    const key = `${hint} ${this.#texts.of(schema)}`;
    const known = this.#ofSchemas.get(schema) ?? this.#classes.get(key);
    if (known === undefined) return this.#newClass(schema, hint, key);
    if (!this.#open.has(known)) return known;
    if (this.#calls > 0) return mapType({}, hint, (inner, innerHint) => this.typeOf(inner, innerHint));
    this.looksAhead = true;
    return known;
  }

  #newClass(schema: JsonSchema, hint: string, key: string): Expr {
    const name = this.#scope.pascal(hint);
    const type = py.name(name);
    const isCall = !Object.keys(schema.properties ?? {}).every(canBeDeclared);
    this.#classes.set(key, type);
    this.#ofSchemas.set(schema, type);
    this.#open.add(type);
    if (isCall) this.#calls += 1;
    const within = this.#within;
    this.#within = new Set();
    this.#declare(schema, hint, name, isCall);
    this.#within = within;
    if (isCall) this.#calls -= 1;
    this.#open.delete(type);
    return type;
  }

  #declare(schema: JsonSchema, hint: string, name: Identifier, isCall: boolean): void {
    const fields = Object.entries(schema.properties ?? {}).map(([key, property]) => {
      const type = this.typeOf(property, `${hint} ${key}`);
      const isRequired = schema.required?.includes(key) ?? false;
      return { key, type: isRequired ? type : py.subscript(py.imported('typing', 'NotRequired'), type) };
    });
    const typedDict = py.imported('typing', 'TypedDict');
    if (!isCall) {
      const body = fields.flatMap(({ key, type }) => (isIdentifier(key) ? [py.declare(py.name(key), type)] : []));
      const docstring = schema.description ?? `The shape of ${hint.toLowerCase().replaceAll('_', ' ')}.`;
      this.statements.push(py.classDef(name, { bases: [typedDict], docstring, body }));
    } else this.statements.push(py.assign(py.name(name), asCall(typedDict, name, fields)));
  }
}

/** The form for keys that could not be names of a class's fields. */
function asCall(
  typedDict: Expr,
  name: Identifier,
  fields: readonly { readonly key: string; readonly type: Expr }[],
): Expr {
  return py.call(typedDict, py.literal(name), py.dict(fields.map(({ key, type }) => py.entry(key, type))));
}

/**
 * Whether a key can be the name of a field in the body of a class, where later fields would take it for the type of that name:
 * types begin with a capital or are builtins. Python changes names that begin with two underscores.
 */
function canBeDeclared(key: string): boolean {
  return /^[a-z]/.test(key) && isIdentifier(key) && !isReserved(key, 'any');
}

/** Whether an object's keys are listed; one that lists none can have any. */
function hasKnownKeys({ properties, additionalProperties }: JsonSchema): boolean {
  return properties !== undefined && (Object.keys(properties).length > 0 || additionalProperties === false);
}

/** How a value of a type made here is read at a key. */
export type Access =
  /** It is there, so `value[key]`. */
  | 'item'
  /** It may have been left out, but is never null, so `value.get(key)` tells. */
  | 'optional'
  /** The type does not say. */
  | 'unknown';

export function accessTo(given: JsonSchema, key: string | number): Access {
  const schema = meaningOf(given);
  const options = (schema.anyOf ?? [schema]).filter((option) => !isNull(option));
  const found = new Set(options.map((option) => (option === schema ? ownAccess(option, key) : accessTo(option, key))));
  if (found.size === 0 || found.has('unknown')) return 'unknown';
  return found.has('optional') ? 'optional' : 'item';
}

function ownAccess(schema: JsonSchema, key: string | number): Access {
  const types = typesOf(schema).filter((type) => type !== 'null');
  if (types.length !== 1) return 'unknown';
  if (typeof key === 'number') return types[0] === 'array' ? 'item' : 'unknown';
  if (types[0] !== 'object') return 'unknown';
  if (!hasKnownKeys(schema)) return 'item';
  const properties = schema.properties ?? {};
  const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
  if (property === undefined) return 'unknown';
  if (schema.required?.includes(key)) return 'item';
  const kinds = typesOf(property);
  return kinds.length === 0 || kinds.includes('null') ? 'unknown' : 'optional';
}

function isNull(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  return types.length === 1 && types[0] === 'null';
}
