import { describe, expect, test } from 'vitest';

import { applyFixes } from '../../src/cli/fixes.ts';
import { codes, diagnose, edge, node } from './workflows.ts';

/** A model node after `catalyst check --fix`, and what is still found then. */
function mended(config: object) {
  const calls = node('calls', 'response', { output: '{{ nodes.m.function_call.name }}' });
  const nodes = [node('ask', 'httpEndpoint'), node('m', 'openaiCompletion', config), node('r', 'response'), calls];
  const edges = ['ask > m', 'm > r', 'm.function_call > calls'].map(edge);
  let text = JSON.stringify({ version: 1, name: 'migration', nodes, edges }, null, 2);
  for (let round = 0; round < 10; round += 1) text = applyFixes(text, diagnose(text)).text;
  const file = JSON.parse(text) as { nodes: { config: object }[] };
  return { config: file.nodes[1]?.config, left: codes(diagnose(text)) };
}

const order = {
  name: 'get_order',
  parameters: { type: 'object', required: ['number'], properties: { number: { type: 'string' } } },
};
const invoice = { name: 'get_invoice' };

describe('--fix', () => {
  test('moves a retired model with its functions to its replacement', () => {
    const { config, left } = mended({
      model: 'gpt-4-0613',
      prompt: 'x',
      temperature: 0.2,
      functions: [order],
      functionCall: { name: 'get_order' },
    });
    expect(left).toEqual([]);
    expect(config).toEqual({
      model: 'gpt-5.4',
      prompt: 'x',
      temperature: 0.2,
      tools: [order],
      toolChoice: { name: 'get_order' },
    });
  });

  test('removes what the replacement does not take, and nothing that it does', () => {
    const { config, left } = mended({
      model: 'gpt-4o',
      prompt: 'x',
      prediction: 'y',
      topP: 0.5,
      tools: [order],
      responseFormat: { type: 'json_schema', schema: { type: 'object', properties: {} }, strict: false },
    });
    expect(left).toEqual([]);
    expect(config).toEqual({
      model: 'gpt-5.4',
      prompt: 'x',
      topP: 0.5,
      tools: [order],
      responseFormat: { type: 'json_schema', schema: { type: 'object', properties: {} }, strict: false },
    });
  });

  test('an old model keeps its JSON schema, because its replacement takes it', () => {
    const responseFormat = { type: 'json_schema', schema: { type: 'object', properties: {} }, strict: false };
    const { config, left } = mended({ model: 'gpt-4', prompt: 'x', tools: [order], responseFormat });
    expect(left).toEqual([]);
    expect(config).toMatchObject({ model: 'gpt-5.4', responseFormat });
  });

  test('a temperature goes where a model always reasons', () => {
    const { config, left } = mended({ model: 'gpt-6-astra', prompt: 'x', temperature: 0, tools: [order] });
    expect(left).toEqual([]);
    expect(config).toEqual({ model: 'gpt-6-astra', prompt: 'x', tools: [order] });
  });

  test('adds functions to the tools that are there', () => {
    const { config, left } = mended({ model: 'gpt-5.4', prompt: 'x', functions: [order], tools: [invoice] });
    expect(left).toEqual([]);
    expect(config).toEqual({ model: 'gpt-5.4', prompt: 'x', tools: [invoice, order] });
  });

  test('leaves a function call beside a tool choice to the author', () => {
    const config = { model: 'gpt-5.4', prompt: 'x', functions: [order], functionCall: 'auto', toolChoice: 'auto' };
    expect(mended({ ...config, tools: [invoice] })).toEqual({
      config: { ...config, tools: [invoice] },
      left: ['functions-and-tools'],
    });
  });

  test('normalises a schema of many lines where it stands', () => {
    const properties = Object.fromEntries(
      ['first', 'second', 'third'].map((name) => [name, { type: 'string', minLength: 1 }]),
    );
    const { config, left } = mended({
      model: 'gpt-5.4',
      prompt: 'x',
      tools: [order],
      responseFormat: { type: 'json_schema', strict: true, schema: { type: 'object', properties } },
    });
    expect(left).toEqual([]);
    expect(config).toMatchObject({
      responseFormat: { schema: { required: ['first', 'second', 'third'], additionalProperties: false } },
    });
  });
});

describe('what is legal is let through', () => {
  test.each<object>([
    { model: 'gpt-5.4', temperature: 0.2, topP: 0.9, logprobs: true, topLogprobs: 3 },
    { model: 'gpt-5.5', reasoningEffort: 'none', temperature: 0.2 },
    {
      model: 'gpt-5.2',
      reasoningEffort: 'low',
      temperature: 1,
      topP: 1,
      presencePenalty: 0,
      frequencyPenalty: 0,
      logprobs: false,
    },
    { model: 'gpt-5.4', api: 'chat', reasoningEffort: 'none' },
    { model: 'gpt-5.5', reasoningEffort: 'high' },
    { model: 'gpt-5.2', api: 'chat', reasoningEffort: 'high' },
    { model: 'gpt-5.2-pro', api: 'auto' },
    { model: 'gpt-5.4', stop: ['a', 'b', 'c', 'd'], seed: 1, logitBias: { '1': 100 }, metadata: { k: 'v' } },
    { model: '{{ input.ok }}', temperature: 0.2, reasoningEffort: 'minimal', verbosity: 'low', stop: 'x' },
    { model: 'gpt-5.4', maxTokens: '{{ 5 }}', temperature: '{{ 0.5 }}' },
  ])('%j', (config) => {
    const found = mended({ prompt: 'x', tools: [order], ...config });
    expect(found.left.filter((code) => code !== 'wrong-expression-type')).toEqual([]);
    expect(found.config).toEqual({ prompt: 'x', tools: [order], ...config });
  });
});

test('a model that is not known is held to what no model takes', () => {
  const config = { model: 'mine', prompt: 'x', tools: [order], temperature: 3 };
  expect(mended(config)).toEqual({ config: { ...config, temperature: 2 }, left: ['unknown-model'] });
});
