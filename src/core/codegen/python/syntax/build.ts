import type { Json } from '../../../workflow/json.ts';
import { type Constant, type ModulePath, identifier, modulePath } from './names.ts';
import type {
  ArithmeticOperator,
  CompareOperator,
  DictEntry,
  ExceptHandler,
  Expr,
  Identifier,
  IfArm,
  Keyword,
  Module,
  Origin,
  Parameter,
  Stmt,
} from './tree.ts';

/** A name that the caller made with `identifier` or a `Scope`, or a constant of the compiler's own source. */
type Name<S extends string> = Identifier | Constant<S>;

/** A name of this module (a variable, a parameter, a builtin): needs no import. */
export const name = <const S extends string>(value: Name<S>): Expr => ({ kind: 'name', name: identifier(value) });

/** A name of another module; printing it adds `from module import name`. */
export const imported = <const M extends string, const S extends string>(
  module: ModulePath | Constant<M>,
  value: Name<S>,
): Expr & { kind: 'name' } => ({ kind: 'name', name: identifier(value), module: modulePath(module) });

/** A module itself, as in `asyncio.TaskGroup`; printing it adds `import module`. Top-level modules only. */
export const importedModule = <const S extends string>(value: Name<S>): Expr => ({
  kind: 'name',
  name: identifier(value),
  module: identifier(value),
  whole: true,
});

/** A JSON value as Python reads it: `true` is `True`, `null` is `None`. */
export const literal = (value: Json): Expr => ({ kind: 'literal', value });

/** Text in which the expressions stand for their `str()`. */
export const fstring = (parts: readonly (string | Expr)[]): Expr => ({ kind: 'fstring', parts });

export const list = (items: readonly Expr[]): Expr => ({ kind: 'list', items });
export const tuple = (items: readonly Expr[]): Expr => ({ kind: 'tuple', items });
export const dict = (entries: readonly DictEntry[]): Expr => ({ kind: 'dict', entries });
/** One item of a dict; a string key may hold any text. */
export const entry = (key: string | Expr, value: Expr): DictEntry => ({
  key: typeof key === 'string' ? literal(key) : key,
  value,
});
/** `**value` in a dict. */
export const spread = (value: Expr): DictEntry => ({ spread: value });

/** `callee(…)`; keyword arguments come after the positional ones. */
export const call = (callee: Expr, ...args: readonly (Expr | Keyword)[]): Expr => ({
  kind: 'call',
  callee,
  args: args.filter((arg) => 'kind' in arg),
  keywords: args.filter(isKeyword),
});
const isKeyword = (arg: Expr | Keyword): arg is Keyword => !('kind' in arg);
export const keyword = <const S extends string>(argument: Name<S>, value: Expr): Keyword => ({
  name: identifier(argument),
  value,
});

export const attribute = <const S extends string>(object: Expr, member: Name<S>): Expr => ({
  kind: 'attribute',
  object,
  name: identifier(member),
});
/** `object[key]`; a string or number key may be given as it is. */
export const subscript = (object: Expr, key: string | number | Expr): Expr => ({
  kind: 'subscript',
  object,
  key: typeof key === 'object' ? key : literal(key),
});

/** `object[from:to:step]` */
export const slice = (
  object: Expr,
  bounds: { readonly from?: number; readonly to?: number; readonly step?: number },
): Expr => ({ kind: 'slice', object, ...bounds });

export const compare = (left: Expr, operator: CompareOperator, right: Expr): Expr => ({
  kind: 'compare',
  left,
  operator,
  right,
});
export const arithmetic = (left: Expr, operator: ArithmeticOperator, right: Expr): Expr => ({
  kind: 'arithmetic',
  left,
  operator,
  right,
});
/** `-operand` */
export const negative = (operand: Expr): Expr => ({ kind: 'negative', operand });
export const and = (...operands: readonly Expr[]): Expr => ({ kind: 'boolean', operator: 'and', operands });
export const or = (...operands: readonly Expr[]): Expr => ({ kind: 'boolean', operator: 'or', operands });
/** `not operand`; a comparison is turned into its opposite where it has one for all values. */
export const not = (operand: Expr): Expr => {
  const operator = operand.kind === 'compare' ? opposites[operand.operator] : undefined;
  return operand.kind === 'compare' && operator !== undefined ? { ...operand, operator } : { kind: 'not', operand };
};
const opposites: { readonly [operator in CompareOperator]?: CompareOperator } = {
  '==': '!=',
  '!=': '==',
  is: 'is not',
  'is not': 'is',
  in: 'not in',
  'not in': 'in',
};
/** `A | B` of types. */
export const union = (...members: readonly Expr[]): Expr => ({ kind: 'union', members });
/** `then if test else otherwise` */
export const conditional = (test: Expr, then: Expr, otherwise: Expr): Expr => ({
  kind: 'conditional',
  test,
  then,
  otherwise,
});
export const awaited = (value: Expr): Expr => ({ kind: 'await', value });
/** `[element for target in iterable if condition]` */
export const comprehension = <const S extends string>(
  element: Expr,
  target: Name<S>,
  iterable: Expr,
  condition?: Expr,
): Expr => ({
  kind: 'comprehension',
  element,
  target: identifier(target),
  iterable,
  ...(condition && { condition }),
});
/** `lambda: body` */
export const lambda = (body: Expr): Expr => ({ kind: 'lambda', body });
/** `lambda parameter: body` */
export const lambdaOf = <const S extends string>(value: Name<S>, body: Expr): Expr => ({
  kind: 'lambda',
  parameter: identifier(value),
  body,
});
/** `*value` in a list, a tuple or the arguments of a call. */
export const starred = (value: Expr): Expr => ({ kind: 'starred', value });
export const walrus = <const S extends string>(target: Name<S>, value: Expr): Expr => ({
  kind: 'walrus',
  target: identifier(target),
  value,
});
/** Records where `value` ends up in the printed text. */
export const from = (origin: Origin, value: Expr): Expr => ({ kind: 'origin', origin, value });

/** The workflow node that a statement belongs to, for the source map. */
interface OfNode {
  readonly node?: string;
}

export const assign = (target: Expr, value: Expr, options: OfNode & { readonly annotation?: Expr } = {}): Stmt => ({
  kind: 'assign',
  target,
  value,
  ...options,
});
/** `target: annotation`, as for a field that has no default. */
export const declare = (target: Expr, annotation: Expr, options: OfNode = {}): Stmt => ({
  kind: 'assign',
  target,
  annotation,
  ...options,
});
export const statement = (value: Expr, options: OfNode = {}): Stmt => ({ kind: 'expression', value, ...options });
export const returned = (value?: Expr, options: OfNode = {}): Stmt => ({
  kind: 'return',
  ...(value && { value }),
  ...options,
});
/** `if`, then an `elif` per further arm, then `else` when `otherwise` is given. */
export const when = (
  arms: readonly IfArm[],
  otherwise?: readonly Stmt[],
  options: OfNode & { readonly isNegated?: true } = {},
): Stmt => ({
  kind: 'if',
  arms,
  ...(otherwise && { otherwise }),
  ...options,
});
export const arm = (test: Expr, body: readonly Stmt[]): IfArm => ({ test, body });

/** `try`, `except`, then `else` when `otherwise` is given. */
export const attempt = (
  body: readonly Stmt[],
  handler: ExceptHandler,
  otherwise?: readonly Stmt[],
  options: OfNode = {},
): Stmt => ({ kind: 'try', body, handler, ...(otherwise && { otherwise }), ...options });

/** `with context:` */
export const within = (context: Expr, body: readonly Stmt[]): Stmt => ({ kind: 'with', isAsync: false, context, body });

/** `async with context as name:` */
export const asyncWith = (context: Expr, as: Identifier | undefined, body: readonly Stmt[]): Stmt => ({
  kind: 'with',
  isAsync: true,
  context,
  ...(as !== undefined && { as }),
  body,
});

/** `for target, … in iterable:` */
export const forEach = (
  targets: readonly Identifier[],
  iterable: Expr,
  body: readonly Stmt[],
  options: OfNode = {},
): Stmt => ({
  kind: 'for',
  targets,
  iterable,
  body,
  ...options,
});

export const parameter = <const S extends string>(
  value: Name<S>,
  annotation: Expr,
  defaultValue?: Expr,
): Parameter => ({
  name: identifier(value),
  annotation,
  ...(defaultValue && { default: defaultValue }),
});

interface FunctionOptions extends OfNode {
  readonly parameters: readonly Parameter[];
  readonly returns: Expr;
  readonly body: readonly Stmt[];
  readonly decorators?: readonly Expr[];
  readonly docstring?: string;
}
const noDecorators: readonly Expr[] = [];
const functionStatement = (isAsync: boolean, value: Identifier, options: FunctionOptions): Stmt => ({
  kind: 'function',
  isAsync,
  name: value,
  decorators: noDecorators,
  ...options,
});
export const def = <const S extends string>(value: Name<S>, options: FunctionOptions): Stmt =>
  functionStatement(false, identifier(value), options);
export const asyncDef = <const S extends string>(value: Name<S>, options: FunctionOptions): Stmt =>
  functionStatement(true, identifier(value), options);

interface ClassOptions {
  readonly bases?: readonly Expr[];
  readonly docstring?: string;
  readonly body: readonly Stmt[];
}
export const classDef = <const S extends string>(value: Name<S>, options: ClassOptions): Stmt => ({
  kind: 'class',
  name: identifier(value),
  bases: [],
  ...options,
});

/** `assert test, message` */
export const assertion = (test: Expr, message?: Expr): Stmt => ({ kind: 'assert', test, ...(message && { message }) });
export const pass: Stmt = { kind: 'pass' };
export const broken = (options: OfNode = {}): Stmt => ({ kind: 'break', ...options });
export const raised = (options: OfNode = {}): Stmt => ({ kind: 'raise', ...options });
export const continued = (options: OfNode = {}): Stmt => ({ kind: 'continue', ...options });

/**
 * A Python file; its imports come from the names that are used in it.
 * @param postponesAnnotations its annotations may name classes that come later
 */
export const moduleOf = (body: readonly Stmt[], docstring?: string, postponesAnnotations = false): Module => ({
  ...(docstring !== undefined && { docstring }),
  ...(postponesAnnotations && { postponesAnnotations }),
  body,
});

export { fitsInFString } from './fstrings.ts';
export { identifier } from './names.ts';
