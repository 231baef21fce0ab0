import type { PathExpression, PathSegment } from '../../../workflow/expressions/syntax.ts';
import {
  membersAlong,
  rootLength,
  typeOfRoot,
  type ExpressionType,
  type TypeScope,
} from '../../../workflow/expressions/types.ts';
import { meaningOf, typesOf, unknownSchema, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { handleOfPath } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Identifier } from '../syntax/tree.ts';
import { accessTo } from './answerTypes.ts';
import type { ModelClass } from './inputModels.ts';
import { holds } from './schemaTypes.ts';

/** What stands behind `nodes.ID.HANDLE`. */
export interface HandleValue {
  readonly code: Expr;
  /** Holds when the node has run; undefined when it surely has. */
  readonly ran: Expr | undefined;
}

/** What a path can see where it stands. */
export interface PathScope {
  readonly types: TypeScope;
  modelOf(schema: JsonSchema): ModelClass | undefined;
  handle(node: string, handle: string): HandleValue;
  /** Whether the type that Python knows of what the path leads to, with so many of its keys, is that of its schema. */
  isTyped(path: PathExpression, count: number): boolean;
  /** Records that the code computes the path. */
  mark(code: Expr, text: string): Expr;
  /** The same scope for code in a lambda, where what a test outside has shown does not count. */
  loose(): PathScope;
  readonly isLoose: boolean;
}

/** A path as it is read, before anything is done about a value that may be missing. */
export interface PathRead {
  readonly code: Expr;
  readonly schema: JsonSchema;
  /** `code` raises where something on the way is missing. */
  readonly mayRaise: boolean;
  /** `code` is None where the value itself is missing. */
  readonly noneWhenMissing: boolean;
  /** Another value where the value itself is missing, if Python has a way of saying so. */
  readonly orElse: ((other: Expr) => Expr) | undefined;
  /** Holds when the node that is read has run; undefined when it surely has. */
  readonly ran: Expr | undefined;
  /** Nothing can be missing once the node has run. */
  readonly certainOnceRan: boolean;
  /** The last value on the way that is surely there, and the keys that lead on from it. */
  readonly root: Expr;
  readonly keys: readonly (string | number)[];
  /** Reading the root itself may raise. */
  readonly rootMayRaise: boolean;
}

const runtime = 'app.runtime.expressions';
const plain = py.imported(runtime, 'plain');
const getter = py.imported(runtime, 'get');
const presence = py.imported(runtime, 'present');

/** Python for a path whose value has to be there. */
export function compilePath(
  path: PathExpression,
  scope: PathScope,
): { readonly code: Expr; readonly mayRaise: boolean } {
  const read = readPath(path, scope, true);
  const text = pathText(path);
  const there = read.noneWhenMissing ? present(read.code, text) : read.code;
  const code = asJson(there, read.schema, scope);
  return { code: scope.mark(code, text), mayRaise: read.mayRaise || read.noneWhenMissing };
}

/** A value as JSON: Pydantic models become dicts. */
export function asJson(code: Expr, schema: JsonSchema, scope: PathScope): Expr {
  return holdsModel(schema, scope) ? py.call(plain, code) : code;
}

/** @param isAlone no test that the node has run stands before it */
export function readPath(path: PathExpression, scope: PathScope, isAlone = false): PathRead {
  const root = typeOfRoot(path, scope.types);
  const start = startOf(path, root.schema, scope, isAlone);
  const rest = path.segments.slice(rootLength(path));
  if (scope.isLoose && rest.length > 0 && path.root === 'nodes') {
    const keys = rest.map((segment) => segment.key);
    const code = py.call(getter, start.code, ...keys.map(py.literal));
    return { ...start, code, keys, schema: unknownSchema, mayRaise: true, certainOnceRan: false };
  }
  const members = membersAlong(path, root);
  return rest.reduce<PathRead>(
    (read, segment, index) => step(read, segment, members[index] ?? unknown, path, scope),
    start,
  );
}

const unknown: ExpressionType = { schema: unknownSchema, certain: false };

function startOf(path: PathExpression, schema: JsonSchema, scope: PathScope, isAlone: boolean): PathRead {
  const begin = (code: Expr, mayRaise: boolean, ran?: Expr): PathRead => ({
    code,
    schema,
    mayRaise,
    noneWhenMissing: false,
    orElse: undefined,
    ran,
    certainOnceRan: true,
    root: code,
    keys: [],
    rootMayRaise: false,
  });
  if (path.root === 'input') return begin(py.name('input'), false);
  if (path.root === 'env') {
    const environment = py.attribute(py.name('ctx'), 'env');
    const [variable] = path.segments;
    const keys = variable === undefined ? [] : [variable.key];
    const read = begin(py.subscript(environment, String(variable?.key)), true);
    return { ...read, root: environment, keys, certainOnceRan: false };
  }
  const handle = handleOfPath(path);
  if (handle === undefined) throw new Error('check lets no path through that names no node and handle');
  const value = scope.handle(handle.node, handle.handle);
  const mayBeNone = isAlone && !scope.isLoose && value.ran?.kind === 'compare' && isNone(value.ran.right);
  const code = mayBeNone ? present(value.code, pathText(path, rootLength(path))) : value.code;
  return begin(code, value.ran !== undefined, value.ran);
}

function isNone(code: Expr): boolean {
  return code.kind === 'literal' && code.value === null;
}

function step(
  read: PathRead,
  segment: PathSegment,
  { schema, certain }: ExpressionType,
  path: PathExpression,
  scope: PathScope,
): PathRead {
  const { key } = segment;
  const index = path.segments.indexOf(segment);
  const mayBeNone = read.noneWhenMissing || typesOf(read.schema).includes('null');
  const object = mayBeNone ? present(read.code, pathText(path, index)) : read.code;
  const field = typeof key === 'string' ? fieldOf(read.schema, key, scope) : undefined;
  const common = { ...read, schema, orElse: undefined, certainOnceRan: read.certainOnceRan && certain };
  if (field !== undefined) {
    const code = py.attribute(object, field);
    const mayRaise = mayBeNone || read.mayRaise;
    // A field of a model that was left out is None. Where null is a value of its own, the two cannot be told apart.
    const noneWhenMissing = !isRequired(read.schema, key) && !typesOf(schema).includes('null');
    return { ...common, code, mayRaise, noneWhenMissing, root: code, keys: [], rootMayRaise: mayRaise };
  }
  if (hasModel(read.schema, scope)) {
    // A key that is no field of it, or not of every class that it may be of.
    const from = { root: py.call(plain, object), keys: [key], rootMayRaise: mayBeNone || read.mayRaise };
    const code = py.call(getter, from.root, py.literal(key));
    return { ...common, ...from, code, mayRaise: true, noneWhenMissing: false };
  }
  const access = scope.isTyped(path, index) ? accessTo(read.schema, key) : 'item';
  const keys = [...read.keys, key];
  if (access === 'optional') {
    const get = (...other: readonly Expr[]): Expr => py.call(py.attribute(object, 'get'), py.literal(key), ...other);
    const mayRaise = mayBeNone || read.mayRaise;
    return { ...common, keys, code: get(), mayRaise, noneWhenMissing: true, orElse: get };
  }
  const code = access === 'item' ? py.subscript(object, key) : py.call(getter, object, py.literal(key));
  const mayRaise = mayBeNone || read.mayRaise || !certain || access === 'unknown';
  const isRoot = !mayRaise && read.ran === undefined;
  const from = isRoot ? { root: code, keys: [], rootMayRaise: false } : { keys };
  return { ...common, ...from, code, mayRaise, noneWhenMissing: false };
}

function isRequired(schema: JsonSchema, key: string | number): boolean {
  const meant = meaningOf(schema);
  const objects = [meant, ...(meant.anyOf ?? [])]
    .map(meaningOf)
    .filter((option) => Object.hasOwn(option.properties ?? {}, key));
  return objects.every(
    ({ required, properties }) =>
      (required?.includes(String(key)) ?? false) || meaningOf(properties?.[key] ?? {}).default !== undefined,
  );
}

/** `input.customer.name`, up to the given number of segments. */
export function pathText(path: PathExpression, length = path.segments.length): string {
  const segments = path.segments.slice(0, length);
  return [path.root, ...segments.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${key}`))].join('');
}

function present(code: Expr, text: string): Expr {
  return py.call(presence, code, py.literal(text));
}

/** The attribute that holds a key of an object, of whichever class it is. */
function fieldOf(schema: JsonSchema, key: string, scope: PathScope): Identifier | undefined {
  const meant = meaningOf(schema);
  const objects = (meant.anyOf ?? [meant]).filter((option) => typesOf(option).join() !== 'null');
  const fields = new Set(objects.map((option) => scope.modelOf(option)?.fields.get(key)));
  const [field] = fields;
  return fields.size === 1 ? field : undefined;
}

/** Whether a value of the schema may be an object of a Pydantic model. */
function hasModel(schema: JsonSchema, scope: PathScope): boolean {
  const meant = meaningOf(schema);
  return [meant, ...(meant.anyOf ?? [])].some((option) => scope.modelOf(option) !== undefined);
}

/** Whether a value of the schema is, or holds, an object of a Pydantic model. */
function holdsModel(schema: JsonSchema, scope: PathScope): boolean {
  return holds(schema, (meant) => scope.modelOf(meant) !== undefined);
}
