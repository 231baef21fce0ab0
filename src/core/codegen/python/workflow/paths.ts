import type { PathExpression, PathSegment } from '../../../workflow/expressions/syntax.ts';
import {
  isOfInput,
  membersAlong,
  rootLength,
  typeAlong,
  typeOfRoot,
  type ExpressionType,
  type TypeScope,
} from '../../../workflow/expressions/types.ts';
import { fileOf } from '../../../workflow/nodes/requestBody.ts';
import { mayBeNull, meaningOf, typesOf, unknownSchema, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { handleOfPath } from '../plan/variables.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Identifier } from '../syntax/tree.ts';
import { accessTo } from './answerTypes.ts';
import type { Guard } from './guards.ts';
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
  /** The module with the clock and chance. */
  readonly ambient: Expr;
  /** What `input` is where that is not the input of the run. */
  readonly input?: Expr;
  modelOf(schema: JsonSchema): ModelClass | undefined;
  handle(node: string, handle: string): HandleValue;
  /** The name of a loop's variable. */
  local(variable: string): Identifier;
  /** Whether the type that Python knows of what the path leads to, with so many of its keys, is that of its schema. */
  isTyped(path: PathExpression, count: number): boolean;
  /** Whether the objects behind a path are plain dicts, though their schema is one of a model. */
  isPlain(path: PathExpression): boolean;
  /** Records that the code computes the path. */
  mark(code: Expr, text: string): Expr;
  /** The same scope for code in a lambda, where what a test outside has shown does not count. */
  loose(): PathScope;
  readonly isLoose: boolean;
}

/** A path as it is read, before anything is done about a value that may be missing. */
export interface PathRead extends ExpressionType {
  /** Raises where something on the way is missing. */
  readonly code: Expr;
  /** The same where all guards hold. */
  readonly bare: Expr;
  /** What has to hold so that the value is there; undefined where that is not known before. */
  readonly guards: readonly Guard[] | undefined;
  /** `code` is None where the value itself is missing. */
  readonly noneWhenMissing: boolean;
  /** A field of anything, which was left out where it is None, or sent so. */
  readonly isOpen?: boolean;
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

/** `code` of a value that has to be there. */
export function presentCode(path: PathExpression, read: PathRead, scope: PathScope): Expr {
  return scope.mark(asJson(thereCode(path, read), read.schema, scope), pathText(path));
}

/** The same as it is held: objects of models stay such. */
export function rawCode(path: PathExpression, given: PathScope): Expr {
  const scope = scopeAlong(path, given);
  return scope.mark(thereCode(path, readPath(path, scope)), pathText(path));
}

function thereCode(path: PathExpression, read: PathRead): Expr {
  return read.noneWhenMissing ? present(read.code, pathText(path)) : read.code;
}

/** What a path can see on its way. */
export function scopeAlong(path: PathExpression, scope: PathScope): PathScope {
  return scope.isPlain(path) ? { ...scope, modelOf: () => undefined } : scope;
}

/** The items of a list as they are, models among them. */
export function readItems(path: PathExpression, scope: PathScope): PathRead {
  const read = readPath(path, scope);
  if (!read.noneWhenMissing) return read;
  return { ...read, code: scope.mark(present(read.code, pathText(path)), pathText(path)) };
}

/** A value as JSON: Pydantic models become dicts. */
export function asJson(code: Expr, schema: JsonSchema, scope: PathScope): Expr {
  // A file stays one: a function gets it as a whole, and what JSON has of it is said by its class.
  return holdsModel(schema, scope) && fileOf(meaningOf(schema)) === undefined ? py.call(plain, code) : code;
}

export function readPath(path: PathExpression, given: PathScope): PathRead {
  const scope = scopeAlong(path, given);
  const root = typeOfRoot(path, scope.types);
  const start = startOf(path, root, scope);
  const rest = path.segments.slice(rootLength(path));
  const members = membersAlong(path, root);
  const type = typeAlong(root, members);
  if (scope.isLoose && rest.length > 0 && path.root === 'nodes') {
    const keys = rest.map((segment) => segment.key);
    const code = py.call(getter, start.code, ...keys.map(py.literal));
    return { ...start, ...type, schema: unknownSchema, code, bare: code, keys, guards: undefined };
  }
  const read = rest.reduce<PathRead>(
    (before, segment, index) => step(before, segment, members[index] ?? unknown, path, scope),
    start,
  );
  return { ...read, ...type };
}

const unknown: ExpressionType = { schema: unknownSchema, certain: false };

function startOf(path: PathExpression, type: ExpressionType, scope: PathScope): PathRead {
  const begin = (bare: Expr, guards: readonly Guard[], code = bare): PathRead => ({
    ...type,
    code,
    bare,
    guards,
    noneWhenMissing: false,
    root: bare,
    keys: [],
    rootMayRaise: false,
  });
  if (path.root === 'input') return begin(scope.input ?? py.name('inputs'), []);
  if (path.root === 'caller') return begin(py.attribute(py.name('ctx'), 'caller'), []);
  if (path.root === 'local') return begin(py.name(scope.local(String(path.segments[0]?.key))), []);
  if (path.root === 'env') {
    const environment = py.attribute(py.name('ctx'), 'env');
    const [variable] = path.segments;
    const keys = variable === undefined ? [] : [variable.key];
    const read = begin(py.subscript(environment, String(variable?.key)), []);
    return { ...read, root: environment, keys, guards: undefined };
  }
  const handle = handleOfPath(path);
  if (handle === undefined) throw new Error('check lets no path through that names no node and handle');
  const { code, ran } = scope.handle(handle.node, handle.handle);
  const mayBeNone = !scope.isLoose && ran?.kind === 'compare' && isNone(ran.right);
  return begin(
    code,
    ran === undefined ? [] : [{ kind: 'ran', test: ran }],
    mayBeNone ? present(code, pathText(path, rootLength(path))) : code,
  );
}

function isNone(code: Expr): boolean {
  return code.kind === 'literal' && code.value === null;
}

function step(
  read: PathRead,
  segment: PathSegment,
  type: ExpressionType,
  path: PathExpression,
  scope: PathScope,
): PathRead {
  const { key } = segment;
  const index = path.segments.indexOf(segment);
  const mayBeNone = read.noneWhenMissing || read.isOpen === true || typesOf(read.schema).includes('null');
  const object = mayBeNone ? present(read.code, pathText(path, index)) : read.code;
  const field = typeof key === 'string' ? fieldOf(read.schema, key, scope) : undefined;
  // Where null is a value, that it is one is no reason yet for what lies in it to be missing.
  const isNull = mayBeNone && !read.noneWhenMissing;
  const before = isNull ? withGuard(read.guards, { kind: 'present', value: read.bare }) : read.guards;
  if (field !== undefined) {
    const code = py.attribute(object, field);
    const bare = py.attribute(read.bare, field);
    // A field of a model that was left out is None. Where null is a value of its own, it then has that value.
    const mayBeLeftOut = !isRequired(read.schema, key);
    const noneWhenMissing = mayBeLeftOut && !mayBeNull(type.schema);
    const sent: Guard = noneWhenMissing ? { kind: 'present', value: bare } : { kind: 'sent', object: read.bare, field };
    const guards = mayBeLeftOut ? withGuard(before, sent) : before;
    return {
      ...read,
      ...type,
      code,
      bare,
      guards,
      noneWhenMissing,
      isOpen: mayBeLeftOut && typesOf(type.schema).length === 0,
      root: code,
      keys: [],
      rootMayRaise: mayRaise(before),
    };
  }
  if (typeof key === 'string' && hasModel(read.schema, scope)) {
    // Not a field of the one class that it can be: a further key, or a key that only some of several classes have.
    const root = py.call(plain, read.bare);
    const bare = py.subscript(root, key);
    const code = py.subscript(py.call(plain, object), key);
    const rootMayRaise = mayRaise(before);
    return { ...read, ...type, code, bare, guards: undefined, noneWhenMissing: false, root, keys: [key], rootMayRaise };
  }
  const isTyped = scope.isTyped(path, index);
  const access = isTyped ? accessTo(read.schema, key) : 'item';
  const guards = type.certain ? before : isTyped || isOfInput(path) ? guardedMember(read, before, key) : undefined;
  const keys = [...read.keys, key];
  const bare = access === 'unknown' ? py.call(getter, read.bare, py.literal(key)) : py.subscript(read.bare, key);
  if (access === 'optional') {
    const code = py.call(py.attribute(object, 'get'), py.literal(key));
    return { ...read, ...type, keys, code, bare, guards, noneWhenMissing: true };
  }
  const code = access === 'item' ? py.subscript(object, key) : py.call(getter, object, py.literal(key));
  const known = access === 'unknown' ? undefined : guards;
  const from = known?.length === 0 ? { root: code, keys: [], rootMayRaise: false } : { keys };
  return { ...read, ...type, ...from, code, bare, guards: known, noneWhenMissing: false };
}

function mayRaise(guards: readonly Guard[] | undefined): boolean {
  return guards?.length !== 0;
}

function withGuard(guards: readonly Guard[] | undefined, guard: Guard): readonly Guard[] | undefined {
  return guards && [...guards, guard];
}

/** What has to hold for a member of a list or an object that is surely what its schema says. */
function guardedMember(
  { schema, bare }: PathRead,
  before: readonly Guard[] | undefined,
  key: string | number,
): readonly Guard[] | undefined {
  const types = typesOf(schema).filter((type) => type !== 'null');
  if (types.length !== 1) return undefined;
  if (typeof key === 'number')
    return types[0] === 'array' ? withGuard(before, { kind: 'item', list: bare, index: key }) : undefined;
  return types[0] === 'object' ? withGuard(before, { kind: 'key', object: bare, key }) : undefined;
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
  const keys = segments.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return path.root === 'local' ? keys.slice(1) : `${path.root}${keys}`;
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
