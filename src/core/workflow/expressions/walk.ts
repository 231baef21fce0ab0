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
  switch (expression.kind) {
    case 'literal':
    case 'path':
      return;
    case 'not':
      collect(expression.operand, guarded, insteadOf, found);
      return;
    case 'logical':
    case 'comparison':
      collect(expression.left, guarded, insteadOf, found);
      collect(expression.right, guarded, insteadOf, found);
      return;
    case 'filter': {
      const isDefault = expression.name === 'default';
      collect(expression.subject, guarded || isDefault, insteadOf, found);
      const inArguments = isDefault ? [...insteadOf, expression.subject] : insteadOf;
      for (const argument of expression.args) collect(argument, guarded, inArguments, found);
    }
  }
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
