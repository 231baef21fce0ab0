import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { examples, User } from './catalyst.ts';

let user: User;
const name = 'chat.workflow.json';
const read = async (): Promise<string> => readFile(join(user.folder, name), 'utf8');

beforeEach(async () => {
  user = await User.create();
  const text = await readFile(join(examples, 'chat', name), 'utf8');
  const asked = text.replace(
    '"config": {\n        "model"',
    '"config": {\n        "verbosity": "low",\n        "model"',
  );
  if (asked === text) throw new Error('The example is another one now');
  await writeFile(join(user.folder, name), asked);
});

test('a node asks another provider; what has no equal there is said', async () => {
  const { exitCode, stdout } = await user.catalyst('change', name, 'answer=anthropic');
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: 'answer asks anthropic for claude-sonnet-5-5\n  lost verbosity: Claude has nothing like it\n',
  });
  expect(await read()).toContain('"type": "anthropicCompletion"');
  expect((await user.catalyst('check', name)).stdout).toBe('ok 1 file, nothing found\n');
});

test('a provider goes by its short name too, as in routes', async () => {
  const { exitCode, stdout } = await user.catalyst('change', name, 'answer=azure');
  expect({ exitCode, said: stdout.split('\n')[0] }).toEqual({
    exitCode: 0,
    said: 'answer asks azure_openai for gpt-5.4-mini; nothing is lost',
  });
});

test('--dry-run says it and writes nothing', async () => {
  const before = await read();
  const { exitCode, stdout } = await user.catalyst('change', name, 'answer=gemini', '--dry-run', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    written: false,
    changes: [
      { node: 'answer', provider: 'gemini', model: 'gpt-5.4-mini', isModelKnown: false, lost: [{ key: 'verbosity' }] },
    ],
  });
  expect(await read()).toBe(before);
});

test.each([
  ['answer=antropic', 'Did you mean anthropic?'],
  ['answer', 'NODE=PROVIDER is expected'],
  ['nobody=groq', 'There is no node nobody.'],
  ['reply=groq', 'reply asks no model.'],
])('%s is refused, and nothing is written', async (wanted, words) => {
  const before = await read();
  const { exitCode, stderr } = await user.catalyst('change', name, wanted);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
  expect(await read()).toBe(before);
});
