import { evaluate } from '../../expressions/evaluate.ts';
import { filters } from '../../expressions/filters.ts';
import type { Expression } from '../../expressions/syntax.ts';
import { typeOfExpression, type TypeScope } from '../../expressions/types.ts';
import { MissingValue, numberIn, ValueError, type Value } from '../../expressions/values.ts';
import { isConstant, operandsOf, partsIn } from '../../expressions/walk.ts';
import { typesOf } from '../../jsonSchema.ts';
import type { NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';

/** Values of the right type that fail all the same, which can be seen where they stand there. */
export const failingExpressions: NodeRule = (context, reporter) => {
  for (const { node, path, template } of context.templates) {
    const scope = scopeOf(context, node);
    for (const { part } of partsIn(template)) {
      const reason = reasonOf(part, scope);
      if (reason !== undefined) reporter.report('failing-expression', { reason }, { path, at: part.span });
    }
  }
};

function reasonOf(part: Expression, scope: TypeScope): string | undefined {
  if (part.kind === 'arithmetic' && ['/', '//', '%'].includes(part.operator)) {
    const divisor = isConstant(part.right) ? outcomeOf(part.right) : undefined;
    return divisor?.value !== undefined && numberIn(divisor.value) === 0
      ? 'Nothing can be divided by zero.'
      : undefined;
  }
  if (part.kind !== 'filter' || !isConstant(part) || !isTaken(part, scope)) return undefined;
  const isSound = operandsOf(part).every((operand) => outcomeOf(operand).value !== undefined);
  return isSound ? outcomeOf(part).reason : undefined;
}

function isTaken({ name, subject }: Extract<Expression, { kind: 'filter' }>, scope: TypeScope): boolean {
  const { takes } = filters[name];
  return takes.length === 0 || typesOf(typeOfExpression(subject, scope).schema).some((type) => takes.includes(type));
}

function outcomeOf(expression: Expression): { readonly value?: Value; readonly reason?: string } {
  try {
    return { value: evaluate(expression, () => undefined) };
  } catch (error) {
    if (error instanceof ValueError || error instanceof MissingValue) return { reason: error.message };
    throw error;
  }
}
