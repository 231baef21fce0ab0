import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { edge, node } from '../workflow/workflows.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

/* A server that asks for two calls at once, whatever it is told. */

const parameters = { type: 'object', required: ['city'], properties: { city: { type: 'string' } } };
const call = (city: string): object => ({
  id: city,
  type: 'function',
  function: { name: 'weather', arguments: JSON.stringify({ city }) },
});
const message = { role: 'assistant', content: null, tool_calls: [call('Paris'), call('Tokyo')] };
const answer = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
});

const bodies: Record<string, unknown>[] = [];
const upstream = createServer((request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.once('end', () => {
    bodies.push(JSON.parse(body) as Record<string, unknown>);
    response.setHeader('content-type', 'application/json').end(answer);
  });
});

/** A workflow that asks a model for a call, and goes on along `function_call`, or not. */
function asking(name: string, config: object, goesOn = true): string {
  const tools = [{ name: 'weather', parameters }];
  const nodes = [
    node('ask', 'httpEndpoint', { path: `/${name}` }),
    node('model', 'openaiCompletion', { prompt: 'Go', tools, ...config }),
    node('end', 'response', { output: '{{ nodes.model.output.tool_calls }}' }),
    ...(goesOn ? [node('called', 'response', { output: '{{ nodes.model.function_call.arguments.city }}' })] : []),
  ];
  const edges = ['ask > model', 'model > end', ...(goesOn ? ['model.function_call > called'] : [])].map(edge);
  return JSON.stringify({ version: 1, name, nodes, edges });
}

const workflows = {
  known: asking('known', {}),
  unknown: asking('unknown', { model: 'llama-of-our-own' }),
  several: asking('several', { parallelToolCalls: true }),
  ended: asking('ended', {}, false),
};

const folder = mkdtempSync(join(tmpdir(), 'catalyst-one-call-'));
let project: string;
let service: RunningService;

beforeAll(async () => {
  const plans = Object.entries(workflows).map(([name, text]) => {
    const file = join(folder, `${name}.workflow.json`);
    writeFileSync(file, text);
    return planOf(file);
  });
  project = writeGenerated(...plans);
  await once(upstream.listen(0, '127.0.0.1'), 'listening');
  service = await startGenerated(project, {
    upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
  });
});

afterAll(async () => {
  await service.stop();
  upstream.close();
  for (const each of [folder, project]) rmSync(each, { recursive: true });
});

async function run(name: keyof typeof workflows): Promise<{ told: unknown; body: Record<string, unknown> }> {
  const response = await fetch(`${service.url}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: '{}',
  });
  return { told: bodies.at(-1)?.['parallel_tool_calls'], body: (await response.json()) as Record<string, unknown> };
}

const lost = { code: 'invalid_tool_arguments', retryable: true, node: 'model', functions: ['weather', 'weather'] };

test('a model that a run goes on with one call of is asked for one, and several are an error', async () => {
  expect(await run('known')).toMatchObject({ told: false, body: lost });
});

test('a model that may not take the parameter is not sent it; several are an error all the same', async () => {
  expect(await run('unknown')).toMatchObject({ told: undefined, body: lost });
});

test('who wants several goes on with the first', async () => {
  expect(await run('several')).toMatchObject({ told: true, body: { output: 'Paris' } });
});

test('without a step that they lead to, the answer has them all', async () => {
  const { told, body } = await run('ended');
  expect(told).toBeUndefined();
  expect(body['output']).toMatchObject([{ arguments: { city: 'Paris' } }, { arguments: { city: 'Tokyo' } }]);
});
