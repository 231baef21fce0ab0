import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { examples } from '../cli/catalyst.ts';
import { ofKind, RunsStudio, stateOf } from './runsStudio.ts';

let studio: RunsStudio;

beforeAll(async () => {
  studio = await RunsStudio.open({ DOCUMENTS_PATH: '', QDRANT_PATH: '' });
  await cp(join(examples, 'ask-docs'), studio.folder, { recursive: true });
});

afterAll(async () => studio.remove());

async function run(file: string, input: Readonly<Record<string, string>>) {
  const text = await readFile(join(studio.folder, file), 'utf8');
  return studio.run({ file, text, input });
}

test('two workflows of a folder read its documents and share what they keep, while both services run', async () => {
  const missing = await run('ask-docs.workflow.json', { question: 'Anything?' });
  expect(stateOf(missing)).toMatchObject({ state: 'failed' });
  const failed = ofKind(missing, 'event').find(({ event }) => event === 'error');
  expect(failed?.data).toMatchObject({ code: 'collection_missing', node: 'search' });
  const indexed = await run('index-docs.workflow.json', {});
  expect(ofKind(indexed, 'node_ended').at(-1)).toMatchObject({ node: 'reply', value: { files: 5, deleted: 0 } });
  const asked = await run('ask-docs.workflow.json', { question: 'How many weeks of parental leave are there?' });
  expect(ofKind(asked, 'node_ended').at(-1)).toMatchObject({
    node: 'reply',
    value: { sources: [{ source: 'leave.md', heading: 'Leave > Parental leave' }, {}, {}, {}] },
  });
  expect((await studio.servicePids()).length).toBeGreaterThan(1);
});
