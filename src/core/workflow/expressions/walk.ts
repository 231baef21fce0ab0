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

const plainly: Circumstances = { guarded: false, insteadOf: [] };

/** Every part of an expression, from left to right, and under what circumstances it is read. */
export function* partsOf(expression: Expression, when: Circumstances = plainly): Generator<Part> {
  yield { part: expression, ...when };
  switch (expression.kind) {
    case 'literal':
    case 'path':
      return;
    case 'not':
      yield* partsOf(expression.operand, when);
      return;
    case 'logical':
    case 'comparison':
      yield* partsOf(expression.left, when);
      yield* partsOf(expression.right, when);
      return;
    case 'filter': {
      const isDefault = expression.name === 'default';
      yield* partsOf(expression.subject, isDefault ? { ...when, guarded: true } : when);
      const inArguments = isDefault ? { ...when, insteadOf: [...when.insteadOf, expression.subject] } : when;
      for (const argument of expression.args) yield* partsOf(argument, inArguments);
    }
  }
}

/** Every path that an expression reads. */
export function* pathsIn(expression: Expression): Generator<PathRead> {
  for (const { part, ...when } of partsOf(expression)) if (part.kind === 'path') yield { path: part, ...when };
}

/** Every part of every expression in a template. */
export function* partsIn(template: Template): Generator<Part> {
  for (const part of template.parts) if (part.kind === 'expression') yield* partsOf(part.expression);
}

/** Every path that a template reads. */
export function* pathsOf(template: Template): Generator<PathRead> {
  for (const part of template.parts) if (part.kind === 'expression') yield* pathsIn(part.expression);
}
