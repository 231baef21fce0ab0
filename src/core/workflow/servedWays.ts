import type { Json } from './json.ts';
import { meaningOf } from './jsonSchema.ts';
import type { Endpoint } from './trigger.ts';

/** How a workflow can be asked: over a WebSocket, by a request at its own path, as a model of OpenAI's API, or as a tool of MCP. */
export const askedWays = ['websocket', 'http', 'openai', 'mcp'] as const;
export type AskedWay = (typeof askedWays)[number];

/** A request to one of the services that a workflow is part of besides its own path. */
export interface ServedRequest {
  readonly path: string;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
}

/** The ways in which an endpoint can be asked, its own first. */
export function waysOf({
  openai,
  mcp,
  isSocket = false,
}: Pick<Endpoint, 'openai' | 'mcp'> & { readonly isSocket?: boolean }): readonly AskedWay[] {
  const can: Readonly<Record<AskedWay, boolean>> = {
    websocket: isSocket,
    http: true,
    openai: openai !== undefined,
    mcp: mcp !== undefined,
  };
  return askedWays.filter((way) => can[way]);
}

/** A request in another way than at the path; undefined where the endpoint cannot be asked so. */
export function requestInWay(
  way: AskedWay,
  endpoint: Endpoint,
  input: Readonly<Record<string, Json>>,
  isStreamed: boolean,
): ServedRequest | undefined {
  if (way === 'openai' && endpoint.openai !== undefined) {
    const streamed = isStreamed ? { stream: true, stream_options: { include_usage: true } } : {};
    const body = { model: endpoint.openai.model, messages: messagesOf(endpoint, input), ...streamed };
    return { path: '/v1/chat/completions', body, headers: {} };
  }
  if (way === 'mcp' && endpoint.mcp !== undefined)
    return {
      path: '/mcp',
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: endpoint.mcp.tool, arguments: input } },
      headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' },
    };
  return undefined;
}

/** What a client would have said so that the workflow gets this input: the messages before, instructions, and the user's own. */
function messagesOf({ inputSchema }: Endpoint, input: Readonly<Record<string, Json>>): Json {
  const before = Object.values(input).find(isMessages) ?? [];
  const texts = Object.entries(input).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const isSystem = ([name]: readonly [string, string]): boolean => /^(system|instructions)/i.test(name);
  const { required = [] } = meaningOf(inputSchema);
  const said = texts.filter((entry) => !isSystem(entry));
  const [, text] = said.find(([name]) => required.includes(name)) ?? said[0] ?? [];
  return [
    ...texts.filter(isSystem).map(([, content]) => ({ role: 'system', content })),
    ...before,
    ...(text === undefined && before.length > 0 ? [] : [{ role: 'user', content: text ?? JSON.stringify(input) }]),
  ];
}

function isMessages(value: Json): value is readonly Json[] {
  const isMessage = (each: Json): boolean => typeof each === 'object' && each !== null && 'role' in each;
  return Array.isArray(value) && value.length > 0 && value.every(isMessage);
}
