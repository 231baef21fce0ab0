import type { Template } from '../../../workflow/expressions/syntax.ts';
import type { Expr } from '../syntax/tree.ts';
import { compileExpression, joinedParts } from './expressions.ts';
import type { Compiled } from './compiled.ts';
import type { PathScope } from './paths.ts';
import { textOfParts } from './textParts.ts';

/** Python for the text of a template: anything that is no string stands in it as JSON. */
export function compileText(template: Template, scope: PathScope): Expr {
  return textOfParts(
    template.parts.flatMap((part): readonly (string | Compiled)[] =>
      part.kind === 'text'
        ? [part.text]
        : joinedParts(part.expression).map((expression) => compileExpression(expression, scope)),
    ),
  );
}
