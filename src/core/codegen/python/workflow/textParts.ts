import { textOf } from '../../../workflow/expressions/values.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { isOnly, type Compiled } from './compiled.ts';

/** A part of a text that is computed; `isString` when Python need not make a string of it first. */
interface ComputedPart {
  readonly code: Expr;
  readonly isString: boolean;
}

/** Python for a text of texts and values: anything that is no string stands in it as JSON. */
export function textOfParts(given: readonly (string | Pick<Compiled, 'code' | 'schema'>)[]): Expr {
  const parts = given.map((part) => (typeof part === 'string' ? part : computedPart(part)));
  const constant = parts.filter((part) => typeof part === 'string');
  if (constant.length === parts.length) return py.literal(constant.join(''));
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return asString(only);
  if (parts.every((part) => typeof part === 'string' || py.fitsInFString(part.code)))
    return py.fstring(parts.map((part) => (typeof part === 'string' ? part : part.code)));
  const strings = parts.map((part) => (typeof part === 'string' ? py.literal(part) : asString(part)));
  return py.call(py.attribute(py.literal(''), 'join'), py.list(strings));
}

function computedPart({ code, schema }: Pick<Compiled, 'code' | 'schema'>): ComputedPart | string {
  if (code.kind === 'literal') {
    const text = textOf(code.value);
    if (typeof text === 'string') return text;
  }
  // An f-string makes a text of a number itself.
  const [number, ...more] =
    code.kind === 'call' && code.callee.kind === 'name' && code.callee.name === 'str' ? code.args : [];
  if (number !== undefined && more.length === 0) return { code: number, isString: false };
  if (isOnly(schema, 'string')) return { code, isString: true };
  // Python's own text of an int is that of JSON.
  if (isOnly(schema, 'integer')) return { code, isString: false };
  return { code: py.call(py.imported('app.runtime.expressions', 'as_text'), code), isString: true };
}

function asString({ code, isString }: ComputedPart): Expr {
  return isString ? code : py.call(py.name('str'), code);
}
