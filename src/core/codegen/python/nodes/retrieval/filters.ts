import { Template } from '../../../../workflow/expressions/syntax.ts';
import type { FilterCondition } from '../../../../workflow/nodes/configs/qdrant.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';

type Filter = NonNullable<NodeOf<'qdrantSearch'>['config']['filter']>;
type Value = Template | string | number | boolean;

/** The filter of a search as calls, so that values are arguments and never a part of it. */
export function filterKeyword(filter: Filter | undefined, scope: NodeScope): readonly Keyword[] {
  if (filter === undefined) return [];
  const { all, any, none } = filter;
  const lists = [
    ...conditions('all_of', all, scope),
    ...conditions('any_of', any, scope),
    ...conditions('none_of', none, scope),
  ];
  return lists.length === 0 ? [] : [py.keyword('where', py.call(filters('where'), ...lists))];
}

type Function = 'where' | 'equals' | 'one_of' | 'between' | 'contains' | 'is_missing';

function filters(name: Function): Expr {
  return py.attribute(py.imported('app.retrieval', 'filters'), name);
}

function conditions(
  name: 'all_of' | 'any_of' | 'none_of',
  listed: readonly FilterCondition[],
  scope: NodeScope,
): readonly Keyword[] {
  if (listed.length === 0) return [];
  return [py.keyword(name, py.list(listed.map((condition) => conditionExpr(condition, scope))))];
}

function conditionExpr(condition: FilterCondition, scope: NodeScope): Expr {
  const { equals, oneOf, least, most, contains, missing, optional } = condition;
  const field = py.literal(condition.field);
  const further = optional ? [py.keyword('optional', py.literal(true))] : [];
  const valueOf = (value: Value): Expr => (value instanceof Template ? scope.value(value) : py.literal(value));
  if (missing === true) return py.call(filters('is_missing'), field);
  if (equals !== undefined) return py.call(filters('equals'), field, valueOf(equals), ...further);
  if (contains !== undefined) return py.call(filters('contains'), field, scope.value(contains), ...further);
  if (oneOf !== undefined) {
    const values = oneOf instanceof Template ? scope.value(oneOf) : py.list(oneOf.map(valueOf));
    return py.call(filters('one_of'), field, values, ...further);
  }
  return py.call(
    filters('between'),
    field,
    ...(least === undefined ? [] : [py.keyword('least', valueOf(least))]),
    ...(most === undefined ? [] : [py.keyword('most', valueOf(most))]),
    ...further,
  );
}
