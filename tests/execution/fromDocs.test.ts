import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startDatabases, type Databases } from './fromDocs/databases.ts';
import { startScripted, type Scripted } from './fromDocs/scripted.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';
import { carriedTests } from './projectChecks.ts';

/** Workflows as one writes them who has read the documentation, and what it says that comes of them. */
const folderOfCases = join(import.meta.dirname, 'fromDocs');

interface Case {
  readonly workflow: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly status?: number;
  readonly problem?: object;
  /** The `item` events of a stream, by node and round. */
  readonly events?: readonly (readonly [string, number])[];
  /** Lines of the log about items and steps, with the rounds that they name. */
  readonly logged?: readonly (readonly [string, readonly (readonly [string, number])[]])[];
  /** Seconds. */
  readonly least?: number;
  readonly most?: number;
}

const cases = JSON.parse(readFileSync(join(folderOfCases, 'cases.json'), 'utf8')) as readonly Case[];

/** They need real servers, which not every machine has. */
const asksDatabases = ['booking', 'drain', 'ledger', 'votes'];

let folder: string;
let scripted: Scripted;
let databases: Databases;
let service: RunningService;

beforeAll(async () => {
  const files = readdirSync(folderOfCases).filter((name) => name.endsWith('.workflow.json'));
  folder = writeGenerated(...files.map((name) => planOf(join(folderOfCases, name))));
  [scripted, databases] = [await startScripted(), await startDatabases()];
  const env = {
    API_URL: scripted.url,
    ALLOW_PRIVATE_ADDRESSES: '1',
    SECRET_WEBHOOK: 'shh-0123456789abcdef0123456789ab',
    ...databases.env,
  };
  service = await startGenerated(folder, { upstream: `${scripted.url}/v1`, env });
}, 120_000);

afterAll(async () => {
  await service.stop();
  await databases.stop();
  scripted.stop();
  rmSync(folder, { recursive: true });
});

const post = (path: string, input: unknown, accept: string): Promise<Response> =>
  fetch(`${service.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(input),
  });

/** An answer, and how many seconds it took. */
async function timed(workflow: string, input: unknown): Promise<[Response, number]> {
  const started = performance.now();
  const response = await post(workflow, input, 'application/json');
  return [response, (performance.now() - started) / 1000];
}

/** What comes of errors in place of items: as much of each as is expected. */
function expectation(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expectation);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, each]) => [key, expectation(each)] as const);
  const [only] = members;
  return members.length === 1 && only?.[0] === 'error'
    ? { error: expect.objectContaining(only[1] as object) }
    : Object.fromEntries(members);
}

test.each(cases)('$workflow: $input', async ({ workflow, input, output, status = 200, ...told }) => {
  if (asksDatabases.includes(workflow) && databases.env['DATABASE_URL'] === undefined) return;
  const lines = service.lines.length;
  let [response, seconds] = await timed(workflow, input);
  // A busy machine makes single answers slower, and none faster.
  for (let more = 0; more < 2 && seconds >= (told.most ?? 60); more += 1)
    [response, seconds] = await timed(workflow, input);
  const body = (await response.json()) as { readonly output?: unknown };
  expect(response.status, JSON.stringify(body)).toBe(status);
  if (told.problem !== undefined) expect(body).toMatchObject(told.problem);
  else expect(body.output).toEqual(expectation(output));
  expect(seconds).toBeGreaterThanOrEqual(told.least ?? 0);
  expect(seconds).toBeLessThan(told.most ?? 60);
  if (told.logged !== undefined) {
    const logged = service.lines.slice(lines).flatMap((line) => {
      const { event, details } = JSON.parse(line) as Record<string, string> & {
        details?: { items?: { node: string; index: number }[] };
      };
      return /^(item|step)_/.test(event ?? '')
        ? [[event, details?.items?.map(({ node, index }) => [node, index])]]
        : [];
    });
    expect(logged).toEqual(told.logged);
  }
  if (told.events === undefined) return;
  const stream = await (await post(workflow, input, 'text/event-stream')).text();
  const items = [...stream.matchAll(/^event: item\ndata: (.*)$/gm)].map(([, data = '']) => {
    const { node, index } = JSON.parse(data) as { node: string; index: number };
    return [node, index];
  });
  expect(items).toEqual(told.events);
});

test('the project passes the tests that it carries', async () => {
  expect(await carriedTests(folder)).toMatch(/\d+ passed(, \d+ skipped)? in/);
}, 300_000);
