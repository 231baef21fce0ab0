import type { JsonSchema } from './jsonSchema.ts';
import type { NodeOf, WorkflowNode } from './types.ts';

/** A node that starts runs. */
export type TriggerNode = NodeOf<'httpEndpoint' | 'websocketEndpoint' | 'webhookReceiver'>;

/** One that callers ask for an answer, who may have to say who they are. */
export type AskedNode = NodeOf<'httpEndpoint' | 'websocketEndpoint'>;

/** Where and how a workflow is asked, and what it takes, whatever starts it. */
export type Endpoint = Pick<NodeOf<'httpEndpoint'>['config'], 'method' | 'path' | 'stream' | 'inputSchema' | 'body'>;

export function isTrigger(node: WorkflowNode | undefined): node is TriggerNode {
  return node !== undefined && (isAsked(node) || node.type === 'webhookReceiver');
}

export function isAsked(node: WorkflowNode): node is AskedNode {
  return node.type === 'httpEndpoint' || node.type === 'websocketEndpoint';
}

export function endpointOf(trigger: TriggerNode): Endpoint {
  if (trigger.type === 'httpEndpoint') return trigger.config;
  const { path, inputSchema } = trigger.config;
  return { method: 'POST', path, stream: trigger.type === 'webhookReceiver' ? 'never' : 'auto', inputSchema };
}

const text: JsonSchema = { type: 'string' };
const scopes: JsonSchema = { type: 'array', items: text };

// What a token has to have, and what it often has: https://www.rfc-editor.org/rfc/rfc7519#section-4.1
const claims: JsonSchema = {
  type: 'object',
  required: ['sub', 'iss', 'exp'],
  properties: { sub: text, iss: text, exp: { type: 'number' } },
  additionalProperties: true,
};

function caller(properties: Record<string, JsonSchema>, optional: Record<string, JsonSchema> = {}): JsonSchema {
  return {
    type: 'object',
    required: Object.keys(properties),
    properties: { ...properties, ...optional },
    additionalProperties: false,
  };
}

/** The type of `caller`, which expressions read; undefined where nobody knows who asks. */
export function callerSchema(trigger: TriggerNode | undefined): JsonSchema | undefined {
  if (trigger === undefined) return undefined;
  if (trigger.type === 'webhookReceiver') return caller({ name: text, id: text }, { event: text });
  switch (trigger.config.auth?.kind ?? 'none') {
    case 'none':
      return undefined;
    case 'apiKey':
    case 'basic':
      return caller({ name: text, scopes });
    case 'bearer':
      return caller({ name: text, scopes, claims });
  }
}
