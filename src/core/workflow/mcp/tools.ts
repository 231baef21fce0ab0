import type { AskedConfig } from '../nodes/llm/config.ts';
import type { WorkflowFile } from '../types.ts';
import { offeredName, type FoundLock, type LockedTool } from './lock.ts';

/** A tool of an MCP server that a model is offered. */
export interface McpTool {
  readonly server: string;
  readonly tool: LockedTool;
  /** The name by which the model calls it. */
  readonly name: string;
}

/** What of a workflow tells which tools of MCP servers its models are offered. */
export interface McpContext {
  readonly file: Pick<WorkflowFile, 'mcpServers'>;
  /** By the name of the server. */
  readonly mcpLocks: ReadonlyMap<string, FoundLock>;
}

/** The tools of MCP servers that the model of a node may call, as far as they are locked; each once. */
export function mcpToolsOf(
  { file, mcpLocks }: McpContext,
  { config }: { readonly config: Pick<AskedConfig, 'mcp'> },
): readonly McpTool[] {
  return [...new Set(config.mcp)].flatMap((server) => {
    const lock = mcpLocks.get(server);
    const wanted = file.mcpServers[server]?.tools;
    if (lock?.kind !== 'sound') return [];
    return lock.tools
      .filter(({ name }) => wanted === undefined || wanted.includes(name))
      .map((tool) => ({ server, tool, name: offeredName(server, tool.name) }));
  });
}

/** The MCP servers that some model of a workflow has tools of. */
export function usedMcpServers({ nodes }: Pick<WorkflowFile, 'nodes'>): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ config }) => ('mcp' in config && Array.isArray(config.mcp) ? config.mcp : [])));
}
