import type { JsonSchema } from '../../../../workflow/jsonSchema.ts';
import type { GeneratedFile } from '../../GeneratedFile.ts';
import { servesTool } from '../../workflow/servedTool.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { answered, printed, type Described } from './operation.ts';
import { component } from './publicSchema.ts';
import { anything, objectOf, text } from './schemas.ts';
import { securityOf } from './security.ts';

const id: JsonSchema = { type: ['string', 'integer'] };
const version: JsonSchema = { const: '2.0' };
const object: JsonSchema = { type: 'object' };

const schemas: Readonly<Record<string, JsonSchema>> = {
  McpMessage: {
    ...objectOf({ jsonrpc: version, id, method: text, params: object }, 'id', 'params'),
    description: 'A request, or a notification, which has no id.',
    examples: [{ jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  },
  McpResult: objectOf({ jsonrpc: version, id, result: object }),
  McpError: objectOf({
    jsonrpc: version,
    id: { type: ['string', 'integer', 'null'] },
    error: objectOf({ code: { type: 'integer' }, message: text, data: anything }, 'data'),
  }),
  McpProgress: objectOf({ jsonrpc: version, method: { const: 'notifications/progress' }, params: object }),
  McpEvent: {
    anyOf: [component('McpProgress'), component('McpResult')],
  },
};

/** What `/openapi.json` says of `/mcp`; nothing where no workflow is a tool. Its own language says what the tools take. */
export function describeTools(workflows: readonly WorkflowModule[]): readonly GeneratedFile[] {
  const checked = workflows.map(({ plan }) => plan.checked).filter(servesTool);
  if (checked.length === 0) return [];
  const tools = checked.flatMap(({ trigger }) =>
    trigger.type === 'httpEndpoint' && trigger.config.mcp !== undefined ? [trigger.config.mcp.tool] : [],
  );
  const error = { 'application/json': { schema: component('McpError') } };
  const problem = { 'application/problem+json': { schema: component('Problem') } };
  const failed = (description: string): Described => answered({ ...error, ...problem }, {}, description);
  const data = { type: 'string', contentMediaType: 'application/json', contentSchema: component('McpEvent') };
  const event = { type: 'object', required: ['data'], properties: { event: { const: 'message' }, data } };
  const operation = {
    ...securityOf(checked.map(({ trigger }) => trigger)),
    description:
      `One message of the Model Context Protocol, whose tools here are ${tools.join(', ')}. The header ` +
      '`MCP-Protocol-Version` says of which version it is; from 2026-07-28 on, further headers have to say what the message says.',
    requestBody: { required: true, content: { 'application/json': { schema: component('McpMessage') } } },
    responses: {
      200: answered(
        {
          'application/json': { schema: { anyOf: [component('McpResult'), component('McpError')] } },
          'text/event-stream': { itemSchema: event },
        },
        { 'mcp-session-id': { schema: { type: 'string' } } },
        'The answer to a request; a stream where the client wants to hear how a call goes on.',
      ),
      202: answered({}, {}, 'A notification was taken.'),
      '4XX': failed('The message is refused.'),
      '5XX': failed('The service has failed.'),
    },
  };
  return [{ path: 'app/mcp_server/sendMcpMessage.api.json', content: printed({ operation, schemas }) }];
}
