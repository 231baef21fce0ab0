import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { examples } from '../cli/catalyst.ts';
import { ofKind, RunsStudio, stateOf } from './runsStudio.ts';

let studio: RunsStudio;
let chat: string;

beforeAll(async () => {
  studio = await RunsStudio.open();
  chat = await readFile(join(examples, 'chat', 'chat.workflow.json'), 'utf8');
});

afterAll(async () => studio.remove());

test('a run streams, is seen node by node, and names who answered', async () => {
  const updates = await studio.run({ file: 'chat.workflow.json', text: chat, input: { message: 'Hi' } });
  console.log(updates.map((u) => JSON.stringify(u).slice(0, 300)).join('\n'));
  expect(stateOf(updates)).toMatchObject({ state: 'done' });
  expect(ofKind(updates, 'node_ended').length).toBeGreaterThan(0);
});
