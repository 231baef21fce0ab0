import type { Expression, PathExpression, Template } from './syntax.ts';

/** Every part of an expression, and whether a `default(…)` stands in when its value is missing. */
export function* partsOf(expression: Expression, guarded = false): Generator<{ readonly part: Expression; readonly guarded: boolean }> {
  yield { part: expression, guarded };
  switch (expression.kind) {
    case 'literal':
    case 'path':
      return;
    case 'not':
      yield* partsOf(expression.operand, guarded);
      return;
    case 'logical':
    case 'comparison':
      yield* partsOf(expression.left, guarded);
      yield* partsOf(expression.right, guarded);
      return;
    case 'filter':
      yield* partsOf(expression.subject, guarded || expression.name === 'default');
      for (const argument of expression.args) yield* partsOf(argument, guarded);
  }
}

/** Every path that an expression reads. */
export function* pathsIn(expression: Expression): Generator<{ readonly path: PathExpression; readonly guarded: boolean }> {
  for (const { part, guarded } of partsOf(expression)) if (part.kind === 'path') yield { path: part, guarded };
}

/** Every path that a template reads. */
export function* pathsOf(template: Template): Generator<{ readonly path: PathExpression; readonly guarded: boolean }> {
  for (const part of template.parts) if (part.kind === 'expression') yield* pathsIn(part.expression);
}
