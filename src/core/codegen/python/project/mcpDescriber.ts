import type { GeneratedFile } from '../GeneratedFile.ts';
import { requirements } from './pyproject.ts';
import { importedPackages, runtimeClosure } from './runtimeFiles.ts';

/** The module that prints the tools of an MCP server. */
export const mcpDescriberModule = 'app.mcp_client.describe';

/** What of the runtime it takes to ask an MCP server for its tools, and the packages for that. */
export function mcpDescriber(): readonly GeneratedFile[] {
  const files = runtimeClosure([], [`from ${mcpDescriberModule} import main`], new Map());
  return [...files, requirements(importedPackages(files))];
}
