import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { plan, type Plan } from '../../src/core/codegen/python/index.ts';
import { check } from '../../src/core/workflow/index.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';
import { edge, node, read } from '../workflow/workflows.ts';

/* Answers in JSON as another server words them, read through the types that the compiler makes of their schemas. */
const golden = join(import.meta.dirname, '../codegen/golden/answers');
const mock = new LLMock({ port: 0 });
let folder: string;
let service: RunningService;

const order = {
  customer: { name: 'Ada', e_mail: null },
  lines: [{ product: 'lamp', count: 2 }],
  status: 'new',
  total: 5,
  ship_to: null,
  'first-name': ' Ada ',
  contact: { kind: 'mail', mail: 'ada@example.com' },
  tags: ['a', 'b'],
  paid: false,
};

/** Reads what may be missing, or null, without a default. */
function strictReader(): Plan {
  const file = JSON.parse(readFileSync(join(golden, 'typed-answers.workflow.json'), 'utf8')) as {
    nodes: { id: string; config: object }[];
  };
  const config = (id: string): object => file.nodes.find((each) => each.id === id)?.config ?? {};
  const text = JSON.stringify({
    version: 1,
    name: 'strict-reader',
    nodes: [
      node('ask', 'httpEndpoint', {
        path: '/strict',
        inputSchema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
      }),
      node('extract', 'openaiCompletion', config('extract')),
      node('review', 'openaiCompletion', config('review')),
      node('c', 'condition', { expression: '{{ nodes.extract.output.parsed.tags[0] == "city" }}' }),
      node('city', 'response', { output: '{{ nodes.extract.output.parsed.ship_to.city }}' }),
      node('note', 'response', { output: '{{ nodes.review.output.parsed.note }}' }),
    ],
    edges: ['ask > extract', 'extract > review', 'review > c', 'c.true > city', 'c.false > note'].map(edge),
  });
  const checked = check(read(text), new Map());
  if (!checked.ok) throw new Error(checked.diagnostics.map(({ message }) => message).join('\n'));
  return plan(checked.value);
}

beforeAll(async () => {
  mock.onMessage(/^Review/u, { content: JSON.stringify({ text: 'FINE', mark: null, extra: 1 }) });
  mock.onMessage(/ready/u, { content: JSON.stringify({ ...order, paid: true, total: 10 }) });
  mock.onMessage(/town/u, { content: JSON.stringify({ ...order, tags: ['city'] }) });
  mock.onMessage(/broken/u, { content: JSON.stringify({ ...order, total: 'much' }) });
  mock.onMessage(/.*/u, { content: JSON.stringify(order) });
  await mock.start();
  folder = writeGenerated(planOf(join(golden, 'typed-answers.workflow.json')), strictReader());
  service = await startGenerated(folder, { upstream: `${mock.url}/v1` });
});

afterAll(async () => {
  await service.stop();
  await mock.stop();
  rmSync(folder, { recursive: true });
});

async function ask(path: string, message: string): Promise<{ output?: unknown; [key: string]: unknown }> {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });
  return (await response.json()) as { output?: unknown };
}

test('values are read as the schema says, and defaults stand in for what is missing or null', async () => {
  expect(await ask('/typed-answers', 'A lamp, please.')).toMatchObject({
    output: {
      name: 'Ada',
      product: 'lamp',
      lines: 1,
      city: 'unknown',
      kind: 'mail',
      phone: 'none',
      tags: 'a, b',
      text: 'fine',
      note: '-',
      mark: null,
      str: '',
      score: 0,
      author: 'nobody',
      whole: order,
    },
  });
});

test('a condition takes them as they are', async () => {
  expect(await ask('/typed-answers', 'It is ready.')).toMatchObject({ output: { status: 'NEW' } });
});

test.each([
  ['left out', 'A lamp, please.', 'note', 'nodes.review.output.parsed.note'],
  ['null', 'To which town?', 'city', 'nodes.extract.output.parsed.ship_to'],
])('what is %s and has no default is an error that names node and expression', async (_, message, at, what) => {
  const problem = await ask('/strict', message);
  expect(problem).toMatchObject({ code: 'missing_value', node: at });
  expect(JSON.stringify(problem)).toContain(what);
});

test('an answer that does not fit its schema never reaches the code that reads it', async () => {
  expect(await ask('/typed-answers', 'It is broken.')).toMatchObject({ code: 'invalid_json_output', node: 'extract' });
});
