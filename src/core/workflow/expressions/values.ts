/** A value of an expression that is not known before the service runs, such as an id or a time. */
export class Unknown {
  /** It differs from run to run, also when input and answers are the same. */
  readonly varies: boolean;

  constructor(varies: boolean) {
    this.varies = varies;
  }
}

/** A whole number that Python holds as a float. In a text it is written as any other whole number. */
export class WholeFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** What an expression can be worked out to: JSON, with floats told from integers, and parts that are not known yet. */
export type Value =
  | null
  | boolean
  | number
  | string
  | WholeFloat
  | Unknown
  | readonly Value[]
  | { readonly [key: string]: Value };

/** Texts of more characters and values of more parts are left to the service: a few words can ask for any number of them. */
export const mostWorkedOut = 1_000_000;

export type ValueRecord = { readonly [key: string]: Value };

/** Something that an expression reads is not there, which a `default(…)` makes up for. */
export class MissingValue extends Error {}

/** An operation on values for which it is not defined. */
export class ValueError extends Error {}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The keys of objects that a caller has left out, for which null stands there. */
const leftOut = new WeakMap<ValueRecord, ReadonlySet<string>>();

/** The same object, in which null stands for keys that were left out: a `default` takes its place. */
export function withLeftOut(record: ValueRecord, keys: readonly string[]): ValueRecord {
  const whole = { ...record, ...Object.fromEntries(keys.map((key) => [key, null])) };
  leftOut.set(whole, new Set(keys));
  return whole;
}

export function isLeftOut(value: Value, key: string | number): boolean {
  return isRecord(value) && (leftOut.get(value)?.has(String(key)) ?? false);
}

export function isRecord(value: Value): value is ValueRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isList(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof WholeFloat)
  );
}

/** The number that a value is, or undefined. */
export function numberIn(value: Value): number | undefined {
  if (value instanceof WholeFloat) return value.value;
  return typeof value === 'number' ? value : undefined;
}

/** A float as Python holds it. */
export function floatOf(value: number): Value {
  return Number.isInteger(value) ? new WholeFloat(value) : value;
}

/** Whether Python reads the literal of a number as a float: a fraction, an exponent or the sign of a zero make it one. */
export function isWrittenAsFloat(value: number): boolean {
  return !Number.isInteger(value) || Object.is(value, -0) || Math.abs(value) >= 1e21;
}

/** The first unknown part of a value; one that varies, if there is one. */
export function unknownIn(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  const inner = isList(value) ? value : isRecord(value) ? Object.values(value) : [];
  const found = inner.map(unknownIn).filter((each) => each !== undefined);
  return found.find(({ varies }) => varies) ?? found[0];
}

/** Whether a value counts as true; undefined when that is not known. */
export function truthOf(value: Value): boolean | undefined {
  if (value instanceof Unknown) return undefined;
  if (isList(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return value instanceof WholeFloat ? value.value !== 0 : Boolean(value);
}

/** JSON equality, deep: 1 equals 1.0, true equals neither 1 nor "true". Unknown parts count where nothing else tells. */
export function equalityOf(a: Value, b: Value): boolean | Unknown {
  if (a instanceof Unknown || b instanceof Unknown) return unknownIn([a, b]) ?? new Unknown(true);
  const [left, right] = [numberIn(a), numberIn(b)];
  if (left !== undefined || right !== undefined) return left === right;
  if (isList(a) && isList(b))
    return a.length === b.length && ofAll(a.map((item, index) => equalityOf(item, b[index] as Value)));
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length || keys.some((key) => !Object.hasOwn(b, key))) return false;
    return ofAll(keys.map((key) => equalityOf(a[key] as Value, b[key] as Value)));
  }
  return a === b;
}

function ofAll(parts: readonly (boolean | Unknown)[]): boolean | Unknown {
  return !parts.includes(false) && (unknownIn(parts) ?? true);
}

/** The same of values that are known. */
export function areEqual(a: Value, b: Value): boolean {
  return equalityOf(a, b) === true;
}

/**
 * Below zero where a comes before b: two numbers, or two strings by code point.
 * @throws ValueError for anything else.
 */
export function orderOf(a: Value, b: Value): number {
  const [left, right] = [numberIn(a), numberIn(b)];
  if (left !== undefined && right !== undefined) return left - right;
  if (typeof a !== 'string' || typeof b !== 'string')
    throw new ValueError('Only two numbers or two strings have an order.');
  const [one, other] = [[...a], [...b]];
  for (let index = 0; index < Math.min(one.length, other.length); index += 1) {
    const difference = (one[index]?.codePointAt(0) ?? 0) - (other[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/**
 * Whether a value is one of a list's items, a part of a text, or a key of an object.
 * @throws ValueError for anything else, and for what is no text where only a text can be there.
 */
export function isIn(value: Value, container: Value): boolean | Unknown {
  if (container instanceof Unknown) return container;
  if (isList(container)) {
    const found = container.map((item) => equalityOf(item, value));
    return found.includes(true) || (unknownIn(found) ?? false);
  }
  if (value instanceof Unknown) return value;
  if (typeof value !== 'string') throw new ValueError('Only a list can have something else than text in it.');
  if (typeof container === 'string') return container.includes(value);
  if (!isRecord(container)) throw new ValueError('Only lists, texts and objects have something in them.');
  return Object.hasOwn(container, value);
}

/** A string as it stands, anything else as compact JSON; unknown where part of it is, or where Python's digits may differ. */
export function textOf(value: Value): string | Unknown {
  return typeof value === 'string' ? value : jsonOf(value);
}

/** Compact JSON as the service writes it. */
export function jsonOf(value: Value): string | Unknown {
  if (value instanceof Unknown) return value;
  if (value instanceof WholeFloat) return Math.abs(value.value) < 1e15 ? String(value.value) : new Unknown(false);
  if (typeof value === 'number') {
    const isPlain = Number.isInteger(value) || (Math.abs(value) < 1e15 && Math.abs(value) >= 1e-4);
    return isPlain ? String(value) : new Unknown(false);
  }
  if (isList(value)) return joined(value.map(jsonOf), (items) => `[${items.join(',')}]`);
  if (typeof value === 'string' && value.length > mostWorkedOut) return new Unknown(false);
  if (!isRecord(value)) return JSON.stringify(value);
  const keys = Object.keys(value);
  // JavaScript puts keys that look like indexes first, Python keeps the order in which they came.
  if (keys.length > 1 && keys.some((key) => /^\d+$/.test(key))) return unknownIn(value) ?? new Unknown(false);
  return joined(Object.values(value).map(jsonOf), (items) => {
    const members = items.map((item, index) => `${JSON.stringify(keys[index])}:${item}`);
    return `{${members.join(',')}}`;
  });
}

/** Puts texts together, unless one of them is not known, or they are too long together. */
export function joined(
  texts: readonly (string | Unknown)[],
  join: (texts: readonly string[]) => string,
): string | Unknown {
  const unknown = texts.filter((text) => text instanceof Unknown);
  const known = texts.filter((text) => typeof text === 'string');
  if (known.reduce((length, text) => length + text.length, 0) > mostWorkedOut) unknown.push(new Unknown(false));
  return unknown.find(({ varies }) => varies) ?? unknown[0] ?? join(known);
}

/** The value, or an unknown one where it has too many parts, each counted wherever it stands. */
export function bounded(value: Value): Value {
  return partsOf(value, new Map()) > mostWorkedOut ? new Unknown(false) : value;
}

function partsOf(value: Value, counted: Map<Value, number>): number {
  const inner = isList(value) ? value : isRecord(value) ? Object.values(value) : undefined;
  if (inner === undefined) return 1;
  const parts = counted.get(value) ?? inner.reduce((sum: number, part) => sum + partsOf(part, counted), 1);
  counted.set(value, parts);
  return parts;
}
