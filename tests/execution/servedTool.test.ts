import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { runClient } from './clients/clients.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const example = join(import.meta.dirname, '../../examples/summary-tool/summary-tool.workflow.json');

let folder: string;
let service: RunningService;

beforeAll(async () => {
  folder = writeGenerated(planOf(example));
  service = await startGenerated(folder, { simulatedArgs: ['--tokens-per-second', '60'] });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function post(message: unknown, headers: Readonly<Record<string, string>> = {}): Promise<[number, unknown]> {
  const response = await fetch(`${service.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  });
  const text = await response.text();
  return [response.status, text === '' ? undefined : JSON.parse(text)];
}

test('the official SDK calls it, by the newest protocol and by the one before', async () => {
  const found = JSON.parse(await runClient('mcp_client.py', `${service.url}/mcp`)) as Record<string, unknown>;
  const same = {
    tool: {
      name: 'summarize',
      takes: ['text'],
      gives: {
        type: 'object',
        required: ['summary', 'sentences'],
        properties: {
          summary: { type: 'string' },
          sentences: { type: 'integer', default: 2, minimum: 1, maximum: 10 },
        },
        additionalProperties: false,
      },
    },
    structured: { summary: expect.stringContaining('Owls'), sentences: 3 },
    same: true,
    progress: expect.stringContaining('Owls'),
    wrong: [true, 'The arguments do not fit. text: Input should be a valid string'],
    unknown: 'There is no such tool.',
    cancelled: true,
  };
  expect(found).toEqual({ auto: { ...same, version: '2026-07-28' }, legacy: { ...same, version: '2025-11-25' } });
  const ended = service.lines.flatMap((line) => (line.includes('"event":"run"') ? [JSON.parse(line)] : []));
  expect(ended.filter(({ outcome }: { outcome: string }) => outcome === 'cancelled')).toMatchObject([
    { stopped_by: 'disconnect' },
    { stopped_by: 'disconnect' },
  ]);
}, 300_000);

const call = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const newest = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };

test.each([
  ['no JSON', '{', {}, 400, -32700],
  ['a batch', [call], {}, 400, -32600],
  ['no JSON-RPC', { id: 1, method: 'ping' }, {}, 400, -32600],
  ['a version that nobody knows', call, { 'mcp-protocol-version': '1999-01-01' }, 400, -32022],
  ['no envelope', call, newest, 400, -32602],
  [
    'headers that say something else',
    { ...call, params: { _meta: meta } },
    { ...newest, 'mcp-method': 'ping' },
    400,
    -32020,
  ],
  ['a method that is not there', { ...call, method: 'prompts/list' }, {}, 200, -32601],
  ['a page of another origin', call, { origin: 'https://elsewhere.example' }, 403, -32000],
])('refuses %s', async (_, message, headers, status, code) => {
  expect(await post(message, headers)).toMatchObject([status, { error: { code } }]);
});

test('takes a page of its own origin, and notifications', async () => {
  expect(await post(call, { origin: service.url })).toMatchObject([
    200,
    { result: { tools: [{ name: 'summarize' }] } },
  ]);
  expect(await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).toEqual([202, undefined]);
});
