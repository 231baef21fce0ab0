import { listFilters } from './listFilters.ts';
import type { FilterName } from './syntax.ts';
import { space, textFilters } from './textFilters.ts';
import {
  floatOf,
  isList,
  isRecord,
  joined,
  jsonOf,
  MissingValue,
  mostWorkedOut,
  numberIn,
  textOf,
  Unknown,
  ValueError,
  WholeFloat,
  type Value,
} from './values.ts';

const outerSpace = new RegExp(`^${space}+|${space}+$`, 'gu');

/**
 * What a filter other than `default` makes of a value, as the generated Python does.
 * @throws MissingValue for the first item of something empty.
 * @throws ValueError for a value that it does not take.
 */
export function filtered(name: Exclude<FilterName, 'default'>, value: Value, ...args: readonly Value[]): Value {
  const [argument] = args;
  if (name === 'json') return jsonOf(value);
  if (name === 'string') return textOf(value);
  if (value instanceof Unknown) return value;
  const operation: Operation | undefined = name in operations ? operations[name as keyof typeof operations] : undefined;
  if (operation !== undefined) return args.find((arg) => arg instanceof Unknown) ?? operation(value, ...args);
  switch (name) {
    case 'length':
      return lengthOf(value);
    case 'first':
      return itemAt(value, 0);
    case 'last':
      return itemAt(value, -1);
    case 'upper':
      return text(name, value).toUpperCase();
    case 'lower':
      return text(name, value).toLowerCase();
    case 'trim':
      return text(name, value).replaceAll(outerSpace, '');
    case 'join':
      return joinedItems(value, argument ?? ', ');
    case 'round':
      return rounded(value, argument ?? 0);
    case 'int':
      return integer(value);
    case 'float':
      return float(value);
    default:
      throw new Error(`The filter ${name} has no meaning`);
  }
}

type Operation = (value: Value, ...args: readonly Value[]) => Value;

// The parser lets no filter through that has other arguments than it takes.
const operations = { ...listFilters, ...textFilters } as Readonly<
  Record<keyof typeof listFilters | keyof typeof textFilters, Operation>
>;

function wrong(name: FilterName): ValueError {
  return new ValueError(`The filter ${name} does not take such a value.`);
}

function text(name: FilterName, value: Value): string {
  if (typeof value !== 'string') throw wrong(name);
  return value;
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return [...value].length;
  if (isList(value)) return value.length;
  if (isRecord(value)) return Object.keys(value).length;
  throw wrong('length');
}

function itemAt(value: Value, index: number): Value {
  if (typeof value !== 'string' && !isList(value)) throw wrong(index === 0 ? 'first' : 'last');
  const item = (typeof value === 'string' ? [...value] : value).at(index);
  if (item === undefined) throw new MissingValue('Something empty has no first and no last item.');
  return item;
}

function joinedItems(value: Value, separator: Value): Value {
  if (!isList(value)) throw wrong('join');
  if (separator instanceof Unknown) return separator;
  const between = text('join', separator);
  if (value.length * between.length > mostWorkedOut) return new Unknown(false);
  return joined(value.map(textOf), (texts) => texts.join(between));
}

/** A half goes to the even neighbour. Source: https://docs.python.org/3/library/functions.html#round */
function rounded(value: Value, places: Value): Value {
  const number = numberIn(value);
  if (number === undefined || typeof places !== 'number' || !Number.isInteger(places)) throw wrong('round');
  if (places === 0) return exact(halfToEven(number));
  const isFloat = value instanceof WholeFloat || !Number.isInteger(number);
  if (places < 0) {
    const unit = 10 ** -places;
    return isFloat ? floatOf(halfToEven(number / unit) * unit) : halfToEven(number / unit) * unit;
  }
  if (!isFloat) return number;
  if (number === 0) return value;
  if (places > 15 || Math.abs(number) >= 1e15) return new Unknown(false);
  const scaled = number * 10 ** places;
  // Only a number that is exactly half way is a tie, and such a one is a whole number of 2^-(places + 1).
  const isTie = Number.isInteger(number * 2 ** (places + 1)) && Math.abs(scaled % 1) === 0.5;
  return floatOf(isTie ? halfToEven(scaled) / 10 ** places : Number(number.toFixed(places)));
}

function halfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  const near = rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : down + 1;
  return near === 0 ? 0 : near;
}

function integer(value: Value): Value {
  const number = numberIn(value) ?? (typeof value === 'boolean' ? Number(value) : undefined);
  if (number !== undefined) return exact(Math.trunc(number));
  if (typeof value !== 'string') throw wrong('int');
  const written = value.replaceAll(outerSpace, '');
  if (/\p{Nd}/u.test(written.replaceAll(/[0-9]/g, ''))) return new Unknown(false);
  if (!/^[+-]?\d+(?:_\d+)*$/.test(written)) throw wrong('int');
  return exact(Number(written.replaceAll('_', '')));
}

function exact(value: number): Value {
  if (!Number.isSafeInteger(value)) return new Unknown(false);
  return value === 0 ? 0 : value;
}

function float(value: Value): Value {
  const number = numberIn(value) ?? (typeof value === 'boolean' ? Number(value) : undefined);
  if (number !== undefined) return floatOf(number);
  if (typeof value !== 'string') throw wrong('float');
  const written = value.replaceAll(outerSpace, '');
  if (/\p{Nd}/u.test(written.replaceAll(/[0-9]/g, ''))) return new Unknown(false);
  if (!/^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i.test(written))
    throw wrong('float');
  const read = Number(written.replaceAll('_', ''));
  if (!Number.isFinite(read)) throw wrong('float');
  return floatOf(read);
}
