import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { followedSchema, refusalSchema, type DurablePlace, type Followed } from '../../src/studio/protocol/index.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { DurableServiceOfTests } from './durableService.ts';
import { StudioServer, type Answered } from './studioServer.ts';

const secret = 'a-token-that-nobody-else-sees';

interface Refused {
  readonly status: string | undefined;
  readonly code: string;
  readonly message: string;
}

function refusedBy({ headers, body, status }: Answered): Refused {
  const { code, message, hint } = refusalSchema.parse(JSON.parse(body));
  return { status: String(headers['catalyst-refused'] ?? status), code, message: `${message} ${hint ?? ''}` };
}

async function* followed(studio: StudioServer, place: DurablePlace, signal?: AbortSignal): AsyncGenerator<Followed> {
  const response = await fetch(`${studio.origin}/api/followDurable`, {
    method: 'POST',
    headers: studio.pageHeaders,
    body: JSON.stringify(place),
    ...(signal !== undefined && { signal }),
  });
  expect(response.status).toBe(200);
  for await (const { data } of serverSentEvents(response.body ?? new ReadableStream()))
    yield followedSchema.parse(JSON.parse(data));
}

async function all(told: AsyncIterable<Followed>): Promise<readonly Followed[]> {
  const heard: Followed[] = [];
  for await (const each of told) heard.push(each);
  return heard;
}

/** Something that listens where a service should be. */
async function stranger(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the durable runs of a real service', () => {
  let service: DurableServiceOfTests;
  beforeAll(async () => {
    service = await DurableServiceOfTests.create();
  }, 60_000);
  afterAll(async () => service.remove());

  test('are listed, followed from their beginning to their end, and shown with their steps', async () => {
    const studio = await StudioServer.start(await temporaryFolder());
    const { id } = await studio.ask('addService', { address: ` ${service.url}/ `, token: service.token });
    const run = await service.digest();
    const heard: string[] = [];
    for await (const told of followed(studio, { service: id, run }))
      heard.push(told.kind === 'event' ? told.event.event : told.kind);
    expect(heard.slice(0, 2)).toEqual(['step', 'usage']);
    expect(heard.filter((name) => name === 'done' || name === 'error')).toEqual(['done']);
    expect(heard.at(-1)).toBe('done');

    const { run: shown, approvals } = await studio.ask('durableRun', { service: id, run });
    expect(shown).toMatchObject({ status: 'succeeded', workflow: 'nightly-digest' });
    expect(shown.steps.map(({ step }) => step)).toContain('each[0]/summary');
    expect(approvals).toEqual([]);
    const of = async (filter: object): Promise<readonly string[]> =>
      (await studio.ask('durableRuns', { service: id, ...filter })).runs.map((each) => each.id);
    expect(await of({ workflow: 'nightly-digest', status: 'succeeded', since: Date.now() - 60_000 })).toEqual([run]);
    expect(await of({ status: 'failed' })).toEqual([]);
    expect(await of({ since: Date.now() + 60_000 })).toEqual([]);
    expect(await of({ offset: 1 })).toEqual([]);
    expect(studio.faults).toEqual([]);
  });

  test('are decided, cancelled and tried again; who hangs up closes the connection to the service', async () => {
    const studio = await StudioServer.start(await temporaryFolder());
    const { id: of } = await studio.ask('addService', { address: service.url, token: service.token });
    const place = { service: of, run: await service.refund() };
    const hangUp = new AbortController();
    for await (const told of followed(studio, place, hangUp.signal))
      if (told.kind === 'event' && told.event.event === 'waiting') break;
    hangUp.abort();
    const { approvals } = await studio.ask('durableRun', place);
    expect(approvals).toMatchObject([{ step: 'approve', form: { required: ['amount'] } }]);
    const misfit = await studio.post('decide', { ...place, step: 'approve', approved: true, values: {} });
    expect(refusedBy(misfit)).toMatchObject({ status: '422', message: expect.stringContaining('amount') as string });
    expect(await studio.ask('cancelDurable', place)).toMatchObject({ status: 'cancelled' });
    const again = await studio.ask('retryDurable', place);
    expect(again).toMatchObject({ retry_of: place.run });
    const retried = { service: of, run: again.id };
    await expect.poll(async () => (await studio.ask('durableRun', retried)).approvals.length).toBe(1);
    await studio.ask('decide', { ...retried, step: 'approve', approved: true, values: { amount: 12 } });
    const last = (await all(followed(studio, retried))).at(-1);
    expect(last).toMatchObject({ kind: 'event', event: { event: 'done', data: { output: { refunded: 12 } } } });
    expect(studio.faults).toEqual([]);
  });

  test('without its token they cannot be listed, and what stands in the way is said', async () => {
    const studio = await StudioServer.start(await temporaryFolder());
    const { id, hasToken } = await studio.ask('addService', { address: service.url });
    expect(hasToken).toBe(false);
    const refused = refusedBy(await studio.post('durableRuns', { service: id }));
    expect(refused).toMatchObject({ status: '422', code: 'service_refused' });
    expect(refused.message).toContain('RUNS_TOKEN');
    // Whoever knows the id of a run may see it, and not what is asked of others.
    const run = await service.refund();
    const shown = async (): Promise<string | undefined> =>
      (await studio.ask('durableRun', { service: id, run })).whyNoApprovals;
    await expect.poll(shown).toContain('RUNS_TOKEN');
    const nobody = await studio.ask('addService', { address: 'http://127.0.0.1:9' });
    const away = refusedBy(await studio.post('durableRuns', { service: nobody.id }));
    expect(away).toMatchObject({ code: 'service_unreachable' });
    const unknown = await all(followed(studio, { service: nobody.id, run }));
    expect(unknown).toMatchObject([{ kind: 'refused', refusal: { code: 'service_unreachable' } }]);
  });
});

describe('the token of a service', () => {
  test('is kept in a file of its own that nobody else can read, and never told again', async () => {
    const data = await temporaryFolder();
    const folder = await temporaryFolder();
    const studio = await StudioServer.start(folder, { env: { CATALYST_DATA_DIR: data } });
    const { id } = await studio.ask('addService', { address: 'http://127.0.0.1:9/api/', token: secret });
    const file = join(data, 'services.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(secret);
    const { body } = await studio.post('services', {});
    expect(JSON.parse(body)).toEqual({ services: [{ id, address: 'http://127.0.0.1:9/api', hasToken: true }] });
    // Another token takes its place, and the file stays as closed as it was.
    await studio.ask('addService', { address: 'http://127.0.0.1:9/api', token: 'another-token' });
    expect(await readFile(file, 'utf8')).not.toContain(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await studio.ask('forgetService', { service: id });
    expect(await readFile(file, 'utf8')).not.toContain('another-token');
    expect(refusedBy(await studio.post('durableRuns', { service: id }))).toMatchObject({ code: 'service_unknown' });
  });

  test('goes to the address that it was given for, wherever that leads', async () => {
    const asked: (string | undefined)[] = [];
    const elsewhere = await stranger((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{"runs": []}');
    });
    const lured = await stranger((request, response) => {
      response.writeHead(307, { location: `${elsewhere}${request.url ?? ''}` }).end();
    });
    const studio = await StudioServer.start(await temporaryFolder());
    const { id: service } = await studio.ask('addService', { address: lured, token: secret });
    const refused = refusedBy(await studio.post('durableRuns', { service }));
    expect(refused.message).toContain('leads to another address, which is not followed');
    const [first] = await all(followed(studio, { service, run: 'a' }));
    expect(first).toMatchObject({ kind: 'refused' });
    for (const route of ['durableRun', 'cancelDurable', 'retryDurable'])
      expect((await studio.post(route, { service, run: 'a' })).headers['catalyst-refused']).toBe('422');
    expect(asked).toEqual([]);
    // Another address is another service, which has no token until it is given one.
    const other = await studio.ask('addService', { address: elsewhere });
    await studio.ask('durableRuns', { service: other.id });
    expect(asked).toEqual([undefined]);
  });

  test('is hidden where a service says it back', async () => {
    const problem = { type: 'x', title: 'x', status: 409, code: 'x', retryable: false };
    const echo = await stranger((request, response) => {
      const said = request.headers.authorization ?? '';
      if (request.url?.endsWith('/events') === true) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const [start, end] = [said.slice(0, 12), said.slice(12)];
        for (const text of [start, end])
          response.write(`id: 0.1\nevent: token\ndata: ${JSON.stringify({ node: 'a', text })}\n\n`);
        const failed = { ...problem, detail: said };
        response.end(`id: end\nevent: error\ndata: ${JSON.stringify(failed)}\n\n`);
      } else if (request.method === 'GET') {
        const run = { workflow: said, status: 'running', version: null, created_at: null, ended_at: null };
        response.end(JSON.stringify({ runs: [{ id: 'a', retry_of: null, ...run }] }));
      } else {
        response.writeHead(409, { 'content-type': 'application/problem+json' });
        response.end(JSON.stringify({ ...problem, detail: `No: ${said}`, hint: said }));
      }
    });
    const studio = await StudioServer.start(await temporaryFolder());
    const { id: service } = await studio.ask('addService', { address: echo, token: secret });
    const listed = await studio.post('durableRuns', { service });
    const cancelled = await studio.post('cancelDurable', { service, run: 'a' });
    const events = await all(followed(studio, { service, run: 'a' }));
    const text = events.flatMap((told) =>
      told.kind === 'event' && told.event.event === 'token' ? [told.event.data.text] : [],
    );
    expect(text.join('')).toBe('Bearer •••');
    for (const said of [listed.body, cancelled.body, JSON.stringify(events)]) {
      expect(said).toContain('•••');
      expect(said).not.toContain(secret);
    }
  });
});

describe('what stands in the place of a service', () => {
  test.each([
    ['ftp://127.0.0.1', 'is no address of a service'],
    ['http://user:password@127.0.0.1', 'has no user'],
    ['http://127.0.0.1/?token=1', 'no question mark'],
    ['javascript:alert(1)', 'is no address of a service'],
  ])('an address such as %s is refused', async (address, words) => {
    const studio = await StudioServer.start(await temporaryFolder());
    const refused = refusedBy(await studio.post('addService', { address, token: secret }));
    expect(refused).toMatchObject({ status: '422', message: expect.stringContaining(words) as string });
    expect(await studio.ask('services', {})).toEqual({ services: [] });
  });

  test('a token that would break out of its header is refused', async () => {
    const studio = await StudioServer.start(await temporaryFolder());
    const answered = await studio.post('addService', { address: 'http://127.0.0.1:9', token: 'a\r\nHost: b' });
    expect(refusedBy(answered).message).toContain('no blanks');
  });

  test('an id cannot lead to another path', async () => {
    const paths: (string | undefined)[] = [];
    const url = await stranger((request, response) => {
      paths.push(request.url);
      response.writeHead(404).end();
    });
    const studio = await StudioServer.start(await temporaryFolder());
    const { id: service } = await studio.ask('addService', { address: `${url}/behind/a/proxy` });
    for (const run of ['..', '.', '../admin', 'a?b', '%2e%2e', 'a#b'])
      await studio.post('cancelDurable', { service, run });
    expect(paths).toEqual([
      '/behind/a/proxy/runs/..%2Fadmin',
      '/behind/a/proxy/runs/a%3Fb',
      '/behind/a/proxy/runs/%252e%252e',
      '/behind/a/proxy/runs/a%23b',
    ]);
    expect(studio.faults).toEqual([]);
  });

  test.each([
    ['a page of something else', 'text/html', '<!doctype html>', 'has no durable runs'],
    ['JSON of something else', 'application/json', '{"runs": [1]}', 'has no durable runs'],
    ['no end of JSON', 'application/json', undefined, 'more than 32 MB'],
  ])('%s is told from a service', async (_, type, body, words) => {
    const url = await stranger((_request, response) => {
      response.writeHead(200, { 'content-type': type });
      if (body !== undefined) return void response.end(body);
      const more = Buffer.alloc(1_000_000, ' ');
      const write = (): void => {
        while (!response.destroyed && response.write(more));
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const studio = await StudioServer.start(await temporaryFolder());
    const { id: service } = await studio.ask('addService', { address: url });
    expect(refusedBy(await studio.post('durableRuns', { service })).message).toContain(words);
    expect(await all(followed(studio, { service, run: 'a' }))).toMatchObject([{ kind: 'refused' }]);
    expect(studio.faults).toEqual([]);
  });

  test('who hangs up is not asked for any more', async () => {
    let open = 0;
    const url = await stranger((request, response) => {
      open += 1;
      request.socket.once('close', () => (open -= 1));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 0.1\nevent: token\ndata: {"node": "a", "text": "b"}\n\n');
    });
    const studio = await StudioServer.start(await temporaryFolder());
    const { id: service } = await studio.ask('addService', { address: url });
    const hangUp = new AbortController();
    for await (const told of followed(studio, { service, run: 'a' }, hangUp.signal)) {
      expect(told.kind).toBe('event');
      break;
    }
    hangUp.abort();
    await expect.poll(() => open).toBe(0);
    await sleep(700);
    expect(open).toBe(0);
    expect(studio.faults).toEqual([]);
  });

  test('other pages cannot follow runs', async () => {
    const studio = await StudioServer.start(await temporaryFolder());
    const place = { service: 'a', run: 'b' };
    for (const [headers, status] of [
      [{ Authorization: 'Bearer wrong' }, 401],
      [{ Origin: 'http://evil.example' }, 403],
      [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
      [{ Host: 'evil.example' }, 421],
      [{ 'Content-Type': 'text/plain' }, 415],
    ] as const)
      expect((await studio.post('followDurable', place, headers)).status).toBe(status);
    expect((await studio.post('followDurable', { service: 'a' })).status).toBe(400);
    expect((await studio.post('followDurable', place)).status).toBe(404);
  });
});
