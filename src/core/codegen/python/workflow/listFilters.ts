import { memberAt } from '../../../workflow/expressions/listTypes.ts';
import type { FilterName } from '../../../workflow/expressions/syntax.ts';
import { itemsOf, unknownSchema, type JsonTypeName } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { equality } from './comparisons.ts';
import { areOnly, certain, combined, isOnly, type Compiled } from './compiled.ts';

/** Functions of the runtime that work for values of any type, by filter. */
const lists = {
  pluck: 'pluck',
  where: 'where',
  sort_by: 'sort_by',
  unique: 'unique',
  reverse: 'reverse',
  slice: 'slice_of',
  batch: 'batch',
  flatten: 'flatten',
  sum: 'total',
  min: 'smallest',
  max: 'largest',
  keys: 'keys',
  values: 'values',
  merge: 'merge',
} as const;

const texts = {
  replace: 'replace',
  split: 'split',
  truncate: 'truncate',
  starts_with: 'starts_with',
  parse_json: 'parse_json',
  format_date: 'format_date',
  to_fixed: 'to_fixed',
  url_encode: 'url_encode',
  html_escape: 'html_escape',
} as const;

/** A filter that lies in a module of its own, which only projects that use it have. */
export type SeparateFilter = keyof typeof lists | keyof typeof texts;

export function isSeparate(name: FilterName): name is SeparateFilter {
  return name in lists || name in texts;
}

/** Python for such a filter. @param operands its subject and its arguments */
export function compileSeparate(
  name: SeparateFilter,
  operands: readonly Compiled[],
  { schema, certain: isThere }: Pick<Compiled, 'schema' | 'certain'>,
): Compiled {
  const plain = operands.some(({ isOptional }) => isOptional) ? undefined : plainForm(name, operands);
  const made = combined(operands, schema, plain ?? ((values) => called(name, values)), plain === undefined);
  return isThere || made.guards === undefined || plain !== undefined
    ? made
    : { ...made, certain: false, guards: undefined };
}

function called(name: SeparateFilter, values: readonly Expr[]): Expr {
  const isList = name in lists;
  const module = py.imported('app.runtime', isList ? 'lists' : 'texts');
  const member = isList ? lists[name as keyof typeof lists] : texts[name as keyof typeof texts];
  return py.call(py.attribute(module, member), ...values);
}

type Form = (values: readonly Expr[]) => Expr;

/** What one would write where the types are known; undefined where it could mean something else. */
function plainForm(name: SeparateFilter, operands: readonly Compiled[]): Form | undefined {
  const [subject, first, second] = operands;
  if (subject === undefined) return undefined;
  const is = (...types: readonly JsonTypeName[]): boolean => isOnly(subject.schema, ...types);
  const items = is('array') ? (itemsOf(subject.schema) ?? unknownSchema) : unknownSchema;
  const areTexts = areOnly(operands, 'string');
  switch (name) {
    case 'pluck':
    case 'sort_by':
    case 'where':
      return ofObjects(name, operands);
    case 'unique':
      return isOnly(items, 'string') || isOnly(items, 'integer')
        ? ([list = subject.code]) => py.call(py.name('list'), py.call(py.attribute(py.name('dict'), 'fromkeys'), list))
        : undefined;
    case 'reverse':
      return is('array') || is('string') ? ([list = subject.code]) => py.slice(list, { step: -1 }) : undefined;
    case 'slice':
      return is('array') || is('string') ? sliced(first, second) : undefined;
    case 'sum':
      return isOnly(items, 'integer', 'number') ? ([list = subject.code]) => py.call(py.name('sum'), list) : undefined;
    case 'replace':
      return areTexts ? ([text = subject.code, ...args]) => py.call(py.attribute(text, 'replace'), ...args) : undefined;
    case 'starts_with':
      return areTexts
        ? ([text = subject.code, ...args]) => py.call(py.attribute(text, 'startswith'), ...args)
        : undefined;
    case 'html_escape':
      return areTexts ? ([text = subject.code]) => py.call(py.imported('html', 'escape'), text) : undefined;
    case 'split':
      return areTexts && (first === undefined || (first.code.kind === 'literal' && first.code.value !== ''))
        ? ([text = subject.code, ...args]) => py.call(py.attribute(text, 'split'), ...args)
        : undefined;
    default:
      return undefined;
  }
}

function sliced(from: Compiled | undefined, to: Compiled | undefined): Form | undefined {
  const [start, end] = [from, to].map((bound) => {
    const value = bound?.code.kind === 'literal' ? bound.code.value : undefined;
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  });
  if (start === undefined || (to !== undefined && end === undefined)) return undefined;
  return ([list]) =>
    py.slice(list ?? py.list([]), { ...(start !== 0 && { from: start }), ...(end !== undefined && { to: end }) });
}

/** Comprehensions and `sorted`, where every item surely has the key. */
function ofObjects(name: 'pluck' | 'sort_by' | 'where', operands: readonly Compiled[]): Form | undefined {
  const [subject, key, wanted] = operands;
  const items = subject && isOnly(subject.schema, 'array') ? itemsOf(subject.schema) : undefined;
  const text = key?.code.kind === 'literal' ? key.code.value : undefined;
  if (subject === undefined || items === undefined || !isOnly(items, 'object') || typeof text !== 'string')
    return undefined;
  const member = memberAt(items, key);
  if (!member.certain) return undefined;
  const item = py.name('entry');
  const value = py.subscript(item, text);
  if (name === 'pluck') return ([list = subject.code]) => py.comprehension(value, 'entry', list);
  if (name === 'sort_by') {
    const isOrdered = isOnly(member.schema, 'string') || isOnly(member.schema, 'integer', 'number');
    return isOrdered
      ? ([list = subject.code]) => py.call(py.name('sorted'), list, py.keyword('key', py.lambdaOf('entry', value)))
      : undefined;
  }
  // Any other value would be worked out for every item.
  if (wanted !== undefined && wanted.code.kind !== 'literal') return undefined;
  const test = wanted === undefined ? value : equality({ ...certain(value), schema: member.schema }, false, wanted);
  return ([list = subject.code]) => py.comprehension(item, 'entry', list, test);
}
