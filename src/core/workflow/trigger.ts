import type { JsonSchema } from './jsonSchema.ts';
import { schemaOfInput } from './literalSchema.ts';
import { registry } from './nodes/registry.ts';
import type { NodeOf, WorkflowNode } from './types.ts';

/** A node that starts runs. */
export type TriggerNode = NodeOf<
  'httpEndpoint' | 'websocketEndpoint' | 'webhookReceiver' | 'scheduledTask' | 'queueConsumer'
>;

/** One that callers ask for an answer, who may have to say who they are. */
export type AskedNode = NodeOf<'httpEndpoint' | 'websocketEndpoint'>;

/** Where and how a workflow is asked, and what it takes, whatever starts it. */
export type Endpoint = Pick<
  NodeOf<'httpEndpoint'>['config'],
  'method' | 'path' | 'stream' | 'inputSchema' | 'body' | 'openai' | 'mcp'
>;

export function isTrigger(node: WorkflowNode | undefined): node is TriggerNode {
  return node !== undefined && registry[node.type].role === 'trigger';
}

export function isAsked(node: WorkflowNode): node is AskedNode {
  return node.type === 'httpEndpoint' || node.type === 'websocketEndpoint';
}

export function endpointOf(trigger: TriggerNode): Endpoint {
  if (trigger.type === 'httpEndpoint') return trigger.config;
  if (isOperators(trigger))
    return { method: 'POST', path: pathOf(trigger), stream: 'auto', inputSchema: inputOf(trigger) };
  const { path, inputSchema } = trigger.config;
  return { method: 'POST', path, stream: trigger.type === 'webhookReceiver' ? 'never' : 'auto', inputSchema };
}

/** One that only the operator, and whoever has a token of his, asks: runs begin by the clock, or from a queue. */
export type OperatorsNode = NodeOf<'scheduledTask' | 'queueConsumer'>;

export function isOperators(node: WorkflowNode): node is OperatorsNode {
  return node.type === 'scheduledTask' || node.type === 'queueConsumer';
}

function pathOf(trigger: OperatorsNode): string {
  return trigger.type === 'queueConsumer' ? `/queues/${trigger.config.queue}` : `/schedules/${trigger.id}`;
}

/** The schema of the input that runs get. */
export function inputOf(trigger: TriggerNode): JsonSchema {
  return trigger.type === 'scheduledTask' ? schemaOfInput(trigger.config.input) : trigger.config.inputSchema;
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
  if (trigger.type === 'scheduledTask') return caller({ name: text, scheduled_at: text });
  if (trigger.type === 'queueConsumer') return undefined;
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

/** Whether who starts a run is answered before it runs, so that nothing at its end has to. */
export function isAnsweredBefore(trigger: TriggerNode): boolean {
  return trigger.type === 'webhookReceiver' && trigger.config.answer === 'accepted';
}
