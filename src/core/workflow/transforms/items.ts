import { memberAt } from '../expressions/evaluate.ts';
import { listFilters } from '../expressions/listFilters.ts';
import { textFilters } from '../expressions/textFilters.ts';
import {
  areEqual,
  floatOf,
  isIn,
  isList,
  isRecord,
  MissingValue,
  numberIn,
  orderOf,
  Unknown,
  unknownIn,
  ValueError,
  type Value,
  type ValueRecord,
} from '../expressions/values.ts';
import { fieldsOf } from '../fieldPath.ts';
import type { AggregateOperation, FilterOperator } from '../nodes/configs/transforms.ts';

/*
 * What nodes make of lists of objects, as the generated service does. All raise MissingValue and ValueError where a run fails,
 * and give an Unknown where that cannot be told before it.
 */

export interface ItemCondition {
  readonly field: string;
  readonly operator: FilterOperator;
  readonly value: Value;
}

/** The items that meet all conditions, or any of them. */
export function matchingItems(items: Value, conditions: readonly ItemCondition[], match: 'all' | 'any'): Value {
  if (items instanceof Unknown) return items;
  const kept: Value[] = [];
  for (const item of objectsIn(items)) {
    if (item instanceof Unknown) return item;
    const met = isMet(item, conditions, match);
    if (met instanceof Unknown) return met;
    if (met) kept.push(item);
  }
  return kept;
}

function isMet(item: ValueRecord, conditions: readonly ItemCondition[], match: 'all' | 'any'): boolean | Unknown {
  for (const condition of conditions) {
    const met = meets(item, condition);
    // As in Python, what comes after the one that decides is not looked at.
    if (met instanceof Unknown || met === (match === 'any')) return met;
  }
  return match === 'all';
}

function meets(item: ValueRecord, { field, operator, value: wanted }: ItemCondition): boolean | Unknown {
  const { holder, value } = valueAt(item, field);
  if (holder instanceof Unknown) return holder;
  if (value === undefined) return operator === 'missing' || operator === 'notEquals';
  if (operator === 'exists' || operator === 'missing') return operator === 'exists';
  const unknown = unknownIn(value) ?? unknownIn(wanted);
  if (unknown !== undefined) return unknown;
  switch (operator) {
    case 'equals':
      return areEqual(value, wanted);
    case 'notEquals':
      return !areEqual(value, wanted);
    case 'greater':
      return orderOf(value, wanted) > 0;
    case 'atLeast':
      return orderOf(value, wanted) >= 0;
    case 'less':
      return orderOf(value, wanted) < 0;
    case 'atMost':
      return orderOf(value, wanted) <= 0;
    case 'contains':
      return isIn(wanted, value);
    case 'in':
      return isIn(value, wanted);
    case 'startsWith':
      return textFilters.starts_with(value, wanted) === true;
  }
}

export interface SortField {
  readonly field: string;
  readonly descending: boolean;
}

/** The items sorted by fields, of which the first counts most; equal ones keep their order. */
export function sortedItems(items: Value, by: readonly SortField[]): Value {
  if (items instanceof Unknown) return items;
  const keyed = objectsIn(items).map((item) => ({ item, keys: by.map(({ field }) => keyOf(item, field)) }));
  const unknown = unknownIn(keyed.flatMap(({ keys }) => keys));
  if (unknown !== undefined) return unknown;
  // A single item is checked as well, so that whether it fails does not depend on how many there are.
  for (const { keys } of keyed) compared(keyed[0]?.keys ?? keys, keys, by);
  return keyed
    .toSorted((a, b) => compared(a.keys, b.keys, by).find((order) => order !== 0) ?? 0)
    .map(({ item }) => item);
}

function keyOf(item: ValueRecord | Unknown, path: string): Value {
  if (item instanceof Unknown) return item;
  const { holder, value } = valueAt(item, path);
  if (holder instanceof Unknown) return holder;
  if (value === undefined) throw new MissingValue(`An item has no ${path}.`);
  return value;
}

/** Which of two comes first, for each of the fields. */
function compared(some: readonly Value[], others: readonly Value[], by: readonly SortField[]): readonly number[] {
  return by.map(({ descending }, index) => orderOf(some[index] ?? null, others[index] ?? null) * (descending ? -1 : 1));
}

/** What lies at the end of a path, undefined where nothing does, and what was asked for its last field. */
function valueAt(item: ValueRecord, path: string): { readonly holder: Value; readonly value: Value | undefined } {
  const fields = [...fieldsOf(path)];
  const last = fields.pop() ?? '';
  let holder: Value = item;
  for (const field of fields) {
    if (holder instanceof Unknown) break;
    holder = memberAt(holder, field) ?? null;
  }
  return { holder, value: memberAt(holder, last) };
}

export interface Aggregated {
  readonly operation: AggregateOperation;
  readonly field?: string | undefined;
}

/** What operations on the fields of items give, by name; with a field to group by, for each of its values. */
export function aggregatedItems(
  items: Value,
  groupBy: string | undefined,
  values: Readonly<Record<string, Aggregated>>,
): Value {
  if (items instanceof Unknown) return items;
  const all = objectsIn(items);
  const whole = summedUp(all, values);
  if (groupBy === undefined) return whole;
  const groups: { readonly key: Value; readonly items: (ValueRecord | Unknown)[] }[] = [];
  for (const item of all) {
    const key = item instanceof Unknown ? item : memberOf(item, groupBy);
    const unknown = unknownIn(key);
    if (unknown !== undefined) return unknown;
    const group = groups.find((each) => areEqual(each.key, key));
    if (group === undefined) groups.push({ key, items: [item] });
    else group.items.push(item);
  }
  return groups.map(({ key, items: own }) => ({ [groupBy]: key, ...summedUp(own, values) }));
}

function summedUp(
  items: readonly (ValueRecord | Unknown)[],
  values: Readonly<Record<string, Aggregated>>,
): ValueRecord {
  return Object.fromEntries(
    Object.entries(values).map(([name, { operation, field }]): [string, Value] => [
      name,
      field === undefined ? items.length : ofField(operation, items, field),
    ]),
  );
}

function ofField(operation: AggregateOperation, items: readonly (ValueRecord | Unknown)[], field: string): Value {
  const unknown = items.find((item) => item instanceof Unknown);
  if (unknown instanceof Unknown) return unknown;
  const list = listFilters.pluck(items, field);
  if (!isList(list)) return list;
  switch (operation) {
    case 'count':
      return list.length;
    case 'list':
      return list;
    case 'sum':
      return listFilters.sum(list);
    case 'mean':
      return meanOf(list);
    case 'min':
      return list.length === 0 ? null : listFilters.min(list);
    case 'max':
      return list.length === 0 ? null : listFilters.max(list);
    case 'first':
      return list[0] ?? null;
    case 'last':
      return list.at(-1) ?? null;
  }
}

function meanOf(list: readonly Value[]): Value {
  if (list.length === 0) return null;
  const sum = listFilters.sum(list);
  const number = numberIn(sum);
  return number === undefined ? sum : floatOf(number / list.length);
}

function memberOf(item: ValueRecord, field: string): Value {
  const value = Object.hasOwn(item, field) ? item[field] : undefined;
  if (value === undefined) throw new MissingValue(`An item has no ${field}.`);
  return value;
}

function objectsIn(items: Value): readonly (ValueRecord | Unknown)[] {
  if (!isList(items)) throw new ValueError('It takes a list.');
  return items.map((item) => {
    if (!(item instanceof Unknown) && !isRecord(item)) throw new ValueError('It takes a list of objects.');
    return item;
  });
}
