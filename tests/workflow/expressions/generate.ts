import { filters } from '../../../src/core/workflow/expressions/filters.ts';
import { filterNames, type Expression } from '../../../src/core/workflow/expressions/syntax.ts';
import { pick } from './random.ts';

const span = { start: 0, end: 0 };
const texts = ['', 'a', "it's", '"', '\\', '}}', '{{', 'é', '👍', '\n', 'and'];

/** A random expression that the grammar can express, at most `depth` levels deep. */
export function generateExpression(random: () => number, depth: number): Expression {
  const inner = (): Expression => generateExpression(random, depth - 1);
  const kind =
    depth <= 0
      ? pick(random, ['literal', 'path'] as const)
      : pick(random, ['literal', 'path', 'not', 'logical', 'comparison', 'filter'] as const);
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
    case 'filter': {
      const name = pick(random, filterNames);
      const [least, most] = filters[name].arity;
      const count = least + Math.floor(random() * (most - least + 1));
      return { kind, name, subject: inner(), args: Array.from({ length: count }, inner), nameSpan: span, span };
    }
  }
}
