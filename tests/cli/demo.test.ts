import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { User } from './catalyst.ts';

test('the demo compiles, serves, asks and streams; with the simulated OpenAI even where there is a key', async () => {
  const user = await User.create({ OPENAI_API_KEY: 'sk-never-used', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' });
  const { exitCode, stdout, stderr, chunks } = await user.catalyst('demo');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('simulated OpenAI');
  expect(stdout).toMatch(/\d+ tokens/);
  expect(stdout).toContain('Try next:');
  expect(existsSync(join(user.folder, '.catalyst/support-chat/app/workflows/support_chat.py'))).toBe(true);
  const answer = chunks.filter(({ text }) => !text.includes('\n'));
  expect((answer.at(-1)?.atMs ?? 0) - (answer[0]?.atMs ?? 0)).toBeGreaterThan(400);
  expect(await user.untilNoProcessesBelow()).toEqual([]);
});
