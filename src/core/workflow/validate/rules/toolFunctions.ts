import type { Reporter } from '../../diagnostics/report.ts';
import { toolNodes } from '../../graph/graph.ts';
import type { NodeOf } from '../../types.ts';
import { mcpToolsOf } from '../../mcp/tools.ts';
import { modelNodes, nodesOfType, type CheckContext, type NodeRule } from '../context.ts';
import { remove } from '../fixes.ts';
import type { ModelNode } from '../../modelNodes.ts';
import { connectedTools, type ConnectedTool } from '../requestedModel.ts';

/**
 * What is connected to a model as a tool. The schema of a Python function comes from its signature and docstring, that of a
 * workflow from its file.
 */
export const toolFunctions: NodeRule = (context, reporter) => {
  const offered = toolNodes(context.graph);
  for (const node of nodesOfType(context, 'pythonFunction'))
    if (offered.has(node.id)) checkFunction(context, reporter, node);
  for (const node of nodesOfType(context, 'subWorkflow'))
    if (offered.has(node.id)) checkWorkflow(context, reporter, node);
  for (const node of modelNodes(context)) checkNames(context, reporter, node);
};

function checkFunction(context: CheckContext, reporter: Reporter, node: NodeOf<'pythonFunction'>): void {
  const name = node.config.function;
  const place = { path: context.pathOf(node, 'config', 'function') };
  checkNoArguments(context, reporter, node);
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

function checkWorkflow(context: CheckContext, reporter: Reporter, node: NodeOf<'subWorkflow'>): void {
  checkNoArguments(context, reporter, node);
  const path = node.config.file;
  if (context.calls.get(node.id)?.file.description.trim() === '')
    reporter.report('tool-without-description', { path }, { path: context.pathOf(node, 'config', 'file') });
}

function checkNoArguments(context: CheckContext, reporter: Reporter, node: ConnectedTool['node']): void {
  if (Object.keys(node.config.args).length === 0) return;
  const path = context.pathOf(node, 'config', 'args');
  const fixes = [remove(reporter, path, 'Remove `args`')];
  reporter.report('args-on-tool', { node: node.id }, { path, at: 'key' }, { fixes });
}

/** The model tells tools apart by their names, which are those of the functions and workflows. */
function checkNames(context: CheckContext, reporter: Reporter, node: ModelNode): void {
  const taken = new Map<string, string>();
  for (const { name } of [...node.config.functions, ...node.config.tools]) taken.set(name, `\`${node.id}\` declares`);
  for (const { name, node: tool } of connectedTools(context, node)) {
    const other = taken.get(name);
    const place = { path: context.pathOf(tool, 'config', tool.type === 'subWorkflow' ? 'file' : 'function') };
    if (other !== undefined) reporter.report('duplicate-tool-name', { name, other, node: node.id }, place);
    else taken.set(name, `\`${tool.id}\` has`);
  }
  for (const { name, server } of mcpToolsOf(context, node)) {
    const other = taken.get(name);
    const place = { path: context.pathOf(node, 'config', 'mcp') };
    if (other !== undefined) reporter.report('duplicate-tool-name', { name, other, node: node.id }, place);
    else taken.set(name, `the MCP server \`${server}\` has`);
  }
}
