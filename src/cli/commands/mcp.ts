import { dirname, join } from 'node:path';

import {
  inOrder,
  lockFile,
  lockIn,
  lockText,
  parse,
  serverNameProblem,
  type LockedTool,
} from '../../core/workflow/index.ts';
import { writeAtomically } from '../../host/atomicFile.ts';
import { UsageError } from '../../host/errors.ts';
import { mcpServerTools } from '../../host/mcpServers.ts';
import { chooseModelServer } from '../../host/modelServer.ts';
import { readNamedFiles } from '../../host/namedFiles.ts';
import { loadWorkflow } from '../../host/workflowFiles.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { findingTexts } from '../report.ts';

/** How a tool differs from what its lock file has. */
interface Difference {
  readonly server: string;
  readonly tool: string;
  readonly change: 'new' | 'gone' | 'takes something else' | 'is described otherwise';
}

/** Writes down what tools the MCP servers of a workflow have, or says how they differ from what was written down. */
export async function mcp(
  context: CommandContext,
  action: string,
  path: string,
  { json }: { readonly json?: boolean },
): Promise<ExitCode> {
  const { terminal } = context;
  if (action !== 'lock' && action !== 'check')
    throw new UsageError(`There is no action ${action}.`, 'There are lock and check.');
  const loaded = await loadWorkflow(path);
  const parsed = parse(loaded.text);
  if (!parsed.ok) {
    for (const text of findingTexts(loaded, parsed.diagnostics, terminal.out)) terminal.print(text);
    return exitCode.workflowErrors;
  }
  const declared = Object.entries(parsed.value.file.mcpServers);
  const servers = declared.map(([name]) => name);
  const wrong = servers.find((name) => serverNameProblem(name) !== undefined);
  if (wrong !== undefined)
    throw new UsageError(`The MCP server ${wrong} cannot be called so.`, `catalyst check ${path} says why.`);
  if (servers.length === 0)
    throw new UsageError(`${path} declares no MCP servers.`, 'Declare one: "mcpServers": {"docs": {}}.');
  const { env } = await chooseModelServer(context, path, []);
  const found = await mcpServerTools(context, env, servers);
  const sources = await readNamedFiles(path, servers.map(lockFile));
  const differences: Difference[] = [];
  const missing: string[] = [];
  for (const [server, { tools: wanted }] of declared) {
    const all = found.get(server) ?? [];
    const tools = wanted === undefined ? all : all.filter(({ name }) => wanted.includes(name));
    const lost = (wanted ?? []).filter((name) => !all.some((tool) => tool.name === name));
    missing.push(...lost.map((name) => `The MCP server ${server} has no tool ${name}; it has ${namesOf(all)}.`));
    const lock = lockIn(sources, server);
    differences.push(...differencesOf(server, lock.kind === 'sound' ? lock.tools : [], tools));
    const content = lockText(server, tools);
    const file = join(dirname(path), lockFile(server));
    if (action === 'lock' && lost.length === 0 && sources.get(lockFile(server)) !== content)
      writeAtomically(file, content);
    if (json !== true) terminal.note(terminal.err.dim(`${server}: ${count(tools.length)} in ${file}`));
  }
  if (json) terminal.print(JSON.stringify({ ok: differences.length === 0, differences, missing }, null, 2));
  else {
    for (const { server, tool, change } of differences) terminal.print(`${server}.${tool} ${sentence(change)}`);
    for (const line of missing) terminal.print(`${terminal.out.red('error:')} ${line}`);
    if (differences.length === 0 && missing.length === 0) terminal.print('Nothing has changed.');
    else if (action === 'check')
      terminal.note(`If that is meant, run catalyst mcp lock ${path}, look at the difference, and build again.`);
  }
  const isSame = differences.length === 0 || action === 'lock';
  return isSame && missing.length === 0 ? exitCode.fine : exitCode.workflowErrors;
}

function differencesOf(
  server: string,
  before: readonly LockedTool[],
  after: readonly LockedTool[],
): readonly Difference[] {
  const known = new Map(before.map((tool) => [tool.name, tool]));
  const changed = after.flatMap((tool): readonly Difference[] => {
    const old = known.get(tool.name);
    const about = { server, tool: tool.name };
    if (old === undefined) return [{ ...about, change: 'new' }];
    // In one order of keys, so that only what they say counts.
    const takes = ({ inputSchema }: LockedTool): string => JSON.stringify(inOrder(inputSchema));
    if (takes(old) !== takes(tool)) return [{ ...about, change: 'takes something else' }];
    return old.description === tool.description ? [] : [{ ...about, change: 'is described otherwise' }];
  });
  const gone = before.filter(({ name }) => !after.some((tool) => tool.name === name));
  return [...changed, ...gone.map(({ name }) => ({ server, tool: name, change: 'gone' }) as const)];
}

function sentence(change: Difference['change']): string {
  return change === 'new' || change === 'gone' ? `is ${change}` : change;
}

function namesOf(tools: readonly LockedTool[]): string {
  return tools.length === 0 ? 'none' : tools.map(({ name }) => name).join(', ');
}

function count(tools: number): string {
  return `${tools} tool${tools === 1 ? '' : 's'}`;
}
