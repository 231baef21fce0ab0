import { connect } from 'node:net';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { newWorkflowText as workflowText } from '../../src/core/workflow/edits/index.ts';
import { routes, type RouteName } from '../../src/studio/protocol/index.ts';
import { listen } from '../../src/studio/server/http/listen.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { StudioServer } from './studioServer.ts';

async function folderWithWorkflow(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'one.workflow.json'), workflowText('one'));
  return folder;
}

async function start(): Promise<StudioServer> {
  return StudioServer.start(await folderWithWorkflow());
}

const names = Object.keys(routes) as RouteName[];

test('DNS rebinding: only the own address is answered, whatever is asked', async () => {
  const studio = await start();
  const { port } = new URL(studio.origin);
  const foreign = [
    'evil.example',
    `evil.example:${port}`,
    `127.0.0.1`,
    '127.0.0.1:1',
    `127.0.0.1.evil.example:${port}`,
  ];
  for (const Host of [...foreign, `127.0.0.2:${port}`, `[::1]:${port}`, `LOCALHOST.:${port}`]) {
    for (const path of ['/', '/icon.svg', '/api/studio'])
      expect([Host, (await studio.send({ path, headers: { Host } })).status]).toEqual([
        Host,
        expect.toBeOneOf([400, 421]),
      ]);
    const asked = await studio.post('studio', {}, { Host, Origin: `http://${Host}` });
    expect([400, 421]).toContain(asked.status);
    expect(asked.body).not.toContain('one.workflow.json');
  }
  expect((await studio.send({ headers: { Host: `localhost:${port}` } })).status).toBe(200);
  expect(
    (await studio.post('studio', {}, { Host: `localhost:${port}`, Origin: `http://localhost:${port}` })).status,
  ).toBe(200);
  // The one name with the origin of the other is another origin.
  expect((await studio.post('studio', {}, { Host: `localhost:${port}` })).status).toBe(403);
});

test('a request may not have two names, and no address of another server in its first line', async () => {
  const studio = await start();
  const { host } = new URL(studio.origin);
  const lines = ['POST /api/studio HTTP/1.1', `Origin: ${studio.origin}`, `Authorization: Bearer ${studio.token}`];
  const rest = ['Content-Type: application/json', 'Content-Length: 2', 'Connection: close', '', '{}'];
  const status = async (...more: string[]): Promise<string> => raw(studio, [...lines, ...more, ...rest].join('\r\n'));
  expect(await status(`Host: ${host}`)).toMatch(/^HTTP\/1\.1 200/);
  expect(await status(`Host: ${host}`, 'Host: evil.example')).toMatch(/^HTTP\/1\.1 4(00|21)/);
  expect(await status('Host: evil.example', `Host: ${host}`)).toMatch(/^HTTP\/1\.1 4(00|21)/);
  expect(await status()).toMatch(/^HTTP\/1\.1 400/);
  expect(await status('Host: ')).toMatch(/^HTTP\/1\.1 4(00|21)/);
  const absolute = ['POST http://evil.example/api/studio HTTP/1.1', ...lines.slice(1), `Host: ${host}`, ...rest];
  expect(await raw(studio, absolute.join('\r\n'))).toMatch(/^HTTP\/1\.1 4(00|21)/);
});

test('what another page can send is refused: form, fetch, image, script, frame, link', async () => {
  const studio = await start();
  const evil = 'https://evil.example';
  const refused = async (headers: Record<string, string | readonly string[] | undefined>): Promise<void> =>
    expect((await studio.post('studio', {}, headers)).status).toBe(403);
  await refused({ Origin: evil });
  await refused({ Origin: 'null' });
  await refused({ Origin: undefined });
  await refused({ Origin: `${studio.origin}/` });
  await refused({ Origin: studio.origin.replace('http:', 'https:') });
  await refused({ Origin: `http://127.0.0.1:1` });
  await refused({ Origin: [studio.origin, evil] });
  for (const site of ['cross-site', 'same-site', 'none', 'SAME-ORIGIN', '']) await refused({ 'Sec-Fetch-Site': site });
  // Hono's own check against forgery lets a request pass that one of the two headers speaks for.
  await refused({ Origin: evil, 'Sec-Fetch-Site': 'same-origin' });

  for (const path of ['/', '/icon.svg', '/assets/index-abc.js', '/api/studio'])
    for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: evil }])
      expect((await studio.send({ path, headers })).status).toBe(403);
  expect((await studio.send({ path: '/icon.svg', headers: { 'Sec-Fetch-Site': 'none' } })).status).toBe(403);
  expect((await studio.send({ headers: { 'Sec-Fetch-Site': 'none' } })).status).toBe(200);

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])
    expect((await studio.post('studio', {}, { 'Content-Type': type })).status).toBe(415);
  for (const type of ['application/json, text/plain', 'application/jsonp', 'text/plain;application/json'])
    expect((await studio.post('studio', {}, { 'Content-Type': type })).status).toBe(415);
});

test('every route wants the token of this launch, whole and in its header', async () => {
  const [studio, other] = [await start(), await start()];
  for (const name of [...names, 'events', 'nothing', '']) {
    for (const Authorization of [undefined, '', 'Bearer', 'Bearer ', `Bearer ${other.token}`]) {
      const answered = await studio.post(name, {}, { Authorization });
      expect([name, answered.status, answered.body]).toEqual([name, 401, '']);
    }
  }
  const wrong = [
    studio.token,
    `Basic ${studio.token}`,
    `Bearer ${studio.token.slice(0, -1)}`,
    `Bearer ${studio.token}x`,
  ];
  for (const Authorization of [...wrong, `bearer ${studio.token}`, `Bearer ${studio.token}, Bearer x`])
    expect((await studio.post('studio', {}, { Authorization })).status).toBe(401);
  const withoutHeader = {
    Authorization: undefined,
    Cookie: `token=${studio.token}`,
    Referer: `${studio.origin}/#token=${studio.token}`,
  };
  expect((await studio.post(`studio?token=${studio.token}`, {}, withoutHeader)).status).toBe(401);
  expect(studio.notices).toEqual([expect.stringContaining('without the key of this start')]);
  // 256 bits.
  expect(Buffer.from(studio.token, 'base64url')).toHaveLength(32);
  expect(studio.token).not.toBe(other.token);
});

test('what stands in the command line of a browser opens the page once', async () => {
  const studio = await start();
  const { pathname, search, hash } = new URL(studio.addressToOpen());
  expect(search + hash).not.toContain(studio.token);
  const path = pathname + search;
  expect((await studio.send({ path, headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
  const first = await studio.send({ path, headers: { 'Sec-Fetch-Site': 'none' } });
  expect([first.status, first.headers.location]).toEqual([302, `/#token=${studio.token}`]);
  for (const tried of [path, '/?open=', '/?open=__proto__', `/?open=${studio.token}`]) {
    const { status, headers, body } = await studio.send({ path: tried });
    expect([tried, status, headers.location, body]).toEqual([tried, 302, '/', '']);
  }
});

test('there is no CORS, and no method but GET for the page and POST for the rest', async () => {
  const studio = await start();
  const preflight = {
    Origin: studio.origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Private-Network': 'true',
  };
  for (const path of ['/', '/api/studio', '/api/events']) {
    for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND']) {
      const { status, headers } = await studio.send({ method, path, headers: { ...studio.pageHeaders, ...preflight } });
      expect([method, path, status]).toEqual([method, path, 405]);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  }
  expect((await studio.send({ path: '/api/studio', headers: studio.pageHeaders })).status).toBe(405);
  const answered = await studio.post('studio', {});
  expect(Object.keys(answered.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  expect(answered.headers['set-cookie']).toBeUndefined();
});

test('every answer carries what keeps a browser strict', async () => {
  const studio = await start();
  const answers = [
    await studio.send({}),
    await studio.send({ path: '/assets/index-abc.js' }),
    await studio.send({ path: '/nothing' }),
    await studio.send({ headers: { Host: 'evil.example' } }),
    await studio.post('studio', {}),
    await studio.post('studio', {}, { Authorization: 'no' }),
    await studio.post('openFile', { file: 'no' }),
  ];
  for (const { headers } of answers) {
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/style-src 'self' 'nonce-[A-Za-z0-9+/=]{24}'/);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['permissions-policy']).toContain('camera=()');
  }
  expect(answers.map(({ headers }) => headers['cache-control'])).toEqual([
    'no-store',
    'public, max-age=31536000, immutable',
    ...Array.from({ length: 5 }, () => 'no-store'),
  ]);
  const [first, second] = [await studio.send({}), await studio.send({})];
  const nonce = /nonce-([^']+)'/.exec(String(first.headers['content-security-policy']))?.[1];
  expect(first.body).toContain(`<meta name="csp-nonce" content="${nonce}" />`);
  expect(second.body).not.toContain(nonce);
});

test('no path leads to a file that is not of the page', async () => {
  const studio = await start();
  const secret = await readFile(join(studio.folder, 'one.workflow.json'), 'utf8');
  const up = '../'.repeat(12);
  const paths = [
    `/${up}etc/passwd`,
    `/assets/${up}etc/passwd`,
    `/..%2f..%2f..%2fetc/passwd`,
    '/%2e%2e/%2e%2e/etc/passwd',
  ];
  const odd = [
    '//etc/passwd',
    '/assets',
    '/assets/',
    '/assets/index-abc.js.gz',
    '/.built-from',
    '/index.html',
    '/icon.svg%00.js',
  ];
  for (const path of [
    ...paths,
    ...odd,
    `/${studio.folder}/one.workflow.json`,
    '/assets/..%5c..%5cicon.svg',
    '/\\..\\x',
  ]) {
    const { status, body } = await studio.send({ path });
    expect([path, status]).toEqual([path, expect.toBeOneOf([400, 404])]);
    expect(body).not.toMatch(/root:|hash/);
    expect(body).not.toContain(secret);
  }
});

test('ids of files cannot be guessed, carried over, or be paths', async () => {
  const folder = await folderWithWorkflow();
  const [studio, other] = [await StudioServer.start(folder), await StudioServer.start(folder)];
  const [id, otherId] = [await studio.idOf('one.workflow.json'), await other.idOf('one.workflow.json')];
  expect(id).not.toBe(otherId);
  expect(id).toMatch(/^[\w-]{22}$/);
  const wrong = [
    otherId,
    '',
    'one.workflow.json',
    join(folder, 'one.workflow.json'),
    '../one.workflow.json',
    '__proto__',
    id.toLowerCase(),
  ];
  for (const file of wrong) {
    for (const name of ['openFile', 'deleteFile', 'versions'] as const)
      expect((await studio.post(name, { file })).status).toBe(404);
    const save = { text: '{}', base: '' };
    expect((await studio.post('saveFile', { file, save })).status).toBe(404);
    expect((await studio.post('exportFolder', { file, text: '{}', folder: 'out' })).status).toBe(404);
  }
});

test('a source is a file that the workflow names, below its folder, links followed', async () => {
  const outside = await temporaryFolder();
  await writeFile(join(outside, 'secret.py'), 'SECRET = 1\n');
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'functions'));
  await symlink(join(outside, 'secret.py'), join(folder, 'functions', 'link.py'));
  await symlink(outside, join(folder, 'linked'));
  await symlink(join(outside, 'new.py'), join(folder, 'functions', 'dangling.py'));
  await writeFile(join(folder, 'functions', 'own.py'), 'def own() -> str:\n    return "own"\n');
  await writeFile(join(folder, 'other.py'), '');
  const named = [
    'functions/link.py',
    'linked/secret.py',
    'functions/own.py',
    'functions/dangling.py',
    '../escape.py',
    '/etc/x.py',
  ];
  await writeFile(join(folder, 'bad.workflow.json'), naming(named));
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('bad.workflow.json');

  const { sources } = await studio.ask('openFile', { file });
  expect(Object.keys(sources)).toEqual(['functions/own.py']);
  const statusOf = async (source: string, base = ''): Promise<number> =>
    (await studio.post('saveFile', { file, save: { text: 'evil', base, source } })).status;
  for (const source of ['functions/link.py', 'linked/secret.py', 'functions/dangling.py'])
    expect(await statusOf(source)).toBe(403);
  for (const source of [
    '../escape.py',
    '/etc/x.py',
    'other.py',
    '.env',
    'functions/../other.py',
    '',
    'bad.workflow.json',
  ])
    expect(await statusOf(source)).toBe(404);
  expect((await studio.post('versions', { file, source: '../escape.py' })).status).toBe(404);
  expect(await readFile(join(outside, 'secret.py'), 'utf8')).toBe('SECRET = 1\n');
  expect(await statusOf('functions/own.py', sources['functions/own.py']?.hash)).toBe(200);
});

test('a workflow file that is a link out of the folder is neither listed, nor read, nor written through', async () => {
  const outside = await temporaryFolder();
  await writeFile(join(outside, 'theirs.workflow.json'), workflowText('theirs'));
  const folder = await folderWithWorkflow();
  await symlink(join(outside, 'theirs.workflow.json'), join(folder, 'link.workflow.json'));
  await symlink(outside, join(folder, 'sub'));
  const studio = await StudioServer.start(folder);
  const { files } = await studio.ask('studio', {});
  expect(files.map(({ path }) => path)).toEqual(['one.workflow.json']);

  // Put in its place after it was listed.
  const [{ id: file } = { id: '' }] = files;
  const { hash } = await studio.ask('openFile', { file });
  await rm(join(folder, 'one.workflow.json'));
  await symlink(join(outside, 'theirs.workflow.json'), join(folder, 'one.workflow.json'));
  expect((await studio.post('openFile', { file })).status).toBe(403);
  expect((await studio.post('saveFile', { file, save: { text: '{}', base: hash } })).status).toBe(403);
  expect((await studio.post('deleteFile', { file })).status).toBe(403);
  expect(await readFile(join(outside, 'theirs.workflow.json'), 'utf8')).toBe(workflowText('theirs'));
});

test('an export stays below the folder', async () => {
  const outside = await temporaryFolder();
  const folder = await folderWithWorkflow();
  await symlink(outside, join(folder, 'link'));
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const text = workflowText('one');
  const folders = [
    '',
    '.',
    '..',
    '../out',
    '/tmp/out',
    'a/../../out',
    'link',
    'link/out',
    'a//b',
    'a\\..\\..\\b',
    'C:\\out',
    '.git',
    'a/.ssh',
    'a\u0000b',
  ];
  for (const wanted of folders) {
    const answered = await studio.post('exportFolder', { file, text, folder: wanted });
    expect([wanted, answered.status]).toEqual([wanted, 422]);
  }
  const {
    written,
    conflicts,
    folder: made,
  } = await studio.ask('exportFolder', { file, text, folder: 'build/service' });
  expect([written > 20, conflicts, made]).toEqual([true, [], 'build/service']);
});

test('names of new files are names', async () => {
  const studio = await start();
  for (const name of ['../x', 'a/b', '/x', 'X', '', '.', 'con\u0000', 'x'.repeat(300), '__proto__/x'])
    expect([name, (await studio.post('createFile', { name })).status]).toEqual([name, 422]);
  expect((await studio.post('createFile', { name: 'x', example: '../../etc' })).status).toBe(422);
});

test('large, endless, nested and poisoned bodies are refused, and the next request is answered', async () => {
  const studio = await start();
  const file = await studio.idOf('one.workflow.json');
  const big = 'x'.repeat(1_100_000);
  expect((await studio.post('openFile', { file: big })).status).toBe(413);
  expect((await studio.post('saveFile', { file, save: { text: big, base: 'other' } })).status).toBe(409);
  expect((await studio.post('saveFile', { file, save: { text: big.repeat(8), base: '' } })).status).toBe(413);
  expect((await studio.post('events', { big })).status).toBe(413);
  const chunked = await studio.send({
    method: 'POST',
    path: '/api/openFile',
    headers: { ...studio.pageHeaders, 'Transfer-Encoding': 'chunked' },
    body: big,
  });
  expect(chunked.status).toBe(413);

  const send = async (body: string): Promise<number> =>
    (await studio.send({ method: 'POST', path: '/api/openFile', headers: studio.pageHeaders, body })).status;
  const deep = 200_000;
  for (const body of [
    '',
    'null',
    '[]',
    '{',
    '{"file": 1}',
    `{"file": "${file}", "more": 1}`,
    '['.repeat(deep) + ']'.repeat(deep),
  ])
    expect(await send(body)).toBe(400);
  for (const key of ['__proto__', '\\u005f_proto__', 'constructor', 'prototype'])
    expect(await send(`{"file": "${file}", "${key}": {"polluted": true}}`)).toBe(400);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect((await studio.post('openFile', { file })).status).toBe(200);
  expect(studio.faults).toEqual([]);
});

test('upgrades are refused: there is no socket to talk to', async () => {
  const studio = await start();
  const { host } = new URL(studio.origin);
  const handshake = [
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  for (const origin of [studio.origin, 'https://evil.example'])
    for (const path of ['/', '/api/events']) {
      const head = [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        `Origin: ${origin}`,
        `Authorization: Bearer ${studio.token}`,
        ...handshake,
      ];
      expect(await raw(studio, `${head.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403/);
    }
  expect(await raw(studio, `CONNECT evil.example:80 HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).not.toMatch(/ 200/);
});

test('whoever sends headers slowly, or never, is let go', async () => {
  const timeouts = { headersTimeout: 200, requestTimeout: 400, keepAliveTimeout: 200, connectionsCheckingInterval: 50 };
  const listening = await listen({ host: '127.0.0.1', port: 0, isPreference: false }, () => undefined, timeouts);
  onTestFinished(() => listening.close());
  for (const text of [
    '',
    'POST /api/studio HTTP/1.1\r\nX-Slow: ',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{',
  ])
    expect(await raw(listening, text)).toMatch(/^(HTTP\/1\.1 408|$)/);
});

test('so many streams of events are open, and no more; each that closes makes room', async () => {
  const studio = await start();
  const logs = await Promise.all(Array.from({ length: 32 }, () => studio.listen()));
  expect((await studio.post('events', {})).status).toBe(503);
  logs[0]?.close();
  await sleep(100);
  const again = await studio.listen();
  expect((await again.until(({ type }) => type === 'hello')).type).toBe('hello');
  const hello = logs.map(({ events: [first] }) => (first?.type === 'hello' ? first.page : ''));
  expect(new Set(hello).size).toBe(32);
});

/** Writes this to a socket, and gives what comes back until it closes. */
async function raw({ origin }: { readonly origin: string }, text: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

function naming(files: readonly string[]): string {
  const nodes = files.map((file, index) => ({
    id: `f${index}`,
    type: 'pythonFunction',
    config: { file, function: 'own' },
  }));
  return JSON.stringify({ version: 1, name: 'bad', nodes, edges: [] });
}
