import type { Json } from '../../../workflow/json.ts';
import type { Expr } from './tree.ts';

/** Text that a string inside an f-string can hold: no quotes, nothing that needs an escape. */
const plainText = /^[ !#-&(-[\]-~]*$/;

/**
 * Whether Python 3.11 can hold the expression between the braces of an f-string: strings in it may have neither quotes
 * nor escapes, and f-strings are not nested. What does not fit is to be put in a variable first.
 */
export function fitsInFString(expr: Expr): boolean {
  switch (expr.kind) {
    case 'name':
      return true;
    case 'literal':
      return isPlain(expr.value);
    case 'fstring':
      return false;
    case 'list':
    case 'tuple':
      return expr.items.every(fitsInFString);
    case 'dict':
      return expr.entries.every((entry) =>
        'spread' in entry ? fitsInFString(entry.spread) : fitsInFString(entry.key) && fitsInFString(entry.value),
      );
    case 'call':
      return [expr.callee, ...expr.args, ...expr.keywords.map((keyword) => keyword.value)].every(fitsInFString);
    case 'attribute':
    case 'slice':
      return fitsInFString(expr.object);
    case 'subscript':
      return fitsInFString(expr.object) && fitsInFString(expr.key);
    case 'compare':
    case 'arithmetic':
      return fitsInFString(expr.left) && fitsInFString(expr.right);
    case 'boolean':
      return expr.operands.every(fitsInFString);
    case 'not':
    case 'negative':
      return fitsInFString(expr.operand);
    case 'union':
      return expr.members.every(fitsInFString);
    case 'conditional':
      return [expr.test, expr.then, expr.otherwise].every(fitsInFString);
    case 'await':
    case 'walrus':
    case 'starred':
    case 'origin':
      return fitsInFString(expr.value);
    case 'comprehension':
      return [expr.element, expr.iterable, ...(expr.condition ? [expr.condition] : [])].every(fitsInFString);
    case 'lambda':
      return fitsInFString(expr.body);
  }
}

function isPlain(value: Json): boolean {
  if (typeof value === 'string') return plainText.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]: [string, Json]) => isPlain(key) && isPlain(item));
}
