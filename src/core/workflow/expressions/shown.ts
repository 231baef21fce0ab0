import type { Expression } from './syntax.ts';
import type { TypeScope } from './types.ts';

/** `ID.output` of each node whose value is not null where an expression holds, or where it does not. */
export function shownBy(expression: Expression, holds: boolean): readonly string[] {
  switch (expression.kind) {
    case 'not':
      return shownBy(expression.operand, !holds);
    case 'logical':
      return holds === (expression.operator === 'and')
        ? [...shownBy(expression.left, holds), ...shownBy(expression.right, holds)]
        : [];
    case 'comparison': {
      const { operator, left, right } = expression;
      if (operator !== (holds ? '!=' : '==')) return [];
      return isNull(right) ? outputOf(left) : isNull(left) ? outputOf(right) : [];
    }
    case 'path':
      return holds ? outputOf(expression) : [];
    default:
      return [];
  }
}

function isNull(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}

function outputOf(expression: Expression): readonly string[] {
  if (expression.kind !== 'path' || expression.root !== 'nodes' || expression.segments.length !== 2) return [];
  return [expression.segments.map(({ key }) => key).join('.')];
}

/** What can be seen where an expression holds, or where it does not. */
export function scopeWhere<S extends Pick<TypeScope, 'shown'>>(expression: Expression, holds: boolean, scope: S): S {
  const shown = shownBy(expression, holds);
  return shown.length === 0 ? scope : { ...scope, shown: new Set([...(scope.shown ?? []), ...shown]) };
}
