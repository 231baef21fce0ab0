import type { Identifier } from './tree.ts';
import { isReserved } from './reserved.ts';

/**
 * A string that stands in the compiler's own source: a literal type. Text that is only known at run time has the type
 * `string` and is refused by the type checker, so it cannot become a name unmangled.
 */
export type Constant<S extends string> = Record<never, never> extends Record<S, 1> ? never : S;

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
