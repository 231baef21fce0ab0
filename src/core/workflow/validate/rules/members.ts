import type { Reporter } from '../../diagnostics/report.ts';
import { typeWords } from '../../diagnostics/words.ts';
import { isOfInput, rootLength, typeOfRoot, type TypeScope } from '../../expressions/types.ts';
import type { PathExpression } from '../../expressions/syntax.ts';
import type { PathRead } from '../../expressions/walk.ts';
import type { JsonPath } from '../../json.ts';
import { mayBeNull, meaningOf, memberOf, typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { suggest } from '../../suggest.ts';
import type { WorkflowNode } from '../../types.ts';
import type { NodeContext, NodeRule } from '../context.ts';
import { scopeOf, writtenPath } from '../expressionContext.ts';
import { replacePart } from '../fixes.ts';

/** Keys and indexes that a value of the declared type can have. */
export const members: NodeRule = (context, reporter) => {
  for (const { node, path: place, references } of context.templates) {
    for (const read of references) {
      const scope = scopeOf(context, node);
      const shown = new Set([...(scope.shown ?? []), ...read.shown]);
      const guarded = read.guarded || isFilledIn(context, node, read.path);
      checkPath(reporter, { ...read, guarded }, { ...scope, shown }, place);
    }
  }
};

function checkPath(reporter: Reporter, { path, guarded }: PathRead, scope: TypeScope, place: JsonPath): void {
  const root = typeOfRoot(path, scope);
  let { schema } = root;
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
    if (!member.certain && typeof segment.key === 'string' && !guarded) {
      if (isOfInput(path)) {
        // Null stands for what was left out where null is one of its values.
        const isLast = index === path.segments.length - 1;
        if (isLast && typesOf(schema).join() === 'object' && mayBeNull(member.schema)) return;
        reporter.report('optional-input', { name: writtenPath(path, index + 1) }, { path: place, at: path.span });
        return;
      }
      // Where the value may be missing altogether, that is said.
      if (root.certain && isDeclared(schema, segment.key)) {
        reporter.report('optional-member', { name: writtenPath(path, index + 1) }, { path: place, at: path.span });
        return;
      }
    }
    ({ schema } = member);
  }
}

/** Whether it is a field of a form that a person has filled in who has approved. */
function isFilledIn(context: NodeContext, reader: WorkflowNode, { root, segments }: PathExpression): boolean {
  const [id, , member, field] = segments.map(({ key }) => String(key));
  const node = root === 'nodes' && id !== undefined ? context.graph.nodes.get(id) : undefined;
  if (node?.type !== 'waitForApproval' || member !== 'values' || node.config.onTimeout === 'approve') return false;
  const isApproved = (context.branches.get(reader.id) ?? []).some(
    (decision) => decision.kind === 'way' && decision.node === id && decision.way === 0,
  );
  return isApproved && field !== undefined && (meaningOf(node.config.form ?? {}).required?.includes(field) ?? false);
}

/** Whether a schema names a key, and does not only let any be there. */
function isDeclared(given: JsonSchema, key: string): boolean {
  const { properties, anyOf = [] } = meaningOf(given);
  return (
    (properties !== undefined && Object.hasOwn(properties, key)) || anyOf.some((option) => isDeclared(option, key))
  );
}
