import { typeWords } from '../../diagnostics/words.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import { errorCodes } from '../../errorCodes.ts';
import { connectedHandles, incomingOf, toolNodes } from '../../graph/graph.ts';
import { streams } from '../../graph/streams.ts';
import { typesOf } from '../../jsonSchema.ts';
import type { NodeDefinition } from '../../nodes/definition.ts';
import { registry } from '../../nodes/registry.ts';
import { fallbackType, type StepOptions } from '../../nodes/stepOptions.ts';
import { suggest } from '../../suggest.ts';
import type { WorkflowNode } from '../../types.ts';
import type { NodeContext, NodeRule } from '../context.ts';
import { ownTypes } from '../expressionContext.ts';
import { changeTo, remove } from '../fixes.ts';

/** Step options at nodes that have a use for them. */
export const stepOptions: NodeRule = (context, reporter) => {
  const tools = toolNodes(context.graph);
  for (const node of context.nodes) {
    const { step } = node;
    if (step === undefined) continue;
    const path = context.pathOf(node, 'step');
    const isTool = tools.has(node.id) && incomingOf(context.graph, node.id).length === 0;
    if (!registry[node.type].awaits || isTool) {
      const fixes = [remove(reporter, path, 'Remove `step`')];
      const code = isTool ? 'step-of-tool' : 'step-awaits-nothing';
      reporter.report(code, { node: node.id }, { path, at: 'key' }, { fixes });
      continue;
    }
    checkFallback(context, reporter, node, step);
    checkWays(context, reporter, node, step);
    checkCodes(context, reporter, node, step);
  }
};

function checkFallback(context: NodeContext, reporter: Reporter, node: WorkflowNode, step: StepOptions): void {
  const path = context.pathOf(node, 'step', 'fallback');
  const { onError, fallback } = step;
  if (onError !== 'continue') {
    if (fallback === undefined) return;
    const fixes = [remove(reporter, path, 'Remove `fallback`')];
    reporter.report('unused-fallback', { node: node.id, onError }, { path, at: 'key' }, { fixes });
    return;
  }
  const { output } = ownTypes(node, context.calls, context.functions);
  if (fallback === undefined) {
    // What gives nothing needs nothing in its place.
    if (output === undefined) return;
    const place = context.pathOf(node, 'step', 'onError');
    const edit = reporter.source.insertAfter(place, '"fallback": null');
    const fixes = [edit && { title: 'Add `"fallback": null`', edits: [edit] }];
    reporter.report('missing-fallback', { node: node.id }, { path: place }, { fixes });
    return;
  }
  const [expected, found] = [typesOf(output ?? {}), typesOf(fallbackType(step))];
  const isKnown = expected.length > 0 && found.length > 0;
  const fits = found.some((type) => type === 'null' || expected.includes(type) || isNumber(type, expected));
  if (isKnown && !fits)
    reporter.report(
      'fallback-type',
      { node: node.id, expected: typeWords(expected), found: typeWords(found) },
      { path },
    );
}

function isNumber(type: string, expected: readonly string[]): boolean {
  return type === 'integer' && expected.includes('number');
}

function checkWays({ graph, pathOf }: NodeContext, reporter: Reporter, node: WorkflowNode, step: StepOptions): void {
  const definition: NodeDefinition = registry[node.type];
  const connected = connectedHandles(graph, node.id);
  const own = definition.ways?.(connected, node.config);
  if (step.onError === 'continue' && own !== undefined)
    reporter.report(
      'continue-with-ways',
      { node: node.id, handles: own.map(([handle = '']) => handle) },
      { path: pathOf(node, 'step', 'onError') },
      { fixes: [changeTo(reporter, pathOf(node, 'step', 'onError'), 'handle')] },
    );
  const path = pathOf(node, 'step', 'cache');
  if (step.cache !== undefined && streams(graph, node.id))
    reporter.report(
      'cached-stream',
      { node: node.id },
      { path, at: 'key' },
      { fixes: [remove(reporter, path, 'Remove `cache`')] },
    );
}

function checkCodes({ pathOf }: NodeContext, reporter: Reporter, node: WorkflowNode, { retries }: StepOptions): void {
  for (const [index, code] of (retries?.on ?? []).entries()) {
    if (errorCodes.includes(code)) continue;
    const path = pathOf(node, 'step', 'retries', 'on', index);
    const suggestion = suggest(code, errorCodes);
    reporter.report(
      'unknown-error-code',
      { code },
      { path },
      { suggestion, fixes: [changeTo(reporter, path, suggestion)] },
    );
  }
}
