import { filters, type ArgumentKind } from '../../../src/core/workflow/expressions/filters.ts';
import { filterNames, functionNames, type Expression } from '../../../src/core/workflow/expressions/syntax.ts';
import { pick } from './random.ts';

const span = { start: 0, end: 0 };
const texts = ['', 'a', "it's", '"', '\\', '}}', '{{', 'é', '👍', '\n', 'and'];

/** A random expression that the grammar can express, at most `depth` levels deep. */
export function generateExpression(random: () => number, depth: number): Expression {
  const inner = (): Expression => generateExpression(random, depth - 1);
  const kind =
    depth <= 0
      ? pick(random, ['literal', 'path'] as const)
      : pick(random, [
          ...(['literal', 'path', 'not', 'logical', 'comparison', 'membership', 'arithmetic', 'negative'] as const),
          ...(['concatenation', 'conditional', 'list', 'object', 'filter', 'call'] as const),
        ]);
  switch (kind) {
    case 'literal':
      return { kind, value: pick(random, [null, true, false, 0, -1, 2.5, 1e-7, 2 ** 53 - 1, ...texts]), span };
    case 'path':
      return {
        kind,
        root: pick(random, ['input', 'env', 'nodes']),
        segments: Array.from({ length: Math.floor(random() * 4) }, () => ({
          key: pick(random, [0, 7, ...texts]),
          span,
        })),
        span,
      };
    case 'not':
      return { kind, operand: inner(), span };
    case 'logical':
      return { kind, operator: pick(random, ['and', 'or']), left: inner(), right: inner(), span };
    case 'comparison':
      return { kind, operator: pick(random, ['==', '!=', '<', '<=', '>', '>=']), left: inner(), right: inner(), span };
    case 'membership':
      return { kind, operator: pick(random, ['in', 'not in']), left: inner(), right: inner(), span };
    case 'arithmetic': {
      const operator = pick(random, ['+', '-', '*', '/', '//', '%'] as const);
      return { kind, operator, left: inner(), right: inner(), operatorSpan: span, span };
    }
    case 'negative':
      return { kind, operand: inner(), span };
    case 'concatenation':
      return { kind, parts: Array.from({ length: 2 + Math.floor(random() * 2) }, inner), span };
    case 'conditional':
      return { kind, test: inner(), then: inner(), otherwise: inner(), span };
    case 'list':
      return { kind, items: Array.from({ length: Math.floor(random() * 3) }, inner), span };
    case 'object': {
      const keys = texts.filter(() => random() < 0.2);
      return { kind, entries: keys.map((key) => ({ key, value: inner() })), span };
    }
    case 'call':
      return { kind, name: pick(random, functionNames), span };
    case 'filter': {
      const name = pick(random, filterNames);
      const [least, most] = filters[name].arity;
      const count = least + Math.floor(random() * (most - least + 1));
      return {
        kind,
        name,
        subject: inner(),
        args: Array.from({ length: count }, (_, index) => argumentOf(filters[name].wants?.[index]) ?? inner()),
        nameSpan: span,
        span,
      };
    }
  }
}

/** What the parser takes nothing but a literal for. */
function argumentOf(wants: ArgumentKind | undefined): Expression | undefined {
  const literals: { readonly [kind in ArgumentKind]?: string | number } = { key: 'id', places: 2, format: '%Y-%m' };
  const value = literals[wants ?? 'any'];
  return value === undefined ? undefined : { kind: 'literal', value, span };
}
