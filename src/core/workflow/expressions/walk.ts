import type { Expression, PathExpression, Template } from './syntax.ts';

interface Circumstances {
  /** A `default(…)` stands in when the value is missing. */
  readonly guarded: boolean;
  /** The subjects of the `default(…)` filters that this is an argument of: it is read only when they are missing. */
  readonly insteadOf: readonly Expression[];
}

interface Part extends Circumstances {
  readonly part: Expression;
}

export interface PathRead extends Circumstances {
  readonly path: PathExpression;
}

const nothing: readonly Expression[] = [];

/** Every part of an expression, from left to right, and under what circumstances it is read. */
export function partsOf(expression: Expression): readonly Part[] {
  const found: Part[] = [];
  collect(expression, false, nothing, found);
  return found;
}

function collect(expression: Expression, guarded: boolean, insteadOf: readonly Expression[], found: Part[]): void {
  found.push({ part: expression, guarded, insteadOf });
  if (expression.kind === 'filter' && expression.name === 'default') {
    collect(expression.subject, true, insteadOf, found);
    for (const argument of expression.args) collect(argument, guarded, [...insteadOf, expression.subject], found);
    return;
  }
  for (const operand of operandsOf(expression)) collect(operand, guarded, insteadOf, found);
}

/** The expressions that stand directly in an expression, from left to right. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'path':
    case 'call':
      return nothing;
    case 'each':
      return [expression.list, expression.body];
    case 'not':
    case 'negative':
      return [expression.operand];
    case 'logical':
    case 'comparison':
    case 'membership':
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'concatenation':
      return expression.parts;
    case 'conditional':
      return [expression.then, expression.test, expression.otherwise];
    case 'list':
      return expression.items;
    case 'object':
      return expression.entries.map(({ value }) => value);
    case 'filter':
      return [expression.subject, ...expression.args];
  }
}

/** Whether it reads nothing, so that its value is known before anything runs. */
export function isConstant(expression: Expression): boolean {
  return expression.kind !== 'path' && expression.kind !== 'call' && operandsOf(expression).every(isConstant);
}

/** Every path that an expression reads. */
export function pathsIn(expression: Expression): readonly PathRead[] {
  if (expression.kind === 'path') return [{ path: expression, guarded: false, insteadOf: nothing }];
  return partsOf(expression).flatMap(({ part, guarded, insteadOf }) =>
    part.kind === 'path' ? [{ path: part, guarded, insteadOf }] : [],
  );
}

/** Every part of every expression in a template. */
export function partsIn(template: Template): readonly Part[] {
  return template.parts.flatMap((part) => (part.kind === 'expression' ? partsOf(part.expression) : []));
}

/** Every path that a template reads. */
export function pathsOf(template: Template): readonly PathRead[] {
  return template.parts.flatMap((part) => (part.kind === 'expression' ? pathsIn(part.expression) : []));
}
