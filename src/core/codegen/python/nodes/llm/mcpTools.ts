import { asJson } from '../../../../workflow/json.ts';
import { inOrder, schemaOfTool } from '../../../../workflow/mcp/lock.ts';
import type { McpTool } from '../../../../workflow/mcp/tools.ts';
import type { ModelNode } from '../../../../workflow/modelNodes.ts';
import { sentSchema } from '../../../../workflow/sentSchema.ts';
import type { NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

const server = py.imported('app.mcp_client.server', 'McpServer');

/** What the runs of a process share to ask MCP servers. */
export const mcpSessions = py.imported('app.mcp_client.server', 'McpSessions');

/** The module of the runtime that has the settings for such servers. */
export const mcpSettings = 'app/mcp_client/server.py';

/** A tool of an MCP server as its lock file has it, for one node. */
export function mcpToolConstant(offered: McpTool, node: ModelNode, scope: NodeScope): Expr {
  const { server: name, tool } = offered;
  const host = scope.constant(`${name} mcp`, undefined, py.call(server, py.literal(name)));
  const told = asJson(sentSchema(schemaOfTool(tool)));
  const isSame = JSON.stringify(inOrder(told)) === JSON.stringify(inOrder(tool.inputSchema));
  const made = py.call(
    py.attribute(host, 'tool'),
    py.literal(tool.name),
    py.keyword('offered_as', py.literal(offered.name)),
    py.keyword('description', py.literal(tool.description)),
    py.keyword('takes', py.literal(isSame ? told : tool.inputSchema)),
    ...(isSame ? [] : [py.keyword('shown', py.literal(told))]),
    py.keyword('node', py.literal(node.id)),
  );
  return scope.constant(`${node.id} ${offered.name} tool`, undefined, made);
}
