import type { Reporter } from '../../diagnostics/report.ts';
import type { Expression, PathExpression, PathSegment } from '../../expressions/syntax.ts';
import { pathsIn, type PathRead } from '../../expressions/walk.ts';
import { loopsAround, sameDecision, type Branch } from '../../graph/branches.ts';
import { bodyOf, waysOf } from '../../graph/graph.ts';
import { branchesOfValue, branchOfReader, isCertainIn, isCoveredIn } from '../../graph/values.ts';
import type { JsonPath } from '../../json.ts';
import type { NodeDefinition } from '../../nodes/definition.ts';
import { outputsOf } from '../../nodes/handles.ts';
import { registry } from '../../nodes/registry.ts';
import { suggest } from '../../suggest.ts';
import type { WorkflowNode } from '../../types.ts';
import type { CheckContext, NodeRule } from '../context.ts';
import { isNotDone } from '../expressionContext.ts';
import { enable, replacePart } from '../fixes.ts';

interface Reference {
  readonly read: PathRead;
  readonly reader: WorkflowNode;
  readonly place: JsonPath;
}

/** `nodes.ID.HANDLE` names a value that is there when its reader runs. */
export const references: NodeRule = (context, reporter) => {
  for (const { node: reader, path: place, references: reads } of context.templates) {
    for (const read of reads) {
      if (read.path.root === 'nodes') checkReference(context, reporter, { read, reader, place });
    }
  }
};

function checkReference(context: CheckContext, reporter: Reporter, reference: Reference): void {
  const { read, reader, place } = reference;
  const { path } = read;
  const [id, handle] = path.segments;
  if (id === undefined) {
    reporter.report(
      'incomplete-reference',
      { root: 'nodes', known: readableOutputs(context, reader) },
      { path: place, at: path.span },
    );
    return;
  }
  const node = context.graph.nodes.get(String(id.key));
  const disabled = context.disabled.get(String(id.key));
  if (node === undefined && disabled !== undefined) {
    const fixes = [enable(reporter, disabled.path)];
    reporter.report('disabled-node-reference', { id: disabled.node.id }, { path: place, at: id.span }, { fixes });
    return;
  }
  if (node === undefined) {
    const known = [...context.graph.nodes.keys()];
    const suggestion = suggest(String(id.key), known);
    reporter.report(
      'unknown-node-reference',
      { id: String(id.key), known },
      { path: place, at: id.span },
      { suggestion, fixes: [replacePart(reporter, place, id.span, suggestion)] },
    );
    return;
  }
  if (node.id === reader.id && !isInBody(context, reference, handle)) {
    reporter.report('self-reference', { node: node.id }, { path: place, at: path.span });
    return;
  }
  if (checkHandle(context, reporter, reference, node, handle))
    checkOrder(context, reporter, reference, node, String(handle?.key));
}

/** @returns true when the handle has a value */
function checkHandle(
  context: CheckContext,
  reporter: Reporter,
  { read: { path }, place }: Reference,
  node: WorkflowNode,
  handle: PathSegment | undefined,
): boolean {
  const known = Object.keys(context.valuesOf(node));
  if (handle === undefined) {
    if (known.length === 0)
      reporter.report(
        'output-without-value',
        { node: node.id, handle: undefined, known },
        { path: place, at: path.span },
      );
    else reporter.report('missing-output', { node: node.id, known }, { path: place, at: path.span });
    return false;
  }
  const name = String(handle.key);
  if (known.includes(name)) return true;
  if (outputsOf(node).some(({ id }) => id === name) || known.length === 0) {
    reporter.report(
      'output-without-value',
      { node: node.id, handle: outputsOf(node).length === 0 ? undefined : name, known },
      { path: place, at: handle.span },
    );
    return false;
  }
  const suggestion = suggest(name, known);
  reporter.report(
    'unknown-output',
    { node: node.id, handle: name, known },
    { path: place, at: handle.span },
    { suggestion, fixes: [replacePart(reporter, place, handle.span, suggestion)] },
  );
  return false;
}

function checkOrder(
  context: CheckContext,
  reporter: Reporter,
  reference: Reference,
  node: WorkflowNode,
  handle: string,
): void {
  // A node that no run reaches is left out, and on a cycle there is no order to speak of.
  const { read, reader, place } = reference;
  const { path, guarded, insteadOf } = read;
  if (!context.reachable.has(reader.id) || context.cycle !== undefined) return;
  if (isOutOfBody(context, reporter, reference, node, handle)) return;
  const at = path.span;
  const isReached = context.reachable.has(node.id);
  const isBefore = context.comesBefore(node.id, reader.id) || isAtEndOfBody(reader, place);
  if (!isReached || !isBefore) {
    const order = !isReached ? 'never' : context.comesBefore(reader.id, node.id) ? 'after' : 'any';
    reporter.report('not-yet-run', { node: node.id, reader: reader.id, order }, { path: place, at });
    return;
  }
  if (guarded) return;
  const branches = branchesOfValue(context, node, handle);
  const readerBranch = branchOfReader(context, reader.id, branches);
  if (branches.length > 0) {
    // Where this value is read in place of others, all that matters is that one of them is there.
    const others = insteadOf.flatMap((subject) => branchesRead(context, subject));
    if (isCertainIn(context, readerBranch, branches)) return;
    if (insteadOf.length > 0 && isCoveredIn(context, readerBranch, [...others, ...branches])) return;
  }
  const reason = reasonOf(context, node, branches[0], readerBranch);
  reporter.report(
    'may-not-run',
    { value: `nodes.${node.id}.${handle}`, reader: reader.id, reason },
    { path: place, at },
    { fixes: [guard(reporter, place, path)] },
  );
}

/** Whether an expression of a loop is worked out at the end of its body. */
function isAtEndOfBody(reader: WorkflowNode, place: JsonPath): boolean {
  const definition: NodeDefinition = registry[reader.type];
  return definition.body?.readsInside.includes(String(place[3])) ?? false;
}

/** Whether it is what a loop reads of itself at the end of its body. */
function isInBody(context: CheckContext, { reader, place }: Reference, handle: PathSegment | undefined): boolean {
  const isInside = bodyOf(context.graph, reader.id)?.inside.includes(String(handle?.key)) ?? false;
  return isInside && isAtEndOfBody(reader, place);
}

/** Reports what is read in another body than that in which it is there. */
function isOutOfBody(
  context: CheckContext,
  reporter: Reporter,
  { read: { path }, reader, place }: Reference,
  node: WorkflowNode,
  handle: string,
): boolean {
  if (!context.isSound) return false;
  const at = path.span;
  if (isNotDone(context, node.id, handle, reader.id)) {
    reporter.report('loop-not-done', { loop: node.id, reader: reader.id }, { path: place, at });
    return true;
  }
  const around = loopsAround(context.branches.get(reader.id) ?? []);
  const reading = isAtEndOfBody(reader, place) ? [...around, reader.id] : around;
  const inside = loopsAround(branchesOfValue(context, node, handle)[0] ?? context.branches.get(node.id) ?? []);
  const loop = inside.find((each) => !reading.includes(each));
  if (loop === undefined) return false;
  const value = `nodes.${node.id}.${handle}`;
  const fixes = [replacePart(reporter, place, path.span, loop === reader.id ? undefined : `nodes.${loop}.output`)];
  reporter.report('inside-loop', { value, reader: reader.id, loop }, { path: place, at }, { fixes });
  return true;
}

/** The branches in which the values that an expression reads are there. */
function branchesRead(context: CheckContext, expression: Expression): readonly Branch[] {
  return pathsIn(expression).flatMap(({ path }) => {
    const [id, handle] = path.segments;
    const node = path.root === 'nodes' ? context.graph.nodes.get(String(id?.key)) : undefined;
    return node === undefined ? [] : branchesOfValue(context, node, String(handle?.key));
  });
}

/** Why a value may be missing. */
function reasonOf(context: CheckContext, node: WorkflowNode, branch: Branch | undefined, reader: Branch): string {
  if (branch === undefined) return `nothing is connected to it, so a run goes on whether or not it has a value`;
  const decision = branch.find((one, index) => {
    const other = reader[index];
    return other === undefined || !sameDecision(one, other);
  });
  if (decision?.kind !== 'way') return `not every way to the reader leads through \`${node.id}\``;
  const handles = (waysOf(context.graph, decision.node)?.[decision.way] ?? [])
    .map((name) => `\`${name}\``)
    .join(' or ');
  return decision.node === node.id
    ? `it has a value only when the run goes on along ${handles}`
    : `\`${node.id}\` runs only when \`${decision.node}\` goes on along ${handles}`;
}

function guard(reporter: Reporter, place: JsonPath, path: PathExpression) {
  const { end } = path.span;
  return {
    title: "Add `| default('')`",
    edits: [reporter.source.replaceWithin(place, { start: end, end }, " | default('')")],
  };
}

function readableOutputs(context: CheckContext, reader: WorkflowNode): readonly string[] {
  return context.file.nodes
    .filter((node) => context.comesBefore(node.id, reader.id))
    .flatMap((node) => Object.keys(context.valuesOf(node)).map((handle) => `${node.id}.${handle}`));
}
