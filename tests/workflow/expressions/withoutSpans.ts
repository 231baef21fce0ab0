import type { Expression } from '../../../src/core/workflow/expressions/syntax.ts';

/** An expression without its places, to be compared with another. */
export function withoutSpans(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) =>
      ['span', 'nameSpan', 'operatorSpan'].includes(key) ? undefined : value,
    ),
  );
}
