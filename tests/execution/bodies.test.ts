import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

/* Bodies of every kind, and answers that are no envelope, as a caller meets them who means no good. */
const golden = join(import.meta.dirname, '../codegen/golden');
const png = Buffer.from('iVBORw0KGgo=', 'base64');

let folder: string;
let service: RunningService;
let files: string;

beforeAll(async () => {
  const names = ['bodies/ping', 'bodies/receipt', 'bodies/sign-up', 'raw-answers/raw-answers', 'raw-answers/bare-text'];
  folder = writeGenerated(...names.map((name) => planOf(join(golden, `${name}.workflow.json`))));
  files = mkdtempSync(join(tmpdir(), 'catalyst-uploads-'));
  service = await startGenerated(folder, { env: { TMPDIR: files }, simulatedArgs: ['--tokens-per-second', '200'] });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
  rmSync(files, { recursive: true });
});

interface Answered {
  readonly status: number;
  readonly body: { readonly [key: string]: unknown };
  readonly headers: Headers;
}

async function post(
  path: string,
  body: FormData | URLSearchParams | string,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const answer = await fetch(service.url + path, { method: 'POST', body, headers, redirect: 'manual' });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : { text } };
}

function receipt(photo: Blob | string, name = 'photo.png', more: Record<string, string> = {}): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries({ amount: '7.5', ...more })) form.append(key, value);
  if (typeof photo === 'string') form.append('photo', photo);
  else form.append('photo', photo, name);
  return form;
}

const pngFile = (size = png.length): Blob => new Blob([png, Buffer.alloc(size - png.length)], { type: 'image/png' });

describe('files of a multipart body', () => {
  test('reach the model, a function and expressions, and are gone when the request is answered', async () => {
    // Larger files lie on disk; names are the callers' own and lead nowhere.
    const { status, body } = await post('/receipts', receipt(pngFile(90_000), '../../etc/passwd'));
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body['output']).toMatchObject({ bytes: 90_000, size: 90_000, type: 'image/png', note: 'none' });
    expect(body['output']).toMatchObject({ photo: { name: '../../etc/passwd', size: 90_000 } });
    expect((await post('/receipts', receipt(pngFile(3_000_000)))).status).toBe(422);
    expect(readdirSync(files)).toEqual([]);
  });

  test('are read as text where they are text', async () => {
    const form = receipt(pngFile());
    form.append('note', new Blob(['für Ada'], { type: 'text/plain' }), 'note.txt');
    form.append('tags', 'food');
    form.append('tags', 'travel');
    const { body } = await post('/receipts', form);
    expect(body['output']).toMatchObject({ note: 'für Ada', tags: ['food', 'travel'] });
    const broken = receipt(pngFile());
    broken.append('note', new Blob([Buffer.from([0xff])], { type: 'text/plain' }), 'note.txt');
    expect(await post('/receipts', broken)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });

  test.each([
    ['too large', receipt(pngFile(100_001)), 'The file has 100001 bytes, and may have 100000.'],
    ['of another type', receipt(new Blob(['a'], { type: 'text/html' })), 'image/png or application/pdf'],
    ['of another type than they say', receipt(new Blob(['<script>'], { type: 'image/png' })), 'and is not'],
    ['no files', receipt('/etc/passwd'), 'has to be a file'],
    ['left out', new URLSearchParams({ amount: '1' }), 'Field required'],
  ])('are refused where they are %s', async (_, form, detail) => {
    const { status, body } = await post('/receipts', form);
    expect(status).toBe(422);
    expect(JSON.stringify(body['errors'])).toContain(detail);
    expect(JSON.stringify(body['errors'])).toContain('"/photo"');
  });

  test('cannot be told of in JSON', async () => {
    const photo = { name: '/etc/passwd', type: 'image/png', size: 1, filepath: '/etc/passwd' };
    const asJson = await post('/receipts', JSON.stringify({ amount: 1, photo }), {
      'content-type': 'application/json',
    });
    expect(asJson).toMatchObject({ status: 415 });
    const inForm = await post('/receipts', receipt(JSON.stringify(photo)));
    expect(inForm.status).toBe(422);
  });

  test('a body that breaks off is no form', async () => {
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    for (const body of ['--x\r\nContent-Disposition: form-data; name="amount"\r\n', 'nothing', '--y--']) {
      const { status } = await post('/receipts', body, type);
      expect([400, 422]).toContain(status);
    }
    expect(await post('/receipts', 'a', { 'content-type': 'multipart/form-data' })).toMatchObject({ status: 400 });
  });
});

test('a form as a page sends it, and a page as the answer', async () => {
  const form = new URLSearchParams([
    ['email', '<b>@example.org'],
    ['age', '30'],
    ['topics', 'news'],
    ['topics', 'offers'],
  ]);
  const { status, body, headers } = await post('/sign-up', form, { accept: 'text/html' });
  const page =
    '<p>Thanks, &lt;b&gt;@example.org (30), news offers.</p>' +
    '<li>news</li><li>offers<b>&lt;b&gt;@example.org&amp;</b></li>';
  expect([status, body['text']]).toEqual([200, page]);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect((await post('/sign-up', new URLSearchParams({ email: 'a@b', age: 'x' }))).status).toBe(422);
  expect((await post('/sign-up', '{"email":"a@b","age":30}', { 'content-type': 'application/json' })).status).toBe(415);
});

test('a query of a POST', async () => {
  expect(await post('/ping?challenge=abc', '')).toMatchObject({ status: 200, body: { text: 'abc' } });
  expect((await post('/ping', '')).status).toBe(422);
});

describe('raw answers', () => {
  const ask = async (kind: string, text: string): Promise<Answered> =>
    await post('/raw-answers', JSON.stringify({ kind, text }), { 'content-type': 'application/json' });

  test.each([
    ['/there?a=b c', '/there?a=b%20c'],
    ['https://shop.example:8443/x', 'https://shop.example:8443/x'],
    ['HTTPS://SHOP.example:8443', 'HTTPS://SHOP.example:8443'],
  ])('a redirect to %s', async (address, location) => {
    const { status, headers } = await ask('away', address);
    expect([status, headers.get('location')]).toEqual([302, location]);
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    ' //evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'https://shop.example',
    'https://shop.example:8443@evil.example',
    'https://shop.example:8443.evil.example',
    'https:evil.example',
    'https:///evil.example',
    'javascript:alert(1)',
    'there',
    '',
    '/a\r\nset-cookie: a=b',
    'https://[::1',
  ])('no redirect to %j', async (address) => {
    const { status, headers, body } = await ask('away', address);
    expect([status, body['code'], headers.get('location')]).toEqual([500, 'answer_unsendable', null]);
  });

  test('a value in the query of a written address stays there', async () => {
    const { headers } = await ask('shop', 'x\u00e4@evil.example/');
    expect(headers.get('location')).toBe('https://shop.example/search?q=x%C3%A4@evil.example/');
  });

  test.each(['a\r\nset-cookie: a=b', 'a\nb', 'a\u0000b', 'a\u00e4'])('no header with %j', async (text) => {
    const { status, body, headers } = await ask('csv', text);
    expect([status, body['code'], headers.get('set-cookie')]).toEqual([500, 'answer_unsendable', null]);
  });

  test('a file, under a name that leads nowhere', async () => {
    const { headers, body } = await ask('file', '../a"b');
    expect([headers.get('content-type'), body['text']]).toEqual(['application/pdf', '%PDF-1.7']);
    expect(headers.get('content-disposition')).toBe(`attachment; filename="a_b.pdf"; filename*=UTF-8''a%22b.pdf`);
  });

  test('the text of a model, piece by piece as it comes', async () => {
    const json = { 'content-type': 'application/json' };
    const asked = { method: 'POST', body: '{"text": "Why?"}' };
    const answer = await fetch(`${service.url}/bare-text`, { ...asked, headers: json });
    const pieces: string[] = [];
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) pieces.push(piece);
    expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(pieces.length).toBeGreaterThan(3);
    const events = await fetch(`${service.url}/bare-text`, {
      ...asked,
      headers: { ...json, accept: 'text/event-stream' },
    });
    expect(await events.text()).toContain(`"text":${JSON.stringify(pieces.join(''))}`);
  });

  test('a bare text for a challenge, JSON alone, a page of values', async () => {
    expect(await ask('challenge', 'abc')).toMatchObject({ status: 200, body: { text: 'abc' } });
    expect(await ask('json', 'abc')).toMatchObject({ status: 201, body: { said: 'abc', list: [1] } });
    expect(await ask('page', '<i>')).toMatchObject({ body: { text: '<h1>&lt;i&gt;</h1>\n<p>page &amp; more</p>' } });
  });
});

interface Described {
  readonly paths: Record<
    string,
    { post: { requestBody?: { content: unknown }; responses: Record<string, { headers: unknown }> } }
  >;
  readonly components: { readonly schemas: Record<string, { readonly properties: Record<string, unknown> }> };
}

test('the description tells the form, its files and every kind of answer', async () => {
  const { paths, components } = (await (await fetch(`${service.url}/openapi.json`)).json()) as Described;
  expect(paths['/receipts']?.post.requestBody?.content).toEqual({
    'multipart/form-data': { schema: { $ref: '#/components/schemas/ReceiptInput' } },
  });
  expect(components.schemas['ReceiptInput']?.properties['photo']).toMatchObject({ type: 'string', format: 'binary' });
  expect(Object.keys(paths['/raw-answers']?.post.responses ?? {}).filter((status) => status < '4')).toEqual([
    '200',
    '201',
    '302',
    '303',
  ]);
  expect(paths['/raw-answers']?.post.responses['302']?.headers).toHaveProperty('location');
});
