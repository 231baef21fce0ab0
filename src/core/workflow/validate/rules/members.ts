import type { Reporter } from '../../diagnostics/report.ts';
import type { PathExpression } from '../../expressions/syntax.ts';
import { typeWords } from '../../diagnostics/words.ts';
import { isOfInput, rootLength, typeOfRoot, type TypeScope } from '../../expressions/types.ts';
import type { JsonPath } from '../../json.ts';
import { meaningOf, memberOf, typesOf } from '../../jsonSchema.ts';
import { suggest } from '../../suggest.ts';
import type { NodeRule } from '../context.ts';
import { scopeOf, writtenPath } from '../expressionContext.ts';
import { replacePart } from '../fixes.ts';

/** Keys and indexes that a value of the declared type can have. */
export const members: NodeRule = (context, reporter) => {
  for (const { node, path: place, references } of context.templates) {
    for (const { path, guarded } of references) checkPath(reporter, path, guarded, scopeOf(context, node), place);
  }
};

function checkPath(
  reporter: Reporter,
  path: PathExpression,
  guarded: boolean,
  scope: TypeScope,
  place: JsonPath,
): void {
  let { schema } = typeOfRoot(path, scope);
  for (const [index, segment] of path.segments.entries()) {
    if (index < rootLength(path)) continue;
    const member = memberOf(schema, segment.key);
    if (member === 'unknown') return;
    if (member === undefined) {
      const known = Object.keys(meaningOf(schema).properties ?? {});
      const suggestion = typeof segment.key === 'string' ? suggest(segment.key, known) : undefined;
      const at = segment.span;
      const extras = { suggestion, fixes: [replacePart(reporter, place, at, suggestion)] };
      if (path.root === 'input' && index === 0) {
        reporter.report('unknown-input', { name: String(segment.key), known }, { path: place, at }, extras);
      } else {
        const params = { of: writtenPath(path, index), key: segment.key, type: typeWords(typesOf(schema)), known };
        reporter.report('impossible-member', params, { path: place, at }, extras);
      }
      return;
    }
    if (isOfInput(path) && !member.certain && typeof segment.key === 'string' && !guarded) {
      reporter.report('optional-input', { name: writtenPath(path, index + 1) }, { path: place, at: path.span });
      return;
    }
    ({ schema } = member);
  }
}
