import type { JsonTypeName } from '../jsonSchema.ts';
import type { FilterName } from './syntax.ts';

export interface FilterDefinition {
  /** Fewest and most arguments; with no arguments the parentheses are left out. */
  readonly arity: readonly [min: number, max: number];
  /** The types it takes; empty: any. */
  readonly takes: readonly JsonTypeName[];
  /** The type it gives; undefined when that depends on what it is given. */
  readonly gives: JsonTypeName | undefined;
  readonly description: string;
}

/** Every filter of the expression language. */
export const filters: Readonly<Record<FilterName, FilterDefinition>> = {
  default: { arity: [1, 1], takes: [], gives: undefined, description: 'The value, or the argument when it is missing' },
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
  },
  round: {
    arity: [0, 1],
    takes: ['number', 'integer'],
    gives: 'number',
    description: 'Rounded to the given number of decimals, 0 when left out',
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
};
