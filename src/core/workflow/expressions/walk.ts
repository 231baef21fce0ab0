import { shownBy } from './shown.ts';
import type { Expression, PathExpression, Template } from './syntax.ts';

interface Circumstances {
  /** A `default(…)` stands in when the value is missing. */
  readonly guarded: boolean;
  /** The subjects of the `default(…)` filters that this is an argument of: it is read only when they are missing. */
  readonly insteadOf: readonly Expression[];
  /** `ID.HANDLE` of each output that is not null there, as a test has shown. */
  readonly shown: readonly string[];
}

interface Part extends Circumstances {
  readonly part: Expression;
}

export interface PathRead extends Circumstances {
  readonly path: PathExpression;
}

const nothing: readonly Expression[] = [];
const anywhere: Circumstances = { guarded: false, insteadOf: nothing, shown: [] };

/** Every part of an expression, from left to right, and under what circumstances it is read. */
export function partsOf(expression: Expression): readonly Part[] {
  const found: Part[] = [];
  collect(expression, anywhere, found);
  return found;
}

function collect(expression: Expression, around: Circumstances, found: Part[]): void {
  found.push({ part: expression, ...around });
  const where = (test: Expression, holds: boolean): Circumstances => {
    const shown = shownBy(test, holds);
    return shown.length === 0 ? around : { ...around, shown: [...around.shown, ...shown] };
  };
  if (expression.kind === 'filter' && expression.name === 'default') {
    collect(expression.subject, { ...around, guarded: true }, found);
    const instead = { ...around, insteadOf: [...around.insteadOf, expression.subject] };
    for (const argument of expression.args) collect(argument, instead, found);
  } else if (expression.kind === 'logical') {
    collect(expression.left, around, found);
    collect(expression.right, where(expression.left, expression.operator === 'and'), found);
  } else if (expression.kind === 'conditional') {
    collect(expression.then, where(expression.test, true), found);
    collect(expression.test, around, found);
    collect(expression.otherwise, where(expression.test, false), found);
  } else {
    for (const operand of operandsOf(expression)) collect(operand, around, found);
  }
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
  if (expression.kind === 'path') return [{ path: expression, ...anywhere }];
  return partsOf(expression).flatMap(({ part, ...read }) => (part.kind === 'path' ? [{ path: part, ...read }] : []));
}

/** Every part of every expression in a template. */
export function partsIn(template: Template): readonly Part[] {
  return template.parts.flatMap((part) => (part.kind === 'expression' ? partsOf(part.expression) : []));
}

/** Every path that a template reads. */
export function pathsOf(template: Template): readonly PathRead[] {
  return template.parts.flatMap((part) => (part.kind === 'expression' ? pathsIn(part.expression) : []));
}
