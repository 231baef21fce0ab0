import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { examples, User } from './catalyst.ts';

const chat = join(examples, 'chat', 'chat.workflow.json');
const support = join(examples, 'support-chat', 'support-chat.workflow.json');
const extract = join(examples, 'extract-order', 'extract-order.workflow.json');

test('streams the answer as it comes, alone on standard output, and says who answered', async () => {
  const user = await User.create();
  const { exitCode, stdout, stderr, chunks } = await user.catalyst('run', chat, '-i', 'message=Why is the sky blue?');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Why is the sky blue?');
  expect(stdout.endsWith('\n')).toBe(true);
  expect(stderr).toContain('No OPENAI_API_KEY is set: answers come from the simulated OpenAI');
  expect(stderr).toMatch(/gpt-\S+ · \d+ tokens \(\d+ in, \d+ out\) · \$[\d.]+ · \d/);
  // At 40 tokens a second some 40 tokens take a second; in one piece they would come at once.
  expect(chunks.length).toBeGreaterThan(10);
  expect((chunks.at(-1)?.atMs ?? 0) - (chunks[0]?.atMs ?? 0)).toBeGreaterThan(400);
  expect(await user.untilNoProcessesBelow()).toEqual([]);
});

test('--json prints the events, one a line, ended by done', async () => {
  const user = await User.create();
  const { stdout } = await user.catalyst('run', chat, '--json', '-i', 'message=Hi');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; data: { text?: string } });
  const tokens = events.filter(({ event }) => event === 'token').map(({ data }) => data.text);
  expect(events.at(-1)).toMatchObject({ event: 'done', data: { text: tokens.join('') } });
});

test('a call of a Python function that comes with catalyst needs no trust; its result is JSON', async () => {
  const user = await User.create();
  const { exitCode, stdout, stderr } = await user.catalyst('run', support, '-i', 'message=Where is order A-1042?');
  expect(stderr).toContain('→ get_order {"number":"A-1042"}');
  expect(JSON.parse(stdout)).toMatchObject({ order: { number: 'A-1042' } });
  expect(exitCode).toBe(0);
});

test('a workflow that never streams answers in one piece; the input may come from standard input', async () => {
  const user = await User.create();
  const input = JSON.stringify({ text: 'Two lamps to Leeds' });
  const { exitCode, stdout } = await user.catalystWithInput(input, 'run', extract, '--input-json', '-');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty('order');
});

test('a workflow without models needs none, not even a simulated one', async () => {
  const user = await User.create();
  const nodes = [
    { id: 'ask', type: 'httpEndpoint', config: { path: '/a' } },
    { id: 'end', type: 'response', config: { output: 'Hello there' } },
  ];
  const edges = [{ source: 'ask', target: 'end' }];
  await writeFile(
    join(user.folder, 'plain.workflow.json'),
    JSON.stringify({ version: 1, name: 'plain', nodes, edges }),
  );
  const { exitCode, stdout } = await user.catalystWithInput('{}', 'run', 'plain.workflow.json', '--input-json', '-');
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Hello there\n' });
});

test('a run that fails says why and what to do, and exits with 4', async () => {
  const user = await User.create({
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    MAX_RETRIES: '0',
  });
  const { exitCode, stdout, stderr } = await user.catalyst('run', chat, '-i', 'message=Hi');
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
  expect(stderr).toContain('upstream_unreachable');
  expect(stderr).toContain('hint: ');
});

test('custom Python from elsewhere asks for trust once, and again when it has changed', async () => {
  const user = await User.create();
  await copySupportChat(user);
  const run = ['run', 'support-chat.workflow.json', '-i', 'message=Where is order A-1042?'];
  const refused = await user.catalyst(...run);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('functions/orders.py');
  expect(refused.stderr).toContain('--trust');
  expect(await user.catalyst(...run, '--trust')).toMatchObject({ exitCode: 0 });
  expect(await user.catalyst(...run)).toMatchObject({ exitCode: 0 });
  await writeFile(
    join(user.folder, 'functions/orders.py'),
    'def get_order(number: str) -> str:\n    return "changed"\n',
  );
  expect(await user.catalyst(...run)).toMatchObject({ exitCode: 2 });
});

test('what `new` made is trusted', async () => {
  const user = await User.create();
  await user.catalyst('new', 'mine', '--example', 'support-chat');
  const run = await user.catalyst('run', 'mine/mine.workflow.json', '-i', 'message=Where is order A-1042?');
  expect(run).toMatchObject({ exitCode: 0 });
});

test('a key goes to the server that the environment names', async () => {
  const server = await recordingServer();
  const user = await User.create({ OPENAI_API_KEY: 'sk-mine', OPENAI_BASE_URL: server.url, MAX_RETRIES: '0' });
  const { exitCode, stderr } = await user.catalyst('run', chat, '-i', 'message=Hi');
  expect(server.headers[0]?.authorization).toBe('Bearer sk-mine');
  expect(exitCode).toBe(4);
  expect(stderr).toContain(`Answers come from ${server.url}`);
  expect(stderr).not.toContain('sk-mine');
});

test('a .env beside the workflow is read, but never sends a key of the environment to an address of its own', async () => {
  const server = await recordingServer();
  const user = await User.create({ OPENAI_API_KEY: 'sk-mine', MAX_RETRIES: '0' });
  await writeFile(join(user.folder, 'chat.workflow.json'), await readFile(chat));
  await writeFile(join(user.folder, '.env'), `OPENAI_BASE_URL=${server.url}\n`);
  const refused = await user.catalyst('run', 'chat.workflow.json', '-i', 'message=Hi');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('would have your OPENAI_API_KEY sent to');
  expect(server.headers).toEqual([]);

  await writeFile(join(user.folder, '.env'), `OPENAI_BASE_URL=${server.url}\nOPENAI_API_KEY=sk-from-file\n`);
  user.env['OPENAI_API_KEY'] = '';
  await user.catalyst('run', 'chat.workflow.json', '-i', 'message=Hi');
  expect(server.headers[0]?.authorization).toBe('Bearer sk-from-file');
});

test('Ctrl-C cancels upstream, exits with 130 and leaves no process', async () => {
  const server = await recordingServer('hang');
  const user = await User.create({ OPENAI_API_KEY: 'sk-mine', OPENAI_BASE_URL: server.url });
  const session = user.start('run', chat, '-i', 'message=Hi');
  await server.asked;
  expect(await user.processesBelow()).not.toEqual([]);
  session.child.kill('SIGINT');
  const { exitCode, stderr } = await session.finished;
  await server.hungUp;
  expect(exitCode).toBe(130);
  expect(stderr).not.toContain('error:');
  expect(await user.untilNoProcessesBelow()).toEqual([]);
});

test('no process is left when catalyst itself is killed', async () => {
  const user = await User.create();
  const session = user.start('run', chat, '-i', 'message=Why is the sky blue?');
  await session.until(/You asked/);
  session.child.kill('SIGKILL');
  await session.finished;
  expect(await user.untilNoProcessesBelow()).toEqual([]);
});

async function copySupportChat(user: User): Promise<void> {
  await mkdir(join(user.folder, 'functions'));
  await writeFile(join(user.folder, 'support-chat.workflow.json'), await readFile(support));
  const orders = join('functions', 'orders.py');
  await writeFile(join(user.folder, orders), await readFile(join(examples, 'support-chat', orders)));
}

interface RecordingServer {
  readonly url: string;
  readonly headers: IncomingHttpHeaders[];
  readonly asked: Promise<void>;
  readonly hungUp: Promise<void>;
}

/** A model server that refuses every request, or never answers one. */
async function recordingServer(behaviour: 'refuse' | 'hang' = 'refuse'): Promise<RecordingServer> {
  const headers: IncomingHttpHeaders[] = [];
  let [onAsked, onHungUp] = [(): void => undefined, (): void => undefined];
  const asked = new Promise<void>((resolve) => (onAsked = resolve));
  const hungUp = new Promise<void>((resolve) => (onHungUp = resolve));
  const server = createServer((request, response) => {
    headers.push(request.headers);
    response.on('close', onHungUp);
    request.resume().on('end', onAsked);
    if (behaviour === 'refuse') response.writeHead(401, { 'content-type': 'application/json' }).end('{"error": {}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, headers, asked, hungUp };
}

test('no proxy of the environment is asked for what is simulated', async () => {
  const user = await User.create({ HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: 'example.com' });
  const { exitCode, stdout } = await user.catalyst('run', chat, '-i', 'message=Hi');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Hi')]);
});

test('a deployment under a name of its own is simulated as well', async () => {
  const user = await User.create();
  const text = await readFile(chat, 'utf8');
  const named = text.replace(/"model": "([^"]+)"/u, '"model": "our-chat", "baseModel": "$1"');
  await writeFile(join(user.folder, 'chat.workflow.json'), named);
  const { exitCode, stdout } = await user.catalyst('run', 'chat.workflow.json', '-i', 'message=Hi');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\w/u);
});

test('a webhook is signed, and followed to its end though its answer comes at once', async () => {
  const user = await User.create();
  const properties = { action: { type: 'string' }, seconds: { type: 'number', default: 0.1 } };
  const nodes = [
    {
      id: 'hook',
      type: 'webhookReceiver',
      config: { service: 'stripe', path: '/hook', inputSchema: { type: 'object', properties } },
    },
    { id: 'wait', type: 'delay', config: { seconds: '{{ input.seconds }}' } },
    { id: 'end', type: 'response', config: { output: 'ok' } },
  ];
  const edges = [
    { source: 'hook', target: 'wait' },
    { source: 'wait', target: 'end' },
  ];
  const file = join(user.folder, 'hook.workflow.json');
  await writeFile(file, JSON.stringify({ version: 1, name: 'hook', nodes, edges }));
  const { exitCode, stdout, stderr } = await user.catalyst('run', file, '-i', 'action=opened');
  expect({ exitCode, answer: JSON.parse(stdout) as unknown }).toEqual({ exitCode: 0, answer: { status: 'accepted' } });
  expect(stderr).toContain('has ended well');
  const failed = await user.catalyst('run', file, '-i', 'seconds=-1');
  expect(failed.exitCode).toBe(4);
  expect(failed.stderr).toContain('has failed');
});
