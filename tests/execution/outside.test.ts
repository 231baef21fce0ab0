import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const asked: Asked[] = [];

/** What another service answers: what it was asked. */
function answerTo(url: string, body: string): unknown {
  const { pathname, searchParams } = new URL(url, 'http://x');
  if (pathname === '/pages') {
    const page = Number(searchParams.get('page'));
    return { items: page > 2 ? [] : [page] };
  }
  if (pathname !== '/graphql') return { path: url, body };
  const { city } = (JSON.parse(body) as { variables: { city: string } }).variables;
  return city === 'none' ? { errors: [{ message: 'no city' }] } : { data: { city: { name: city } } };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  // A step that fails ends those beside it.
  const body = await text(request).catch(() => undefined);
  if (body === undefined) return;
  asked.push({ method, url, headers, body });
  response.statusCode = url.includes('lost') ? 404 : 200;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answerTo(url, body)));
}

const other = createServer((request, response) => void answer(request, response));

let folder: string;
let service: RunningService;

beforeAll(async () => {
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  folder = writeGenerated(planOf(join(import.meta.dirname, 'outside.workflow.json')));
  const env = {
    API_URL: `http://${host}`,
    ALLOW_PRIVATE_ADDRESSES: '1',
    CREDENTIAL_API: 'sk-api',
    CREDENTIAL_API_HOST: host,
    CREDENTIAL_KEY: 'sk-key',
    CREDENTIAL_KEY_HOST: host,
  };
  service = await startGenerated(folder, { upstream: 'http://127.0.0.1:9/v1', env });
});

afterAll(async () => {
  await service.stop();
  other.close();
  rmSync(folder, { recursive: true });
});

async function ask(input: object): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  asked.length = 0;
  const response = await fetch(`${service.url}/outside`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('values are sent as parts of paths, queries, headers and bodies, whatever they hold', async () => {
  const city = 'Köln/../x?a=1&b#c\r\n{{ input }}';
  const { status, body } = await ask({ city, tags: ['a b', '&'] });
  expect(status, JSON.stringify(body)).toBe(200);
  const coded = 'K%C3%B6ln%2F..%2Fx%3Fa%3D1%26b%23c%0D%0A%7B%7B%20input%20%7D%7D';
  const read = asked.find(({ url }) => url.startsWith('/cities'));
  expect(read?.url).toBe(`/cities/${coded}?raw=${coded.replaceAll('%20', '+')}&tag=a+b&tag=%26&fixed=1`);
  expect(read?.headers).toMatchObject({ authorization: 'Bearer sk-api', 'x-city': coded });
  const write = asked.find(({ url }) => url.startsWith('/log'));
  expect(write?.url).toBe('/log?key=sk-key');
  expect(JSON.parse(write?.body ?? '')).toEqual({ path: read?.url, city });
  const form = asked.find(({ url }) => url === '/form');
  expect(form?.method).toBe('PUT');
  expect([...new URLSearchParams(form?.body)]).toEqual([['city', city]]);
  const file = asked.find(({ url }) => url === '/file');
  expect(file?.body).toContain(`filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n${city}`);
  expect(body['output']).toMatchObject({ read: { status: 200 }, all: [1, 2], query: city });
});

test('a path stays where it is', async () => {
  const { status, body } = await ask({ city: '..' });
  expect({ status, code: body['code'], node: body['node'] }).toEqual({
    status: 500,
    code: 'address_refused',
    node: 'read',
  });
  expect(asked.filter(({ url }) => url.startsWith('/cities'))).toEqual([]);
});

test('an accepted status is an answer, and errors of GraphQL are errors', async () => {
  const { body } = await ask({ city: 'lost' });
  expect(body['output']).toMatchObject({ read: { status: 404 } });
  expect((await ask({ city: 'none' })).body).toMatchObject({ code: 'graphql_error', errors: [{ message: 'no city' }] });
});

test('the project passes the tests that it carries', async () => {
  expect(await carriedTests(folder)).toMatch(/^\d+ passed/m);
});
