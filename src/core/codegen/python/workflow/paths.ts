import type { PathExpression, PathSegment } from '../../../workflow/expressions/syntax.ts';
import { memberOf, typesOf, unknownSchema, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { handleOfPath } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Compiled } from './expressions.ts';
import type { ModelClass } from './inputModels.ts';

/** What stands behind `nodes.ID.HANDLE`. */
export interface HandleValue {
  readonly code: Expr;
  readonly schema: JsonSchema;
  /** Holds when the node has run; undefined when it surely has. */
  readonly ran: Expr | undefined;
}

/** What a path can see where it stands. */
export interface PathScope {
  readonly inputSchema: JsonSchema;
  modelOf(schema: JsonSchema): ModelClass | undefined;
  handle(node: string, handle: string): HandleValue;
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

/** Python for a path whose value has to be there. */
export function compilePath(path: PathExpression, scope: PathScope): Compiled {
  const read = readPath(path, scope);
  const text = pathText(path);
  const there = read.noneWhenMissing ? present(read.code, text) : read.code;
  const code = asJson(there, read.schema, scope);
  return { code: scope.mark(code, text), schema: read.schema, mayRaise: read.mayRaise || read.noneWhenMissing };
}

/** A value as JSON: Pydantic models become dicts. */
export function asJson(code: Expr, schema: JsonSchema, scope: PathScope): Expr {
  return holdsModel(schema, scope) ? py.call(py.imported(runtime, 'plain'), code) : code;
}

export function readPath(path: PathExpression, scope: PathScope): PathRead {
  const start = startOf(path, scope);
  if (scope.isLoose && start.rest.length > 0 && path.root === 'nodes') {
    const keys = start.rest.map((segment) => segment.key);
    const code = py.call(py.imported(runtime, 'get'), start.read.code, ...keys.map(py.literal));
    return { ...start.read, code, keys, schema: unknownSchema, mayRaise: true, certainOnceRan: false };
  }
  return start.rest.reduce<PathRead>((read, segment) => step(read, segment, path, scope), start.read);
}

const runtime = 'app.runtime.expressions';

function startOf(path: PathExpression, scope: PathScope): { read: PathRead; rest: readonly PathSegment[] } {
  const begin = (code: Expr, schema: JsonSchema, mayRaise: boolean, ran?: Expr): PathRead => ({
    code,
    schema,
    mayRaise,
    noneWhenMissing: false,
    ran,
    certainOnceRan: true,
    root: code,
    keys: [],
    rootMayRaise: false,
  });
  if (path.root === 'input') return { read: begin(py.name('input'), scope.inputSchema, false), rest: path.segments };
  if (path.root === 'env') {
    const environment = py.attribute(py.name('ctx'), 'env');
    const [variable, ...rest] = path.segments;
    const code = py.subscript(environment, String(variable?.key));
    const keys = variable === undefined ? [] : [variable.key];
    return { read: { ...begin(code, { type: 'string' }, true), root: environment, keys, certainOnceRan: false }, rest };
  }
  const handle = handleOfPath(path);
  if (handle === undefined) throw new Error('check lets no path through that names no node and handle');
  const value = scope.handle(handle.node, handle.handle);
  return {
    read: begin(value.code, value.schema, value.ran !== undefined, value.ran),
    rest: path.segments.slice(2),
  };
}

function step(read: PathRead, segment: PathSegment, path: PathExpression, scope: PathScope): PathRead {
  const member = memberOf(read.schema, segment.key);
  const known = member !== undefined && member !== 'unknown';
  const schema = known ? member.schema : unknownSchema;
  const certain = known && member.certain;
  const isNone = read.noneWhenMissing || typesOf(read.schema).includes('null');
  const object = isNone ? present(read.code, pathText(path, path.segments.indexOf(segment))) : read.code;
  const field = typeof segment.key === 'string' ? modelOf(read.schema, scope)?.fields.get(segment.key) : undefined;
  const mayRaise = isNone || read.mayRaise || (!certain && field === undefined);
  // A field of a model that was left out is None. Where null is a value of its own, the two cannot be told apart.
  const noneWhenMissing =
    field !== undefined && !isRequired(read.schema, segment.key) && !typesOf(schema).includes('null');
  const code = field === undefined ? py.subscript(object, segment.key) : py.attribute(object, field);
  const isRoot = field !== undefined || (!mayRaise && read.ran === undefined);
  return {
    ...read,
    ...(isRoot ? { root: code, keys: [], rootMayRaise: mayRaise } : { keys: [...read.keys, segment.key] }),
    code,
    schema,
    mayRaise,
    noneWhenMissing,
    certainOnceRan: read.certainOnceRan && certain,
  };
}

function isRequired(schema: JsonSchema, key: string | number): boolean {
  const object = [schema, ...(schema.anyOf ?? [])].find((option) => Object.hasOwn(option.properties ?? {}, key));
  return (
    object === undefined ||
    (object.required?.includes(String(key)) ?? false) ||
    object.properties?.[key]?.default !== undefined
  );
}

/** `input.customer.name`, up to the given number of segments. */
export function pathText(path: PathExpression, length = path.segments.length): string {
  const segments = path.segments.slice(0, length);
  return [path.root, ...segments.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${key}`))].join('');
}

function present(code: Expr, text: string): Expr {
  return py.call(py.imported(runtime, 'present'), code, py.literal(text));
}

function modelOf(schema: JsonSchema, scope: PathScope): ModelClass | undefined {
  const options = schema.anyOf?.map((option) => scope.modelOf(option)).filter((model) => model !== undefined) ?? [];
  return scope.modelOf(schema) ?? options[0];
}

/** Whether a value of the schema is, or holds, an object of a Pydantic model. */
function holdsModel(schema: JsonSchema, scope: PathScope): boolean {
  if (modelOf(schema, scope) !== undefined) return true;
  const inner = [schema.items, ...(schema.anyOf ?? [])];
  if (typeof schema.additionalProperties === 'object') inner.push(schema.additionalProperties);
  return inner.some((each) => each !== undefined && holdsModel(each, scope));
}
