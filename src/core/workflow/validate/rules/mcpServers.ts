import type { Fix } from '../../diagnostics/diagnostic.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import { lockFile, serverNameProblem, toolProblem } from '../../mcp/lock.ts';
import { usedMcpServers } from '../../mcp/tools.ts';
import { suggest } from '../../suggest.ts';
import { modelNodes, type CheckContext, type NodeRule, type WorkflowRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';

/** The MCP servers that the file declares: named so that variables can be named after them, each used, and its tools locked. */
export const mcpServers: WorkflowRule = (context, reporter) => {
  const used = usedMcpServers(context.file);
  for (const name of Object.keys(context.file.mcpServers)) {
    const path = ['mcpServers', name];
    const problem = serverNameProblem(name);
    if (problem !== undefined) {
      reporter.report('invalid-mcp-server', { name, problem }, { path, at: 'key' });
      continue;
    }
    if (used.has(name)) checkLock(context, reporter, name);
    else {
      const fixes = [remove(reporter, path, 'Remove it')];
      reporter.report('unused-mcp-server', { name }, { path, at: 'key' }, { fixes });
    }
  }
};

function checkLock({ file, mcpLocks }: CheckContext, reporter: Reporter, name: string): void {
  const place = { path: ['mcpServers', name], at: 'key' } as const;
  const lock = mcpLocks.get(name) ?? { kind: 'missing' };
  if (lock.kind === 'missing') reporter.report('mcp-server-not-locked', { name, file: lockFile(name) }, place);
  if (lock.kind === 'unusable')
    reporter.report('unusable-mcp-lock', { name, file: lockFile(name), problem: lock.problem }, place);
  if (lock.kind !== 'sound') return;
  const wanted = file.mcpServers[name]?.tools;
  const known = lock.tools.map((tool) => tool.name);
  for (const [index, tool] of (wanted ?? []).entries()) {
    if (known.includes(tool)) continue;
    const path = ['mcpServers', name, 'tools', index];
    const suggestion = suggest(tool, known);
    const fixes = [changeTo(reporter, path, suggestion)];
    reporter.report('unknown-mcp-tool', { server: name, tool, known }, { path }, { suggestion, fixes });
  }
  for (const tool of lock.tools) {
    const problem = wanted?.includes(tool.name) === false ? undefined : toolProblem(name, tool);
    if (problem === undefined) continue;
    const index = wanted?.indexOf(tool.name);
    const at = index === undefined ? place : { path: ['mcpServers', name, 'tools', index] };
    reporter.report('unusable-mcp-tool', { server: name, tool: tool.name, problem }, at);
  }
}

function declaration(reporter: Reporter, name: string): Fix | undefined {
  if (serverNameProblem(name) !== undefined) return undefined;
  const entry = `${JSON.stringify(name)}: {}`;
  const { source } = reporter;
  const edit = source.append(['mcpServers'], entry) ?? source.insertAfter(['name'], `"mcpServers": {${entry}}`);
  return edit === undefined ? undefined : { title: `Declare \`${name}\` in \`mcpServers\``, edits: [edit] };
}

/** Models have tools of servers that the file declares. */
export const mcpReferences: NodeRule = (context, reporter) => {
  const known = Object.keys(context.file.mcpServers);
  for (const node of modelNodes(context))
    for (const [index, name] of node.config.mcp.entries()) {
      if (known.includes(name)) continue;
      const path = context.pathOf(node, 'config', 'mcp', index);
      const suggestion = suggest(name, known);
      const fixes = [changeTo(reporter, path, suggestion), declaration(reporter, name)];
      reporter.report('undeclared-mcp-server', { name, known }, { path }, { suggestion, fixes });
    }
};
