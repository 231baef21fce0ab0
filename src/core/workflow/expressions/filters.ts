import type { JsonTypeName } from '../jsonSchema.ts';
import type { FilterName } from './syntax.ts';

/** What an argument may be: a key, a format and a number of places stand there as literals. */
export type ArgumentKind = 'any' | 'text' | 'whole' | 'object' | 'key' | 'format' | 'places';

export interface FilterDefinition {
  /** Fewest and most arguments; with no arguments the parentheses are left out. */
  readonly arity: readonly [min: number, max: number];
  /** The types it takes; empty: any. */
  readonly takes: readonly JsonTypeName[];
  /** The type it gives; undefined when that depends on what it is given. */
  readonly gives: JsonTypeName | undefined;
  readonly description: string;
  /** What its arguments are; any where that is not said. */
  readonly wants?: readonly ArgumentKind[];
  /** Arguments to show. */
  readonly example?: string;
}

/** Every filter of the expression language. */
export const filters: Readonly<Record<FilterName, FilterDefinition>> = {
  default: {
    arity: [1, 1],
    takes: [],
    gives: undefined,
    description: 'The value, or the argument when it is missing',
    example: '"…"',
  },
  json: { arity: [0, 0], takes: [], gives: 'string', description: 'The value as compact JSON text' },
  length: {
    arity: [0, 0],
    takes: ['string', 'array', 'object'],
    gives: 'integer',
    description: 'How many characters, items or keys',
  },
  first: { arity: [0, 0], takes: ['string', 'array'], gives: undefined, description: 'The first item or character' },
  last: { arity: [0, 0], takes: ['string', 'array'], gives: undefined, description: 'The last item or character' },
  upper: { arity: [0, 0], takes: ['string'], gives: 'string', description: 'In upper case' },
  lower: { arity: [0, 0], takes: ['string'], gives: 'string', description: 'In lower case' },
  trim: { arity: [0, 0], takes: ['string'], gives: 'string', description: 'Without white space at both ends' },
  join: {
    arity: [0, 1],
    takes: ['array'],
    gives: 'string',
    description: 'The items as one text, with the argument between them',
    example: '", "',
  },
  round: {
    arity: [0, 1],
    takes: ['number', 'integer'],
    gives: 'number',
    description: 'Rounded to the given number of decimals, 0 when left out; a half to the even neighbour',
    example: '2',
  },
  int: {
    arity: [0, 0],
    takes: ['string', 'number', 'integer', 'boolean'],
    gives: 'integer',
    description: 'As a whole number',
  },
  float: {
    arity: [0, 0],
    takes: ['string', 'number', 'integer', 'boolean'],
    gives: 'number',
    description: 'As a number',
  },
  string: { arity: [0, 0], takes: [], gives: 'string', description: 'As text: strings as they are, the rest as JSON' },
  pluck: {
    arity: [1, 1],
    takes: ['array'],
    gives: 'array',
    description: 'What each item has under a key',
    wants: ['key'],
    example: `'id'`,
  },
  where: {
    arity: [1, 2],
    takes: ['array'],
    gives: 'array',
    description: 'The items that have a value under a key, or one that counts as true',
    wants: ['key', 'any'],
    example: `'ok', true`,
  },
  sort_by: {
    arity: [1, 1],
    takes: ['array'],
    gives: 'array',
    description: 'The items in the order of what they have under a key, the least first',
    wants: ['key'],
    example: `'id'`,
  },
  unique: { arity: [0, 0], takes: ['array'], gives: 'array', description: 'Each item once' },
  reverse: { arity: [0, 0], takes: ['string', 'array'], gives: undefined, description: 'The last first' },
  slice: {
    arity: [1, 2],
    takes: ['string', 'array'],
    gives: undefined,
    description: 'The part from an index to before another; negative ones count from the end',
    wants: ['whole', 'whole'],
    example: `0, 3`,
  },
  batch: {
    arity: [1, 1],
    takes: ['array'],
    gives: 'array',
    description: 'Lists of so many items each, the last may have fewer',
    wants: ['whole'],
    example: `10`,
  },
  flatten: { arity: [0, 0], takes: ['array'], gives: 'array', description: 'The items of the lists in a list' },
  sum: {
    arity: [0, 0],
    takes: ['array'],
    gives: 'number',
    description: 'All numbers of a list together, 0 when it is empty',
  },
  min: {
    arity: [0, 0],
    takes: ['array'],
    gives: undefined,
    description: 'The smallest number, or the text that comes first',
  },
  max: {
    arity: [0, 0],
    takes: ['array'],
    gives: undefined,
    description: 'The largest number, or the text that comes last',
  },
  keys: { arity: [0, 0], takes: ['object'], gives: 'array', description: 'The keys of an object' },
  values: { arity: [0, 0], takes: ['object'], gives: 'array', description: 'The values of an object' },
  merge: {
    arity: [1, 1],
    takes: ['object'],
    gives: 'object',
    description: 'The keys of both objects; the argument has the last word',
    wants: ['object'],
    example: `{'id': 1}`,
  },
  contains: {
    arity: [1, 1],
    takes: ['string', 'array', 'object'],
    gives: 'boolean',
    description: 'Whether the argument is an item, a part of a text, or a key',
    wants: ['any'],
    example: `'a'`,
  },
  replace: {
    arity: [2, 2],
    takes: ['string'],
    gives: 'string',
    description: 'With one text in the place of another, wherever it stands',
    wants: ['text', 'text'],
    example: `'a', 'b'`,
  },
  split: {
    arity: [0, 1],
    takes: ['string'],
    gives: 'array',
    description: 'The parts between a text, or between white space when left out',
    wants: ['text'],
    example: `','`,
  },
  truncate: {
    arity: [1, 2],
    takes: ['string'],
    gives: 'string',
    description: 'At most so many characters; what is cut ends with the second argument, … when left out',
    wants: ['whole', 'text'],
    example: `80`,
  },
  starts_with: {
    arity: [1, 1],
    takes: ['string'],
    gives: 'boolean',
    description: 'Whether a text begins with another',
    wants: ['text'],
    example: `'a'`,
  },
  parse_json: { arity: [0, 0], takes: ['string'], gives: undefined, description: 'The value that a JSON text says' },
  format_date: {
    arity: [1, 1],
    takes: ['string'],
    gives: 'string',
    description: 'A date of ISO 8601 in another form: %Y %m %d %H %M %S %f %A %a %B %b',
    wants: ['format'],
    example: `'%d.%m.%Y'`,
  },
  to_fixed: {
    arity: [1, 1],
    takes: ['number', 'integer'],
    gives: 'string',
    description: 'As text with so many decimals, a half to the even neighbour',
    wants: ['places'],
    example: `2`,
  },
  url_encode: { arity: [0, 0], takes: ['string'], gives: 'string', description: 'For a part of an address' },
  html_escape: {
    arity: [0, 0],
    takes: ['string'],
    gives: 'string',
    description: 'For HTML: & < > " and \' as entities',
  },
};
