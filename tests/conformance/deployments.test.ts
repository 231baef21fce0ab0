import { rmSync } from 'node:fs';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runAnswerSchema } from '../../src/core/events.ts';
import { plan } from '../../src/core/codegen/python/index.ts';
import { check } from '../../src/core/workflow/index.ts';
import { startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';
import { edge, node, read } from '../workflow/workflows.ts';

/* Deployments under names of their own, as Azure has them, before a server that none of us wrote and that takes any name. */
const mock = new LLMock({ port: 0 });
let folder: string;
let service: RunningService;

const text = JSON.stringify({
  version: 1,
  name: 'deployments',
  env: ['DEPLOYMENT'],
  nodes: [
    node('ask', 'httpEndpoint', { path: '/ask' }),
    node('named', 'openaiCompletion', { model: 'our-chat', baseModel: 'gpt-5.4-mini', prompt: 'One', maxTokens: 50 }),
    node('chosen', 'openaiCompletion', {
      model: '{{ env.DEPLOYMENT }}',
      baseModel: 'gpt-4o',
      prompt: 'Two',
      maxTokens: 60,
      functions: [{ name: 'get_time', parameters: { type: 'object', properties: {} } }],
      functionCall: 'none',
    }),
    node('pro', 'openaiCompletion', { model: 'our-pro', baseModel: 'gpt-5.5-pro', prompt: 'Three' }),
    node('done', 'response', { output: '{{ nodes.named.output.cost_usd }}' }),
  ],
  edges: ['ask > named', 'named > chosen', 'chosen > pro', 'pro > done'].map(edge),
});

beforeAll(async () => {
  mock.onMessage(/.*/u, { content: 'Fine.' });
  await mock.start();
  const checked = check(read(text), new Map());
  if (!checked.ok) throw new Error(checked.diagnostics.map(({ message }) => message).join('\n'));
  folder = writeGenerated(plan(checked.value));
  service = await startGenerated(folder, { upstream: `${mock.url}/v1`, env: { DEPLOYMENT: 'team-chat' } });
});

afterAll(async () => {
  await service.stop();
  await mock.stop();
  rmSync(folder, { recursive: true });
});

test('requests name the deployment, and are what its base model takes', async () => {
  const response = await fetch(`${service.url}/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const body: unknown = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  const [named, chosen, pro] = mock.getRequests();
  expect(named?.body).toMatchObject({ model: 'our-chat', max_completion_tokens: 50 });
  expect(chosen?.body).toMatchObject({ model: 'team-chat', max_tokens: 60, functions: [{ name: 'get_time' }] });
  expect(pro).toMatchObject({ path: '/v1/responses', body: { model: 'our-pro' } });
  for (const request of mock.getRequests()) expect(request.body).not.toHaveProperty('base_model');
  const answer = runAnswerSchema.parse(body);
  expect(answer.output).toBeGreaterThan(0);
  expect(answer.usage.cost_usd).toBeGreaterThan(answer.output as number);
});
