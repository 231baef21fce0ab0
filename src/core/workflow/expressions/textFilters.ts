import { whole } from './listFilters.ts';
import { mostWorkedOut, numberIn, Unknown, ValueError, WholeFloat, type Value } from './values.ts';

/** What Python's `str.strip` and `str.split` take for space. Source: https://docs.python.org/3/library/stdtypes.html#str.isspace */
export const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

/** What filters for texts and numbers make of a known value and arguments. They raise as `filtered`. */
export const textFilters = {
  replace: (value: Value, old: Value, fresh: Value): Value => {
    const [given, from, to] = [text('replace', value), text('replace', old), text('replace', fresh)];
    const parts = from === '' ? ['', ...given, ''] : given.split(from);
    return given.length + parts.length * to.length > mostWorkedOut ? new Unknown(false) : parts.join(to);
  },
  split: (value: Value, separator?: Value): Value => {
    const given = text('split', value);
    if (separator === undefined) return given.split(new RegExp(`${space}+`, 'u')).filter((word) => word !== '');
    if (separator === '') throw new ValueError('A text cannot be split at nothing.');
    return given.split(text('split', separator));
  },
  truncate: (value: Value, length: Value, ending: Value = '\u2026'): Value => {
    const [given, end] = [[...text('truncate', value)], [...text('truncate', ending)]];
    const most = whole('truncate', length);
    if (most < end.length) throw new ValueError('A text that is cut has room for its ending.');
    return given.length <= most ? given.join('') : [...given.slice(0, most - end.length), ...end].join('');
  },
  starts_with: (value: Value, start: Value): Value => text('starts_with', value).startsWith(text('starts_with', start)),
  parse_json: (value: Value): Value => parsed(text('parse_json', value)),
  format_date: (value: Value, format: Value): Value => dated(text('format_date', value), text('format_date', format)),
  to_fixed: (value: Value, digits: Value): Value => fixed(value, whole('to_fixed', digits)),
  url_encode: (value: Value): Value =>
    encodeURIComponent(text('url_encode', value)).replaceAll(
      /[!'()*]/g,
      (character) => `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
    ),
  html_escape: (value: Value): Value =>
    text('html_escape', value).replaceAll(/[&<>"']/g, (character) => entities[character] ?? character),
};

/** Source: https://docs.python.org/3/library/html.html#html.escape */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

function text(name: string, value: Value): string {
  if (typeof value !== 'string') throw new ValueError(`The filter ${name} takes text.`);
  return value;
}

function parsed(json: string): Value {
  let value: Value;
  try {
    value = JSON.parse(json) as Value;
  } catch {
    throw new ValueError('The text is no JSON.');
  }
  // Floats, large numbers and halves of surrogate pairs are read otherwise in Python, and so is what nests deep.
  const isInDoubt = /\d[.eE]|\d{16}|\\u[dD]|-0|(?:[[{][^\]}]*){100}/.test(json);
  return isInDoubt ? new Unknown(false) : value;
}

const isoDate = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}|\d{6}))?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** A date as it stands in the text, in its own time zone. */
function dated(given: string, format: string): Value {
  const found = isoDate.exec(given);
  if (found === null) {
    // Python reads more of ISO 8601; all of it begins with a year.
    if (/^\d{4}/.test(given)) return new Unknown(false);
    throw new ValueError('The text is no date of ISO 8601.');
  }
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = found;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const isDate = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${year}-${month}-${day}`);
  if (!isDate || year === '0000' || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw new ValueError('There is no such date.');
  if (Number(year) < 1000) return new Unknown(false);
  const name = (style: 'long' | 'short', part: 'weekday' | 'month'): string =>
    date.toLocaleDateString('en-US', { [part]: style, timeZone: 'UTC' });
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => year,
    m: () => month,
    d: () => day,
    H: () => hour,
    M: () => minute,
    S: () => second,
    f: () => fraction.padEnd(6, '0'),
    A: () => name('long', 'weekday'),
    a: () => name('short', 'weekday'),
    B: () => name('long', 'month'),
    b: () => name('short', 'month'),
    '%': () => '%',
  };
  return format.replaceAll(/%(.)/gsu, (directive, letter: string) => parts[letter]?.() ?? directive);
}

/** Directives of `format_date`: those of Python's `strftime` that mean the same everywhere. */
export const dateDirectives = ['Y', 'm', 'd', 'H', 'M', 'S', 'f', 'A', 'a', 'B', 'b', '%'];

/** A half goes to the even neighbour, which JavaScript's `toFixed` takes upwards. */
function fixed(value: Value, digits: number): Value {
  const number = numberIn(value);
  if (number === undefined || digits < 0 || digits > 20)
    throw new ValueError('The filter to_fixed takes a number, and from 0 to 20 places.');
  if (digits > 15 || Math.abs(number) >= 1e15) return new Unknown(false);
  if (number === 0) return `${isNegativeZero(value) ? '-' : ''}${(0).toFixed(digits)}`;
  const scaled = number * 10 ** digits;
  const isTie = Number.isInteger(number * 2 ** (digits + 1)) && Math.abs(scaled % 1) === 0.5;
  if (!isTie) return number.toFixed(digits);
  const down = Math.floor(scaled);
  const near = (down % 2 === 0 ? down : down + 1) / 10 ** digits;
  return near === 0 && number < 0 ? `-${(0).toFixed(digits)}` : near.toFixed(digits);
}

function isNegativeZero(value: Value): boolean {
  return Object.is(value instanceof WholeFloat ? value.value : value, -0);
}
