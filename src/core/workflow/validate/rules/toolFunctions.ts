import type { Reporter } from '../../diagnostics/report.ts';
import { toolNodes } from '../../graph/graph.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type CheckContext, type NodeRule } from '../context.ts';
import { remove } from '../fixes.ts';
import { connectedTools, type ModelNode } from '../requestedModel.ts';

/** Python functions that a model may call: their schema comes from their signature and docstring. */
export const toolFunctions: NodeRule = (context, reporter) => {
  const offered = toolNodes(context.graph);
  for (const node of nodesOfType(context, 'pythonFunction'))
    if (offered.has(node.id)) checkFunction(context, reporter, node);
  for (const node of nodesOfType(context, 'openaiCompletion')) checkNames(context, reporter, node);
};

function checkFunction(context: CheckContext, reporter: Reporter, node: NodeOf<'pythonFunction'>): void {
  const name = node.config.function;
  const place = { path: context.pathOf(node, 'config', 'function') };
  if (Object.keys(node.config.args).length > 0) {
    const path = context.pathOf(node, 'config', 'args');
    const fixes = [remove(reporter, path, 'Remove `args`')];
    reporter.report('args-on-tool', { node: node.id }, { path, at: 'key' }, { fixes });
  }
  const signature = context.functions.get(node.id)?.signature;
  if (signature === undefined) return;
  if (signature.docstring === undefined || signature.docstring.trim() === '')
    reporter.report('tool-without-docstring', { name }, place);
  const untyped: string[] = [];
  for (const parameter of signature.parameters) {
    const { kind, annotation } = parameter;
    if (kind === 'variadic' || kind === 'keywordVariadic' || kind === 'positionalOnly') {
      const written = `${{ variadic: '*', keywordVariadic: '**', positionalOnly: '' }[kind]}${parameter.name}`;
      reporter.report(
        'unnamed-tool-parameter',
        { name, parameter: written, isPositional: kind === 'positionalOnly' },
        place,
      );
    } else if (annotation === undefined) untyped.push(parameter.name);
  }
  if (untyped.length > 0) reporter.report('untyped-tool-parameter', { name, parameters: untyped }, place);
}

/** The model tells tools apart by their names, which are those of the functions. */
function checkNames(context: CheckContext, reporter: Reporter, node: ModelNode): void {
  const taken = new Map<string, string>();
  for (const { name } of [...node.config.functions, ...node.config.tools]) taken.set(name, `\`${node.id}\` declares`);
  for (const tool of connectedTools(context, node)) {
    const name = tool.config.function;
    const other = taken.get(name);
    const place = { path: context.pathOf(tool, 'config', 'function') };
    if (other !== undefined) reporter.report('duplicate-tool-name', { name, other, node: node.id }, place);
    else taken.set(name, `\`${tool.id}\` has`);
  }
}
