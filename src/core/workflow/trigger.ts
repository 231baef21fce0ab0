import type { JsonSchema } from './jsonSchema.ts';
import type { NodeOf, WorkflowNode } from './types.ts';

/** A node that starts runs. */
export type TriggerNode = NodeOf<'httpEndpoint' | 'webhookReceiver'>;

/** Where and how a workflow is asked, and what it takes, whatever starts it. */
export type Endpoint = Pick<NodeOf<'httpEndpoint'>['config'], 'method' | 'path' | 'stream' | 'inputSchema'>;

export function isTrigger(node: WorkflowNode | undefined): node is TriggerNode {
  return node?.type === 'httpEndpoint' || node?.type === 'webhookReceiver';
}

export function endpointOf(trigger: TriggerNode): Endpoint {
  return trigger.type === 'httpEndpoint'
    ? trigger.config
    : { method: 'POST', path: trigger.config.path, stream: 'never', inputSchema: trigger.config.inputSchema };
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
