import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

import { Processes } from '../../src/host/processes.ts';
import { startPythonServer } from '../../src/host/python/server.ts';
import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';

const example = readFileSync(join(import.meta.dirname, '../../examples/chat/chat.workflow.json'), 'utf8');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The simulated providers of the example's project, when its model is called by an API. */
async function simulated(api: string) {
  const source = mkdtempSync(join(tmpdir(), 'catalyst-api-'));
  const file = join(source, 'chat.workflow.json');
  writeFileSync(file, example.replace('"prompt":', `"api": "${api}", "prompt":`));
  const folder = writeGenerated(planOf(file));
  folders.push(source, folder);
  return startPythonServer({
    processes: new Processes(),
    python,
    folder,
    module: 'tests.simulated_providers',
    args: ['--port', '0'],
    env: process.env,
    addressKey: 'base_url',
  });
}

const question = [{ role: 'user', content: 'Why is the sky blue?' }];
const requests = {
  chat: { path: '/chat/completions', body: { model: 'gpt-5.4-mini', messages: question } },
  responses: { path: '/responses', body: { model: 'gpt-5.4-mini', input: question } },
};

test.each([
  ['chat', 'responses'],
  ['responses', 'chat'],
] as const)('a project that calls %s says how to get %s', async (carried, leftOut) => {
  const server = await simulated(carried);
  const post = async ({ path, body }: (typeof requests)['chat' | 'responses']) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  try {
    expect((await post(requests[carried])).status).toBe(200);
    const refused = await post(requests[leftOut]);
    expect(refused.status).toBe(404);
    expect(await refused.json()).toMatchObject({
      error: { message: expect.stringContaining(`set \`api\` of a node to "${leftOut}"`), code: 'not_carried' },
    });
  } finally {
    await server.stop();
  }
});
