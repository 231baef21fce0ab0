import type { Expression } from '../../../workflow/expressions/syntax.ts';
import * as py from '../syntax/build.ts';
import { combined, isOnly, type Compiled } from './compiled.ts';
import { compileExpression, joinedParts } from './expressions.ts';
import { readItems, type PathScope } from './paths.ts';
import { textOfParts } from './textParts.ts';

/** `"".join([… for item in list])` */
export function compileEach(expression: Extract<Expression, { kind: 'each' }>, scope: PathScope): Compiled {
  const list =
    expression.list.kind === 'path'
      ? { ...readItems(expression.list, scope), mayFail: false, isOptional: false }
      : compileExpression(expression.list, scope);
  const isList = isOnly(list.schema, 'array') && !list.isOptional;
  const inner = joinedParts(expression.body).map((part) => compileExpression(part, scope));
  const body = textOfParts(inner);
  const made = combined(
    [list],
    { type: 'string' },
    ([items]) => {
      if (items === undefined) throw new Error('A loop has a list');
      const given = isList ? items : py.call(py.attribute(py.imported('app.runtime', 'lists'), 'items_of'), items);
      return py.call(
        py.attribute(py.literal(''), 'join'),
        py.comprehension(body, scope.local(expression.variable), given),
      );
    },
    !isList,
  );
  const mayRaise = inner.some(({ guards }) => guards?.length !== 0);
  const mayFail = made.mayFail || inner.some((part) => part.mayFail);
  return { ...made, mayFail, guards: mayRaise ? undefined : made.guards };
}
