import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const example = join(import.meta.dirname, '../../examples/ask-docs');
const documents = join(example, 'documents');

let kept: string;
let folder: string;
let service: RunningService;

beforeAll(async () => {
  kept = mkdtempSync(join(tmpdir(), 'catalyst-qdrant-'));
  folder = writeGenerated(...['ask-docs', 'index-docs'].map((name) => planOf(join(example, `${name}.workflow.json`))));
  const env = { DOCUMENTS_PATH: documents, QDRANT_URL: '', QDRANT_PATH: join(kept, 'qdrant') };
  service = await startGenerated(folder, { env });
});

afterAll(async () => {
  await service.stop();
  for (const place of [folder, kept]) rmSync(place, { recursive: true });
});

interface Source {
  readonly text: string;
  readonly source: string;
  readonly heading: string | null;
  readonly start: number;
  readonly end: number;
}

async function post(path: string, input: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: response.status, body: await response.json() };
}

async function sourcesOf(question: string, source?: string): Promise<readonly Source[]> {
  const { body } = await post('/ask-docs', { question, ...(source !== undefined && { source }) });
  return (body as { readonly output: { readonly sources: readonly Source[] } }).output.sources;
}

test('answers name passages that stand in the documents', async () => {
  expect(await post('/ask-docs', { question: 'What?' })).toMatchObject({
    status: 503,
    body: { code: 'collection_missing' },
  });
  const first = await post('/index-docs', {});
  expect(first).toMatchObject({ status: 200, body: { output: { files: 5, broken: [], deleted: 0 } } });
  const { pieces } = (first.body as { readonly output: { readonly pieces: number } }).output;
  expect((await post('/index-docs', {})).body).toMatchObject({ output: { pieces, deleted: 0 } });

  const answers = [
    ['How many weeks of parental leave are there?', 'leave.md', 'Leave > Parental leave'],
    ['Where do bicycles stand?', 'office.html', 'The office > Bicycles and cars'],
    ['What does a hotel cost at most in Zurich?', 'travel.md', 'Travel > Meals and hotels'],
    ['To whom is a lost laptop reported?', 'security.md', 'Security > Laptops'],
    ['May a customer send a lamp back that was used?', 'returns.txt', null],
  ] as const;
  for (const [question, source, heading] of answers) {
    const sources = await sourcesOf(question);
    expect(sources[0], question).toMatchObject({ source, heading });
    for (const { source: name, text, start, end } of sources)
      if (!name.endsWith('.html')) expect(readFileSync(join(documents, name), 'utf8').slice(start, end)).toBe(text);
  }
  const ofTravel = await sourcesOf('How many weeks of parental leave are there?', 'travel.md');
  expect(new Set(ofTravel.map(({ source }) => source))).toEqual(new Set(['travel.md']));
  expect(await sourcesOf('Anything?', 'none.md')).toEqual([]);
});

test('no folder outside of the documents is read', async () => {
  for (const path of ['..', '../..', '/etc', 'C:\\', 'a/../..'])
    expect(await post('/index-docs', { folder: path })).toMatchObject({ status: 422, body: { code: 'path_refused' } });
  expect(await post('/index-docs', { folder: 'none' })).toMatchObject({
    status: 404,
    body: { code: 'documents_not_found' },
  });
});
