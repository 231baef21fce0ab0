import { Template } from '../../../../workflow/expressions/syntax.ts';
import { fieldsOf, memberAtPath } from '../../../../workflow/fieldPath.ts';
import { itemsOf } from '../../../../workflow/jsonSchema.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';
import { equality } from '../../workflow/comparisons.ts';
import { certain, isOnly, type Compiled } from '../../workflow/compiled.ts';
import { resultAnnotation } from '../resultType.ts';

type Condition = NodeOf<'filterArray'>['config']['where'][number];

const entry = py.name('entry');

/** A comprehension where the types say that each item has what it is asked for; else a function of the runtime. */
export const filterArray: NodeCodeGenerator<'filterArray'> = {
  imports: ['Condition', 'entry', 'matching'],
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { items, where, match } = node.config;
    const list = scope.compiled(items);
    const tests = where.map((condition) => plainTest(list, condition));
    const plain = tests.filter((test) => test !== undefined);
    if (plain.length === tests.length) {
      const [only] = plain;
      const test = plain.length === 1 && only !== undefined ? only : (match === 'all' ? py.and : py.or)(...plain);
      return py.comprehension(entry, 'entry', list.code, test);
    }
    const conditions = where.map(({ field, operator, value }) =>
      py.call(
        py.imported('app.transforms.items', 'Condition'),
        py.literal(field),
        py.literal(operator),
        ...(value === undefined ? [] : [scope.json(value)]),
      ),
    );
    const any = match === 'any' ? [py.keyword('match', py.literal('any'))] : [];
    return py.call(py.imported('app.transforms.items', 'matching'), list.code, ...conditions, ...any);
  },
};

const comparisons = { greater: '>', atLeast: '>=', less: '<', atMost: '<=' } as const;

/** A comparison with a literal that means in Python what it means in JSON. */
function plainTest(list: Compiled, { field, operator, value }: Condition): Expr | undefined {
  const member = memberOf(list, field);
  const constant = value instanceof Template ? value.constant : value;
  if (member === undefined || constant === undefined || (typeof constant === 'object' && constant !== null))
    return undefined;
  const wanted: Compiled = { ...certain(py.literal(constant)), schema: { const: constant } };
  if (operator === 'equals' || operator === 'notEquals') return equality(member, operator === 'notEquals', wanted);
  if (operator === 'contains' || operator === 'startsWith') {
    if (typeof constant !== 'string' || !isOnly(member.schema, 'string')) return undefined;
    return operator === 'contains'
      ? py.compare(wanted.code, 'in', member.code)
      : py.call(py.attribute(member.code, 'startswith'), wanted.code);
  }
  if (!(operator in comparisons)) return undefined;
  const isOrdered =
    typeof constant === 'string'
      ? isOnly(member.schema, 'string')
      : typeof constant === 'number' && isOnly(member.schema, 'integer', 'number');
  return isOrdered
    ? py.compare(member.code, comparisons[operator as keyof typeof comparisons], wanted.code)
    : undefined;
}

/** `entry["field"]`, where each item surely is an object that has it. */
function memberOf(list: Compiled, field: string): Compiled | undefined {
  const items = isOnly(list.schema, 'array') && !list.isOptional ? itemsOf(list.schema) : undefined;
  const member = items === undefined || !isOnly(items, 'object') ? undefined : memberAtPath(items, field, false);
  if (member === undefined || member === 'unknown' || !member.certain) return undefined;
  const code = fieldsOf(field).reduce<Expr>((holder, name) => py.subscript(holder, name), entry);
  return { ...certain(code), schema: member.schema };
}

/** `sorted` where the types say that the fields have an order; else a function of the runtime. */
export const sortArray: NodeCodeGenerator<'sortArray'> = {
  imports: ['entry', 'in_order', 'sorted'],
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { items, by } = node.config;
    const list = scope.compiled(items);
    const keys = by.flatMap(({ field }) => orderedMember(list, field) ?? []);
    const [only] = keys;
    const isDescending = by[0]?.descending === true;
    if (only !== undefined && keys.length === by.length && by.every(({ descending }) => descending === isDescending)) {
      const key = py.keyword('key', py.lambdaOf('entry', keys.length === 1 ? only : py.tuple(keys)));
      const reverse = isDescending ? [py.keyword('reverse', py.literal(true))] : [];
      return py.call(py.name('sorted'), list.code, key, ...reverse);
    }
    const fields = by.map(({ field, descending }) =>
      py.tuple([py.literal(field), py.literal(descending ? 'descending' : 'ascending')]),
    );
    return py.call(py.imported('app.transforms.items', 'in_order'), list.code, ...fields);
  },
};

function orderedMember(list: Compiled, field: string): Expr | undefined {
  const member = memberOf(list, field);
  const isOrdered =
    member !== undefined && (isOnly(member.schema, 'string') || isOnly(member.schema, 'integer', 'number'));
  return isOrdered ? member.code : undefined;
}

export const aggregate: NodeCodeGenerator<'aggregate'> = {
  imports: ['aggregated', 'aggregated_by'],
  valueType: (node, scope) => resultAnnotation(node, scope, node.id),
  annotates: () => true,
  value: (node, scope) => {
    const { items, groupBy, values } = node.config;
    const operations = py.dict(
      Object.entries(values).map(([name, { operation, field }]) =>
        py.entry(name, py.tuple([py.literal(operation), py.literal(field ?? null)])),
      ),
    );
    const list = scope.value(items);
    return groupBy === undefined
      ? py.call(py.imported('app.transforms.items', 'aggregated'), list, operations)
      : py.call(py.imported('app.transforms.items', 'aggregated_by'), list, py.literal(groupBy), operations);
  },
};
