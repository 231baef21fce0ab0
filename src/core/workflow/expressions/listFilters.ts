import {
  areEqual,
  isIn,
  isList,
  isRecord,
  MissingValue,
  mostWorkedOut,
  numberIn,
  orderOf,
  truthOf,
  Unknown,
  unknownIn,
  ValueError,
  floatOf,
  type Value,
  type ValueRecord,
} from './values.ts';

/** What filters for lists and objects make of a known value and arguments. They raise as `filtered`. */
export const listFilters = {
  pluck: (list: Value, key: Value): Value => records('pluck', list).map((record) => memberOf(record, key)),
  where: (list: Value, key: Value, wanted?: Value): Value => {
    const kept = records('where', list).map((record) => [record, isKept(record, keyIn(key), wanted)] as const);
    const unknown = kept.find(([, keeps]) => keeps instanceof Unknown)?.[1];
    return unknown instanceof Unknown ? unknown : kept.flatMap(([record, keeps]) => (keeps === true ? [record] : []));
  },
  sort_by: (list: Value, key: Value): Value => {
    const keyed = records('sort_by', list).map((record) => ({ record, by: memberOf(record, key) }));
    const unknown = unknownIn(keyed.map(({ by }) => by));
    if (unknown !== undefined) return unknown;
    const [first] = keyed;
    // A single item is checked as well, so that whether it fails does not depend on how many there are.
    for (const { by } of keyed) orderOf(first?.by ?? by, by);
    return keyed.toSorted((a, b) => orderOf(a.by, b.by)).map(({ record }) => record);
  },
  unique: (list: Value): Value => {
    const all = items('unique', list);
    if (all.length ** 2 > mostWorkedOut) return new Unknown(false);
    return unknownIn(all) ?? all.filter((item, index) => all.findIndex((other) => areEqual(item, other)) === index);
  },
  reverse: (value: Value): Value =>
    typeof value === 'string' ? [...value].toReversed().join('') : items('reverse', value).toReversed(),
  slice: (value: Value, from: Value, to?: Value): Value => {
    const [start, end] = [whole('slice', from), to === undefined ? undefined : whole('slice', to)];
    return typeof value === 'string' ? [...value].slice(start, end).join('') : items('slice', value).slice(start, end);
  },
  batch: (list: Value, size: Value): Value => {
    const count = whole('batch', size);
    if (count < 1) throw new ValueError('A batch has at least one item.');
    const all = items('batch', list);
    return Array.from({ length: Math.ceil(all.length / count) }, (_, at) => all.slice(at * count, (at + 1) * count));
  },
  flatten: (list: Value): Value => {
    const all = items('flatten', list);
    return (
      all.find((item) => item instanceof Unknown) ??
      all.flatMap((item): readonly Value[] => (isList(item) ? item : [item]))
    );
  },
  sum: (list: Value): Value => sumOf(items('sum', list)),
  min: (list: Value): Value => extreme('min', list, -1),
  max: (list: Value): Value => extreme('max', list, 1),
  keys: (object: Value): Value => ordered(object, Object.keys(objectIn('keys', object))),
  values: (object: Value): Value => ordered(object, Object.values(objectIn('values', object))),
  merge: (object: Value, other: Value): Value => ({ ...objectIn('merge', object), ...objectIn('merge', other) }),
  contains: (container: Value, value: Value): Value => isIn(value, container),
};

function wrong(name: string): ValueError {
  return new ValueError(`The filter ${name} does not take such a value.`);
}

function items(name: string, value: Value): readonly Value[] {
  if (!isList(value)) throw wrong(name);
  return value;
}

function objectIn(name: string, value: Value): ValueRecord {
  if (!isRecord(value)) throw wrong(name);
  return value;
}

function records(name: string, value: Value): readonly ValueRecord[] {
  return items(name, value).map((item) => objectIn(name, item));
}

function keyIn(value: Value): string {
  if (typeof value !== 'string') throw new ValueError('A key is text.');
  return value;
}

function memberOf(object: ValueRecord, key: Value): Value {
  const name = keyIn(key);
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  if (value === undefined) throw new MissingValue(`An item has no ${name}.`);
  return value;
}

function isKept(object: ValueRecord, key: string, wanted: Value | undefined): boolean | Unknown {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (value === undefined) return false;
  const unknown = unknownIn(value) ?? (wanted === undefined ? undefined : unknownIn(wanted));
  if (unknown !== undefined) return unknown;
  if (wanted !== undefined) return areEqual(value, wanted);
  return truthOf(value) === true;
}

/** A whole number. */
export function whole(name: string, value: Value): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(name);
  return value;
}

/** JavaScript puts keys that look like indexes first, Python keeps the order in which they came. */
function ordered(object: Value, list: readonly Value[]): Value {
  const isInDoubt = isRecord(object) && list.length > 1 && Object.keys(object).some((key) => /^\d+$/.test(key));
  return isInDoubt ? new Unknown(false) : list;
}

/** From Python 3.12 on, floats are added with compensation (https://docs.python.org/3/library/functions.html#sum). */
function sumOf(list: readonly Value[]): Value {
  const unknown = list.find((item) => item instanceof Unknown);
  if (unknown instanceof Unknown) return unknown;
  let [plain, compensated, lost] = [0, 0, 0];
  for (const item of list) {
    const number = numberIn(item);
    if (number === undefined) throw wrong('sum');
    plain += number;
    const next = compensated + number;
    lost += Math.abs(compensated) >= Math.abs(number) ? compensated - next + number : number - next + compensated;
    compensated = next;
  }
  const areWhole = list.every((item) => typeof item === 'number' && Number.isInteger(item));
  if (plain !== compensated + lost || Math.abs(plain) > Number.MAX_SAFE_INTEGER) return new Unknown(false);
  return areWhole ? plain : floatOf(plain);
}

function extreme(name: 'min' | 'max', list: Value, sign: -1 | 1): Value {
  const all = items(name, list);
  const unknown = all.find((item) => item instanceof Unknown);
  if (unknown instanceof Unknown) return unknown;
  const [first, ...rest] = all;
  if (first === undefined) throw new MissingValue('Something empty has no smallest and no largest item.');
  orderOf(first, first);
  return rest.reduce((best, item) => (orderOf(item, best) * sign > 0 ? item : best), first);
}
