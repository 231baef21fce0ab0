import type { Pin, RunUpdate } from '../../src/studio/protocol/index.ts';
import { ofKind } from './runsStudio.ts';

export type Value = Pin['value'];

/** A workflow of one completion, whose whole value is the answer. */
export function asking({ type = 'openaiCompletion', ...config }: Record<string, Value>): string {
  return JSON.stringify({
    version: 1,
    name: 'asking',
    nodes: [
      {
        id: 'ask',
        type: 'httpEndpoint',
        config: {
          path: '/ask',
          inputSchema: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] },
        },
      },
      { id: 'answer', type, config: { model: 'gpt-5.4-mini', prompt: '{{ input.q }}', ...config } },
      { id: 'reply', type: 'response', config: { output: '{{ nodes.answer.output }}' } },
    ],
    edges: [
      { source: 'ask', target: 'answer' },
      { source: 'answer', target: 'reply' },
      { source: 'answer', sourceHandle: 'stream', target: 'reply', targetHandle: 'stream' },
    ],
  });
}

/** The value of a node in a run, without what is of the moment. */
export function valueOf(updates: readonly RunUpdate[], node: string): unknown {
  const ended = ofKind(updates, 'node_ended').find((update) => update.node === node);
  const {
    timing: _timing,
    cost_usd: _cost,
    message: _message,
    ...value
  } = (ended?.value ?? {}) as Record<string, unknown>;
  return value;
}

export const weather = {
  name: 'weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
export const shape = {
  type: 'object',
  additionalProperties: false,
  required: ['n'],
  properties: { n: { type: 'integer' } },
};
export const common = { refusal: null, reasoning: null, annotations: null, extras: null, parsed: null, logprobs: null };
export const noCalls = { function_call: null, tool_calls: [] };
export const calls = [
  { id: 'call_1', name: 'weather', arguments: { city: 'Leeds "x" é \u2028' } },
  { id: 'call_2', name: 'weather', arguments: { city: '' } },
];
