import { inputOf, type TriggerNode } from '../../trigger.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import { typeOfTemplateJson } from '../../expressions/templateTypes.ts';
import { toolNodes } from '../../graph/graph.ts';
import { meaningOf, type JsonSchema } from '../../jsonSchema.ts';
import { conflict } from '../../schemaConflict.ts';
import { suggest } from '../../suggest.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type CheckContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';

type CallingNode = NodeOf<'subWorkflow' | 'enqueue'>;

/** `args` that the called workflow takes as its input. A tool's arguments come from the model. */
export const calledInputs: NodeRule = (context, reporter) => {
  const tools = toolNodes(context.graph);
  for (const node of [...nodesOfType(context, 'subWorkflow'), ...nodesOfType(context, 'enqueue')]) {
    const trigger = triggerBehind(context, node);
    if (trigger === undefined || tools.has(node.id)) continue;
    const input = meaningOf(inputOf(trigger));
    const misspelt = checkNames(context, reporter, node, input);
    checkTypes(context, reporter, node, input);
    const { args, file: path } = node.config;
    const missing = (input.required ?? []).filter((name) => !Object.hasOwn(args, name) && !misspelt.has(name));
    if (missing.length === 0) continue;
    const at = context.pathOf(node, 'config', 'args');
    const place = reporter.source.has(at)
      ? ({ path: at, at: 'key' } as const)
      : { path: context.pathOf(node, 'config', 'file') };
    reporter.report('missing-workflow-input', { names: missing, path }, place);
  }
};

function triggerBehind({ calls, queues }: CheckContext, { id }: CallingNode): TriggerNode | undefined {
  return (calls.get(id) ?? queues.get(id))?.trigger;
}

/** @returns the fields that some unknown names were probably meant to be */
function checkNames(
  context: CheckContext,
  reporter: Reporter,
  node: CallingNode,
  input: JsonSchema,
): ReadonlySet<string> {
  const { args, file: path } = node.config;
  const misspelt = new Set<string>();
  const known = Object.keys(input.properties ?? {});
  if (input.additionalProperties !== undefined && input.additionalProperties !== false) return misspelt;
  for (const name of Object.keys(args)) {
    if (known.includes(name)) continue;
    const suggestion = suggest(
      name,
      known.filter((other) => !Object.hasOwn(args, other)),
    );
    if (suggestion !== undefined) misspelt.add(suggestion);
    const at = context.pathOf(node, 'config', 'args', name);
    const fix = suggestion && {
      title: `Rename it to \`${suggestion}\``,
      edits: [reporter.source.renameKey(at, suggestion)],
    };
    const extras = { suggestion, fixes: [fix || undefined] };
    reporter.report('unknown-workflow-input', { name, path, known }, { path: at, at: 'key' }, extras);
  }
  return misspelt;
}

function checkTypes(context: CheckContext, reporter: Reporter, node: CallingNode, input: JsonSchema): void {
  const { args, file: path } = node.config;
  const scope = scopeOf(context, node);
  for (const [name, value] of Object.entries(args)) {
    const declared = input.properties ?? {};
    const wanted = Object.hasOwn(declared, name) ? declared[name] : input.additionalProperties;
    const problem = typeof wanted === 'object' ? conflict(typeOfTemplateJson(value, scope), wanted) : undefined;
    if (problem !== undefined) {
      const place = { path: context.pathOf(node, 'config', 'args', name) };
      reporter.report('workflow-input-mismatch', { name, path, problem }, place);
    }
  }
}
