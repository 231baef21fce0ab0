import type { FilterName } from '../../../workflow/expressions/syntax.ts';
import type { JsonSchema, JsonTypeName } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Constant } from '../syntax/names.ts';
import type { Expr } from '../syntax/tree.ts';
import { areOnly, combined, helper, isOnly, type Compiled } from './compiled.ts';
import type { Guard } from './guards.ts';
import type { SeparateFilter } from './listFilters.ts';

type PlainName = Exclude<FilterName, 'default' | 'contains' | SeparateFilter>;

/** What is written for a filter, and whether it may raise although its values are there. */
interface Written {
  readonly make: (values: readonly Expr[]) => Expr;
  readonly mayFail?: boolean;
  /** The item that the value has to have so that nothing is missing. */
  readonly item?: number;
}

/** Python for a filter of the runtime's own module of expressions. @param operands its subject and its arguments */
export function compileFilter(name: PlainName, operands: readonly Compiled[], schema: JsonSchema): Compiled {
  const [subject] = operands;
  if (subject === undefined) throw new Error('A filter has a subject');
  if (name === 'string' && isOnly(subject.schema, 'string')) return subject;
  const { make, mayFail = false, item } = plainFilter(name, operands) ?? helperFilter(name);
  const made = combined(operands, schema, make, mayFail);
  if (item !== undefined) {
    const guard: Guard = { kind: 'item', list: subject.bare, index: item };
    return { ...made, certain: false, guards: made.guards && [...made.guards, guard] };
  }
  // They raise for something empty as if it were missing.
  return name === 'first' || name === 'last' ? { ...made, certain: false, guards: undefined } : made;
}

/** Where the types are known, Python's own operation; undefined where it could mean something else. */
function plainFilter(name: PlainName, operands: readonly Compiled[]): Written | undefined {
  const [subject, argument] = operands;
  if (subject === undefined || subject.isOptional) return undefined;
  const is = (...types: readonly JsonTypeName[]): boolean => isOnly(subject.schema, ...types);
  const method = <const S extends string>(member: Constant<S>): Written | undefined =>
    is('string') ? { make: ([text = subject.code]) => py.call(py.attribute(text, member)) } : undefined;
  const builtin = <const S extends string>(builtinName: Constant<S>): Written => ({
    make: (values) => py.call(py.name(builtinName), ...values),
  });
  const itself: Written = { make: ([value = subject.code]) => value };
  switch (name) {
    case 'upper':
      return method('upper');
    case 'lower':
      return method('lower');
    case 'trim':
      return method('strip');
    case 'length':
      return is('string', 'array', 'object') ? builtin('len') : undefined;
    case 'first':
      return is('array', 'string') ? { make: ([list = subject.code]) => py.subscript(list, 0), item: 0 } : undefined;
    case 'last':
      return is('array', 'string') ? { make: ([list = subject.code]) => py.subscript(list, -1), item: -1 } : undefined;
    case 'join':
      return joinedTexts(subject, argument);
    case 'round':
      if (is('integer') && isPlaces(argument)) return itself;
      return is('number') && isPlaces(argument) ? builtin('round') : undefined;
    case 'int':
      return is('integer') ? itself : is('number', 'boolean') ? builtin('int') : undefined;
    case 'float':
      return is('number') ? (subject.code.kind === 'literal' ? itself : builtin('float')) : undefined;
    case 'string':
      return is('integer') ? builtin('str') : undefined;
    case 'json':
      return undefined;
  }
}

/** Decimal places of a number that has some, or none that are asked for. */
function isPlaces(argument: Compiled | undefined): boolean {
  return argument === undefined || (argument.code.kind === 'literal' && Number(argument.code.value) > 0);
}

function joinedTexts(subject: Compiled, argument: Compiled | undefined): Written | undefined {
  const { items } = subject.schema;
  const isText = items !== undefined && isOnly(items, 'string') && isOnly(subject.schema, 'array');
  if (!isText || (argument !== undefined && !areOnly([argument], 'string'))) return undefined;
  return {
    make: ([list = subject.code, separator = py.literal(', ')]) => py.call(py.attribute(separator, 'join'), list),
  };
}

/** What works for values of any type, and raises for those that the filter does not take. */
const helpers = {
  json: 'to_json',
  string: 'as_text',
  upper: 'upper',
  lower: 'lower',
  trim: 'trim',
  length: 'length',
  first: 'first',
  last: 'last',
  join: 'join',
  round: 'round_number',
  int: 'to_int',
  float: 'to_float',
} as const;

function helperFilter(name: PlainName): Written {
  return { make: (values) => helper(helpers[name], ...values), mayFail: name !== 'json' && name !== 'string' };
}
