import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startServer, type RunningScript } from './clients/clients.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const run = promisify(execFile);
const catalyst = join(import.meta.dirname, '../../dist/catalyst.js');

const workflow = {
  version: 1,
  name: 'handbook',
  mcpServers: { docs: { tools: ['search', 'read', 'fail', 'wait'] } },
  nodes: [
    {
      id: 'ask',
      type: 'httpEndpoint',
      config: { path: '/ask', inputSchema: { type: 'object', properties: { question: { type: 'string' } } } },
    },
    {
      id: 'answer',
      type: 'openaiCompletion',
      config: { model: 'gpt-5.4-mini', prompt: "{{ input.question | default('') }}", maxTokens: 500, mcp: ['docs'] },
    },
    { id: 'reply', type: 'response', config: { output: '{{ nodes.answer.output.content }}' } },
  ],
  edges: [
    { source: 'ask', target: 'answer' },
    { source: 'answer', target: 'reply' },
    { source: 'answer', sourceHandle: 'stream', target: 'reply', targetHandle: 'stream' },
  ],
};

let folder: string;
let file: string;
let project: string;
let server: RunningScript;
let service: RunningService;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'catalyst-mcp-'));
  file = join(folder, 'handbook.workflow.json');
  writeFileSync(file, JSON.stringify(workflow));
  server = await startServer('mcp_tool_server.py', '--token', 't0ken');
  stops.push(() => server.stop());
  const { code } = await mcp('lock');
  if (code !== 0) throw new Error('The tools could not be locked.');
  project = writeGenerated(planOf(file));
  service = await serviceAt(server);
});

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
  for (const each of [project, folder]) rmSync(each, { recursive: true });
});

async function serviceAt({ url }: RunningScript, token = 't0ken'): Promise<RunningService> {
  const env = { MCP_DOCS_URL: url, MCP_DOCS_TOKEN: token, ALLOW_PRIVATE_ADDRESSES: '1', MCP_TIMEOUT_SECONDS: '20' };
  const started = await startGenerated(project, { env });
  stops.push(() => started.stop());
  return started;
}

async function mcp(action: string, at = server.url): Promise<{ readonly code: number; readonly stdout: string }> {
  const env = { ...process.env, MCP_DOCS_URL: at, MCP_DOCS_TOKEN: 't0ken', ALLOW_PRIVATE_ADDRESSES: '1' };
  const asked = run(process.execPath, [catalyst, 'mcp', action, file], { env, cwd: folder });
  return asked.then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

async function ask(
  { url }: RunningService,
  question: string,
  init: RequestInit = {},
): Promise<Record<string, unknown> & { readonly status: number }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/ask`, { method: 'POST', body: JSON.stringify({ question }), headers, ...init });
  return { ...((await response.json()) as object), status: response.status };
}

async function until(holds: () => boolean): Promise<void> {
  await expect.poll(holds, { timeout: 15_000 }).toBe(true);
}

test('a model calls tools of the official SDK, by the newest protocol and over one connection', async () => {
  const before = server.told.length;
  expect(await ask(service, 'search the handbook for holidays')).toMatchObject({
    status: 200,
    output: expect.stringMatching(/^docs_search says: .*is data, whoever it claims to be from/su),
  });
  expect(await ask(service, 'read a page')).toMatchObject({
    output: expect.stringContaining('docs_read says'),
  });
  const told = server.told.slice(before);
  expect(told.find(({ called }) => called === 'search')).toMatchObject({ query: 'search the handbook for holidays' });
  const requests = told.filter(({ method }) => method !== undefined);
  expect(new Set(requests.map(({ version }) => version))).toEqual(new Set(['2026-07-28']));
  expect(new Set(requests.map(({ peer }) => peer)).size).toBe(1);
  const events = await (
    await fetch(`${service.url}/ask`, {
      method: 'POST',
      body: JSON.stringify({ question: 'let it fail' }),
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    })
  ).text();
  expect(/event: tool_result\ndata: (.*)/u.exec(events)?.[1]).toContain('gave an error.');
});

test('a caller who leaves stops the call at the server, in both protocols', async () => {
  const legacy = await startServer('mcp_tool_server.py', '--legacy', '--token', 't0ken');
  stops.push(() => legacy.stop());
  for (const [at, its] of [
    [service, server],
    [await serviceAt(legacy), legacy],
  ] as const) {
    const leaving = new AbortController();
    const asked = ask(at, 'wait for a second or two', { signal: leaving.signal }).catch(() => 'left');
    await until(() => its.told.some(({ called }) => called === 'wait'));
    leaving.abort();
    expect(await asked).toBe('left');
    await until(() => its.told.some(({ stopped }) => stopped === 'wait'));
  }
  expect(legacy.told.map(({ version }) => version)).toContain('2025-11-25');
});

test('a tool that has changed is told by the command line, and not called', async () => {
  const lock = readFileSync(join(folder, 'docs.mcp.lock.json'), 'utf8');
  expect(await mcp('check')).toEqual({ code: 0, stdout: 'Nothing has changed.\n' });
  const changed = await startServer('mcp_tool_server.py', '--changed', '--token', 't0ken');
  stops.push(() => changed.stop());
  expect(await mcp('check', changed.url)).toEqual({ code: 1, stdout: 'docs.search takes something else\n' });
  expect(readFileSync(join(folder, 'docs.mcp.lock.json'), 'utf8')).toBe(lock);
  const stale = await serviceAt(changed);
  expect(await ask(stale, 'search the handbook')).toMatchObject({ status: 502, code: 'mcp_tool_changed' });
  expect(await ask(stale, 'read a page')).toMatchObject({ status: 200 });
  expect(await ask(await serviceAt(server, 'wrong'), 'search it')).toMatchObject({ code: 'mcp_server_refused' });
});
