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
  /** What happens where the value is missing: it cannot be, `code` is None, or `code` raises. */
  readonly absence: 'never' | 'none' | 'raises';
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
  const there = read.absence === 'none' ? present(read.code, text) : read.code;
  const code = holdsModel(read.schema, scope) ? py.call(py.imported(runtime, 'plain'), there) : there;
  return { code: scope.mark(code, text), schema: read.schema, mayRaise: read.absence !== 'never' };
}

export function readPath(path: PathExpression, scope: PathScope): PathRead {
  const start = startOf(path, scope);
  if (scope.isLoose && start.rest.length > 0 && path.root === 'nodes') {
    const keys = start.rest.map((segment) => py.literal(segment.key));
    const code = py.call(py.imported(runtime, 'get'), start.read.code, ...keys);
    return { ...start.read, code, schema: unknownSchema, absence: 'raises' };
  }
  return start.rest.reduce<PathRead>((read, segment) => step(read, segment, path, scope), start.read);
}

const runtime = 'app.runtime.expressions';

function startOf(path: PathExpression, scope: PathScope): { read: PathRead; rest: readonly PathSegment[] } {
  const begin = (code: Expr, schema: JsonSchema, absence: PathRead['absence'], ran?: Expr): PathRead => ({
    code,
    schema,
    absence,
    ran,
    certainOnceRan: true,
    root: code,
    keys: [],
    rootMayRaise: false,
  });
  if (path.root === 'input') return { read: begin(py.name('input'), scope.inputSchema, 'never'), rest: path.segments };
  if (path.root === 'env') {
    const environment = py.attribute(py.name('ctx'), 'env');
    const [variable, ...rest] = path.segments;
    const code = py.subscript(environment, String(variable?.key));
    const keys = variable === undefined ? [] : [variable.key];
    return { read: { ...begin(code, { type: 'string' }, 'raises'), root: environment, keys, certainOnceRan: false }, rest };
  }
  const handle = handleOfPath(path);
  if (handle === undefined) throw new Error('check lets no path through that names no node and handle');
  const value = scope.handle(handle.node, handle.handle);
  return {
    read: begin(value.code, value.schema, value.ran === undefined ? 'never' : 'raises', value.ran),
    rest: path.segments.slice(2),
  };
}

function step(read: PathRead, segment: PathSegment, path: PathExpression, scope: PathScope): PathRead {
  const member = memberOf(read.schema, segment.key);
  const known = member !== undefined && member !== 'unknown';
  const certain = known && member.certain;
  const isNone = read.absence === 'none' || typesOf(read.schema).includes('null');
  const object = isNone ? present(read.code, pathText(path, path.segments.indexOf(segment))) : read.code;
  const field = typeof segment.key === 'string' ? modelOf(read.schema, scope)?.fields.get(segment.key) : undefined;
  // A field of a model that was left out is None; anything else that is not there raises.
  const absence = isNone || read.absence === 'raises' ? 'raises' : certain ? 'never' : field === undefined ? 'raises' : 'none';
  const code = field === undefined ? py.subscript(object, segment.key) : py.attribute(object, field);
  const isRoot = field !== undefined || (absence === 'never' && read.ran === undefined);
  return {
    ...read,
    ...(isRoot ? { root: code, keys: [], rootMayRaise: read.rootMayRaise || isNone } : { keys: [...read.keys, segment.key] }),
    code,
    schema: known ? member.schema : unknownSchema,
    absence: absence === 'none' && typesOf(known ? member.schema : unknownSchema).includes('null') ? 'never' : absence,
    certainOnceRan: read.certainOnceRan && certain,
  };
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
