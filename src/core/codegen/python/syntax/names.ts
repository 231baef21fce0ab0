import type { Identifier } from './tree.ts';
import { isReserved } from './reserved.ts';

/**
 * A string that stands in the compiler's own source: a literal type. Text that is only known at run time has the type
 * `string` and is refused by the type checker, so it cannot become a name unmangled.
 */
export type Constant<S extends string> = NoProperties extends Record<S, 1> ? never : S;

/** What has no named property fits `Record<S, 1>` only when `S` names none, as `string` does not. */
type NoProperties = { readonly [modulePathBrand]?: never };

declare const modulePathBrand: unique symbol;
/** A dotted path of identifiers, such as `app.functions.orders`. */
export type ModulePath = string & { readonly [modulePathBrand]: true };

const identifierPattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Makes an identifier of a fixed name. Throws when Python would not take it as one. */
export function identifier<const S extends string>(value: Identifier | Constant<S>): Identifier {
  if (!isIdentifier(value)) throw new Error(`Not a Python identifier: ${JSON.stringify(value)}`);
  return value;
}

/** Makes a module path of a fixed path, or of several parts. Throws when a part is no identifier. */
export function modulePath<const S extends string>(
  ...parts: readonly (Identifier | ModulePath | Constant<S>)[]
): ModulePath {
  const path: string = parts.join('.');
  if (!isModulePath(path)) throw new Error(`Not a Python module path: ${JSON.stringify(path)}`);
  return path;
}

export function isIdentifier(value: string): value is Identifier {
  return identifierPattern.test(value) && !isReserved(value, 'keyword');
}

export function isModulePath(value: string): value is ModulePath {
  return value.split('.').every(isIdentifier);
}

/** The longest name that file text is turned into; a number that makes it unique comes on top. */
const longestName = 48;

/**
 * Makes names out of arbitrary text, such as node ids and property names. The same texts in the same order give the same
 * names, and no two calls give one name.
 */
export interface Scope {
  /** A variable or function: `get-order` and `getOrder` give `get_order`. */
  snake(text: string): Identifier;
  /** A constant: `GET_ORDER`. */
  constant(text: string): Identifier;
  /** A class: `GetOrder`. */
  pascal(text: string): Identifier;
  /** A field of a class, which may be called like a builtin (`id`), and does not start with an underscore. */
  field(text: string): Identifier;
  /** Whether a name was given or is reserved. */
  has(name: string): boolean;
  /** How many names were given or are reserved. */
  readonly size: number;
}

/**
 * A scope in which `taken` are names that nothing else may get.
 * @param outer names of this scope are not given again either
 */
export function createScope(taken: Iterable<string> = [], outer?: Scope): Scope {
  return new NameTable(taken, outer);
}

class NameTable implements Scope {
  readonly #taken: Set<string>;
  readonly #outer: Scope | undefined;

  constructor(taken: Iterable<string>, outer: Scope | undefined) {
    this.#taken = new Set(taken);
    this.#outer = outer;
  }

  snake(text: string): Identifier {
    return this.#unique(wordsOf(text).join('_') || 'value', 'value_', 'any');
  }

  constant(text: string): Identifier {
    return this.#unique(wordsOf(text).join('_').toUpperCase() || 'VALUE', 'VALUE_', 'any');
  }

  pascal(text: string): Identifier {
    const name = wordsOf(text).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    return this.#unique(name.join('') || 'Value', 'Value', 'any');
  }

  field(text: string): Identifier {
    return this.#unique(wordsOf(text).join('_') || 'value', 'value_', 'keyword');
  }

  get size(): number {
    return this.#taken.size;
  }

  has(name: string): boolean {
    return this.#taken.has(name) || (this.#outer?.has(name) ?? false);
  }

  #unique(wanted: string, digitPrefix: string, reserved: 'keyword' | 'any'): Identifier {
    const short = wanted.slice(0, longestName).replace(/_+$/, '');
    const base = /^[0-9]/.test(short) ? digitPrefix + short : short;
    let name = isReserved(base, reserved) ? `${base}_` : base;
    for (let count = 2; this.has(name); count += 1) name = `${base}_${count}`;
    if (!isIdentifier(name)) throw new Error(`Made a name that is no identifier: ${JSON.stringify(name)}`);
    this.#taken.add(name);
    return name;
  }
}

/** Latin letters that Unicode does not take apart into a letter and a mark. */
const latinLetters = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
]);

/** The words of a text in lower case, letters with marks reduced to ASCII: `getÖrder-2` gives `get`, `order`, `2`. */
function wordsOf(text: string): readonly string[] {
  return (
    inAscii(text.slice(0, 4 * longestName))
      .match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+[a-z]*/g)
      ?.map((word) => word.toLowerCase()) ?? []
  );
}

function inAscii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøłđ]/g, (letter) => latinLetters.get(letter) ?? '');
}
